"""Write the tables of ``make faults`` as the sections of ``docs/faults.md``."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from release.tables import run_of

from tests.faults.fault_box import Row
from tests.faults.tables import summary as all_in_all
from tests.fuzz.page import HEADING as HUNTS
from tests.fuzz.page import section as hunts

ROOT = Path(__file__).parents[3]

HEADS = {
    "attacks": ("attack", "before", "now"),
    "keeper's steps": ("act", "steps", "killed at", "resumed", "found afterwards"),
    "keeper": ("moment", "killed during", "after ms", "answered before", "found afterwards"),
    "recorder's steps": ("act", "steps", "killed at", "found afterwards"),
    "recorder's states": ("state", "caller", "agreed and heard, s", "plays, s", "verdict"),
    "recorder": ("moment", "killed at s", "plays s", "lost s", "verdict", "listed"),
    "panel": ("while it gave", "killed after ms", "answered before", "found afterwards"),
    "run": ("killed", "s until all is over", "what happened", "plays, s", "verdict"),
    "killed calls": ("act", "calls", "writes", "killed", "resumed", "found afterwards"),
    "failing calls": (
        *("what fails", "tries", "told in a sentence", "resumed", "found afterwards"),
    ),
    "power cuts": ("act", "states", "lost", "unreadable", "else wrong", "resumed", "recovered"),
    "power cuts, controls": ("left out", "states until it was found"),
    "disk": ("free, MiB", "what was tried", "what became of it"),
    "any order": (
        *("steps", "boxes", "recorded", "erased", "starts", "power cuts", "clock set"),
        *("copies", "copies cut", "restored", "seconds"),
    ),
    "soaked": ("calls", "recorded", "hours of line time", "seconds that it took"),
    "soak": (
        *("hour", "calls", "listed", "recorder MB", "threads", "files"),
        *("keeper MB", "threads", "files", "reading child MB"),
    ),
}
"""Each table and its columns, in the page's order."""

WORDS = {
    "attacks": (
        "Attacks",
        "What a penetration test did to the box of 26 November 2026, and the same again now. "
        "Each is also a test of its own in `tests/security`.",
    ),
    "keeper's steps": (
        "The keeper, at each step",
        "The keeper is killed at every system call by which an act changes the disk; every "
        "second write is torn in half. *Killed at* counts the steps at which it died; the others "
        "end what nobody waits for. An order is carried out or not, and never half.",
    ),
    "keeper": (
        "The keeper, at random moments",
        "The next start finishes the erasures that were on the record; everything else is still "
        "there, bit for bit.",
    ),
    "recorder's steps": (
        "The recorder, at each write",
        "The recorder is killed at every system call by which a call changes the disk. When a call "
        "ends, the line counts it while the writer ends its file. So the steps of each thread are "
        "counted separately, and each of the line's is tried with the writer at each of its last "
        "four. Every block plays that the recorder took to be on the disk; at most a second and "
        "the line's lateness of 0.05 s of what was agreed and heard is missing.",
    ),
    "recorder's states": (
        "The recorder, in each state of a call",
        "At speed, with scenes that reach each state. *Agreed and heard* is what must be kept; at "
        "most a second and the line's lateness of 0.05 s of it may be missing. Nothing is kept "
        "that nobody agreed to, and the next call is recorded.",
    ),
    "recorder": (
        "The recorder, at random moments",
        "`zgoda run` in real time, the trial caller `agrees` placed over the keeper's socket. "
        "*Lost* is the time from the last sample that plays to the kill; the promise is one second "
        "and the line's lateness of 0.05 s.",
    ),
    "panel": (
        "The panel",
        "Killed while somebody browses, listens or sends a form. The keeper goes on, and sessions "
        "are still there when the panel is back.",
    ),
    "run": (
        "One part of a trial",
        "`zgoda run` stops as a whole and says which part died; on the appliance systemd starts "
        "that part again and nothing else stops. When `zgoda run` itself is killed, its parts go "
        "on until they are told to end. When the reading child dies, the box is locked.",
    ),
    "killed calls": (
        "Killed at each system call",
        "A library between the process and the C library counts every call that changes the disk, "
        "in all threads. The process is killed before each of them, and once more in the middle "
        "of each write.",
    ),
    "failing calls": (
        "System calls that fail",
        "Each write and each sync of an act fails once, with EIO or ENOSPC, or a write takes only "
        "a half; none is left out. An order is carried out, or not and said so in a sentence; the "
        "next start finds all well. A call goes on in another file; a full disk ends its "
        "recording, of which plays what was heard by then.",
    ),
    "power cuts": (
        "The power is cut",
        "A box lives on a real ext4 whose disk logs each write and flush. A state is an image that "
        "a cut at some moment can leave: what was flushed is there; of what was written later the "
        "disk kept all, nothing, a part in any order, or single sectors, torn ones among them. The "
        "file system is checked and mounted as at a boot with `fsck.repair=yes`, and the real "
        "keeper starts. *Lost*: "
        "more than a second (and the line's lateness) of a call, or anything that had been "
        "answered. *Unreadable*: a keyring, shard, shelf, ledger, recording or audit. *Resumed*: "
        "an erasure was under way and is finished. *Recovered*: the audit's last entry was torn, "
        "and so had never been answered. The file system orders its writes so that no cut does "
        "that; in each life one block is therefore torn on purpose.",
    ),
    "power cuts, controls": (
        "Controls",
        "The same with a box that leaves out one kind of sync: the loss must be found.",
    ),
    "disk": (
        "A disk that fills up",
        "A disk of 400 MiB is filled: nobody is asked below 256 MiB, a recording stops below "
        "64 MiB and plays, and erasing works without a byte left. "
        "`tests/keeper/test_full_disk.py` fills it during each operation of the keeper.",
    ),
    "any order": (
        "Anything, in any order",
        "Calls, withdrawals, holds, erasures, people, clocks and power cuts in an order that "
        "nobody chose, on real files, by the recorder's own writer and a whole keeper in injected "
        "time. After each step everything is compared with plain dictionaries: the list, each "
        "living call's sound, holds and due days, certificates, people, the audit; every key that "
        "anything in the folder leads to is tried on what was erased. Backups are made, cut off "
        "within, and restored onto an empty box with the sheet: nothing erased or due comes back, "
        "and everything kept opens. *Restrict* has no operation yet, so the keyring's own entry "
        "says it.",
    ),
    "soaked": (
        "A day of eight lines",
        "Eight lines in one recorder at speed, 51 calls on each, in their true length, of all "
        "kinds: most callers agree, some refuse, stay silent, change their mind, hand over. The "
        "idle time between them is cut to a minute an hour on each line. A keeper takes the calls "
        "up, while somebody looks at the list, exports, holds and erases.",
    ),
    "soak": (
        "Hour by hour",
        "The figures must stay *flat* after the tenth hour, when everything has happened once. "
        "The recorder may take at most 6 MB more than then; keeper and reading child, whose list "
        "grows five times as long, at most 12 MB; threads and open files may rise by two, except "
        "for the last eight recordings that the reading child holds open. The recorder's figures "
        "include the simulated network of eight lines.",
    ),
}
"""Of each table: its heading, and what it shows."""

