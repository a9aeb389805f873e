"""Let an office manager set a fresh box up alone, in Polish, up to a call: no terminal."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from msgspec import json
from playwright.sync_api import Browser, Page, expect

from appliance.model.audio import RATE, samples
from appliance.model.policy import Spoken
from appliance.model.records import ConsentReceipt
from appliance.prompts.recorded import entries
from appliance.prompts.shipped import shipped
from appliance.vault.proof import read_proof
from tests.browser.box import (  # fmt: skip
    CALL_SECONDS,
    OWNER,
    PASSWORD,
    Box,
    chromium,
    running,
)
from tests.browser.places import LAID_OUT

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Voice:
    """An owner's recordings."""

    files: Mapping[Spoken, list[Path]]
    microphone: Path


TWO_TAKES = (Spoken.QUESTION, Spoken.KEYS)
"""Words that end with a key's name, which is spoken by itself."""

MEASURING_MS = 90_000
"""The child that measures gives way to everything else, and here much else goes on."""

WIDTHS = (320, 768, 1366)

COUNT_CLICKS = """
addEventListener("mousedown", () => {
  sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""
"""Count the clicks of the mouse on all pages of a visit; an address that is opened is none."""
STEPS = ("office", "line", "purposes", "words", "people", "notice", "test")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    seed = (resources.files("appliance.config") / "fresh.toml").read_text("utf-8")
    config = folder / "zgoda.toml"
    config.write_text(f"{seed}\n[vault]\npool_ahead = 64\n", "utf-8")
    with running(folder / "data", "--config", str(config)) as started:
        yield started


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """Recordings of an owner: one for each kind of words, and what the microphone hears.

    They say other words than the office's own, in another voice; the box cannot know that.
    """
    folder = tmp_path_factory.mktemp("voice")
    room = np.random.default_rng(1).normal(0, 2e-4, samples(0.3))
    files: dict[Spoken, list[Path]] = {}
    for entry in shipped().entries.values():
        if entry.language == "pl":
            words = shipped().sound(entry).astype(np.float64) / 32768
            last = [-samples(1.1)] if entry.spoken in TWO_TAKES else []  # the last key's name
            files[entry.spoken] = []
            for number, take in enumerate(np.split(words, last)):
                path = folder / f"{entry.spoken}-{number}.wav"
                soundfile.write(path, np.concatenate([room, take, room]), RATE)
                files[entry.spoken].append(path)
    heard, rate = soundfile.read(files[Spoken.CONFIRMATION][0])
    silence = np.random.default_rng(2).normal(0, 2e-4, samples(3.0))
    whole = np.concatenate([heard, silence])
    soundfile.write(folder / "microphone.wav", soxr.resample(whole, rate, 48_000), 48_000)
    return Voice(files, folder / "microphone.wav")


@pytest.fixture(scope="module")
def browser(voice: Voice) -> Iterator[Browser]:
    options = (
        *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
        f"--use-file-for-fake-audio-capture={voice.microphone}",
    )
    with chromium(*options) as started:
        yield started


def first_run(page: Page, box: Box) -> None:
    """Choose a password, and type back from the recovery sheet."""
    page.goto(box.url)
    page.locator("#code").fill(box.code)
    page.locator("#name").fill(OWNER)
    page.locator("#password").fill(PASSWORD)
    page.locator("#repeated").fill(PASSWORD)
    page.locator("[name=time_sure]").check()
    page.get_by_role("button", name="Utwórz sejf").click()
    groups = page.locator(".groups code").all_inner_texts()
    for field in page.locator("input[name^=group-]").all():
        name = field.get_attribute("name") or ""
        field.fill(groups[int(name.removeprefix("group-"))])
    page.get_by_role("button", name="Potwierdź").click()


def is_at(page: Page, step: str) -> None:
    expect(page.locator(".steps [aria-current=step] a")).to_have_attribute("href", f"/setup/{step}")


def go_on(page: Page) -> None:
    page.locator("main .main").last.click()


def confirm(page: Page) -> None:
    """Confirm, by name, all that the page asks for."""
    for box in page.locator("[name=confirmed]").all():
        box.check()
    page.locator("main button[value=save]").click()


def name_the_office(page: Page) -> None:
    is_at(page, "office")
    page.locator("#name").fill("Biuro Podróży Wisła")
    page.locator("#controller").fill("Biuro Podróży Wisła sp. z o.o., Kraków")
    page.locator("#contact").fill("rodo@wisla.example")
    page.locator("#controller_says-pl").fill("Biuro Podróży Wisła w Krakowie")
    go_on(page)
    confirm(page)


def choose_the_line(page: Page) -> None:
    is_at(page, "line")
    page.locator("#name").fill("Recepcja")
    page.locator("#number").fill("22 123 45 67")
    page.locator("[name=device][value=exchange]").check()
    go_on(page)


def say_why(page: Page) -> None:
    """Choose a ready purpose and word another one."""
    is_at(page, "purposes")
    page.locator("[name=use][value=complaint]").check()
    page.locator("[name=use][value=own]").check()
    page.locator("#full-own-pl").fill("ustalenia terminu wyjazdu")
    page.locator("#short-own-pl").fill("ustalenie terminu")
    page.locator("#label-own-pl").fill("ustalenie terminu wyjazdu")
    go_on(page)
    heard = page.locator("blockquote").first
    expect(heard).to_contain_text("tu Biuro Podróży Wisła w Krakowie")
    expect(heard).to_contain_text("rozpatrzenia reklamacji i ustalenia terminu wyjazdu")
    confirm(page)


def give_a_voice(page: Page, box: Box, voice: Voice) -> None:
    """Speak all that the line says: agreeing into the microphone, the rest as files."""
    is_at(page, "words")
    expect(page.get_by_text("Nikt jeszcze tego nie mówi")).to_be_visible()
    page.locator("main a[href='/words']").click()
    cards = page.locator("article.saying a[href^='/words/Recepcja/']").all()
    addresses = [str(card.get_attribute("href")) for card in cards]
    assert len(addresses) == 9, (
        "question, keys, more, three outcomes, each agreement alone and both"
    )
    for address in addresses:
        page.goto(box.url.rstrip("/") + address)
        kind = Spoken(address.rpartition("/")[2].partition("-")[0])
        if kind is Spoken.CONFIRMATION:
            speak(page)
        else:
            for number, take in enumerate(voice.files[kind]):
                page.locator("[name=take]").nth(number).set_input_files(take)
        page.locator("main button.main:not([data-do])").click(timeout=MEASURING_MS)
        confirmed = page.locator("input[name=confirmed]")
        expect(confirmed.first).to_be_visible(timeout=MEASURING_MS)
        for each in confirmed.all():
            each.check()
        page.locator("main form button.main").click()
        expect(page.get_by_role("status").first).to_be_visible()
    page.goto(f"{box.url}setup/words")
    expect(page.get_by_text("Urządzenie ma głos do wszystkich tych słów")).to_be_visible()
    go_on(page)


def speak(page: Page) -> None:
    """Speak into the microphone until all was said; the page shows how long it has listened."""
    page.locator("[data-do=record]").click()
    expect(page.locator("[data-clock]")).to_have_text(
        re.compile(r"^([6-9]|1\d)[.,]"), timeout=60_000
    )
    page.locator("[data-do=stop]").click()
    expect(page.locator("[data-do=record]")).to_be_visible()


def work_alone(page: Page) -> None:
    is_at(page, "people")
    go_on(page)
    is_at(page, "notice")
    page.locator("[name=who][value=alone]").check()
    go_on(page)


def test_from_nothing_to_a_recorded_call_with_own_purposes_and_own_voice(
    fresh: Box, browser: Browser, voice: Voice, tmp_path: Path
) -> None:
    began = time.monotonic()
    context = browser.new_context(locale="pl-PL", accept_downloads=True)
    context.add_init_script(COUNT_CLICKS)
    page = context.new_page()
    first_run(page, fresh)
    expect(page.get_by_role("heading", name="Konfiguracja", exact=True)).to_be_visible()
    page.locator("main .main").click()

    name_the_office(page)
    choose_the_line(page)
    say_why(page)
    page.goto(fresh.url)  # it is left, and taken up again
    page.locator("main a[href='/setup/words']").click()
    give_a_voice(page, fresh, voice)
    work_alone(page)

    is_at(page, "test")
    state = page.locator("[data-part=name]").first
    expect(page.locator("[data-part=sentence]").first).to_contain_text(
        "Następny rozmówca zostanie zapytany", timeout=CALL_SECONDS * 1000
    )
    page.locator("button[value=call]").click()
    expect(state).to_have_text("Nagrywanie", timeout=CALL_SECONDS * 1000)
    recorded = page.locator("#news a.call")
    expect(recorded).to_have_count(1, timeout=CALL_SECONDS * 1000)
    clicks = page.evaluate("Number(sessionStorage.clicks)")
    print(
        f"from nothing to a recorded call: {clicks} clicks, "
        f"{(time.monotonic() - began) / 60:.1f} minutes, the call in it"
    )
    recorded.click()
    expect(page.locator("main")).to_contain_text("ustalenia terminu wyjazdu")
    call = page.url
    agreed_by_key_1_to_what_the_owner_said(page, fresh, tmp_path / "call.proof.jsonl")
    page.goto(call)
    listen_in_polish(page)
    page.goto(fresh.url)
    expect(page.locator("#missing-title")).to_have_count(0)
    expect(page.locator("header nav a[href='/phone']")).to_be_visible()


def agreed_by_key_1_to_what_the_owner_said(page: Page, box: Box, file: Path) -> None:
    """Show by the signed proof that the caller agreed by key 1 to the owner's own recordings."""
    page.goto(f"{page.url}/proof")
    with page.expect_download() as started:
        page.locator("form[action$='/proof'] button").first.click()
    started.value.save_as(file)
    (recording,) = read_proof(file.read_bytes()).recordings
    receipt = json.decode(recording.core.receipt, type=ConsentReceipt)
    assert (receipt.outcome, receipt.key, receipt.side) == ("agreed", "1", "far")
    assert set(receipt.purposes) == {"complaint", "own"}
    assert receipt.refused == ()
    own = {entry.sha256: entry for entry in entries(box.data / "prompts" / "own")}
    assert {entry.by for entry in own.values()} == {OWNER}
    asked = own[receipt.prompt_sha256]
    assert asked.spoken in {Spoken.QUESTION, Spoken.KEYS}
    heard = {words.prompt_sha256 for words in receipt.said}
    assert heard, "what was heard is on the receipt"
    assert heard <= own.keys(), "nothing but the owner's own recordings was heard"


