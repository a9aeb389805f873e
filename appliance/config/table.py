"""Taking settings out of a TOML table, and gathering every mistake on the way."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from appliance.config.line_numbers import Path
from appliance.config.validators import Invalid, nearest
from appliance.errors import ConfigError

Value = TypeVar("Value")


class Problems:
    """The mistakes found so far, each with its line."""

    def __init__(self, source: str, lines: Mapping[Path, int]) -> None:
        self._source = source
        self._lines = lines
        self._found: list[tuple[int, str]] = []

    def add(self, path: Path, what: str) -> None:
        """Note a mistake at a key, or at the nearest table above it that stands in the file."""
        above = path
        while above and above not in self._lines:
            above = above[:-1]
        line = self._lines.get(above, 1)
        key = ".".join(part for part in path if isinstance(part, str))
        self._found.append((line, f"{self._source}:{line}: {key}: {what}"))

    def report(self) -> None:
        """Raise ``ConfigError`` with all of them in the order of the file, if there are any."""
        if self._found:
            raise ConfigError("\n".join(text for _, text in sorted(self._found)))


class Table:
    """A TOML table that knows which of its keys have been asked for."""

    def __init__(self, values: Mapping[str, Any], path: Path, problems: Problems) -> None:
        self._values = values
        self._path = path
        self._problems = problems
        self._known: set[str] = set()

    def required(
        self, key: str, validator: Callable[[object], Value], *, otherwise: Value, example: str
    ) -> Value:
        """Return a key's value; a missing or bad one is noted and ``otherwise`` returned."""
        if key not in self._values:
            self._known.add(key)
            self.wrong(f"is missing; add {key} = {example}", key)
            return otherwise
        return self.optional(key, validator, otherwise)

    def optional(self, key: str, validator: Callable[[object], Value], default: Value) -> Value:
        """Return a key's value, or the default; a bad one is noted."""
        self._known.add(key)
        if key not in self._values:
            return default
        try:
            return validator(self._values[key])
        except Invalid as invalid:
            self.wrong(str(invalid), key)
            return default

    def table(self, key: str) -> "Table":
        """Return the table below a key, empty if there is none."""
        self._known.add(key)
        below = self._values.get(key, {})
        if not isinstance(below, dict):
            self.wrong("is no table; write its keys in { } or below a [header]", key)
            below = {}
        return Table(below, (*self._path, key), self._problems)

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of a repeated header such as ``[[line]]``."""
        self._known.add(key)
        below = self._values.get(key, [])
        if not isinstance(below, list) or not all(isinstance(each, dict) for each in below):
            self.wrong(f"is no list of tables; head each one with [[{key}]]", key)
            return []
        return [
            Table(each, (*self._path, key, index), self._problems)
            for index, each in enumerate(below)
        ]

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def keys(self) -> Iterator[str]:
        """Iterate over the keys that stand in the file, whatever they are."""
        return iter(self._values)

    def wrong(self, what: str, *below: str | int) -> None:
        """Note a mistake in this table, or at a key below it."""
        self._problems.add((*self._path, *below), what)

    def finish(self) -> None:
        """Refuse the keys that nobody asked for, each with the nearest right one."""
        for key in self._values:
            if key not in self._known:
                self.wrong(f"is unknown; {nearest(key, sorted(self._known))}", key)
