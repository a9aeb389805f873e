"""Check a line's keys: what they do, and whether their names are understood on a telephone.

Figures and reasons: ``docs/decisions/keys-that-are-understood.md``.
"""

import json
from collections.abc import Mapping

from appliance.config.settings import Basis, Line
from appliance.config.table import Table

MOST_PURPOSES = 4
"""Of one line: a caller cannot weigh more in one question."""

MOST_WITH_KEYS = 3
"""Consent purposes with a key of their own; with more, one key opens them one by one."""

GOOD_KEYS = ("1", "2", "4", "6", "9")

_MISHEARD: Mapping[str, frozenset[str]] = {
    "pl": frozenset({
        "3",  # "trzy" is spoken as "czy" by machines
        "8",  # runs together with "nacisnąć"
    }),
    "en": frozenset(),
    "de": frozenset(),
}  # fmt: skip
_ALIKE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "pl": (("5", "9"),),  # pięć and dziewięć
    "en": (("5", "9"),),  # five and nine
    "de": (("3", "2"), ("5", "9")),  # drei and zwei, fünf and neun
}
"""Keys whose names sound alike on a telephone."""


KEYS_GO_BY = (
    *("purposes", "choices", "more_key", "choose_key"),
    *("language", "other_languages", "language_key"),
)
"""Settings of a line that have to be right before its keys are judged."""


def check_keys(table: Table, line: Line, language: str, bases: Mapping[str, Basis]) -> None:
    """Note each key that a caller would not understand, or that does two things."""
    if not line.purposes or not all(name in bases for name in line.purposes):
        return
    if len(line.purposes) > MOST_PURPOSES:
        table.wrong("many_purposes", "purposes", most=MOST_PURPOSES)
    _check_uses(table, line)
    _check_names(table, line, (language, *line.other_languages))
    _check_languages(table, line, language)
    consent = [name for name in line.purposes if bases[name] is Basis.CONSENT]
    if consent:
        _check_alone(table, line, consent)
    elif line.choose_key:
        table.wrong("no_choice", "choose_key")


def spoken_keys(line: Line) -> dict[str, tuple[str, ...]]:
    """Return the keys that a line's words name, each with its place in the file."""
    named: dict[str, tuple[str, ...]] = {key: ("choices", key) for key in line.choices}
    for place in ("more_key", "choose_key"):
        if key := getattr(line, place):
            named.setdefault(key, (place,))
    return named


def _check_uses(table: Table, line: Line) -> None:
    free = [key for key in GOOD_KEYS if key not in line.choices]
    for place in ("more_key", "choose_key"):
        key = getattr(line, place)
        if key and key in line.choices:
            example = {"example": f'{place} = "{free[-1]}"'} if free else {}
            table.wrong("key_used", place, key=key, **example)
    if line.choose_key and line.choose_key == line.more_key:
        table.wrong("key_used", "choose_key", key=line.choose_key)
    seen: dict[frozenset[str], str] = {}
    for key, agreed in line.choices.items():
        if not agreed:
            continue  # counted elsewhere
        first = seen.setdefault(frozenset(agreed), key)
        if first != key:
            table.wrong("key_same", "choices", key, key=first)


def _check_languages(table: Table, line: Line, language: str) -> None:
    """Check the other languages, and the key that leads to them.

    Its name may be misheard: it stands at the end of a sentence of its own, and permits nothing.
    """
    if not line.other_languages:
        return
    if language in line.other_languages:
        table.wrong("twice", "other_languages")
    if line.language_key in spoken_keys(line):
        free = [key for key in "3578" if key not in spoken_keys(line)]
        example = f'language_key = "{free[0] if free else ""}"'
        table.wrong("key_used", "language_key", key=line.language_key, example=example)
    elif line.language_key == "0":
        table.wrong("key_zero", "language_key", keys=GOOD_KEYS)


def _check_names(table: Table, line: Line, languages: tuple[str, ...]) -> None:
    named = spoken_keys(line)
    for key, place in named.items():
        if key == "0":
            table.wrong("key_zero", *place, keys=GOOD_KEYS)
        elif any(key in _MISHEARD[language] for language in languages):
            table.wrong("key_misheard", *place, key=key, keys=GOOD_KEYS)
    for key, other in dict.fromkeys(pair for each in languages for pair in _ALIKE[each]):
        if key in named and other in named:
            table.wrong("key_misheard", *named[key], key=key, keys=GOOD_KEYS)


def _check_alone(table: Table, line: Line, consent: list[str]) -> None:
    """Check that each consent purpose can be agreed to without the others (recital 43)."""
    if line.choose_key:
        if len(consent) == 1:
            table.wrong("no_choice", "choose_key")
        elif not any(set(agreed) == set(consent) for agreed in line.choices.values()):
            all_of_them = json.dumps(consent, ensure_ascii=False)
            table.wrong("key_for_all", "choose_key", example=f'"1" = {all_of_them}')
        return
    if len(consent) > MOST_WITH_KEYS:
        table.wrong("keys_too_many", "choose_key", example='choose_key = "4"')
        return
    alone = {agreed[0] for agreed in line.choices.values() if len(agreed) == 1}
    offered = {name for agreed in line.choices.values() for name in agreed}
    for name in consent:
        if name in offered and name not in alone:
            free = [key for key in GOOD_KEYS if key not in spoken_keys(line)]
            example = f'"{free[0] if free else "7"}" = ["{name}"]'
            table.wrong("only_together", "choices", name=name, example=example)
