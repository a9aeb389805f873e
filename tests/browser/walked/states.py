"""Bring pages into the states that no address alone leads to.

The first run, logins, answers to forms, forms with mistakes, calls that go on. ``places`` names the
pages that an address leads to.
"""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyotp
import soundfile
from msgspec import structs
from playwright.sync_api import Browser, Page

from appliance.clock import HOUR
from appliance.link.requests.live import LineLevel, OnLine
from appliance.link.requests.words import MeasuredTakes
from appliance.model.audio import RATE
from appliance.model.demo_phone import PhoneNow, PhonesNow, Sounding, idle
from appliance.model.takes import Measure
from tests.boxes import PASSWORD
from tests.browser.filled import ANNA, Filled, enter, fresh
from tests.browser.places import play
from tests.browser.walked import backup, mail, recovery, sftp, update
from tests.keeper.boxes import OWNER
from tests.web.pages.test_demo_phone import QUESTION
from tests.web.setup.test_plugged import ASKED

State = tuple[str, Page]

FRESH_PASSWORD = "another four unrelated words"

_newcomers = itertools.count(1)


def states(browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    box.panel.box.clock.advance(HOUR)  # the wrong passwords of a walk before count no more
    yield from first_run(browser, **look)
    yield from recovery.restores(browser, **look)
    yield from _outside(browser, box, **look)
    page = enter(browser, box, **look)
    for some in ANSWERS:
        yield from some(page, box)
    yield from _calls(page, box)
    yield from _idle(page, box)
    page.context.close()


def first_run(browser: Browser, **look: Any) -> Iterator[State]:
    """Set a box up, as far as its recovery sheet."""
    with fresh() as (url, code):
        page = browser.new_context(**look).new_page()
        page.goto(url)
        yield "first-run", page
        _send(page)
        page.locator(".mistake").first.wait_for()
        yield "first-run-mistakes", page
        for field, text in (("code", code), ("name", OWNER)):
            page.locator(f"#{field}").fill(text)
        for field in ("password", "repeated"):
            page.locator(f"#{field}").fill(PASSWORD)
        _send(page)
        page.locator(".groups").wait_for()
        yield "first-run-sheet", page
        _type_wrong_groups(page)
        yield "first-run-sheet-mistake", page
        page.goto(f"{url}first-run?another=yes")
        yield "first-run-again", page
        page.context.close()


def _send(page: Page) -> None:
    page.locator("main form.card button.main").last.click()


def _type_wrong_groups(page: Page) -> None:
    for field in page.locator("input[name^=group-]").all():
        field.fill("AAAAA")
    _send(page)
    page.locator("#wrong").wait_for()


def _outside(browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    page = browser.new_context(**look).new_page()
    page.goto(box.url + "login")
    page.locator("details.lost summary").click()
    yield "login", page
    _log_in(page, "Nobody", PASSWORD)
    page.locator("#wrong").wait_for()
    yield "login-mistake", page
    page.goto(box.url + "recovery")
    yield "recovery", page
    _send(page)
    page.locator(".mistake").first.wait_for()
    yield "recovery-mistakes", page
    yield from _newcomer(page, browser, box, **look)
    page.context.close()


def _log_in(page: Page, name: str, password: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    _send(page)


def _newcomer(page: Page, browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    """Be somebody new: choose a password, set up an app and backup codes, log in with a code."""
    owner = enter(browser, box, **look)
    name, code = _add_person(owner, box)
    owner.context.close()
    page.goto(box.url + "login")
    _log_in(page, name, code)
    page.locator("#new").wait_for()
    yield "choose-password", page
    _send(page)
    page.locator(".mistake").first.wait_for()
    yield "choose-password-mistakes", page
    if page.locator("#old").is_visible():  # not where the login has just shown it
        page.locator("#old").fill(code)
    page.locator("#new").fill(FRESH_PASSWORD)
    page.locator("#repeated").fill(FRESH_PASSWORD)
    _send(page)
    page.wait_for_url(box.url)
    yield "home-listener", page
    yield from _app(page, box)
    page.goto(box.url + "login")
    _log_in(page, name, FRESH_PASSWORD)
    page.locator("#code").wait_for()
    yield "login-code", page
    page.locator("#code").fill("000000")
    _send(page)
    page.locator("#wrong").wait_for()
    yield "login-code-mistake", page


def _add_person(page: Page, box: Filled) -> tuple[str, str]:
    name = f"Maria Przykładowa-Rozenberg {next(_newcomers)}"
    page.goto(box.url + "people")
    form = page.locator("form[action='/people']")
    form.locator("[name=name]").fill(name)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").click()
    return name, page.locator(".once").inner_text()


def _app(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "me")
    begin = page.locator("form[action='/me/totp']")
    begin.locator("#password").fill(FRESH_PASSWORD)
    begin.locator("button").click()
    key = "".join(page.locator("code.key").inner_text().split())
    yield "app", page
    confirm = page.locator("form[action='/me/totp/confirm']")
    confirm.locator("#code").fill("000000")
    confirm.locator("button").click()
    page.locator("#code-mistake:not([hidden])").wait_for()
    yield "app-mistake", page
    confirm.locator("#code").fill(_code(key, box))
    confirm.locator("button").click()
    page.locator("#backup").wait_for()
    for folded in page.locator("main details:not([open]) summary").all():
        folded.click()
    yield "me-with-app", page
    box.panel.box.clock.advance(30)  # a code is good once
    page.locator("#backup").fill(FRESH_PASSWORD)
    page.locator("#backup-code").fill(_code(key, box))
    page.locator("form[action='/me/backup-codes'] button").click()
    page.locator(".backup-codes").wait_for()
    yield "backup-codes", page
    page.goto(box.url)
    if page.locator(".menu-button").is_visible():
        page.locator(".menu-button").click()
    page.locator("form.me button").click()
    page.wait_for_url("**/login")


def _code(key: str, box: Filled) -> str:
    return pyotp.TOTP(key).at(int(box.panel.box.clock.now()))


def _one_time_password(page: Page, box: Filled) -> Iterator[State]:
    _add_person(page, box)
    yield "one-time-password", page


def _sheet(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "sheet")
    page.locator("#password").fill(PASSWORD)
    page.locator("form[action='/sheet'] button").click()
    page.locator(".groups").wait_for()
    yield "sheet-new", page
    _type_wrong_groups(page)
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


def _setup(page: Page, box: Filled) -> Iterator[State]:
    page.goto(f"{box.url}setup/office")
    page.locator("#controller").fill("")
    _send(page)
    page.locator("#summary-title").wait_for()
    yield "setup-mistakes", page
    page.goto(f"{box.url}setup/office")
    page.locator("#controller_says-pl").fill("Kancelaria Nowak i Wspólnicy w Warszawie")
    _send(page)
    page.locator("[name=confirmed]").first.wait_for()
    yield "setup-preview", page


def _plugged(page: Page, box: Filled) -> Iterator[State]:
    before, box.panel.recorder.devices = box.panel.recorder.devices, ASKED
    page.goto(f"{box.url}setup/line")
    page.locator("details summary").last.click()
    page.locator("#card").wait_for()
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
        _send(page)
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
    page.locator("form.search button").click()
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


def _calls(page: Page, box: Filled) -> Iterator[State]:
    play(page, box)
    yield "player", page
    recorder, now = box.panel.recorder, box.panel.box.clock.now()
    quiet = recorder.status
    since = {"since": now - 42.0, "call_since": now - 70.0}
    recorder.people = (OnLine("Reception", "incoming", "known", ANNA, "Anna Żółć-Przykładowa"),)
    recorder.levels = (LineLevel("Reception", -18.2),)
    for state in ("asking", "recording", "paused"):
        recorder.status = structs.replace(
            quiet, state=state, recording=state == "recording", **since
        )
        yield f"home-{state}", _home(page, box, state)
    recorder.people, recorder.levels = (), ()
    for state in ("asking", "recording"):
        recorder.status = structs.replace(quiet, state=state, **since)
        recorder.phones_now = (_talking(asking=state == "asking"),)
        page.goto(box.url + "phone")
        page.locator("[data-party=caller] [data-key='1']:not([disabled])").wait_for()
        yield f"phone-{state}", page
    recorder.phones_now = (idle(0),)
    recorder.status = structs.replace(quiet, outcome="unrecorded", reason="refused")
    yield "home-refused", _home(page, box, "idle")
    recorder.status = structs.replace(quiet, state="fault")
    yield "home-fault", _home(page, box, "fault")
    recorder.status = quiet
    recorder.away = True
    page.goto(box.url)
    page.locator("#recorder-away:not([hidden])").wait_for()
    yield "home-recorder-away", page
    page.goto("about:blank")  # the page would load itself again
    recorder.away = False


def _home(page: Page, box: Filled, state: str) -> Page:
    page.goto(box.url)
    page.locator(f"[data-line][data-state={state}]").wait_for()
    return page


def _talking(*, asking: bool) -> PhonesNow:
    asks = Sounding(
        id=7, kind="prompt", what=QUESTION.ref.sha256, by="box", began=4000, spoken="question"
    )
    phones = tuple(
        PhoneNow(
            party=party,
            state="talking",
            display=ANNA if party == "office" else "",
            hears=(asks,) if asking else (),
            may=("hang_up", "key", "talk"),
        )
        for party in ("caller", "office")
    )
    return PhonesNow(at=8000, phones=(*phones, PhoneNow(party="third", may=("call",))))


def _idle(page: Page, box: Filled) -> Iterator[State]:
    page.goto(box.url + "calls")
    page.evaluate("document.getElementById('idle').showModal()")
    yield "idle", page


ANSWERS = (
    *(_one_time_password, _sheet, _settings, _setup, _plugged),
    *(
        _words,
        _mistakes,
        _lists,
        _erase_all,
        backup.states,
        sftp.states,
        mail.states,
        update.states,
        recovery.states,
    ),
)
