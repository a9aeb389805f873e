"""Draw how the list's figures grow with the calls kept, from the table on the page.

Each figure is drawn as a multiple of its target, so that times and memory fit into one picture. The
dashed curves are those of the box before its keys lay in shards and its list in shelves.
"""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.box.catalogue import (
    ADD,
    CHILD,
    COMMON,
    ERASE,
    FIRST_LIST,
    IN_ALL,
    KEEPER,
    MEMORY_TARGET,
    TARGETS,
    TARGETS_AT,
)
from benchmarks.page import PAGE
from benchmarks.svg import Picture

PICTURE = Path(PAGE).with_name("calls-by-number.svg")
NOW, BEFORE = "The list by the number of calls", "The same before"

Line = Sequence[tuple[float, float]]
"""Calls kept, and a figure as a multiple of its target."""

_DRAWN = {**TARGETS, IN_ALL: MEMORY_TARGET}
_NOW: dict[str, tuple[str, ...]] = {
    ADD: (ADD,),
    ERASE: (ERASE,),
    FIRST_LIST: (FIRST_LIST,),
    COMMON: (COMMON,),
}
_NOW |= {IN_ALL: (KEEPER, CHILD)}

_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 560, 66, 380
_CALLS = (1_000.0, 10_000.0, 100_000.0, 500_000.0)
_TIMES = (0.01, 0.1, 1.0, 10.0, 100.0)
_APART = 15.0


def table(page: str, title: str) -> list[Mapping[str, float]]:
    """Return the rows of a folded table by their columns; figures that it lacks are left out.

    Raises:
        ValueError: the page has no such table.
    """
    found = re.search(rf"<summary>{re.escape(title)}[^<]*</summary>\n\n(.*?)\n\n", page, re.S)
    if found is None:
        raise ValueError(f"The page has no table “{title}”.")
    head, _, *rows = (
        [cell.strip() for cell in row.split("|")[1:-1]] for row in found[1].split("\n")
    )
    return [
        {
            name: float(cell.replace(",", ""))
            for name, cell in zip(head, row, strict=True)
            if cell != "–"
        }
        for row in rows
    ]


def lines(page: str) -> dict[str, Line]:
    """Return each curve of a page's tables by its name."""
    now, before = table(page, NOW), table(page, BEFORE)
    grown: dict[str, Line] = {
        name: [(row["calls"], sum(row[part] for part in parts) / _DRAWN[name]) for row in now]
        for name, parts in _NOW.items()
    }
    was: dict[str, Line] = {
        f"{name}, before": [(row["calls"], row[name] / _DRAWN[name]) for row in before]
        for name in (ADD, FIRST_LIST, IN_ALL)
    }
    return grown | was


def picture(curves: Mapping[str, Line]) -> Picture:
    """Draw the curves, each with its name where it ends."""
    drawn = Picture(
        _RIGHT + 250,
        _BOTTOM + 62,
        "What grows with the calls kept",
        f"Each figure as a multiple of its target at {TARGETS_AT:,} calls, up to 500,000. "
        + "; ".join(
            f"{name}: {line[-1][1]:.2g} at {line[-1][0]:,.0f}" for name, line in curves.items()
        ),
    )
    for calls in _CALLS:
        drawn.line(_across(calls), _TOP, _across(calls), _BOTTOM)
        drawn.text(_across(calls), _BOTTOM + 20, f"{calls:,.0f}", kind="small", anchor="middle")
    for times in _TIMES:
        drawn.line(_LEFT, _up(times), _RIGHT, _up(times))
        words = "target" if times == 1 else f"× {times:g}"
        drawn.text(_LEFT - 8, _up(times) + 4, words, kind="small", anchor="end")
    drawn.text((_LEFT + _RIGHT) / 2, _BOTTOM + 44, "calls kept", anchor="middle")
    drawn.text(
        16, _TOP - 16, "figure ÷ its target at 100,000 calls; dashed: before", kind="small soft"
    )
    for name, line in curves.items():
        was = name.endswith(", before")
        points = [(_across(calls), _up(times)) for calls, times in line]
        drawn.curve(points, "peer" if was else "ours", "6 4" if was else "")
        drawn.dot(*points[-1], 4, "peer" if was else "ours")
    for name, y in _labels(curves).items():
        kind = "small soft" if name.endswith(", before") else "small"
        drawn.text(_RIGHT + 12, y + 4, name, kind=kind)
    return drawn


def _labels(curves: Mapping[str, Line]) -> dict[str, float]:
    """Return where each name stands: beside the end of its curve, and none upon another."""
    placed: dict[str, float] = {}
    y = -_APART
    for name, line in sorted(curves.items(), key=lambda curve: -curve[1][-1][1]):
        y = max(_up(line[-1][1]), y + _APART)
        placed[name] = y
    return placed


def _across(calls: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * math.log(calls / _CALLS[0]) / math.log(_CALLS[-1] / _CALLS[0])


def _up(times: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * math.log(times / _TIMES[0]) / math.log(
        _TIMES[-1] / _TIMES[0]
    )


def main() -> None:
    """Draw the picture anew from the page."""
    picture(lines(PAGE.read_text("utf-8"))).save(PICTURE)


if __name__ == "__main__":
    main()
