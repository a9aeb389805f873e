"""Read which recordings a text names, and in which line one looks mistyped."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w{12,}")
_GROUPS = re.compile(r"\b[0-9a-f]{4,}(?:[ -][0-9a-f]{4,})+\b")
_RID = re.compile(r"\b[0-9a-f]{32}\b")
_FIGURES = frozenset("0123456789")
_LETTERS = frozenset("abcdef")
_SHORTEST = 12


@dataclass(frozen=True, slots=True)
class NamedRecordings:
    """What a text names."""

    recordings: tuple[str, ...]  # each once, in their order
    doubtful: tuple[int, ...]  # lines, from 1, with a word that may be a mistyped recording


def named_in(text: str) -> NamedRecordings:
    """Return the recordings that a text names by 32 letters and digits, wherever they stand."""
    found: dict[str, None] = {}
    doubtful: dict[int, None] = {}
    for number, line in enumerate(text.lower().splitlines(), 1):
        found |= dict.fromkeys(_RID.findall(line))
        rest = _RID.sub(".", line)
        words = [*_WORD.findall(rest), *_GROUPS.findall(rest)]
        if any(map(_looks_mistyped, words)):
            doubtful[number] = None
    return NamedRecordings(tuple(found), tuple(doubtful))


def _looks_mistyped(word: str) -> bool:
    """Say whether a word is no word of a language, nor a number, but mostly signs of an id."""
    signs = [sign for sign in word if sign not in " -"]
    figures = sum(sign in _FIGURES for sign in signs)
    letters = sum(sign in _LETTERS for sign in signs)
    mostly = 3 * (figures + letters) >= 2 * len(signs)
    return len(signs) >= _SHORTEST and bool(figures and letters) and mostly
