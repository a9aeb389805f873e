"""Check that each code of a mistake or finding is raised, and said in each language.

Whatever is raised is found in the source, so that no code can be without words, and no word
without a code. Refusals have a test of their own.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from appliance.config.mistakes import MISTAKES
from appliance.config.read import SYNTAX
from appliance.language import TRANSLATIONS
from appliance.model.sentences import retired
from appliance.model.sentences.faults import FAULTS
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.lacking import LACKING
from tests.repository.trees import ROOT, called, calls, parsed

NAMES = re.compile(r"%\((\w+)\)s")

TABLES: Mapping[str, Mapping[str, str]] = {
    "mistakes": MISTAKES,
    "lacking": LACKING,
    "faults": FAULTS,
    "findings": {id: said.english for id, said in SENTENCES.items()},
}
EVERY = [(table, code) for table, said in TABLES.items() for code in said]

RAISERS = {
    "mistakes": {"Invalid", "mistake", "wrong", "spoilt", "found", "_unreached", "Wrong", "Driver"}
    | {"matching", "exactly", "understood"},
    "lacking": {"lack", "Lacks"},
    "faults": {"device_fault", "in_words", "noted", "said_of"},
    "findings": {"find"},
}
"""Functions, methods, errors and declarations that take a code: as first argument, ..."""

SECOND = {"mistake", "Wrong"}
"""... as second, ..."""

NAMED = {"Driver": "whole"}
"""... or by a name."""

BESIDE = {
    "mistakes": {"value", "example"},
    "lacking": {"words"},
    "faults": {"because"},
    "findings": {"file", "path", "port"},
}
"""Values that stand beside a sentence: what is written, an example, a digest, a file, a device."""

RETIRED = {
    "mistakes": retired.MISTAKES,
    "lacking": retired.LACKING,
    "faults": retired.FAULTS,
    "findings": retired.FINDINGS,
}

SAME = {"versions.told"}
"""Names of programs: the same everywhere."""


class Raised(NamedTuple):
    """A place at which something is wrong."""

    table: str
    where: str
    code: str  # a pattern, where a part of it is only known there
    values: frozenset[str] | None  # None: they are not written out there


@cache
def raised() -> tuple[Raised, ...]:
    return tuple(_raised())


def _raised() -> Iterator[Raised]:
    for table, names in RAISERS.items():
        for path, node in calls(*names):
            panels = path.is_relative_to(ROOT / "web") and table != "faults"
            if not panels:
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield from _codes(table, where, node, parsed(path))


def _codes(table: str, where: str, node: ast.Call, tree: ast.Module) -> Iterator[Raised]:
    """Yield the codes of a call; of a variable those that its module names."""
    for first in _said(node):
        match first:
            case ast.Constant(value=str(code)):
                yield Raised(table, where, re.escape(code), _values(node))
            case ast.JoinedStr(values=parts):
                said = (
                    re.escape(str(each.value)) if isinstance(each, ast.Constant) else r"\w*"
                    for each in parts
                )
                yield Raised(table, where, "".join(said), _values(node))
            case ast.Name():
                there = (each for each in ast.walk(tree) if isinstance(each, ast.Constant))
                texts = {each.value for each in there if isinstance(each.value, str)}
                for each in sorted(texts & TABLES[table].keys()):
                    yield Raised(table, where, re.escape(each), None)


def _said(node: ast.Call) -> Iterator[ast.expr]:
    """Yield what stands in the place of a call's code."""
    name = called(node)
    found = node.args[name in SECOND :][:1]
    if name in NAMED:
        found = [each.value for each in node.keywords if each.arg == NAMED[name]]
    for each in found:
        yield from (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,)


def _values(node: ast.Call) -> frozenset[str] | None:
    named = [each.arg for each in node.keywords]
    elsewhere = None in named or called(node) in {*NAMED, "Wrong"}
    return None if elsewhere else frozenset(filter(None, named))


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def untranslated(said: Catalog) -> set[tuple[str, str]]:
    """Return each code that a catalogue does not say, or not with the same values."""
    return {
        (table, code)
        for table, code in EVERY
        for english in (TABLES[table][code],)
        if (entry := said.get(english)) is None
        or not entry.string
        or entry.fuzzy
        or (entry.string == english and code not in SAME)
        or set(NAMES.findall(str(entry.string))) != set(NAMES.findall(english))
    }


@pytest.mark.parametrize("language", ["pl", "de"])
def test_every_code_is_said_with_the_same_values(language: str) -> None:
    assert untranslated(catalogue(language)) == set()


@pytest.mark.parametrize("language", ["pl", "de"])
def test_a_translation_that_is_taken_out_is_missed(language: str) -> None:
    """Each in turn, from a copy of the catalogue."""
    whole = catalogue(language)
    for table, code in EVERY:
        english = TABLES[table][code]
        entry = whole.get(english)
        assert entry is not None, f"{language} says nothing for {code} of {table}: {english}"
        kept, entry.string = entry.string, ""
        assert (table, code) in untranslated_of(whole, english), code
        entry.string = kept
    assert untranslated(whole) == set()


def untranslated_of(said: Catalog, english: str) -> set[tuple[str, str]]:
    """Return what a catalogue does not say of the codes with one sentence."""
    entry = said.get(english)
    if entry is not None and entry.string:
        return set()
    return {each for each in EVERY if TABLES[each[0]][each[1]] == english}


def test_only_known_codes_are_raised() -> None:
    assert {each.table for each in raised()} == set(TABLES)
    for each in raised():
        known = any(re.fullmatch(each.code, code) for code in TABLES[each.table])
        assert known, (each.where, each.code)


@pytest.mark.parametrize(("table", "code"), EVERY)
def test_every_code_is_raised_somewhere(table: str, code: str) -> None:
    there = any(
        each.table == table and re.fullmatch(each.code, code) is not None for each in raised()
    )
    assert there or code in SYNTAX.values()


def test_every_value_of_a_sentence_is_given_where_it_is_raised() -> None:
    for each in raised():
        said = TABLES[each.table].get(each.code.replace("\\", ""))
        if said is None or each.values is None:
            continue
        wanted = set(NAMES.findall(said))
        assert wanted <= each.values, each
        assert each.values <= wanted | BESIDE[each.table], each


@pytest.mark.parametrize(("table", "code"), EVERY)
def test_a_sentence_is_whole_and_has_no_other_place_holder(table: str, code: str) -> None:
    english = TABLES[table][code]
    assert re.fullmatch(r"\S.*\S", english), english
    assert "{" not in english
    assert english % dict.fromkeys(NAMES.findall(english), "1")
    assert re.fullmatch(r"\w+(\.\w+)?", code)
    assert code not in RETIRED[table]
