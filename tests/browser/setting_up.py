"""Lead an office through the first run in a browser, page by page, with a voice of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from playwright.sync_api import Page, expect

from appliance.model.audio import RATE, samples
from appliance.model.policy import PromptKind
from appliance.prompts.shipped import shipped
from tests.browser.box import OWNER, PASSWORD, Box, found


@dataclass(frozen=True)
class Voice:
    """An owner's recordings."""

    files: Mapping[PromptKind, list[Path]]
    microphone: Path


TWO_TAKES = (PromptKind.QUESTION, PromptKind.KEYS)
"""Words that end with a key's name, which is spoken by itself."""

MEASURING_MS = 300_000
"""The child that measures gives way to everything else, and much else may go on."""


def own_voice(folder: Path) -> Voice:
    """Write recordings of an owner: one for each kind of words, and what the microphone hears.

    They say other words than the office's own, in another voice; the box cannot know that.
    """
    room = np.random.default_rng(1).normal(0, 2e-4, samples(0.3))
    files: dict[PromptKind, list[Path]] = {}
    for entry in shipped().entries.values():
        if entry.language == "pl":
            words = shipped().sound(entry).astype(np.float64) / 32768
            last = [-samples(1.1)] if entry.spoken in TWO_TAKES else []  # the last key's name
            files[entry.spoken] = []
            for number, take in enumerate(np.split(words, last)):
                path = folder / f"{entry.spoken}-{number}.wav"
                soundfile.write(path, np.concatenate([room, take, room]), RATE)
                files[entry.spoken].append(path)
    heard, rate = soundfile.read(files[PromptKind.CONFIRMATION][0])
    silence = np.random.default_rng(2).normal(0, 2e-4, samples(3.0))
    whole = np.concatenate([heard, silence])
    soundfile.write(folder / "microphone.wav", soxr.resample(whole, rate, 48_000), 48_000)
    return Voice(files, folder / "microphone.wav")


def first_run(page: Page, box: Box) -> str:
    """Choose a password, and type back from the recovery sheet, whose groups are returned."""
    page.goto(box.url)
    page.locator("#code").fill(box.code)
    page.locator("#name").fill(OWNER)
    page.locator("#password").fill(PASSWORD)
    page.locator("#repeated").fill(PASSWORD)
    page.locator("[name=time_sure]").check()
    page.locator("[name=plain]").check()
    page.get_by_role("button", name="Utwórz archiwum nagrań").click()
    groups = found(page.locator(".groups code")).all_inner_texts()
    for field in page.locator("input[name^=group-]").all():
        name = field.get_attribute("name") or ""
        field.fill(groups[int(name.removeprefix("group-"))])
    page.get_by_role("button", name="Potwierdź").click()
    return " ".join(groups)


def is_at(page: Page, step: str) -> None:
    expect(page.locator(".steps [aria-current=step] a")).to_have_attribute("href", f"/setup/{step}")


def go_on(page: Page) -> None:
    page.locator("main .main").last.click()


def confirm(page: Page) -> None:
    """Confirm, by name, all that the page asks for."""
    save = found(page.locator("main button[value=save]"))
    for box in page.locator("[name=confirmed]").all():
        box.check()
    save.click()


def name_the_office(page: Page) -> None:
    """Say who records, and how callers hear it."""
    is_at(page, "office")
    page.locator("#name").fill("Biuro Podróży Wisła")
    page.locator("#controller").fill("Biuro Podróży Wisła sp. z o.o., Kraków")
    page.locator("#contact").fill("rodo@wisla.example")
    page.locator("#controller_says-pl").fill("Biuro Podróży Wisła w Krakowie")
    page.locator("#recipients").select_option("nobody")
    go_on(page)
    confirm(page)


def choose_the_line(page: Page) -> None:
    is_at(page, "line")
    page.locator("#name").fill("Recepcja")
    page.locator("#number").fill("22 123 45 67")
    page.locator("[name=device][value=exchange]").check()
    go_on(page)


def choose_a_ready_purpose(page: Page) -> None:
    """Choose one purpose that needs no words of the office's own."""
    is_at(page, "purposes")
    page.locator("[name=use][value=complaint]").check()
    page.locator("[name=health-complaint][value=no]").check()
    go_on(page)
    confirm(page)


def say_why(page: Page) -> None:
    """Choose a ready purpose and word another one."""
    is_at(page, "purposes")
    page.locator("[name=use][value=complaint]").check()
    page.locator("[name=health-complaint][value=no]").check()
    page.locator("[name=use][value=own]").check()
    page.locator("[name=health-own][value=no]").check()
    page.locator("#full-own-pl").fill("ustalenia terminu wyjazdu")
    page.locator("#short-own-pl").fill("ustalenie terminu")
    page.locator("#label-own-pl").fill("ustalenie terminu wyjazdu")
    go_on(page)
    heard = page.locator("blockquote").first
    expect(heard).to_contain_text("tu Biuro Podróży Wisła w Krakowie")
    expect(heard).to_contain_text("rozpatrzenia reklamacji i ustalenia terminu wyjazdu")
    confirm(page)


ALL_WORDS = 9
"""Question, keys, more, three outcomes, each of two agreements alone, and both."""

WORDS_OF_ONE_PURPOSE = 7
"""The same with one agreement."""


def give_a_voice(page: Page, box: Box, voice: Voice, words: int = ALL_WORDS) -> None:
    """Speak all that the line says: agreeing into the microphone, the rest as files."""
    is_at(page, "words")
    expect(page.get_by_text("Nikt jeszcze tego nie mówi")).to_be_visible()
    page.locator("main a.button[href='/words']").click()
    cards = found(page.locator("article.saying a[href^='/words/Recepcja/']")).all()
    addresses = [str(card.get_attribute("href")) for card in cards]
    assert len(addresses) == words
    for address in addresses:
        page.goto(box.url.rstrip("/") + address)
        kind = PromptKind(address.rpartition("/")[2].partition("-")[0])
        if kind is PromptKind.CONFIRMATION:
            speak(page)
        else:
            for number, take in enumerate(voice.files[kind]):
                page.locator("[name=take]").nth(number).set_input_files(take)
        page.locator("main button.main:not([data-do])").click(timeout=MEASURING_MS)
        confirmed = page.locator("input[name=confirmed]")
        expect(confirmed.first).to_be_visible(timeout=MEASURING_MS)
        for each in found(confirmed).all():
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


def listen_in_polish(page: Page) -> None:
    """Show that what was recorded can be opened and heard."""
    page.locator("input[name=purpose]").first.check()
    page.locator("#player button.main").click()
    page.locator("audio").wait_for()  # of the next page
    seconds = page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          if (!audio.duration) await new Promise((next) => { audio.onloadedmetadata = next; });
          return audio.duration;
        }"""
    )
    assert seconds > 1.0
