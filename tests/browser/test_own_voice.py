"""A prompt recorded by a browser's microphone, confirmed, and said by the next call.

``test_setting_up`` records one on the way to the first call of a fresh box, in every run.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import Page, expect

from appliance.config.folders import Folders
from appliance.model.audio import RATE, samples
from appliance.model.policy import PromptKind
from appliance.prompts.recorded import entries
from appliance.prompts.shipped import shipped
from tests.browser.box import (  # fmt: skip
    OWNER,
    Box,
    chromium,
    found,
    log_in,
    set_up,
    wait_for_state,
)
from tests.browser.test_demo_phone import REACTION_MS, call_in, do, hang_up

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(300)]

MICROPHONE_RATE = 48_000
MEASURING_MS = 90_000
"""The child gives way to everything else, and here much else goes on."""

SAYING = "confirmation-quality-training"
TEXT = "Nagrywamy w celu szkolenia pracowników i kontroli jakości obsługi."


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("box") / "data")


@pytest.fixture(scope="module")
def box(folders: Folders) -> Iterator[Box]:
    with set_up(folders.data) as started:
        yield started


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears: somebody who reads the confirmation, and waits."""
    entry = next(each for each in shipped().entries.values() if each.text == TEXT)
    words = shipped().sound(entry).astype(np.float64) / 32768
    room = np.random.default_rng(1).normal(0, 2e-4, samples(3.0))
    whole = np.concatenate([room[: samples(0.3)], words, room])
    path = tmp_path_factory.mktemp("microphone") / "speech.wav"
    soundfile.write(path, soxr.resample(whole, RATE, MICROPHONE_RATE), MICROPHONE_RATE)
    return path


@pytest.fixture
def page(box: Box, speech: Path) -> Iterator[Page]:
    options = (
        *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
        f"--use-file-for-fake-audio-capture={speech}",
    )
    with chromium(*options) as browser:
        page = browser.new_context(locale="en-GB").new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(page, box)
        yield page
        assert complaints == []


def record(page: Page) -> None:
    """Speak until all was said; the page shows by its clock how long it has listened."""
    page.get_by_role("button", name="Record", exact=True).click()
    clock = page.locator("[data-clock]")
    expect(clock).to_have_text(re.compile(r"^([6-9]|1\d)\."), timeout=60_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()


def test_a_prompt_is_recorded_measured_confirmed_and_said_by_a_call(
    page: Page, box: Box, folders: Folders
) -> None:
    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("link", name="Announcements").click()
    card = page.locator(f"[id='Reception-{SAYING}']")
    expect(card).to_contain_text(TEXT)
    card.get_by_role("link", name="Record it yourself").click()
    expect(page.locator(".read")).to_have_text(TEXT)
    record(page)
    page.get_by_role("button", name="Measure it").click(timeout=MEASURING_MS)
    expect(page.get_by_role("heading", name="What was measured")).to_be_visible(
        timeout=MEASURING_MS
    )
    expect(page.locator(".drawn rect").first).to_be_attached()
    heard = page.evaluate(
        """async () => {
          const sound = document.querySelector("audio");
          await new Promise((next, fail) => {
            sound.onloadedmetadata = next; sound.onerror = fail; sound.load(); sound.play();
          });
          return sound.duration;
        }"""
    )
    assert heard == pytest.approx(5.0, abs=1.0)
    page.get_by_role("button", name="Confirm and keep").click()
    expect(page.get_by_role("alert")).to_contain_text("confirm each point")
    for check in found(page.locator("input[name=confirmed]")).all():
        check.check()
    page.get_by_role("button", name="Confirm and keep").click()
    expect(page.get_by_role("status")).to_contain_text("from their next call on")
    expect(card).to_contain_text(f"spoken by {OWNER}")
    (entry,) = entries(folders.own_voice)
    assert (entry.by, entry.text, entry.spoken) == (OWNER, TEXT, PromptKind.CONFIRMATION)

    page.get_by_role("link", name="Demo phone", exact=True).click()
    expect(page.locator("[data-part=sentence]")).to_have_text("The next caller will be asked.")
    call_in(page)
    wait_for_state(page, "Waiting for the key")
    do(page, "caller", "1", REACTION_MS)
    wait_for_state(page, "Recording")
    expect(page.locator(".transcript")).to_contain_text(TEXT)
    fetched = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert any(entry.sha256 in address for address in fetched), "the very recording was said"
    hang_up(page)
