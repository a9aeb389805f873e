"""Everything below here is a deep suite: ``make faults``; and the table that it fills."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.boxes import make_box
from tests.faults.ordeal import Ordeal, Row

HEADS = {
    "keeper's steps": ("act", "steps", "killed at", "found afterwards"),
    "keeper": ("moment", "killed during", "after ms", "answered before", "found afterwards"),
    "recorder's states": ("state", "caller", "agreed and heard, s", "plays, s", "verdict"),
    "recorder": ("moment", "killed at s", "plays s", "lost s", "verdict", "listed"),
    "panel": ("while it gave", "killed", "after ms", "answered before", "found afterwards"),
    "run": ("killed", "s until all is over", "what happened", "plays, s", "verdict"),
    "disk": ("free, MiB", "what was tried", "what became of it"),
    "soaked": ("calls", "recorded", "hours of line time", "seconds that it took"),
    "soak": (
        *("hour", "calls", "listed", "recorder MB", "threads", "files"),
        *("keeper MB", "threads", "files", "reading child MB"),
    ),
}
"""Each table and its columns, in the page's order."""

WORDS = {
    "keeper's steps": (
        "The keeper, at each step",
        "Each act by which a keeper changes the disk, and its end at each system call of it that "
        "does; every second write is torn in half. *Killed at*: of the steps, those at which it "
        "died; the others end what nobody waits for. What was ordered is done or not done, and "
        "never half.",
    ),
    "keeper": (
        "The keeper, at random moments",
        "Erasures that were on the record are finished at the next start; everything else is "
        "still there, bit for bit.",
    ),
    "recorder's states": (
        "The recorder, in each state of a call",
        "At speed, with scenes that come into each state. *Agreed and heard* is what was to be "
        "kept; at most a second and the line's lateness of 0.05 s of it may be missing. Nothing "
        "is kept of what nobody agreed to, and the next call is recorded.",
    ),
    "recorder": (
        "The recorder, at random moments",
        "`zgoda run` in real time, the trial caller `agrees` placed over the keeper's socket. "
        "*Lost* is the time from the last sample that plays to the kill; the promise is one second "
        "and the line's lateness of 0.05 s.",
    ),
    "panel": (
        "The panel",
        "With all its workers or one of them, while somebody browses, listens or sends a form. The "
        "keeper goes on, and whoever was logged in still is when the panel is back.",
    ),
    "run": (
        "One part of a trial",
        "`zgoda run` stops as a whole and says which part died; on the appliance systemd starts "
        "that part again and nothing else stops. When `zgoda run` itself is killed, its parts go "
        "on until they are told to end. When the reading child dies, the box is locked.",
    ),
    "disk": (
        "A disk that fills up",
        "A disk of 400 MiB that is filled: nobody is asked below 256 MiB, a recording stops below "
        "64 MiB and plays, and erasing works without a byte left. What fills up during each "
        "operation of the keeper's is `tests/keeper/test_full_disk.py`.",
    ),
    "soaked": (
        "A day of eight lines",
        "Eight lines in one recorder at speed, 51 calls on each, in their true length, of all "
        "kinds: most callers agree, some refuse, say nothing, change their mind, hand over. Of "
        "the idle time between them a minute an hour passes on each line, not all. A keeper "
        "takes the calls up, while somebody looks at the list, exports, holds and erases.",
    ),
    "soak": (
        "Hour by hour",
        "*Flat* is what this must be. After the tenth hour, when everything has happened once: "
        "the recorder is never more than 6 MB above what it took then; keeper and reading child, "
        "which get a list five times as long, never more than 12 MB; threads and open files never "
        "more than two above, but for the last eight recordings that the reading child holds open. "
        "The simulated network of eight lines is in what the recorder takes.",
    ),
}
"""Of each table: its heading, and what it shows."""


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
        "# Killed at any moment, and other misfortune\n\n"
        f"`make faults` made this page on {today}; it writes it anew. Where something is killed, "
        "it is a real process, ended by SIGKILL. Afterwards the box starts, opens, lists every "
        "recording, each plays what was sealed, and `zgoda verify` and `zgoda audit verify` "
        "find all well.\n",
    ]
    for name, head in HEADS.items():
        title, words = WORDS[name]
        parts += [f"## {title}\n\n{words}\n", _table(head, rows[name])]
    return "\n".join(parts)


def _table(head: Row, rows: list[Row]) -> str:
    numbered = all(row[0].isdecimal() for row in rows)
    ordered = sorted(rows, key=lambda row: int(row[0])) if numbered else rows
    lines = [head, tuple("---" for _ in head), *ordered]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
