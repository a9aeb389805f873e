"""Change seeds as a fuzzer would, always in the same way."""

import random
from collections.abc import Iterator, Sequence

from tests.fuzz.words import with_other_word

TELLING = (0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x7B, 0x5B, 0x0A, 0x20)
"""Bytes at which formats turn: ends of ranges, quotes, brackets, an end of line."""


def mutated(
    seeds: Sequence[bytes], name: str, count: int, longest: int, *, words: bool = False
) -> Iterator[bytes]:
    """Yield so many changed seeds; the name alone decides which.

    Args:
        seeds: at least one.
        name: of the target.
        count: how many to make.
        longest: bytes of one.
        words: half of the changes put words in the place of others.
    """
    draw = random.Random(name)
    ways = (*WAYS, *(_word for _ in WAYS)) if words else WAYS
    for number in range(count):
        raw = bytearray(seeds[number % len(seeds)])
        for _ in range(draw.choice((1, 1, 2, 4))):
            draw.choice(ways)(raw, draw, seeds)
        yield bytes(raw[:longest])


def _at(raw: bytearray, draw: random.Random) -> int:
    return draw.randrange(len(raw)) if raw else 0


def _flip(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    if raw:
        raw[_at(raw, draw)] ^= 1 << draw.randrange(8)


def _put(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    if raw:
        raw[_at(raw, draw)] = draw.choice(TELLING)


def _insert(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    at = _at(raw, draw)
    raw[at:at] = bytes([draw.choice(TELLING)]) * draw.choice((1, 1, 2, 8, 64))


def _remove(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    at = _at(raw, draw)
    del raw[at : at + draw.choice((1, 1, 2, 8, 64))]


def _repeat(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    at = _at(raw, draw)
    raw[at:at] = raw[at : at + draw.choice((1, 4, 16, 256))] * draw.choice((1, 2, 16))


def _cut(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    del raw[_at(raw, draw) :]


def _cross(raw: bytearray, draw: random.Random, seeds: Sequence[bytes]) -> None:
    other = draw.choice(seeds)
    raw[_at(raw, draw) :] = other[draw.randrange(len(other) + 1) :]


def _number(raw: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    """Put a number at the end of a range where digits or bytes stand."""
    size = draw.choice((1, 2, 4, 8))
    value = draw.choice((0, 1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 1))
    at = _at(raw, draw)
    text = str(draw.choice((-1, 2**31, 2**63, 2**64, 10**30))).encode()
    raw[at : at + size] = draw.choice((value.to_bytes(size, "big"), text))


def _word(raw: bytearray, draw: random.Random, seeds: Sequence[bytes]) -> None:
    raw[:] = with_other_word(bytes(raw), draw, seeds)


WAYS = (_flip, _put, _insert, _remove, _repeat, _cut, _cross, _number)
