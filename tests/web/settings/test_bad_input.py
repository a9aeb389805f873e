"""Whatever a browser posts for an answer, one clear sentence comes back, and no fault."""

import html
import re

import pytest
from werkzeug.datastructures import MultiDict

from tests.web.conftest import Panel
from tests.web.pages.test_settings import filled, send

DIGITS = "9" * 4301
HIDDEN = "A character here cannot be shown"
DEEP = "[" * 1000 + "]" * 1000
SENTENCE = re.compile(r'id="([\w-]+)-mistake"[^>]*>([^<]+)<')

BAD = [
    ("pause", "pause_minutes", DIGITS, "Write a whole number from 1 to 30."),
    ("pause", "pause_minutes", f"-{DIGITS}", "Write a whole number from 1 to 30."),
    ("pause", "pause_minutes", DEEP, "Write a whole number from 1 to 30."),
    ("pause", "pause_minutes", "1_0\x00", "Write a whole number from 1 to 30."),
    ("office", "name", "a\x00b", f"{HIDDEN} (U+0000, at position 2); remove it."),
    ("office", "name", "a b\u202e", f"{HIDDEN} (U+202E, at position 4); remove it."),
    ("office", "name", "x" * 5000, "Write one line of at most 400 characters."),
    ("office", "name", DEEP, "Write one line of at most 400 characters."),
    ("office", "contact", "\ufeff" + "x" * 500, "Write one line of at most 400 characters."),
    ("office", "controller", "one\r\ntwo", "Write one line of at most 400 characters."),
    ("office", "country", "\ud7ff" * 300, "Choose a country: two capital letters, such as PL."),
]


@pytest.mark.parametrize(
    ("section", "field", "typed", "said"),
    BAD,
    ids=[f"{each[1]}-{at}" for at, each in enumerate(BAD)],
)
def test_a_value_that_nobody_means_is_one_sentence(
    panel: Panel, section: str, field: str, typed: str, said: str
) -> None:
    form = filled(panel, section)
    form[field] = typed
    page = send(panel.log_in(), f"/settings/{section}", form, do="preview")
    assert page.status_code == 400
    assert SENTENCE.findall(html.unescape(page.text)) == [(field, said)]
    assert "Traceback" not in page.text


@pytest.mark.parametrize("many", [1500, 70_000])
def test_a_form_of_many_fields_is_refused_or_passed_over(panel: Panel, many: int) -> None:
    form: MultiDict[str, str] = filled(panel, "pause", pause_minutes="99")
    for number in range(many):
        form[f"k{number}"] = "1"
    page = send(panel.log_in(), "/settings/pause", form, do="preview")
    assert page.status_code in {400, 413}
    assert "Traceback" not in page.text
