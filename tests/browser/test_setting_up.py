"""An office manager sets a fresh box up alone, in Polish, and lets somebody call: no terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect

from appliance.prompts.shipped import shipped
from tests.browser.box import (  # fmt: skip
    CALL_SECONDS,
    OWNER,
    PASSWORD,
    Box,
    chromium,
    running,
)

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

WIDTHS = (320, 768, 1366)
STEPS = ("office", "line", "purposes", "words", "people", "notice", "test")


@dataclass(frozen=True)
class Fresh:
    """A fresh box, and the folder of its owner's voice."""

    box: Box
    voice: Path


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    folder = tmp_path_factory.mktemp("box")
    seed = (resources.files("appliance.config") / "fresh.toml").read_text("utf-8")
    voice, config = folder / "voice", folder / "zgoda.toml"
    config.write_text(f'{seed}\n[vault]\nprompts = "{voice}"\npool_ahead = 64\n', "utf-8")
    with running(folder / "data", "--config", str(config)) as started:
        yield Fresh(started, voice)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
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


def give_a_voice(page: Page, voice: Path) -> None:
    """Leave recordings where the box finds the owner's.

    They say other words, in another voice; what counts here is that the line has a voice at all.
    """
    is_at(page, "words")
    expect(page.get_by_text("Nikt jeszcze tego nie mówi")).to_be_visible()
    (voice / "pl").mkdir(parents=True)
    for entry in shipped().entries.values():
        if entry.language == "pl":
            path = voice / "pl" / f"{entry.spoken}.wav"
            soundfile.write(path, shipped().sound(entry), 8000)
    go_on(page)


def work_alone(page: Page) -> None:
    is_at(page, "people")
    go_on(page)
    is_at(page, "notice")
    page.locator("[name=who][value=alone]").check()
    go_on(page)


def test_from_nothing_to_a_recorded_call_with_own_purposes(fresh: Fresh, browser: Browser) -> None:
    page = browser.new_context(locale="pl-PL").new_page()
    first_run(page, fresh.box)
    expect(page.get_by_role("heading", name="Konfiguracja", exact=True)).to_be_visible()
    page.locator("main .main").click()

    name_the_office(page)
    choose_the_line(page)
    say_why(page)
    page.goto(fresh.box.url)  # it is left, and taken up again
    page.locator("main a[href='/setup/words']").click()
    give_a_voice(page, fresh.voice)
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
    recorded.click()
    expect(page.locator("main")).to_contain_text("ustalenia terminu wyjazdu")
    listen_in_polish(page)
    page.goto(fresh.box.url)
    expect(page.locator("#missing-title")).to_have_count(0)
    expect(page.locator("header nav a[href='/phone']")).to_be_visible()


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


def test_every_step_fits_every_window_without_scripts(fresh: Fresh, browser: Browser) -> None:
    """It comes after the box was set up: every page is full."""
    for language in ("pl", "en", "de"):
        context = browser.new_context(locale=language, java_script_enabled=False)
        page = context.new_page()
        page.goto(fresh.box.url + "login")
        page.locator("#name").fill(OWNER)
        page.locator("#password").fill(PASSWORD)
        page.locator("form.card button.main").click()
        for path in ("", *(f"/{step}" for step in STEPS), f"/notice/{language}"):
            page.goto(f"{fresh.box.url}setup{path}")
            assert page.locator("h1").count() == 1, path
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                box = page.locator("body").bounding_box()
                wide = page.locator("main").evaluate("e => e.scrollWidth") if box else 0
                assert wide <= width, (path, language, width)
        context.close()
