"""Find in what people read what no reader should: a rule each."""

import re

_UNITS = r"%%?|ms|s|min|h|kB|MB|GB|dB|dBm0|Hz|kHz|V|mA|mm|cm|km"

BREAKABLE_UNIT = re.compile(rf"(?:%\(\w+\)s|\d) (?:{_UNITS})(?![\w%])")
"""A figure and its unit with a plain space between, at which a line may end."""

GENDERED = re.compile(
    r"\b(?:nie)?zalogowan[yae]\b|\b\w+(?:łeś|łaś)\b|\w\([aey]\)|\bpowin(?:ieneś|naś)\b|\bsamemu\b"
    r"|\b\w+[ny]/-?n?a\b",
    re.IGNORECASE,
)
"""A Polish form by which a sentence guesses whether its reader is a man or a woman."""

DECIMAL_POINT = re.compile(r"(?<![\w.:/%-])\d+\.\d+(?![\w.])")
"""A figure as English writes it; Polish and German write a comma."""

STRAIGHT = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")

_COUNTED = re.compile(r"%\((?:count|days|hours|minutes|seconds|num)\)s[ \u00a0]([^\W\d_]{2,})")
_SHORT_FORMS = frozenset({"min", "Min", "ms", "kB", "MB", "GB", "dB", "Hz", "Std", "godz"})

_NO_END = r"(?<!\b[Aa]rt)(?<!\bz\.B)(?<!\bnp)(?<!\bpkt)(?<!\bust)(?<!\b[Nn]r)(?<!\b[Nn]o)"
_END = re.compile(rf"{_NO_END}[.!?…](?=\s|$)|\n")
MOST_WORDS = 25

ENGLISH = re.compile(
    r"\b(?:the|and|not|of|to|is|are|was|were|it|with|from|this|that|for|by|you|your|has|have"
    r"|yes|no one|nobody|none|unknown)\b",
    re.IGNORECASE,
)
"""Words that every English sentence has, and no Polish one."""

NO_ENGLISH = {"pl": frozenset({"to", "by"}), "de": frozenset({"was", "by", "war"})}
"""Those of them that another language has, too."""


def longest(text: str) -> int:
    """Return how many words the longest sentence of a text has."""
    sentences = (sentence.split() for sentence in _END.split(text))
    return max(sum(bool(re.search(r"\w", word)) for word in words) for words in sentences)


def uncounted(text: str) -> list[str]:
    """Return the words behind a figure that have one form only, whatever the figure is."""
    return [word for word in _COUNTED.findall(text) if word not in _SHORT_FORMS]


def english(text: str, language: str) -> list[str]:
    """Return the English words of a Polish or German text."""
    words = [word.lower() for word in ENGLISH.findall(text)]
    return [word for word in words if word not in NO_ENGLISH[language]]
