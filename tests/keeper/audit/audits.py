"""Fill audits for the tests."""

from pathlib import Path

from appliance.keeper.audit.entries import months
from appliance.keeper.audit.log import AuditLog
from tests.clocks import ManualClock

RID = "ab" * 16
OTHER = "cd" * 16


def fill(log: AuditLog, clock: ManualClock, count: int = 5) -> None:
    for number in range(count):
        log.append("played", "0a1b2c3d", RID if number % 2 else OTHER)
        clock.advance(1.5)


def the_file(folder: Path) -> Path:
    (path,) = months(folder)
    return path
