"""Change names, numbers and texts of JSON or TOML whole, as no single byte would."""

import random
import re
from collections.abc import Sequence

_WORD = re.compile(
    rb'"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\btrue\b|\bfalse\b|\bnull\b|\b[a-z_]{3,}\b'
)

ODD = (
    *(b"0", b"-1", b"0.1", b"-0.0", b"1e15", b"1e308", b"1e999", b"1e-320", b"nan", b"-inf"),
    *(str(number).encode() for number in (2**31, 2**32, 2**63 - 1, 2**63, 2**64, 10**30)),
    *(b"253402300800", b"-62135596801", b"1979-05-27", b"12:00:00", b"0x7fffffffffffffff"),
    *(b"null", b"true", b"false", b"[]", b"{}", b"[[]]", b'{"":0}', b"''", b'""', b'" "', b'"-"'),
    *(b'"1"', b'"-1"', b'"1e9"', b'"0001-01-01"', b'"9999-12-31"', b'"../../x"', b'"%s{0}"'),
    *(b'"\\n"', b'"\\u0000"', b'"\\u2028"', b'"\\ud83d\\ude00"', b'"\\ud800"'),
    b'"\xc5\xbc\xe2\x80\xae"',
    b'"' + b"x" * 300 + b'"',
    b'"' + b"x" * 2500 + b'"',
)
"""Values at the ends of what can be said, or beyond, and words that no key is named."""


def with_other_word(raw: bytes, draw: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Put something odd, or another seed's word, in the place of a word.

    Args:
        raw: what to change; comes back as it is if it has no word.
        draw: decides.
        seeds: at least one.
    """
    words = list(_WORD.finditer(raw))
    if not words:
        return raw
    word, others = draw.choice(words), _WORD.findall(draw.choice(seeds))
    instead: bytes = draw.choice(others if others and draw.random() < 0.4 else ODD)
    return raw[: word.start()] + instead + raw[word.end() :]
