"""Measure an audit of 300,000 entries (100,000 calls): start, page, check, append.

``python -m benchmarks.box.audit`` prints these rows alone.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.clock import DAY
from appliance.keeper.audit.check import check
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.paths import LogTree
from benchmarks.box.timing import median_ms
from benchmarks.row import Row
from tests.clocks import ManualClock
from tests.keeper.audit.audits import make_keyring, reopen

CALLS = 100_000
A_DAY = 400
BATCH = 10_000


def rows() -> list[Row]:
    """Measure everything; takes about a minute."""
    with _year() as (folder, clock, rid):
        keyring = reopen(folder / "keys")

        def start() -> AuditLog:
            return AuditLog(folder / "audit", clock, keyring)

        log = start()
        public, anchor = log.public_key, log.anchor()
        newest, log_folder = log.newest[0], folder / "audit"
        acts: list[tuple[str, Callable[[], object], int]] = [
            ("start", start, 5),
            ("first page, checked", lambda: _page(log, 1), 9),
            ("last page", lambda: _page(log, 6000), 5),
            ("one call's entries", lambda: log.of_recording(rid), 5),
            ("checked whole", lambda: check(folder / "audit", public, anchor), 1),
            ("append one entry", lambda: log.append("played", "keeper"), 50),
            ("a day's signed head", log.sign_head, 20),
            ("an entry's path to a head, the first", lambda: _path(LogTree(log_folder), newest), 3),
            ("an entry's path to a head, later", lambda: _path(log.tree, newest), 20),
            (f"append {BATCH} entries", lambda: log.append_many(_acts(BATCH)), 3),
        ]
        name = f"audit of {3 * CALLS} entries"
        return [
            Row(f"{name}: {what}", f"{median_ms(act, times):.1f} ms") for what, act, times in acts
        ]


def _path(tree: LogTree, size: int) -> None:
    """Do what an annex needs of a call in the middle of the log."""
    tree.line(size // 2)
    tree.path(size // 2, size)


def _page(log: AuditLog, number: int) -> None:
    """Do what the audit's page does."""
    log.check()
    log.page(number)


def _acts(count: int) -> list[Act]:
    return [
        Act(type="erasing", actor="keeper", rid=secrets.token_hex(16), detail="no_longer_needed")
        for _ in range(count)
    ]


@contextmanager
def _year() -> Iterator[tuple[Path, ManualClock, str]]:
    """Yield an audit of the calls of many days, settled but for its last day, and a call of it."""
    with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
        folder, clock = Path(place), ManualClock()
        keyring = make_keyring(folder / "keys")
        log, rid = AuditLog(folder / "audit", clock, keyring), ""
        for day in range(CALLS // A_DAY):
            if day == CALLS // A_DAY - 1:
                _settle(log)
            rids = [secrets.token_hex(16) for _ in range(A_DAY)]
            log.append_many([act for rid in rids for act in _call(rid)])
            clock.advance(DAY)
            rid = rids[0]
        clock.advance(-DAY)
        yield folder, clock, rid


def _call(rid: str) -> list[Act]:
    """Return what the audit says of an ordinary call."""
    sealed = Act(type="sealed", actor="keeper", rid=rid, frames=371, sha256="ab" * 32)
    return [sealed, *(Act(type=type, actor="0a1b2c3d", rid=rid) for type in ("viewed", "played"))]


def _settle(log: AuditLog) -> None:
    mark = log.mark()
    if mark is not None:
        log.settle(mark)


if __name__ == "__main__":
    for row in rows():
        print(row.what, row.figure, row.target, sep="\t")
