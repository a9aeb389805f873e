"""Find the line of each key in a TOML text, so that a mistake can name it.

``tomllib`` returns values without places. This walker reads the same text again for the places
alone. ``tomllib`` has already accepted the text, so the walker need not check it:

    [office]                     header: the prefix of what follows
    name = "a"                   statement: a key, then a value to step over
    hook = { driver = "b" }      keys inside a value have places too
"""

import re
import tomllib
from bisect import bisect_left
from typing import Any

from appliance.config.mistakes import Place

_LINE = r'"(?:\\.|[^"\\])*"' r"|'[^']*'"
_STRING = rf'"""(?:\\.|[^\\])*?"{{3,5}}' rf"|'''.*?'{{3,5}}|{_LINE}"
_PART = rf"(?:[A-Za-z0-9_-]+|{_LINE})"
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_GAP = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_OPENS, _EQUALS, _CLOSES = map(re.compile, (r"\[\[?[ \t]*", r"[ \t]*=[ \t]*", r"[ \t]*\]\]?"))
_SCALAR = re.compile(rf"{_STRING}|[^,\]}}#\r\n]+", re.DOTALL)


def locate(text: str) -> dict[Place, int]:
    """Return the line, counted from 1, of every key and table of a valid TOML text."""
    return _Walker(text.replace("\r\n", "\n")).walk()


class _Walker:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._found: dict[Place, int] = {}
        self._lengths: dict[Place, int] = {}  # arrays of tables: how many so far

    def walk(self) -> dict[Place, int]:
        prefix: Place = ()
        self._take(_GAP)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
            self._take(_GAP)
        return self._found

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Step over what is there of a pattern and return it."""
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return match[0] if match else ""

    def _note(self, path: Place, at: int) -> None:
        self._found.setdefault(path, bisect_left(self._ends, at) + 1)

    def _header(self) -> Place:
        """Step over ``[a.b]`` or ``[[a.b]]`` and return where its keys belong."""
        start = self._at
        many = self._take(_OPENS).startswith("[[")
        keys = _parts(self._take(_KEY))
        self._take(_CLOSES)
        if many:
            tables = (*self._through_arrays(keys[:-1]), keys[-1])
            self._lengths[tables] = self._lengths.get(tables, 0) + 1
            self._note(tables, start)
        path = self._through_arrays(keys)
        self._note(path, start)
        return path

    def _through_arrays(self, keys: tuple[str, ...]) -> Place:
        """Return the path of a table: below an array of tables, its latest element."""
        path: Place = ()
        for key in keys:
            path = (*path, key)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _pair(self, path: Place) -> None:
        """Step over ``key = value``."""
        start = self._at
        for key in _parts(self._take(_KEY)):
            path = (*path, key)
            self._note(path, start)
        self._take(_EQUALS)
        self._value(path)

    def _value(self, path: Place) -> None:
        """Step over a value; inside an array or inline table are more."""
        closing = {"{": "}", "[": "]"}.get(self._text[self._at])
        if closing is None:
            self._take(_SCALAR)
            return
        self._at += 1
        self._take(_GAP)
        count = 0
        while self._text[self._at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._note((*path, count), self._at)
                self._value((*path, count))
            count += 1
            self._take(_GAP)
        self._at += 1


def _parts(key: str) -> tuple[str, ...]:
    """Return the parts of a dotted key, as ``tomllib`` reads them."""
    below: Any = tomllib.loads(f"{key} = 0")
    parts = []
    while isinstance(below, dict):
        ((part, below),) = below.items()
        parts.append(part)
    return tuple(parts)
