"""Check a line's keys: what they do, and whether their names are understood on a telephone.

Figures and reasons: ``docs/decisions/keys-that-are-understood.md``.
"""

from collections.abc import Mapping, Sequence

from appliance.config.settings import Basis, Line, Purpose
from appliance.config.table import Table

MOST_PURPOSES = 4
"""Of one line: a caller cannot weigh more in one question."""

MOST_WITH_KEYS = 3
"""Consent purposes with a key of their own; with more, one key opens them one by one."""

GOOD_KEYS = ("1", "2", "4", "6", "9")

_MISHEARD: Mapping[str, Mapping[str, str]] = {
    "pl": {
        "3": 'whose name "trzy" is spoken as "czy" by machines',
        "8": 'whose name runs together with "nacisnąć"',
    },
    "en": {},
    "de": {},
}
_ALIKE: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "pl": (("5", "9", "pięć and dziewięć"),),
    "en": (("5", "9", "five and nine"),),
    "de": (("3", "2", "drei and zwei"), ("5", "9", "fünf and neun")),
}


def check_keys(table: Table, line: Line, language: str, purposes: Sequence[Purpose]) -> None:
    """Note each key that a caller would not understand, or that does two things."""
    bases = {purpose.id: purpose.basis for purpose in purposes}
    if not line.purposes or not all(name in bases for name in line.purposes):
        return
    if len(line.purposes) > MOST_PURPOSES:
        what = f"names {len(line.purposes)} purposes; a question can name {MOST_PURPOSES} at most"
        table.wrong(what, "purposes")
    _check_uses(table, line)
    _check_names(table, line, language)
    consent = [name for name in line.purposes if bases[name] is Basis.CONSENT]
    if consent:
        _check_alone(table, line, consent)
    elif line.choose_key:
        table.wrong("opens a choice, but nothing here is a choice; remove it", "choose_key")


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
            advice = f'choose another, such as "{free[-1]}"' if free else "choose another"
            table.wrong(f"is {key}, which choices has; {advice}", place)
    if line.choose_key and line.choose_key == line.more_key:
        table.wrong(f"is {line.choose_key}, as more_key; choose another", "choose_key")
    seen: dict[frozenset[str], str] = {}
    for key, agreed in line.choices.items():
        if not agreed:
            continue  # counted elsewhere
        first = seen.setdefault(frozenset(agreed), key)
        if first != key:
            table.wrong(f"agrees to the same as {first}; remove one of them", "choices", key)


def _check_names(table: Table, line: Line, language: str) -> None:
    named = spoken_keys(line)
    good = ", ".join(GOOD_KEYS)
    for key, place in named.items():
        if key == "0":
            what = "is 0, which takes back an earlier consent in the second layer"
            table.wrong(f"{what}; use one of {good}", *place)
        elif why := _MISHEARD[language].get(key):
            table.wrong(f"is {key}, {why}; use one of {good}", *place)
    for key, other, why in _ALIKE[language]:
        if key in named and other in named:
            what = f"is {key} beside {other}: {why} sound alike on a telephone"
            table.wrong(f"{what}; use one of {good}", *named[key])


def _check_alone(table: Table, line: Line, consent: list[str]) -> None:
    """Check that each consent purpose can be agreed to without the others (recital 43)."""
    if line.choose_key:
        if len(consent) == 1:
            table.wrong("opens a choice of one purpose; remove it", "choose_key")
        elif not any(set(agreed) == set(consent) for agreed in line.choices.values()):
            what = "needs a key that agrees to all"
            table.wrong(f"{what}; add it to choices, such as {_all(consent)}", "choose_key")
        return
    if len(consent) > MOST_WITH_KEYS:
        what = f"is missing for {len(consent)} consent purposes, too many for a key each"
        table.wrong(f'{what}; add choose_key = "4" and leave in choices all or none', "choose_key")
        return
    alone = {agreed[0] for agreed in line.choices.values() if len(agreed) == 1}
    offered = {name for agreed in line.choices.values() for name in agreed}
    for name in consent:
        if name in offered and name not in alone:
            free = [key for key in GOOD_KEYS if key not in spoken_keys(line)]
            example = f'"{free[0] if free else "7"}" = ["{name}"]'
            what = f"agrees to {name!r} only together with others"
            table.wrong(f"{what}; consent is asked for each purpose: add {example}", "choices")


def _all(consent: list[str]) -> str:
    names = ", ".join(f'"{name}"' for name in consent)
    return f'"1" = [{names}]'
