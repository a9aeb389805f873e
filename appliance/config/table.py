"""Take settings out of a TOML table and gather every mistake on the way."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from appliance.config.mistakes import Invalid, Mistake, MistakesFound, Place, as_written, mistake
from appliance.config.settings import Config
from appliance.config.validators import nearest

Value = TypeVar("Value")

MOST_TABLES = 100
"""Of one kind: lines and purposes of an office, with room to spare."""

MOST_UNKNOWN = 20
"""Unknown keys of one table that are named one by one; who has more has another file."""


class Problems:
    """The mistakes found so far, each with its line."""

    def __init__(self, source: str, lines: Mapping[Place, int]) -> None:
        self._source = source
        self._lines = lines
        self._found: list[Mistake] = []
        self.spoilt: set[Place] = set()
        """Places that cannot be gone by: something else stands for what is there."""
        self._above: set[Place] = set()  # each place above a spoilt one

    def add(self, path: Place, code: str, /, **values: object) -> None:
        """Note a mistake at a key; a key that is not in the file has its table's line.

        What stands in the place of something spoilt, or below it, makes no more.
        """
        if self._within(path):
            return
        above = path
        while above and above not in self._lines:
            above = above[:-1]
        line = self._lines.get(above, 1) if self._lines else 0
        self._found.append(mistake(path, code, line, **values))

    def spoil(self, path: Place) -> None:
        """Note that a place cannot be gone by."""
        self.spoilt.add(path)
        self._above.update(path[:length] for length in range(len(path)))

    def _within(self, path: Place) -> bool:
        return any(path[:length] in self.spoilt for length in range(1, len(path) + 1))

    def misspelt(self, path: Place) -> None:
        """Tell no more that a key is missing: it is there, with a slip of the pen."""
        self.spoil(path)
        self._found = [each for each in self._found if (each.place, each.code) != (path, "missing")]

    def sound(self, place: Place) -> bool:
        """Say whether nothing is spoilt at a place, above it, or below it."""
        return place not in self._above and not self._within(place)

    def report(self, readable: Config) -> None:
        """Raise ``MistakesFound`` with all in the order of the file, if there are any."""
        if self._found:
            found = sorted(self._found, key=lambda each: (each.line, each.key, each.code))
            mistakes = MistakesFound(self._source, *found)
            mistakes.readable = readable
            raise mistakes


class Table:
    """A TOML table that remembers which of its keys were read."""

    def __init__(self, values: Mapping[str, Any], path: Place, problems: Problems) -> None:
        self._values = values
        self._path = path
        self._problems = problems
        self._known: set[str] = set()

    def required(
        self, key: str, validator: Callable[[object], Value], *, otherwise: Value, example: str
    ) -> Value:
        """Return a key's value; note a missing or bad one and return ``otherwise``."""
        if key not in self._values:
            self._known.add(key)
            self.spoilt("missing", key, example=f"{key} = {example}")
            return otherwise
        return self.optional(key, validator, otherwise)

    def optional(self, key: str, validator: Callable[[object], Value], default: Value) -> Value:
        """Return a key's value, or the default; note a bad one."""
        self._known.add(key)
        if key not in self._values:
            return default
        try:
            return validator(self._values[key])
        except Invalid as invalid:
            self.spoilt(invalid.code, key, **invalid.values)
            return default

    def table(self, key: str) -> "Table":
        """Return the table below a key, empty if there is none."""
        self._known.add(key)
        below = self._values.get(key, {})
        if not isinstance(below, dict):
            self.spoilt("not_a_table", key)
        return Table({} if self.is_spoilt(key) else below, (*self._path, key), self._problems)

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of a repeated header such as ``[[line]]``."""
        self._known.add(key)
        below = self._values.get(key, [])
        if isinstance(below, list) and len(below) > MOST_TABLES:
            self.spoilt("too_many_tables", key, most=MOST_TABLES)
        elif not isinstance(below, list) or not all(isinstance(each, dict) for each in below):
            self.spoilt("not_tables", key)
        return [
            Table(each, (*self._path, key, index), self._problems)
            for index, each in enumerate([] if self.is_spoilt(key) else below)
        ]

    def is_spoilt(self, key: str) -> bool:
        """Say whether something else stands for what is at a key."""
        return (*self._path, key) in self._problems.spoilt

    def pass_over(self, key: str) -> None:
        """Read nothing at a key, and call it no mistake."""
        self._known.add(key)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def holds(self, key: str) -> bool:
        """Say whether something stands at a key; an empty table is nothing."""
        return bool(self._values.get(key, {}) != {})

    def keys(self) -> Iterator[str]:
        """Iterate over the keys in the file, known or not."""
        return iter(self._values)

    def wrong(self, code: str, *below: str | int, **values: object) -> None:
        """Note a mistake in this table, or at a key below it."""
        written = as_written(self._at(below)) if below else None
        if written is not None:
            values = {"value": written, **values}
        self._problems.add((*self._path, *below), code, **values)

    def spoilt(self, code: str, *below: str | int, **values: object) -> None:
        """Note a value that cannot be used, so that something else stands for it.

        A check over several settings that went by that would find mistakes that nobody made.
        """
        self.wrong(code, *below, **values)
        self._problems.spoil((*self._path, *below))

    def sound(self, *below: str | int) -> bool:
        """Say whether nothing is spoilt at a key, above it, or below it."""
        return self._problems.sound((*self._path, *below))

    def _at(self, below: Place) -> object:
        """Return what stands at a key below; an empty table where nothing does."""
        found: Any = self._values
        for key in below:
            try:
                found = found[key]
            except (KeyError, IndexError, TypeError):
                return {}
        return found

    def finish(self) -> None:
        """Note every key that was not read, each with the nearest right one.

        Where that one is missing, one slip of the pen is one mistake.
        """
        known = sorted(self._known)
        unknown = [key for key in self._values if key not in self._known]
        for key in unknown[:MOST_UNKNOWN]:
            if near := nearest(key, known):
                self._problems.misspelt((*self._path, near))
                self.wrong("unknown_near", key, near=near)
            else:
                self.wrong("unknown", key)
        if (more := len(unknown) - MOST_UNKNOWN) > 0:
            self.wrong("unknown_more", count=more)
