"""Bring pages into the states that no address alone leads to.

The first run, logins, answers to forms, forms with mistakes, calls that go on. ``places`` names the
pages that an address leads to.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page

from appliance.clock import HOUR
from appliance.link.requests.words import MeasuredTakes
from appliance.model.audio import RATE
from appliance.model.takes import Measure
from tests.boxes import PASSWORD
from tests.browser.filled import Filled, enter
from tests.browser.walked import backup, board, calls, mail, recovery, sftp, update
from tests.browser.walked.entering import (  # fmt: skip
    State,
    add_person,
    first_run,
    outside,
    send,
    type_wrong_groups,
)
from tests.web.setup.test_plugged import ASKED


def states(browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    box.panel.box.clock.advance(HOUR)  # the wrong passwords of a walk before count no more
    yield from first_run(browser, **look)
    yield from board.states(browser, **look)
    yield from recovery.restores(browser, box, **look)
    yield from outside(browser, box, **look)
    page = enter(browser, box, **look)
    for some in ANSWERS:
        yield from some(page, box)
    yield from calls.states(page, box)
    yield from _idle(page, box)
    page.context.close()


def _one_time_password(page: Page, box: Filled) -> Iterator[State]:
    add_person(page, box)
    yield "one-time-password", page


def _sheet(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "sheet")
    page.locator("#password").fill(PASSWORD)
    page.locator("form[action='/sheet'] button").click()
    page.locator(".groups").wait_for()
    yield "sheet-new", page
    type_wrong_groups(page)
    yield "sheet-new-mistake", page
    page.locator("form[action='/sheet/drop'] button").click()
    page.locator("#password").wait_for()


def _settings(page: Page, box: Filled) -> Iterator[State]:
    for many in ("lines", "purposes"):
        page.goto(f"{box.url}settings/{many}")
        yield f"settings-{many}", page
    page.goto(f"{box.url}settings/purposes/0")
    page.locator("#full-pl").fill("szkolenia naszych pracowników przyjmujących zgłoszenia")
    page.locator("#retention_days").fill("60")
    page.locator("button[value=preview]").click()
    page.locator("#calls-title").wait_for()
    yield "settings-preview", page
    page.locator("button[value=save]").click()
    page.locator("#confirmed-mistake").wait_for()
    yield "settings-preview-unconfirmed", page
    page.goto(f"{box.url}settings/purposes/0")
    page.locator("#full-pl").fill("")
    page.locator("#retention_days").fill("-1")
    page.locator("button[value=preview]").click()
    page.locator("#summary-title").wait_for()
    yield "settings-mistakes", page
    page.goto(f"{box.url}settings/purposes/new")
    page.locator("[name=basis][value=contract]").check()
    page.locator("#health").check()
    page.locator("#care_reason").wait_for()
    yield "settings-purpose-new", page


def _setup(page: Page, box: Filled) -> Iterator[State]:
    page.goto(f"{box.url}setup/office")
    page.locator("#controller").fill("")
    send(page)
    page.locator("#summary-title").wait_for()
    yield "setup-mistakes", page
    page.goto(f"{box.url}setup/office")
    page.locator("#controller_says-pl").fill("Kancelaria Nowak i Wspólnicy w Warszawie")
    send(page)
    page.locator("[name=confirmed]").first.wait_for()
    yield "setup-preview", page
    page.goto(f"{box.url}setup/purposes")
    for use in page.locator("[name=use]").all():
        use.check()
    page.locator("[name=basis-agreements][value=contract]").check()
    page.locator("#contract_to-agreements").wait_for()
    yield "setup-purposes-used", page


def _plugged(page: Page, box: Filled) -> Iterator[State]:
    before, box.panel.recorder.devices = box.panel.recorder.devices, ASKED
    page.goto(f"{box.url}setup/line")
    page.locator("details summary").last.click()
    way = page.locator("details .why").first
    way.locator("[name=device]").check()
    way.locator(".detail").wait_for()
    yield "setup-plugged", page
    box.panel.recorder.devices = before


def _words(page: Page, box: Filled) -> Iterator[State]:
    take = (2000 * np.sin(np.arange(2 * RATE) / 4)).astype("<i2")
    measures = (
        Measure("length", "good", 2.0),
        Measure("noise", "warn", 25.0),
        Measure("clicks", "warn", 3.0),
    )
    box.panel.recorder.measured = (MeasuredTakes(measures, len(take), len(take)), take.tobytes())
    page.goto(f"{box.url}words/Reception/refused")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "take.wav"
        soundfile.write(file, take, RATE)
        page.locator("[name=take]").set_input_files(file)
        send(page)
        page.locator("[name=confirmed]").first.wait_for()
    yield "words-draft", page


MISTAKES = {
    "people-mistakes": ("people", "form[action='/people'] button"),
    "me-mistakes": ("me", "form[action='/me/password'] button"),
    "never-recorded-mistakes": ("never-recorded", "button[value=add]"),
    "hold-mistakes": ("calls/{call}/hold", "form.card button.main"),
    "erase-mistakes": ("calls/{call}/erase", "form.card button.main"),
    "erase-all-mistakes": ("erase-all", "form[action='/erase-all'] button"),
}
"""Name -> a page with a form, and the button that sends it with nothing in it."""


def _mistakes(page: Page, box: Filled) -> Iterator[State]:
    for name, (path, button) in MISTAKES.items():
        page.goto(box.url + path.format(call=box.annas[0]))
        page.locator(button).click()
        page.locator(".mistake").first.wait_for()
        yield name, page


def _lists(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "never-recorded")
    page.locator(".numbers button").first.click()
    page.locator("button.danger").wait_for()
    yield "never-recorded-remove", page
    page.goto(box.url + "calls")
    page.locator("#text").fill("no such person")
    page.locator("form.search button.main").click()
    page.locator(".empty").wait_for()
    yield "calls-none", page
    for act in ("hold", "erase"):
        page.goto(box.url + "calls")
        for chosen in page.locator("[name=recording]").all()[:3]:
            chosen.check()
        page.locator(f"button[value={act}]").click()
        page.locator("#reason").wait_for()
        yield f"{act}-many", page


def _erase_all(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "erase-all")
    page.locator("[name=ground]").first.check()
    page.locator("[name=sure]").check()
    page.locator("#password").fill(PASSWORD)
    page.locator("form[action='/erase-all'] button").click()
    page.locator("#order-title").wait_for()
    yield "erase-all-asked", page
    page.locator("form[action='/erase-all/cancel'] button").click()
    page.locator("#ask-title").wait_for()


def _idle(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "calls")
    page.evaluate("document.getElementById('idle').showModal()")
    yield "idle", page


ANSWERS = (
    *(_one_time_password, _sheet, _settings, _setup, _plugged),
    *(_words, _mistakes, _lists, _erase_all),
    *(backup.states, sftp.states, mail.states, update.states, recovery.states),
)
