"""Find the line of each key in a TOML text, so that a mistake can name it.

``tomllib`` returns values without places. This walker reads the same text again for the places
alone. ``tomllib`` has already accepted the text, so the walker need not check it:

    [office]                     header: the prefix of what follows
    name = "a"                   statement: a key, then a value to step over
    hook = { driver = "b" }      keys inside a value have places too
"""

import re
from bisect import bisect_left

Path = tuple[str | int, ...]
"""Keys and, inside arrays, positions: ``("line", 0, "hook", "driver")``."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_ANY_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


def locate(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of every key and table of a valid TOML text."""
    return _Walker(text.replace("\r\n", "\n")).walk()


class _Walker:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._found: dict[Path, int] = {}
        self._lengths: dict[Path, int] = {}  # arrays of tables: how many so far

    def walk(self) -> dict[Path, int]:
        prefix: Path = ()
        self._skip(_ANY_SPACE)
        while self._at < len(self._text):
            if self._peek() == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
            self._skip(_ANY_SPACE)
        return self._found

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _note(self, path: Path, at: int) -> None:
        self._found.setdefault(path, bisect_left(self._ends, at) + 1)

    def _header(self) -> Path:
        """Step over ``[a.b]`` or ``[[a.b]]`` and return where its keys belong."""
        start = self._at
        brackets = 2 if self._text.startswith("[[", start) else 1
        self._at += brackets
        keys = self._dotted()
        self._at += brackets
        path = (*self._through_arrays(keys[:-1]), keys[-1])
        if brackets == 2:
            count = self._lengths.get(path, 0)
            self._lengths[path] = count + 1
            self._note(path, start)
            path = (*path, count)
        else:
            path = self._through_arrays(keys)
        self._note(path, start)
        return path

    def _through_arrays(self, keys: list[str]) -> Path:
        """Return the path of a table: below an array of tables, its latest element."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _dotted(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if self._peek() != ".":
                return keys
            self._at += 1

    def _key(self) -> str:
        match = _BARE.match(self._text, self._at)
        if match:
            self._at = match.end()
            return match[0]
        quoted = self._string()
        return quoted[1:-1] if quoted[0] == "'" else _ESCAPE.sub(_unescape, quoted[1:-1])

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if match is None:  # not TOML after all: step one character, so that the walk ends
            self._at += 1
            return "''"
        self._at = match.end()
        return match[0]

    def _pair(self, prefix: Path) -> None:
        """Step over ``key = value``."""
        start = self._at
        path = prefix
        for key in self._dotted():
            path = (*path, key)
            self._note(path, start)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        match self._peek():
            case "{":
                self._items(path, "}")
            case "[":
                self._items(path, "]")
            case '"' | "'":
                self._string()
            case _:
                self._skip(_SCALAR)

    def _items(self, path: Path, closing: str) -> None:
        """Step over the inside of an array or inline table."""
        self._at += 1
        count = 0
        self._skip(_ANY_SPACE)
        while self._peek() not in {closing, ""}:
            if closing == "}":
                self._pair(path)
            else:
                self._note((*path, count), self._at)
                self._value((*path, count))
            count += 1
            self._skip(_ANY_SPACE)
            if self._peek() == ",":
                self._at += 1
                self._skip(_ANY_SPACE)
        self._at += 1


_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT.get(match[3], match[3])
