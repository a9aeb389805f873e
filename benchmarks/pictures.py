"""Draw the benchmark's figures: ``python -m benchmarks.pictures``.

There are three pictures in ``docs/``: the share of keys taken under each condition, its mean
against the false keys heard in speech, and what grows with the calls kept. The first two show the
last figures of ``keys.conditions`` and ``talkoff.hours``; missing figures are measured now. The
third shows the page's own.
"""

import math
from collections.abc import Mapping
from pathlib import Path

from benchmarks.box import growth
from benchmarks.kept import kept
from benchmarks.keys import conditions as signals
from benchmarks.keys.scores import DIGITS, OURS
from benchmarks.svg import Picture
from benchmarks.talkoff import hours as talkoff

DOCS = Path(__file__).parent.parent / "docs"

Taken = Mapping[str, Mapping[str, float]]
"""Hearer -> condition -> part of the keys taken."""

False_ = Mapping[str, tuple[int, float]]
"""Hearer -> keys heard where there were none, and the hours in which."""

_NAMES, _TOP, _ROW, _COLUMN, _BAR = 190, 62, 19, 118, 66
_SHORT = {"spandsp, dial-tone filter": "spandsp + filter"}


def _kind(hearer: str) -> str:
    return "ours" if hearer == OURS else "peer"


def by_condition(taken: Taken) -> Picture:
    """Draw a line a condition and a bar a hearer, with a number where keys were missed."""
    conditions = list(taken[OURS])
    width = _NAMES + _COLUMN * len(taken) + 10
    height = _TOP + _ROW * (len(conditions) + 1) + 24
    means = ", ".join(f"{who} {_percent(_mean(taken[who]))}" for who in taken)
    title = "Keys taken, of those that a receiver must take"
    told = f"{DIGITS} keys under each of {len(conditions)} conditions. Mean: {means}."
    picture = Picture(width, height, title, told)
    for column, (who, found) in enumerate(taken.items()):
        x = _NAMES + _COLUMN * column
        picture.text(x, _TOP - 12, _SHORT.get(who, who), kind="small")
        for row, condition in enumerate(conditions):
            _bar(picture, x, _TOP + _ROW * row, found[condition], _kind(who))
        _bar(picture, x, _TOP + _ROW * len(conditions) + 8, _mean(found), _kind(who), always=True)
    for row, condition in enumerate(conditions):
        picture.text(_NAMES - 12, _TOP + _ROW * row + 11, condition, kind="small", anchor="end")
    end = _TOP + _ROW * len(conditions) + 2
    picture.line(16, end, width - 16, end)
    picture.text(_NAMES - 12, end + 17, "mean", kind="small", anchor="end")
    return picture


def _bar(
    picture: Picture, x: float, y: float, part: float, kind: str, *, always: bool = False
) -> None:
    picture.rect(x, y + 1, _BAR, 12, "trough")
    if part:
        picture.rect(x, y + 1, max(1.0, _BAR * part), 12, kind)
    if always or part < 0.9995:
        picture.text(x + _BAR + 5, y + 11, _percent(part), kind="small soft")


def _mean(found: Mapping[str, float]) -> float:
    return sum(found.values()) / len(found)


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %" if 0 < part < 0.9995 else f"{100 * part:.0f} %"


_LEFT, _RIGHT, _UPPER, _LOWER = 90, 620, 62, 350
_LEAST, _MOST = 0.1, 1000.0  # keys an hour; what is below the first stands left of it
_FLOOR = 0.6  # of the keys taken


def against_talk(taken: Taken, false: False_) -> Picture:
    """Draw a dot a hearer: right is worse, up is better; none for one that heard no speech."""
    false = {who: (count, hours) for who, (count, hours) in false.items() if hours}
    title = "Keys taken against keys heard in mere speech"
    told = "; ".join(
        f"{who}: {_percent(_mean(taken[who]))} taken, {count} false in {hours:.1f} h"
        for who, (count, hours) in false.items()
    )
    picture = Picture(_RIGHT + 150, _LOWER + 56, title, told)
    _grid(picture)
    for who, (count, hours) in false.items():
        x, y = _across(count / hours), _upright(_mean(taken[who]))
        picture.dot(x, y, 6, _kind(who))
        picture.text(x + 11, y - 2, who)
        picture.text(x + 11, y + 13, f"{count} in {hours:.1f} h", kind="small soft")
    return picture


def _grid(picture: Picture) -> None:
    for step in range(5):
        part = _FLOOR + step * (1 - _FLOOR) / 4
        picture.line(_LEFT - 30, _upright(part), _RIGHT, _upright(part))
        picture.text(_LEFT - 38, _upright(part) + 4, f"{100 * part:.0f} %", anchor="end")
    picture.text(_across(0), _LOWER + 20, "none", anchor="middle")
    for rate in (0.1, 1.0, 10.0, 100.0, 1000.0):
        picture.line(_across(rate), _UPPER, _across(rate), _LOWER)
        picture.text(_across(rate), _LOWER + 20, f"{rate:g}", anchor="middle")
    middle = (_LEFT + _RIGHT) / 2
    words = "keys heard in an hour of recorded human speech in which there are none"
    picture.text(middle, _LOWER + 42, words, kind="soft", anchor="middle")
    picture.text(16, _UPPER - 17, "mean of the keys taken", kind="small soft")


def _across(rate: float) -> float:
    if rate < _LEAST:
        return _LEFT
    span = math.log10(_MOST / _LEAST)
    return _LEFT + 60 + (_RIGHT - _LEFT - 60) * math.log10(min(rate, _MOST) / _LEAST) / span


def _upright(part: float) -> float:
    return _LOWER - (_LOWER - _UPPER) * (max(part, _FLOOR) - _FLOOR) / (1 - _FLOOR)


def main() -> None:
    """Draw all pictures."""
    growth.main()
    for name, part in (("accept", signals), ("talkoff", talkoff)):
        if kept(name) is None:
            list(part.rows())
    taken, false = kept("accept"), kept("talkoff")
    by_condition(taken).save(DOCS / "keys-by-condition.svg")
    against_talk(taken, false).save(DOCS / "keys-against-speech.svg")


if __name__ == "__main__":
    main()