TOP = (
    "# Killed at any moment, and other misfortune\n\n"
    '`make faults` writes this page; `make faults PART="soak attacks"` renews some tables and '
    "leaves the others. Day and commit under a table are those of its run. A table whose tests do "
    "not all pass is not written. What is killed is a real process, ended by SIGKILL. Afterwards "
    "the box starts and opens, lists every recording, each plays what was sealed, and "
    "`zgoda verify` and `zgoda audit verify` find all well.\n"
)

_HEADING = re.compile(r"^## (.*)$", re.M)
_ROW = re.compile(r"^\| (.*) \|$", re.M)


def page(old: str, rows: Mapping[str, Sequence[Row]]) -> str:
    """Return a page whose tables of ``rows`` are new; the others stand as in the ``old`` one."""
    kept = _sections(old)
    parts = {}
    for name in HEADS:
        if rows.get(name):
            parts[name] = _section(name, rows[name])
        elif WORDS[name][0] in kept:
            parts[name] = kept[WORDS[name][0]]
    return "\n".join([TOP, *_summed(parts), *parts.values(), hunts()])


def _summed(parts: Mapping[str, str]) -> list[str]:
    """Return the first section, from what the others say."""
    tables = {}
    for name, text in parts.items():
        head, _, *told = (tuple(row.split(" | ")) for row in _ROW.findall(text))
        tables[name] = (f"[{WORDS[name][0]}](#{_anchor(WORDS[name][0])})", head, told)
    rows = all_in_all.summary(tables)
    if not rows[:-1]:
        return []
    return [f"## {all_in_all.TITLE}\n\n{all_in_all.WORDS}\n\n{_table(all_in_all.HEAD, rows)}"]


def _anchor(title: str) -> str:
    """Return the name that a page gives to a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _sections(text: str) -> dict[str, str]:
    """Return each section of a page but the hunts', by heading."""
    found = [(match.start(), match[1]) for match in _HEADING.finditer(text)]
    ends = [*found, (len(text), "")]
    return {
        heading: text[start:end].rstrip("\n") + "\n"
        for (start, heading), (end, _) in pairwise(ends)
        if f"## {heading}" != HUNTS
    }


def ordered(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows by their numbers, if they have some."""
    numbered = all(row[0].isdecimal() for row in rows)
    return sorted(rows, key=lambda row: int(row[0])) if numbered else rows


def _section(name: str, rows: Sequence[Row]) -> str:
    title, words = WORDS[name]
    table = _table(HEADS[name], ordered(rows))
    return f"## {title}\n\n{words}\n\n{table}\n{_run()}\n"


def _run() -> str:
    return run_of(ROOT, datetime.now(UTC).date().isoformat())


def _table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Write the first table of ``docs/faults.md`` anew, from the others."""
    path = ROOT / "docs/faults.md"
    path.write_text(page(path.read_text("utf-8"), {}), "utf-8")


if __name__ == "__main__":
    main()
