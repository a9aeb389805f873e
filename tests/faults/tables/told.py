"""Print the tables of a run at its end, the summary first; also those whose tests failed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.fault_box import Row
from tests.faults.tables.page import HEADS, WORDS, ordered
from tests.faults.tables.summary import HEAD, TITLE, summary

FAILED = "its tests did not all pass: these rows are not on the page"


@dataclass
class Told:
    """The tables of a run."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def add(self, rows: Mapping[str, list[Row]], *, failed: bool) -> None:
        """Take the tables of one module of tests; ``failed`` says that not all passed."""
        for name, added in rows.items():
            if added:
                self.rows.setdefault(name, []).extend(added)
                self.failed |= {name} if failed else set()

    def show(self, line: Callable[[str], object]) -> None:
        """Print everything, line by line; nothing if no table has a row."""
        if not self.rows:
            return
        tables = {
            name: (WORDS[name][0], HEADS[name], ordered(self.rows[name]))
            for name in HEADS
            if name in self.rows
        }
        summed = summary(tables, frozenset(self.failed))
        if summed[:-1]:
            _print(line, TITLE, HEAD, summed)
        for name, (title, head, rows) in tables.items():
            _print(line, f"{title} – {FAILED}" if name in self.failed else title, head, rows)


def _print(
    line: Callable[[str], object], title: str, head: Sequence[str], rows: Sequence[Row]
) -> None:
    """Print one table in columns."""
    line(f"\n{title}\n")
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
