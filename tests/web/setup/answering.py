"""Answer the steps of setting up as a browser does."""

import html
import re
from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from appliance.config.kept import in_force
from appliance.config.settings import Config
from tests.web.conftest import Browser, Panel

PAGES_OWN = frozenset({"csrf_token", "base", "do", "confirmed"})

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
OFFICE = {
    "name": "Biuro Nowak",
    "controller": "Biuro Nowak sp. z o.o., Warszawa",
    "contact": "rodo@biuro.example",
    "country": "PL",
    "languages-0": "pl",
    "controller_says-pl": "Biuro Nowak w Warszawie",
    "recipients": "nobody",
}
LINE = {"name": "Recepcja", "number": "22 123 45 67", "device": "exchange"}
REASON = "Callers expect us to mend what they report, and nobody listens to anything else."


def config(panel: Panel) -> Config:
    return in_force(panel.box.folders, panel.box.seed).config


def version(panel: Panel) -> str:
    return str(in_force(panel.box.folders, panel.box.seed).version)


def send(panel: Panel, browser: Browser, step: str, **form: Any) -> TestResponse:
    """Send a form; a purpose touches nothing sensitive unless it says so."""
    used = form.get("use", [])
    for name in used if isinstance(used, list) else [used]:
        form.setdefault(f"health-{name}", "no")
    data = MultiDict({"csrf_token": browser.token(), "base": version(panel), "do": "save"})
    for key, value in form.items():
        if isinstance(value, list):
            data.setlist(key, value)
        else:
            data[key] = value
    return browser.post(f"/setup/{step}", data=data)


def kept(panel: Panel, browser: Browser, step: str, **form: Any) -> TestResponse:
    """Send a form and confirm whatever has to be."""
    answer = send(panel, browser, step, **form)
    if answer.status_code != 200:
        return answer
    return saved(panel, browser, answer, *asked(answer), step=step)


def asked(preview: TestResponse) -> list[str]:
    """Return the statements that a preview asks to be confirmed."""
    return re.findall(r'name="confirmed" value="([^"]+)"', preview.text)


def filled(panel: Panel, browser: Browser) -> None:
    """Answer the steps up to the line."""
    assert kept(panel, browser, "office", **OFFICE).status_code == 303
    assert kept(panel, browser, "line", **LINE).status_code == 303


def saved(
    panel: Panel, browser: Browser, preview: TestResponse, *confirmed: str, step: str = "purposes"
) -> TestResponse:
    assert preview.status_code == 200, preview.text
    form = MultiDict(
        (html.unescape(key), html.unescape(value))
        for key, value in HIDDEN.findall(preview.text)
        if key not in {"csrf_token", "back"}
    )
    form.setlist("confirmed", list(confirmed))
    form["csrf_token"], form["do"] = browser.token(), "save"
    return browser.post(f"/setup/{step}", data=form)


def steps_left(browser: Browser) -> list[str]:
    """Return the steps that Home names."""
    page = browser.get("/").text
    if 'id="missing-title"' not in page:
        return []
    card = page.partition('id="missing-title"')[2].partition("</section>")[0]
    return re.findall(r'href="/setup/(\w+)"', card)


class _Form(HTMLParser):
    """The answers of the form that a page asks its questions in."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[str, str]] = []
        self._inside = False
        self._select = self._textarea = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = said.get("class") == "card form"
        if not self._inside:
            return
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "input" and (said.get("type") not in {"checkbox", "radio"} or "checked" in said):
            self.answers.append((name, value))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((value, "selected" in said))
        elif tag == "textarea":
            self._textarea = name
            self.answers.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            self.answers.append((self._select, (chosen or [self._options[0][0]])[0]))
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.answers[-1] = (self._textarea, self.answers[-1][1] + data)


def sent_by(page: str) -> MultiDict[str, str]:
    """Return the answers that a page shows."""
    form = _Form()
    form.feed(page)
    return MultiDict((name, value) for name, value in form.answers if name not in PAGES_OWN)
