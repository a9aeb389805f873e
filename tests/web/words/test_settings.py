"""Every mistake that somebody can make in a form is told in the reader's language."""

import copy
import re
from typing import Any

import pytest
from flask_babel import force_locale

from appliance import toml
from appliance.config import read
from appliance.config.mistakes import Mistake, MistakesFound
from appliance.config.read import trial_text
from appliance.model.sentences.lacking import LACKING, lack
from tests.web.conftest import Panel
from web.words.settings import lacking, mistake, place, value

Change = tuple[tuple[str | int, ...], object]

FULL, SHORT, LABEL = (("purpose", 0, form) for form in ("full", "short", "label"))
KEYS = ("line", 0, "choices")

WRONG: list[Change] = [
    ((*FULL, "pl"), "szkolenia " * 20),
    ((*FULL, "pl"), "szkolenia w dn. 5 maja"),
    ((*FULL, "pl"), "szkolenia @ praca"),
    ((*FULL, "pl"), "szkolenia 工作"),
    ((*FULL, "pl"), "szkolenia naszych pracowników w sprawach ważnych spraw"),
    ((*FULL, "pl"), "do szkolenia"),
    ((*LABEL, "pl"), "na szkolenie"),
    ((*SHORT, "de"), "schulung"),
    ((*FULL, "de"), "Schulung"),
    ((*FULL, "pl"), "szkolenie pracowników"),
    ((*FULL, "pl"), "jakości"),
    (("line", 0, "choose_key"), "4"),
    (("line", 0, "more_key"), "1"),
    (("line", 0, "choose_key"), "9"),
    (KEYS, {"1": ["training", "quality"], "4": ["training", "quality"], "2": []}),
    (KEYS, {"1": ["training", "quality"], "0": ["training"], "6": ["quality"], "2": []}),
    (KEYS, {"1": ["training", "quality"], "3": ["training"], "6": ["quality"], "2": []}),
    (KEYS, {"1": ["training", "quality"], "5": ["training"], "6": ["quality"], "2": []}),
    (KEYS, {"1": ["training", "quality"], "2": []}),
    (KEYS, {"4": ["training"], "6": ["quality"], "1": ["training"]}),
    (("purpose", 0, "law_says"), {"pl": "ustawa", "en": "the law", "de": "das Gesetz"}),
    (("purpose", 0, "basis"), "contract"),
    (("purpose", 0, "basis"), "legitimate_interests"),
    (("line", 0, "records_from"), "soon"),
    (("line", 0, "number"), "112 112"),
    (("office", "controller_says", "pl"), "Biuro 7"),
    (("office", "name"), ""),
]


def mistakes(change: Change) -> tuple[Mistake, ...]:
    """Return what is said of the trial's settings with one change."""
    place, value = change
    values: Any = toml.loads(trial_text())
    if value == "contract":
        values["office"]["country"] = "DE"
    table: Any = values
    for key in place[:-1]:
        table = table[key]
    table[place[-1]] = copy.deepcopy(value)
    with pytest.raises(MistakesFound) as found:
        read.check(values)
    return found.value.mistakes


@pytest.mark.parametrize("change", WRONG, ids=lambda change: f"{change[0][-1]}-{change[1]}"[:40])
def test_no_mistake_is_told_in_english_to_a_polish_reader(panel: Panel, change: Change) -> None:
    found = mistakes(change)
    with panel.app.test_request_context("/"):
        with force_locale("en"):
            english = [mistake(each) for each in found]
        with force_locale("pl"):
            polish = [mistake(each) for each in found]
        with force_locale("de"):
            german = [mistake(each) for each in found]
    for each, en, pl, de in zip(found, english, polish, german, strict=True):
        assert en not in (pl, de), each.code


def test_what_lacks_before_a_line_records_is_told_in_the_readers_language(
    panel: Panel,
) -> None:
    for code, english in LACKING.items():
        names = re.findall(r"%\((\w+)\)s", english)
        found = lack(code, **{name: f"<{name}>" for name in names})
        with panel.app.test_request_context("/"), force_locale("pl"):
            polish = lacking(found)
        assert polish != found.sentence()
        assert all(f"&lt;{name}&gt;" in polish for name in names)


def test_the_place_of_a_form_of_words_names_its_language(panel: Panel) -> None:
    purposes = {"purpose": [{"id": "training"}]}
    with panel.app.test_request_context("/"), force_locale("pl"):
        assert place(("purpose", 0, "full", "pl"), purposes).endswith(" › polski")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), "Settings"),
        (("fresh",), "Not set up yet"),
        (("line", 0, "name"), "Line › Reception › Name of the line"),
        (("line", "Reception", "hook", "port"), "Line › Reception › "),
        (("panel", "port"), "Network and certificate › Port"),
        (("backup", "every"), "Backups › How often a backup is made"),
        (("office", "controller_says", "de"), "Office › The office's name, "),
        (("purpose", 7, "basis"), "Purpose › 8 › Lawful basis"),
        (("office", "nothing"), "Office › nothing"),
    ],
)
def test_a_place_is_named_as_it_is_declared(
    panel: Panel, found: tuple[str | int, ...], said: str
) -> None:
    values = {"line": [{"name": "Reception"}]}
    with panel.app.test_request_context(), force_locale("en"):
        assert place(found, values).startswith(said)


@pytest.mark.parametrize(
    ("found", "raw", "said"),
    [
        (("purpose", "training", "basis"), "consent", "Einwilligung"),
        (("line", "Reception", "kind"), "fax", "Fax: wird nie gefragt"),
        (("office", "languages"), "pl, de", "Polnisch, Deutsch"),
        (("office", "country"), "NL", "NL"),
        (("office", "name"), "consent", "consent"),
        (("line", "Reception", "language"), "", ""),
    ],
)
def test_a_comparison_says_words_by_their_names(
    panel: Panel, found: tuple[str | int, ...], raw: str, said: str
) -> None:
    with panel.app.test_request_context(), force_locale("de"):
        assert value(found, raw) == said
