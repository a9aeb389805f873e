"""Score how hard a password is to guess for one who knows common words and names.

The password is cut into the pieces with the smallest sum of points, since a guesser takes the
shortest way, too. A single letter is one point. A common word is worth five at any length, a word
of the first list two, a name from this office one. A row of keys, a year and a repeated piece are
also worth one. Three unrelated words or twelve random letters pass; ``Kancelaria2026Warszawa`` and
``qwertyuiop[]asdfgh`` do not. Digits for letters (``h4sl0``), capitals, accents and separators
change nothing.
"""

import gzip
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files

ENOUGH = 12
"""Points that a password needs."""

WORD, FIRST, PLAIN = 5, 2, 1
"""Points of a common word, of one in the first list, and of a piece that needs no guessing."""

_SHORTEST_WORD, _LONGEST_WORD = 4, 60
_SHORTEST_ROW, _LONGEST_COPY = 4, 40
_SHORTEST_COPY = 3

_ROWS = (
    "1234567890", "0123456789", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm",
    "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujm",
    "zaq12wsxcde34rfvbgt56yhnmju78ik", "1q2w3e4r5t6y7u8i9o0p", "1q2w3e4r5t6z7u8i9o0p",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7", "q1w2e3r4t5y6u7i8o9p0", "147258369", "159753", "741852963",
    "qweasdzxc", "qayxswedcvfrtgbnhzujm", "!@#$%^&*()_+", "!\"§$%&/()=?",
)  # fmt: skip
"""Rows of the keyboard and the alphabet; each counts backwards, too."""
_WAYS = tuple(way for row in _ROWS for way in (row, row[::-1]))

_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(
    r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)?\d\d|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
)
_YEAR_POINTS, _DATE_POINTS = 1, 3

_BETWEEN = re.compile(r"[\s\-_.,;:'/|+*]+")
_LEET = (
    str.maketrans("01345789@$!€", "oieastbgasie"),
    str.maketrans("01345789@$!€", "oleastbgasle"),
)


def fold(text: str) -> str:
    """Fold a text as a guesser does: no capitals, no accents, one spelling of a letter."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ł", "l")
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _german(text: str) -> str:
    """Return a word as typed on a keyboard without umlauts."""
    return fold(text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))


def known_words(own: Collection[str] = ()) -> Mapping[str, int]:
    """Return every known word with its points.

    The list is read each time: passwords are rarely chosen, and it takes 5 MB of memory.

    Args:
        own: names of this office and person; each of their words counts as well.
    """
    known = _common_words()
    for name in own:
        for word in (name, *_BETWEEN.split(name)):
            known[squeezed(word)] = PLAIN
    return known


def _common_words() -> dict[str, int]:
    folder = files("appliance.keeper.people") / "guessed"
    words = gzip.decompress((folder / "words.txt.gz").read_bytes()).decode("ascii").split()
    known = {word: min(WORD, len(word)) for word in words}
    for line in (folder / "first.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            for word in line.split(","):
                known[fold(word.strip())] = known[_german(word.strip())] = FIRST
    return known


def squeezed(text: str) -> str:
    """Fold a text and remove separators."""
    return _BETWEEN.sub("", fold(text))


def points(password: str, known: Mapping[str, int]) -> int:
    """Score a password.

    Args:
        password: as typed.
        known: word -> points, from ``known_words``.
    """
    text = squeezed(password)
    spelt = (text, *(text.translate(table) for table in _LEET))
    least = [0] * (len(text) + 1)
    for start in range(len(text) - 1, -1, -1):
        least[start] = min(cost + least[end] for end, cost in _pieces(text, spelt, start, known))
    return least[0]


def _pieces(
    text: str, spelt: tuple[str, ...], start: int, known: Mapping[str, int]
) -> Iterator[tuple[int, int]]:
    """Yield every piece from ``start``: its end and its points."""
    yield start + 1, PLAIN
    for pattern, worth in ((_YEAR, _YEAR_POINTS), (_DATE, _DATE_POINTS)):
        if found := pattern.match(text, start):
            yield found.end(), worth
    for end in range(start + 2, min(len(text), start + _LONGEST_WORD) + 1):
        worths = [known[way[start:end]] for way in spelt if way[start:end] in known]
        if worths:
            yield end, min(worths)
        if _is_plain(text, start, end):
            yield end, PLAIN


def _is_plain(text: str, start: int, end: int) -> bool:
    """Say whether a piece is a row of keys or a repetition (a run of one letter always is)."""
    piece, long = text[start:end], end - start
    if long >= _SHORTEST_ROW and any(piece in way for way in _WAYS):
        return True
    return _SHORTEST_COPY <= long <= _LONGEST_COPY and text.find(piece, 0, end - 1) >= 0
