"""Mistakes in a form are told in the language of its reader, and none of them in English."""

import html
import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from appliance.config import read
from appliance.config.mistakes import MISTAKES, Mistake, MistakesFound
from appliance.language import translated
from appliance.link.requests.settings import ShowSettings
from tests.web.conftest import Panel
from tests.web.pages.test_settings import filled, send
from web.settings import answers
from web.settings.fields import SECTIONS

VALUE = re.compile(r"%\((\w+)\)s")

ENDS = {
    "hook-driver": "isdn",
    "audio-driver": "isdn",
    "prompt-driver": "isdn",
    "hook-transport": "l1oip",
    "hook-id": "tunnel",
    "hook-network": "10.8.0.2:9311",
    "hook-terminal": "10.8.0.2:9311",
    "hook-network_here": "127.0.0.1",
    "hook-terminal_here": "127.0.0.1:99",
    "name": "a/b",
    "number": "112",
    "more_key": "1",
}
"""Ten fields are wrong or empty."""

CALLER_ID = {
    "hook-driver": "monitor",
    "hook-dialect": "netcallerid",
    "hook-port": "/dev/serial/by-id/usb-caller",
    "audio-driver": "sound",
    "audio-card": "1",
    "prompt-driver": "sound",
    "prompt-card": "LineTap",
}
"""NetCallerID sees no hook, and a card's number may change."""


def typed(panel: Panel, fields: dict[str, str]) -> MultiDict[str, str]:
    """Return the form of the first line with something typed, and devices of its own."""
    form = filled(panel, "lines", 0)
    for key in list(form):
        if key.startswith(("hook-", "audio-", "prompt-")):
            form[key] = ""
    for key, value in fields.items():
        form[key] = value
    return form


def mistakes(panel: Panel, form: MultiDict[str, str]) -> tuple[Mistake, ...]:
    """Return what the configuration's reader finds in what a form sends."""
    now: Any = panel.box.ask(ShowSettings(), panel.box.log_in())
    with pytest.raises(MistakesFound) as found:
        read.check(answers.drafted(now.values, SECTIONS["lines"], 0, form))
    return found.value.mistakes


def english_in(text: str) -> list[str]:
    """Return each English sentence of a mistake that a text holds."""
    found = []
    for sentence in MISTAKES.values():
        parts = [re.escape(part) for part in VALUE.split(sentence)[::2]]
        if re.search(".{1,200}?".join(parts), text):
            found.append(sentence)
    return found


@pytest.mark.parametrize("language", ["pl", "de"])
@pytest.mark.parametrize(("fields", "count"), [(ENDS, 9), (CALLER_ID, 2)], ids=["ends", "caller"])
def test_no_mistake_of_a_line_reaches_its_form_in_english(
    panel: Panel, fields: dict[str, str], count: int, language: str
) -> None:
    form = typed(panel, fields)
    found = mistakes(panel, form)
    browser = panel.log_in()
    form["csrf_token"] = browser.token()

    answer = browser.client.post(
        "/settings/lines/0", data=form | {"do": "preview"}, headers={"Accept-Language": language}
    )

    assert answer.status_code == 400
    text = html.unescape(answer.text)
    assert len(found) >= count, found
    for each in found:
        assert each.sentence(language) in text, each
    assert english_in(text) == []


def test_english_is_known_where_it_stands(panel: Panel) -> None:
    """The control of the test above."""
    page = send(panel.log_in(), "/settings/lines/0", typed(panel, ENDS), do="preview")
    assert len(english_in(html.unescape(page.text))) >= 7
    assert english_in(translated(MISTAKES["range"], "de")) == []
