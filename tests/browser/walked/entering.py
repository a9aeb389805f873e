"""Bring the pages of the way in into their states: first run, logins, a newcomer's."""

import itertools
from collections.abc import Iterator
from typing import Any

import pyotp
from playwright.sync_api import Browser, Page

from tests.boxes import PASSWORD
from tests.browser.box import found
from tests.browser.filled import Filled, enter, fresh
from tests.keeper.boxes import OWNER

State = tuple[str, Page]

FRESH_PASSWORD = "another four unrelated words"

_newcomers = itertools.count(1)


def first_run(browser: Browser, **look: Any) -> Iterator[State]:
    """Set a box up, as far as its recovery sheet."""
    with fresh() as (url, code):
        page = browser.new_context(**look).new_page()
        page.goto(url)
        yield "first-run", page
        send(page)
        page.locator(".mistake").first.wait_for()
        yield "first-run-mistakes", page
        for field, text in (("code", code), ("name", OWNER)):
            page.locator(f"#{field}").fill(text)
        for field in ("password", "repeated"):
            page.locator(f"#{field}").fill(PASSWORD)
        page.locator("[name=plain]").check()
        send(page)
        page.locator(".groups").wait_for()
        yield "first-run-sheet", page
        type_wrong_groups(page)
        yield "first-run-sheet-mistake", page
        page.goto(f"{url}first-run?another=yes")
        yield "first-run-again", page
        page.context.close()


def send(page: Page) -> None:
    """Press the form's main button."""
    page.locator("main form.card button.main").last.click()


def type_wrong_groups(page: Page) -> None:
    """Type back what does not stand on the sheet."""
    for field in page.locator("input[name^=group-]").all():
        field.fill("AAAAA")
    send(page)
    page.locator("#wrong").wait_for()


def outside(browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    """Be outside: log in, recover, become somebody new."""
    page = browser.new_context(**look).new_page()
    page.goto(box.url + "login")
    page.locator("details.lost summary").click()
    yield "login", page
    _log_in(page, "Nobody", PASSWORD)
    page.locator("#wrong").wait_for()
    yield "login-mistake", page
    page.goto(box.url + "recovery")
    yield "recovery", page
    send(page)
    page.locator(".mistake").first.wait_for()
    yield "recovery-mistakes", page
    yield from _newcomer(page, browser, box, **look)
    page.context.close()


def _log_in(page: Page, name: str, password: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    send(page)


def _newcomer(page: Page, browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    """Be somebody new: choose a password, set up an app and backup codes, log in with a code."""
    owner = enter(browser, box, **look)
    name, code = add_person(owner, box)
    owner.context.close()
    page.goto(box.url + "login")
    _log_in(page, name, code)
    page.locator("#new").wait_for()
    yield "choose-password", page
    send(page)
    page.locator(".mistake").first.wait_for()
    yield "choose-password-mistakes", page
    if page.locator("#old").is_visible():  # not where the login has just shown it
        page.locator("#old").fill(code)
    page.locator("#new").fill(FRESH_PASSWORD)
    page.locator("#repeated").fill(FRESH_PASSWORD)
    send(page)
    page.wait_for_url(box.url)
    yield "home-listener", page
    yield from _app(page, box)
    page.goto(box.url + "login")
    _log_in(page, name, FRESH_PASSWORD)
    page.locator("#code").wait_for()
    yield "login-code", page
    page.locator("#code").fill("000000")
    send(page)
    page.locator("#wrong").wait_for()
    yield "login-code-mistake", page


def add_person(page: Page, box: Filled) -> tuple[str, str]:
    """Add somebody; return the name and the one-time password."""
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
    found(page.locator("#backup"))
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
