"""Write the tables of ``docs/benchmarks.md``; its words are written by hand.

The figures of a part stand between two marks that name it, with the day and the machine. A new
measurement of the part replaces these and nothing else.
"""

import datetime
import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.row import Row, Table

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"

TITLES = ("what", "figure", "target", "peer")


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a part of the benchmark, and the machine."""

    part: str
    found: tuple[Row | Table, ...]
    seconds: float
    load: float
    """How many processes wanted the machine when it began."""

    @property
    def told(self) -> str:
        """Return day, machine and duration in words."""
        day = datetime.datetime.now(datetime.UTC).date()
        cores = len(os.sched_getaffinity(0))
        return (
            f"*`make bench PART={self.part}`, {day}, {self.seconds:.0f} s; {cores} cores of "
            f"{_processor()}, load {self.load:.1f} when it began; Python "
            f"{platform.python_version()}*"
        )


def cells(row: Row) -> tuple[str, ...]:
    """Return a row's columns."""
    return row.what, row.figure, row.target + ", **short**" * (row.met is False), row.peer


def markdown(found: Iterable[Row | Table]) -> str:
    """Return one table of all rows, then each folded table."""
    listed = list(found)
    rows = [cells(one) for one in listed if isinstance(one, Row)]
    pieces = [_table(TITLES, rows)] if rows else []
    for one in listed:
        if isinstance(one, Table):
            head, foot = f"<details><summary>{one.title}</summary>", "</details>"
            pieces.append(f"{head}\n\n{_table(one.columns, one.lines)}\n\n{foot}")
    return "\n\n".join(pieces)


def verdict(measured: Iterable[Measured]) -> tuple[str, bool]:
    """Return the verdict on all figures: the rows that miss their targets."""
    rows = [(part.part, row) for part in measured for row in part.found if isinstance(row, Row)]
    aimed = [entry for entry in rows if entry[1].met is not None]
    short = [
        f"{part}: {row.what}: {row.figure} ({row.target})" for part, row in aimed if not row.met
    ]
    if short:
        return "\n".join((f"Short, {len(short)} of {len(aimed)} targets:", *short)), False
    return f"All {len(aimed)} targets are met.", True


def write(measured: Measured, page: Path = PAGE) -> None:
    """Put a part's figures into their place on the page.

    Raises ValueError if the page has no place for them.
    """
    begin, end = f"<!-- figures: {measured.part} -->", "<!-- end -->"
    place = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
    text = page.read_text("utf-8")
    if not place.search(text):
        raise ValueError(f"{page}: no place is marked {begin}; write its words first.")
    block = f"{begin}\n{markdown(measured.found)}\n\n{measured.told}\n{end}"
    page.write_text(place.sub(lambda _: block, text), "utf-8")


def _table(titles: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    every = [titles, ["---"] * len(titles), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in every)


def _processor() -> str:
    """Return the processor's name from the kernel."""
    told = Path("/proc/cpuinfo").read_text("utf-8")
    name = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", told, re.MULTILINE)
    return name[1].strip() if name else platform.machine()
