"""Each code of a refusal: declared, raised with its values, and said in three languages."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from appliance.errors import LONGEST_VALUE, Refused
from appliance.language import LANGUAGES, TRANSLATIONS, translated
from appliance.link.operations import Role
from appliance.model.sentences import retired
from appliance.model.sentences.refusals import REFUSALS, quote_of, refusal_of, sentence_of
from appliance.model.sentences.roles import ROLE_NAMES
from tests.repository.trees import ROOT, calls, parsed

NOT_SAID = {"malformed"}
"""Codes of the link itself, which its client turns into another error."""

NAMES = re.compile(r"%\((\w+)\)s")


class Raised(NamedTuple):
    """A place at which something is refused."""

    where: str
    codes: frozenset[str]
    values: frozenset[str] | None  # None: they are another process's
    literal: bool


def raised() -> Iterator[Raised]:
    """Find each ``Refused(…)`` in the product."""
    for path, node in calls("Refused"):
        tables = dict(constants(parsed(path)))
        yield read(f"{path.relative_to(ROOT)}:{node.lineno}", node, tables)


def constants(tree: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each table of codes at the top of a module, and what it holds."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            value = node.value
            codes = [each.value for each in value.values if isinstance(each, ast.Constant)]
            if codes and all(isinstance(code, str) for code in codes):
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                yield ast.unparse(target), frozenset(map(str, codes))


def read(where: str, node: ast.Call, tables: Mapping[str, frozenset[str]]) -> Raised:
    first, named = node.args[0], [each.arg for each in node.keywords]
    values = None if None in named else frozenset(filter(None, named))
    match first:
        case ast.Constant(value=str(code)):
            codes = frozenset({code})
        case ast.Subscript(value=ast.Name(id=table)) if table in tables:
            codes = tables[table]
        case _:
            codes = frozenset()
    return Raised(where, codes, values, bool(codes))


ALL = tuple(raised())


def test_no_refusal_carries_a_sentence() -> None:
    for path, node in calls("Refused"):
        assert len(node.args) == 1, (path, node.lineno)
        texts = [each for each in ast.walk(node) if isinstance(each, ast.Constant)]
        said = [each.value for each in texts if isinstance(each.value, str)]
        assert [text for text in said if " " in text.strip(", ")] == [], (path, node.lineno)


def test_only_known_codes_are_raised() -> None:
    assert len(ALL) > 200
    unread = [each.where for each in ALL if not each.literal]
    assert {where.partition(":")[0] for where in unread} <= {
        "appliance/link/frames.py",  # what another process refused
        "appliance/link/server.py",
        "web/pages/doctor.py",  # a known code in an address
        "web/words/refusals.py",  # what the keeper keeps of the last attempt
    }
    for each in ALL:
        assert each.codes <= REFUSALS.keys(), each.where


@pytest.mark.parametrize("code", REFUSALS)
def test_each_code_is_raised_somewhere(code: str) -> None:
    assert any(code in each.codes for each in ALL)


def test_each_value_of_a_sentence_is_given_where_it_is_raised() -> None:
    for where, codes, values, _ in ALL:
        for code in codes if values is not None else ():
            said = REFUSALS[code]
            wanted = (set(NAMES.findall(said.sentence)) | {said.quotes}) - {""}
            assert values is not None
            assert wanted <= values, (where, code)
            assert values - {"seconds"} <= wanted, (where, code)


@pytest.mark.parametrize("code", REFUSALS)
def test_a_code_is_a_word_and_was_never_another(code: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
    assert code not in retired.REFUSALS


def test_no_two_codes_say_the_same() -> None:
    said = [each.sentence for each in REFUSALS.values()]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("code", REFUSALS)
def test_a_sentence_is_short_and_whole(code: str) -> None:
    sentence = REFUSALS[code].sentence
    assert re.fullmatch(r"[A-Z%N].*[.]", sentence)
    assert "'" not in sentence
    assert "{" not in sentence
    for each in re.split(r"(?<=[.:;]) ", sentence):
        assert len(each.split()) <= 25


# -- translations -----------------------------------------------------------------------------


def catalogue(language: str) -> Catalog:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file)


CATALOGUES = {language: catalogue(language) for language in LANGUAGES if language != "en"}


def untranslated(code: str, written: Catalog) -> list[str]:
    """Return what of a code is not translated, or with other values."""
    said = REFUSALS[code]
    return [
        text
        for text in (said.heading, said.sentence)
        if (entry := written.get(text)) is None
        or not isinstance(entry.string, str)
        or not entry.string
        or entry.fuzzy
        or sorted(NAMES.findall(entry.string)) != sorted(NAMES.findall(text))
    ]


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("code", REFUSALS)
def test_each_code_is_said_in_each_language(code: str, language: str) -> None:
    assert untranslated(code, CATALOGUES[language]) == []
    assert translated(REFUSALS[code].sentence, language) != REFUSALS[code].sentence


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("code", REFUSALS)
def test_a_translation_that_goes_is_missed(code: str, language: str) -> None:
    written, sentence = CATALOGUES[language], REFUSALS[code].sentence
    entry = written.get(sentence)
    assert entry is not None
    before, entry.string = entry.string, ""
    try:
        assert untranslated(code, written) == [sentence]
    finally:
        entry.string = before


# -- saying -----------------------------------------------------------------------------------


def test_a_sentence_holds_the_values() -> None:
    refused = Refused("doubtful", line=3)
    assert sentence_of(refused, str) == "Line 3 names a recording that is mistyped. Correct it."
    waits = Refused("throttled", seconds=8)
    assert "Wait 8 s" in sentence_of(waits, str)


def test_a_value_that_never_came_is_no_fault() -> None:
    assert "Line ? names" in sentence_of(Refused("doubtful"), str)


@pytest.mark.parametrize(
    ("roles", "english", "polish", "german"),
    [
        ("administrator", "Management.", "Zarządzanie.", "Verwaltung."),
        ("listener operator", "Listening or Line desk.", "Odsłuch lub Obsługa linii.",
         "Anhören oder Bedienung."),
        ("listener privacy_officer administrator", "Listening, Data protection or Management.",
         "Odsłuch, Ochrona danych lub Zarządzanie.", "Anhören, Datenschutz oder Verwaltung."),
        ("", "?.", "?.", "?."),
        ("from_tomorrow", "from_tomorrow.", "from_tomorrow.", "from_tomorrow."),
    ],
)  # fmt: skip
def test_a_role_that_is_missing_is_said_in_words(
    roles: str, english: str, polish: str, german: str
) -> None:
    refused = Refused("forbidden", roles=roles)
    for language, said in (("en", english), ("pl", polish), ("de", german)):
        sentence = sentence_of(refused, lambda text, to=language: translated(text, to))  # type: ignore[misc]
        assert f": {said} " in sentence


def test_every_role_has_a_name() -> None:
    assert set(ROLE_NAMES) == set(Role)


def test_a_sign_of_a_place_holder_in_a_value_stays() -> None:
    assert "%(day)s %s {x}" in sentence_of(Refused("no_day", day="%(day)s %s {x}"), str)


def test_a_code_from_elsewhere_did_not_work() -> None:
    refused = Refused("from_tomorrow", said="hello")
    assert refusal_of(refused) is REFUSALS["failed"]
    assert quote_of(refused) == ""


def test_a_value_is_cut_and_holds_no_control() -> None:
    day = Refused("no_day", day="x" * 5000 + "\n\x1b[31m").values["day"]
    assert isinstance(day, str)
    assert len(day) <= LONGEST_VALUE
    assert day.isprintable()
