"""Cut the power at each write of the audit: what was acknowledged is there.

Everything that changes the medium is counted: appends to the log with their syncs, replaced heads
and copies of the keyring. At a cut an append may have left any part of its bytes, or zeros.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.keeper.audit.check import check
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.lines import months
from appliance.keeper.audit.log import AuditLog
from appliance.vault.disk import Disk
from tests.clocks import ManualClock
from tests.keeper.audit.audits import OTHER, RID, make_keyring, reopen

START = 1_790_000_000.0
PARTS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda data: b"",
    "one byte": lambda data: data[:1],
    "half": lambda data: data[: len(data) // 2],
    "all but the newline": lambda data: data[:-1],
    "all": lambda data: data,
    "half, then zeros": lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
    "zeros": lambda data: bytes(len(data)),
}
"""What a cut may leave of an append that was not synced."""


class PowerCut(BaseException):
    """Ends a run at an operation."""


class Medium:
    """Counts what changes the medium and cuts the power at one of these operations."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, part: Callable[[bytes], bytes]) -> None:
        self.count = 0
        self._at = at
        write, sync, replace = os.write, os.fdatasync, Disk.replace

        def written(file: int, data: bytes) -> int:
            if self._cuts():
                write(file, part(data))
                raise PowerCut
            return write(file, data)

        def synced(file: int) -> None:
            if self._cuts():
                raise PowerCut
            sync(file)

        def replaced(
            disk: Disk, path: Path, data: bytes, mode: int = 0o600, group: int | None = None
        ) -> None:
            if self._cuts():
                raise PowerCut
            replace(disk, path, data, mode, group)

        patch.setattr(os, "write", written)
        patch.setattr(os, "fdatasync", synced)
        patch.setattr(Disk, "replace", replaced)

    def _cuts(self) -> bool:
        self.count += 1
        return self.count == self._at


def acts(count: int) -> list[Act]:
    return [Act(type="erasing", actor="e1", rid=RID, detail="objection") for _ in range(count)]


def work(log: AuditLog, clock: ManualClock, done: list[str]) -> None:
    """Append over two changes of day, alone and together, and note what was acknowledged."""
    for day in range(3):
        log.append("played", "e1", OTHER)
        done.append("played")
        log.append_many(acts(3))
        done.extend(["erasing"] * 3)
        if day == 1:
            mark = log.mark()
            assert mark is not None
            log.settle(mark)
        log.sign_head()
        clock.advance(DAY)


def run(folder: Path, at: int, part: Callable[[bytes], bytes]) -> tuple[int, list[str]]:
    """Work until the power is cut; return how many operations there were and what is done."""
    keyring, clock, done = make_keyring(folder / "keys"), ManualClock(START), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        medium = Medium(patch, at, part)
        try:
            work(AuditLog(folder / "audit", clock, keyring), clock, done)
        except PowerCut:
            pass
    return medium.count, done


def types(log: AuditLog) -> Iterator[str]:
    return (entry.type for entry in log.entries() if entry.type != "audit_key")


@pytest.mark.parametrize("name", PARTS)
def test_a_cut_at_any_operation_loses_nothing_acknowledged(name: str, tmp_path: Path) -> None:
    total, _ = run(tmp_path / "whole", 0, PARTS[name])
    assert total > 20
    torn = 0
    for at in range(1, total + 1):
        folder = tmp_path / str(at)
        _, done = run(folder, at, PARTS[name])
        left = check(folder / "audit")
        assert left.sound, (at, left.problem)
        clock = ManualClock(START + 3 * DAY)
        again = AuditLog(folder / "audit", clock, reopen(folder / "keys"))
        found = list(types(again))
        assert (found[-1:] == ["recovered"]) is left.torn, at
        torn += left.torn
        assert found[: len(done)] == done, at
        assert again.append("played", "keeper") > len(done)
        assert again.check().sound, (at, again.check().problem)
        whole = check(folder / "audit", again.public_key, again.anchor())
        assert whole.sound, (at, whole.problem)
        shutil.rmtree(folder)
    assert bool(torn) is (name not in {"nothing", "all"})


def test_a_lost_tail_that_was_acknowledged_is_told_not_recovered_from(tmp_path: Path) -> None:
    """A disk that lied about its syncs: the keyring knows more than the log."""
    keyring, clock = make_keyring(tmp_path / "keys"), ManualClock(START)
    log = AuditLog(tmp_path / "audit", clock, keyring)
    log.append_many(acts(5))
    with keyring.changing():
        pass
    (path,) = months(tmp_path / "audit")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    for _ in range(2):
        again = AuditLog(tmp_path / "audit", clock, reopen(tmp_path / "keys"))
        found = again.check()
        assert (found.sound, found.first_bad) == (False, 4)
        assert list(types(again)).count("audit_cut") == 1
    cut = next(entry for entry in again.entries() if entry.type == "audit_cut")
    assert cut.detail == "from_4.to_6"
