"""A caller on the demo phone, in a real browser before a real box: in all three answers."""

import io
import re
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from appliance.config.folders import Folders
from appliance.model.audio import RATE
from appliance.prompts.speech import simulated_voices
from tests.browser.box import (  # fmt: skip
    CALL_SECONDS,
    Box,
    chromium,
    log_in,
    set_up,
    wait_for_state,
)
from tests.likeness import likeness
from tests.recorded import recorded

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A microphone that beeps, and nobody to ask for leave."""

NUMBER = "+48 600 555 012"

REACTION_MS = 300
"""So long a person's finger takes after the end of the question."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("box") / "data")


@pytest.fixture(scope="module")
def box(folders: Folders) -> Iterator[Box]:
    with set_up(folders.data) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(*MICROPHONE) as started:
        yield started


@pytest.fixture(scope="module")
def page(browser: Browser, box: Box) -> Iterator[Page]:
    """The owner, before the demo phone of a box that has had no call."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1200}, locale="en-GB", accept_downloads=True
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    log_in(page, box)
    wait_for_state(page, "Ready")
    page.get_by_role("link", name="Demo phone", exact=True).click()
    expect(page.locator("[data-part=sentence]")).to_have_text("The next caller will be asked.")
    yield page
    assert complaints == []


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"The {name}'s phone")


def display(page: Page, name: str) -> Locator:
    return phone(page, name).get_by_role("group", name="Display")


COUNT_CHANGES = """() => {
  // What a screen reader is told: each change of a live region.
  window.told = [];
  const places = "[role=status], [role=alert], [aria-live]:not([aria-live=off])";
  for (const place of document.querySelectorAll(places))
    new MutationObserver(() => { window.told.push(place.innerText || place.textContent); })
      .observe(place, { childList: true, characterData: true, subtree: true });
}"""


def do(page: Page, name: str, what: str, delay: int = 0) -> None:
    """Press a button: a key by what stands on it, any other by its name."""
    if what in "0123456789*#":
        phone(page, name).locator(f'[data-key="{what}"]').click(delay=delay)
    else:
        phone(page, name).get_by_role("button", name=what, exact=True).click(delay=delay)


def call_in(page: Page) -> None:
    """Dial in, hear the ringing, and answer at the office."""
    do(page, "caller", "Call the office")
    expect(display(page, "caller")).to_contain_text("rings at the other end")
    expect(display(page, "office")).to_contain_text(NUMBER)
    expect(display(page, "office")).to_contain_text("It rings")
    do(page, "office", "Answer")
    wait_for_state(page, "Explaining")
    expect(display(page, "caller")).to_contain_text("the device asks")


def hang_up(page: Page) -> None:
    """Put both receivers down, and wait for what is said of the call."""
    for name in ("office", "caller"):
        do(page, name, "Hang up")
    wait_for_state(page, "Ready")


def counts(page: Page, box: Box) -> dict[str, int]:
    """Return what the first page counts of each outcome."""
    other = page.context.new_page()
    other.goto(box.url)
    rows = other.locator(".counts tbody tr").all()
    found = {row.locator("th").inner_text(): int(row.locator("td").inner_text()) for row in rows}
    other.close()
    return found


def listed(page: Page, box: Box) -> int:
    """Return how many recordings the list of calls has."""
    other = page.context.new_page()
    other.goto(box.url + "calls")
    found = other.locator("a.call").count()
    other.close()
    return found


def test_a_caller_who_refuses_leaves_nothing(page: Page, box: Box, folders: Folders) -> None:
    page.evaluate(COUNT_CHANGES)
    call_in(page)
    do(page, "caller", "2")
    wait_for_state(page, "Refused")
    hang_up(page)
    expect(page.locator("[data-part=outcome]")).to_contain_text("the caller refused")
    told = page.evaluate("window.told")
    assert len(told) <= 6, told  # a handful, where every display once spoke
    assert len(set(told)) == len(told)
    expect(page.get_by_role("link", name="Open the recording")).to_be_hidden()
    assert recorded(folders) == []
    assert listed(page, box) == 0
    assert counts(page, box) == {"not recorded: the caller refused": 1}


def test_a_caller_who_presses_nothing_leaves_nothing(
    page: Page, box: Box, folders: Folders
) -> None:
    call_in(page)
    expect(display(page, "caller")).to_contain_text("repeats the keys", timeout=CALL_SECONDS * 1000)
    wait_for_state(page, "Not recorded")
    do(page, "caller", "Talk")
    expect(display(page, "office")).to_contain_text("the caller speaks")
    hang_up(page)
    expect(page.locator("[data-part=outcome]")).to_contain_text("the question was not answered")
    assert recorded(folders) == []
    assert listed(page, box) == 0
    assert counts(page, box) == {
        "not recorded: the caller refused": 1,
        "not recorded: the question was not answered": 1,
    }


def test_a_caller_who_agrees_is_recorded_and_heard(page: Page, box: Box, folders: Folders) -> None:
    call_in(page)
    assert page.evaluate("[demoSound.running, demoSound.sounding]") == [True, 1]
    expect(page.locator(".transcript")).to_contain_text(
        "Dzień dobry, tu Kancelaria Nowak w Warszawie."
    )
    wait_for_state(page, "Waiting for the key")
    do(page, "caller", "1", REACTION_MS)
    wait_for_state(page, "Recording")
    talk = phone(page, "caller").get_by_role("button", name="Talk", exact=True)
    talk.click(delay=4000)  # held for as long as the caller speaks
    expect(talk).to_have_attribute("aria-pressed", "false")
    speak_oneself(page)
    hang_up(page)
    expect(page.locator("[data-part=outcome]")).to_contain_text("recorded")
    fetched = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    page.get_by_role("link", name="Open the recording").click()
    expect(page.locator("main")).to_contain_text(NUMBER)
    page.locator(".receipt summary").click()
    said = page.locator(".receipt code.digest").first.inner_text()
    assert len(recorded(folders)) == 1
    assert listed(page, box) == 1
    assert counts(page, box)["recorded"] == 1
    sound = download(page)
    words = simulated_voices()[0][RATE : 3 * RATE].astype(np.float64)
    assert likeness(sound, words) > 0.7
    # The words that the caller heard were fetched by the hash that the receipt names.
    assert f"{box.url}phone/sound/{said}.wav" in fetched


def speak_oneself(page: Page) -> None:
    """Record a clip at the office's phone and say it: the caller's phone tells who speaks."""
    office = phone(page, "office")
    office.get_by_text("Speak yourself").click()
    office.get_by_role("button", name="Record", exact=True).click()
    expect(office.get_by_role("timer")).to_have_text(re.compile(r"[2-9]\.\d s"))
    office.get_by_role("button", name="Stop").click()
    office.get_by_role("button", name="Say it").click()
    expect(display(page, "caller")).to_contain_text("the office speaks")
    expect(display(page, "caller")).not_to_contain_text("the office speaks")


def download(page: Page) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the recording as it is handed over."""
    page.get_by_text("The sound alone").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download WAV").click()
    with wave.open(io.BytesIO(Path(started.value.path()).read_bytes())) as file:
        assert (file.getframerate(), file.getsampwidth()) == (RATE, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        whole: np.ndarray[tuple[int], np.dtype[np.float64]] = sound.reshape(
            -1, file.getnchannels()
        )[:, 0].astype(np.float64)
    return whole
