"""Everything below here is a deep suite: ``make faults``; and the table that it fills."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.boxes import make_box
from tests.faults.ordeal import Ordeal, Row

HEADS = {
    "run": ("killed", "s until all is over", "what happened", "plays, s", "verdict"),
    "panel": ("while it gave", "killed", "after ms", "answered before", "found afterwards"),
    "recorder's states": ("state", "caller", "agreed and heard, s", "plays, s", "verdict"),
    "keeper's steps": ("act", "steps", "killed at", "found afterwards"),
    "keeper": ("moment", "killed during", "after ms", "answered before", "found afterwards"),
    "recorder": ("moment", "killed at s", "plays s", "lost s", "verdict", "listed"),
}


@pytest.fixture
def ordeal(tmp_path: Path) -> Ordeal:
    """A box that is set up and has never had a call."""
    return Ordeal(make_box(tmp_path / "data", pool_ahead=200))


@pytest.fixture(scope="session")
def table() -> Iterator[dict[str, list[Row]]]:
    """Rows of figures; written as a page where the environment says so."""
    rows: dict[str, list[Row]] = {name: [] for name in HEADS}
    yield rows
    where = os.environ.get("ZGODA_FAULTS_PAGE")
    if where and all(rows.values()):
        Path(where).write_text(page(rows), "utf-8")


def page(rows: dict[str, list[Row]]) -> str:
    """Write the page of results."""
    today = datetime.now(UTC).date().isoformat()
    parts = [
        "# Killed at any moment\n\n"
        f"`make faults` made this page on {today}; it writes it anew. Each row is a real process "
        "ended by SIGKILL at a random moment. Afterwards the box starts, opens, lists every "
        "recording, each plays what was sealed, and `zgoda verify` and `zgoda audit verify` "
        "find all well.\n",
        "## The keeper\n\nErasures that were on the record are finished at the next start; "
        "everything else is still there, bit for bit.\n",
        _table(HEADS["keeper"], rows["keeper"]),
        "## The recorder\n\n`zgoda run` in real time, the trial caller `agrees` placed over the "
        "keeper's socket. *Lost* is the time from the last sample that plays to the kill; the "
        "promise is one second and the line's lateness of 0.05 s.\n",
        _table(HEADS["recorder"], rows["recorder"]),
    ]
    return "\n".join(parts)


def _table(head: Row, rows: list[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *sorted(rows, key=lambda row: int(row[0]))]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
