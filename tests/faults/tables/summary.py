"""Sum up the tables of ``make faults``: scenario, states tried, lost, unreadable, resumed.

Everything is derived from the tables' own rows, so it is true of a page of which a part is renewed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tests.faults.fault_box import Row

HEAD = ("scenario", "states tried", "lost", "unreadable", "resumed")
TITLE = "All in all"
TOTAL = "all of them"
WORDS = (
    "What the tables below add up to; it is derived from them whenever one is written. *States "
    "tried*: each kill, cut, failure, moment or step after which a box was looked at whole. "
    "*Lost*: more than a second (and the line's lateness of 0.05 s) of an agreed call is missing, "
    "or anything that had been answered. *Unreadable*: a key, list, recording or audit does not "
    "open or does not hold. Where a table has no such column, its tests end at the first of "
    "either, and then the table is not written. A dash: the scenario does not measure it; a full "
    "disk, for one, ends a recording on purpose. *Resumed*: an erasure was under way and is "
    "finished, where a table counts it. Attacks, controls and the day of eight lines have figures "
    "of other kinds."
)

LONGEST_LOSS = 1.05
"""Seconds that a call may lose: one, and the lateness that the line's hook source declares."""

NOT_COUNTED = "–"
NOT_KNOWN = "?"
"""Of a run whose tests failed, where nothing but a passed test says that there was none."""

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Counted:
    """How the rows of a table are counted; what has no count is held by the tests themselves."""

    tried: Callable[[Cells], int]
    lost: Callable[[Cells], int] | None = None
    holds_loss: bool = True
    """Its tests fail if more is lost than may be; otherwise nothing is said of it."""


def _of(name: str) -> Callable[[Cells], int]:
    return lambda cells: int(cells[name])


def _one(_: Cells) -> int:
    return 1


def _too_short(cells: Cells) -> int:
    """Say whether less plays of a call than was agreed and heard, by more than may be lost."""
    return float(cells["agreed and heard, s"]) - float(cells["plays, s"]) > LONGEST_LOSS


COUNTED: Mapping[str, Counted] = {
    "keeper's steps": Counted(_of("killed at")),
    "keeper": Counted(_one),
    "recorder's steps": Counted(_of("killed at")),
    "recorder's states": Counted(_one, _too_short),
    "recorder": Counted(_one, lambda cells: float(cells["lost s"]) > LONGEST_LOSS),
    "panel": Counted(_one),
    "run": Counted(_one, holds_loss=False),
    "killed calls": Counted(_of("killed"), holds_loss=False),
    "failing calls": Counted(_of("tries"), holds_loss=False),
    "power cuts": Counted(_of("states"), _of("lost")),
    "disk": Counted(_one, holds_loss=False),
    "any order": Counted(_of("steps")),
}
"""The scenarios, by the names of their tables."""


def summary(
    tables: Mapping[str, tuple[str, Sequence[str], Sequence[Row]]],
    failed: frozenset[str] = frozenset(),
) -> list[Row]:
    """Return the rows of the summary, and last their sum.

    Args:
        tables: name -> title, columns and rows of each table, in the page's order.
        failed: the names of tables whose tests did not all pass.
    """
    found = []
    for name, counted in COUNTED.items():
        title, head, rows = tables.get(name, ("", (), ()))
        cells = [dict(zip(head, row, strict=True)) for row in rows]
        if cells:
            held = NOT_KNOWN if name in failed else "0"
            count = partial(_sum, cells)
            figures = (
                count(counted.tried, NOT_KNOWN),
                count(counted.lost, held if counted.holds_loss else NOT_COUNTED),
                count(_of("unreadable") if "unreadable" in head else None, held),
                # A table of an older run lacks the column.
                count(_of("resumed") if "resumed" in head else None, NOT_COUNTED),
            )
            found.append((title, *figures))
    return [*found, (TOTAL, *(_total(column) for column in list(zip(*found, strict=True))[1:]))]


def _sum(cells: Sequence[Cells], count: Callable[[Cells], int] | None, otherwise: str) -> str:
    return otherwise if count is None else str(sum(map(count, cells)))


def _total(column: Sequence[str]) -> str:
    """Add a column up; what is not known of one is not known of all."""
    counted = [figure for figure in column if figure != NOT_COUNTED]
    if NOT_KNOWN in counted:
        return NOT_KNOWN
    return str(sum(map(int, counted))) if counted else NOT_COUNTED
