"""A form has a row for every key of its line, and none is lost between two of them."""

import html
import re

import pytest
from werkzeug.datastructures import MultiDict

from appliance.link.requests.settings import ShowSettings
from tests.web.conftest import Panel
from tests.web.pages.test_settings import filled, send
from web.settings import answers
from web.settings.fields import SECTIONS

ROW = re.compile(r'<select id="key-(\d+)" name="key-\d+">.*?</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="(\d)" selected>')
EIGHT = "14678235"


def typed(panel: Panel, rows: list[tuple[str, list[str]]]) -> MultiDict[str, str]:
    """Return the form of the first line with other keys."""
    form = filled(panel, "lines", 0)
    for key in [each for each in form if each.startswith(("key-", "agrees-"))]:
        form.poplist(key)
    for row, (key, agreed) in enumerate(rows):
        form[f"key-{row}"] = key
        form.setlist(f"agrees-{row}", agreed)
    return form


def made(panel: Panel, form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Return the keys that a form makes."""
    now = panel.box.ask(ShowSettings(), panel.box.log_in())
    made = answers.drafted(now.values, SECTIONS["lines"], 0, form)
    choices: dict[str, list[str]] = made["line"][0]["choices"]
    return choices


@pytest.mark.parametrize("keys", ["1", EIGHT])
def test_a_form_shows_every_key_that_it_was_sent(panel: Panel, keys: str) -> None:
    form = typed(panel, [(key, []) for key in keys])

    page = send(panel.log_in(), "/settings/lines/0", form, do="edit")

    rows = [CHOSEN.findall(row[0]) for row in ROW.finditer(page.text)]
    assert len(rows) >= 6
    assert [row[0] for row in rows if row] == list(keys)


def test_a_key_in_two_rows_agrees_to_what_stands_in_both(panel: Panel) -> None:
    form = typed(panel, [("1", ["training"]), ("2", []), ("1", ["quality"])])
    assert made(panel, form) == {"1": ["training", "quality"], "2": []}


def test_the_same_mistake_of_two_keys_stands_in_the_row_of_each(panel: Panel) -> None:
    form = typed(panel, [("1", ["a", "a"]), ("2", []), ("4", ["b", "b"])])

    page = send(panel.log_in(), "/settings/lines/0", form, do="preview")

    said = "Something is there twice; remove one."
    for row, key in ((0, "1"), (2, "4")):
        assert f'id="key-{row}-mistake">{said}<' in page.text
        assert f'<a href="#key-{row}-mistake">Key {key}</a>: {said}' in html.unescape(page.text)
    assert page.text.count(said) == 4