def listen_in_polish(page: Page) -> None:
    """Show that what was recorded can be opened and heard."""
    page.locator("input[name=purpose]").first.check()
    page.locator("#player button.main").click()
    seconds = page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          if (!audio.duration) await new Promise((next) => { audio.onloadedmetadata = next; });
          return audio.duration;
        }"""
    )
    assert seconds > 1.0


def test_every_step_fits_every_window_without_scripts(fresh: Box, browser: Browser) -> None:
    """It comes after the box was set up: every page is full."""
    for language in ("pl", "de"):
        context = browser.new_context(locale=language, java_script_enabled=False)
        page = context.new_page()
        page.goto(fresh.url + "login")
        page.locator("#name").fill(OWNER)
        page.locator("#password").fill(PASSWORD)
        page.locator("form.card button.main").click()
        for path in ("", *(f"/{step}" for step in STEPS), f"/notice/{language}"):
            page.goto(f"{fresh.url}setup{path}")
            assert page.locator("h1").count() == 1, path
            for width in WIDTHS if language == "pl" else WIDTHS[:1]:
                page.set_viewport_size({"width": width, "height": 800})
                box = page.locator("body").bounding_box()
                wide = page.locator("main").evaluate("e => e.scrollWidth") if box else 0
                assert wide <= width, (path, language, width)
                assert page.evaluate(LAID_OUT) == [], (path, language, width)
        context.close()
