"""Turn changed values into settings' text, with comments kept; compare two settings."""

import copy
from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Item

from appliance import toml
from appliance.config.mistakes import Place
from appliance.errors import ZgodaError
from appliance.link.requests.settings import Difference
from appliance.model.sentences.faults import noted

LONGEST_SHOWN = 500
"""Characters of a value in a comparison."""

MOST_DIFFERENCES = 200

_IDENTITY = ("id", "name")
"""The keys by which a line or purpose is known again; its comments stay with it."""

_Tables = MutableMapping[str, Any]


def rewritten(text: str, values: Mapping[str, Any]) -> str:
    """Return settings' text that says these values; what stays keeps its place and its comments.

    Raises ZgodaError where they cannot be written as settings.
    """
    unwritable = noted("settings_unwritable", "These settings cannot be written as TOML.")
    try:
        document = tomlkit.parse(text)
        _write(document, values)
        fresh = tomlkit.dumps(document)
        if toml.loads(fresh) == values:  # never let a value of one field become another setting
            return fresh
    except (TOMLKitError, toml.MISTAKE, ValueError, TypeError, RecursionError) as error:
        raise ZgodaError(unwritable) from error
    raise ZgodaError(unwritable)


def _write(table: _Tables, values: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if key not in table:
            table[key] = _new(value, inline=isinstance(table, InlineTable))
        elif _plain(table[key]) != value:
            _replace(table, key, value)


def _replace(table: _Tables, key: str, value: Any) -> None:
    there = table[key]
    if isinstance(value, Mapping) and isinstance(there, MutableMapping):
        _write(there, value)
    elif isinstance(there, AoT) and _are_tables(value):
        table[key] = _tables(there, value)
    else:
        table[key] = _new(value, inline=isinstance(table, InlineTable))


def _tables(there: AoT, values: list[Mapping[str, Any]]) -> AoT:
    """Return tables with other values; each is made of the one that it was."""
    fresh, left = tomlkit.aot(), list(enumerate(there))
    taken = {_identity(each) for each in values}
    for index, value in enumerate(values):
        name = _identity(value)
        found = next((e for e in left if name and _identity(e[1]) == name), None)
        found = found or next(
            (e for e in left if e[0] == index and _identity(e[1]) not in taken), None
        )
        if found is None:
            fresh.append(_new(value, inline=False))
            continue
        left.remove(found)
        table = copy.deepcopy(found[1])
        _write(table, value)
        fresh.append(table)
    return fresh


def _identity(table: Mapping[str, Any]) -> str:
    return next((str(table[key]) for key in _IDENTITY if key in table), "")


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, Mapping) for e in value)


def _new(value: Any, *, inline: bool) -> Item:
    """Return an item; tables of a section's own get a header, those inside it braces."""
    if isinstance(value, Mapping):
        table = tomlkit.inline_table() if inline else tomlkit.table()
        for key, each in value.items():
            table[key] = _new(each, inline=True)
        return table
    if _are_tables(value) and not inline:
        tables = tomlkit.aot()
        for each in value:
            tables.append(_new(each, inline=False))
        return tables
    made: Item = tomlkit.item(value)
    return made


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return every setting that differs, in the order of the settings."""
    was, now = dict(_leaves(_named(before))), dict(_leaves(_named(after)))
    places = list(dict.fromkeys((*now, *was)))
    found = [
        Difference(place, was.get(place, ""), now.get(place, ""))
        for place in places
        if was.get(place) != now.get(place)
    ]
    return tuple(found[:MOST_DIFFERENCES])


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Put lines and purposes under their names, so that one that moves is no difference."""
    return {
        key: {_identity(each) or str(index): each for index, each in enumerate(value)}
        if _are_tables(value)
        else value
        for key, value in values.items()
    }


def _leaves(value: Any, place: Place = ()) -> list[tuple[Place, str]]:
    if isinstance(value, Mapping) and value:
        return [leaf for key, each in value.items() for leaf in _leaves(each, (*place, str(key)))]
    return [(place, _shown(value))]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))[:LONGEST_SHOWN] or "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:LONGEST_SHOWN] if value != {} else "—"
