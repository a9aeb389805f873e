"""Every sync is timed; a slow one is remembered for an hour."""

import os
from pathlib import Path

import pytest

from appliance.vault.timed_disk import SHOWN_SECONDS, SLOW_SYNC_SECONDS, SlowSyncs, TimedDisk
from tests.clocks import ManualClock


def test_each_kind_of_sync_is_timed_while_it_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, took = ManualClock(), list[float]()
    disk = TimedDisk(clock.monotonic, took.append)
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda fd: clock.advance(0.25))
    disk.replace(tmp_path / "file", b"one")
    disk.append(tmp_path / "file", b"two", 3)
    disk.sync_system(tmp_path)
    assert took == [0.25, 0.25, 0.25, 0.0], "content and folder; data; the real syncfs of no time"


def test_a_failed_sync_is_timed_too(tmp_path: Path) -> None:
    took: list[float] = []
    with pytest.raises(OSError, match="Bad file descriptor"):
        TimedDisk(ManualClock().monotonic, took.append).sync(10**6)
    assert took == [0.0]


def test_the_slowest_of_the_last_hour_is_told() -> None:
    clock = ManualClock()
    syncs = SlowSyncs(clock.monotonic)
    assert not syncs.took(SLOW_SYNC_SECONDS)
    assert syncs.ms == 0
    assert syncs.took(0.9)
    assert syncs.took(0.4)
    assert syncs.ms == 900
    clock.advance(SHOWN_SECONDS - 1)
    assert syncs.ms == 900
    clock.advance(1)
    assert syncs.ms == 0
    assert syncs.took(0.5)
    assert syncs.ms == 500, "an older one counts no more"
