"""Test what the doctor says of the time that erasure goes by."""

from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.keeper.doctor.time import examine_time
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from tests.clocks import ManualClock
from tests.keeper.chips import NO_CHIP, SimulatedChip

T = 1_790_000_000.0


@pytest.fixture
def manual() -> ManualClock:
    return ManualClock(T)


def ids(time: BelievedClock, waiting: bool = False) -> list[str]:
    time.look()
    return [finding.id for finding in examine_time(time, waiting)]


def test_without_a_chip(manual: ManualClock, tmp_path: Path) -> None:
    time = BelievedClock(manual, Boot("b00710", NO_CHIP))
    time.open(Ledger(tmp_path / "ledger", bytes(32)))
    assert ids(time) == ["clock.first"]
    time.confirm(T)
    assert ids(time) == ["clock.counts"]
    assert ids(time, True) == ["clock.counts", "clock.erasure_waits"]
    manual.jump(400 * DAY)
    assert ids(time) == ["clock.ask"]
    (found,) = examine_time(time, False)
    assert "2027-10-26 14:13 UTC" in found.text
    assert "2026-09-21 14:13 UTC" in found.text
    time.settle()
    after = BelievedClock(manual, Boot("5ec0d5", NO_CHIP))
    after.open(Ledger(tmp_path / "ledger", bytes(32)))
    assert ids(after) == ["clock.wait"]


def test_with_a_chip_that_somebody_sets_or_nobody_read(manual: ManualClock, tmp_path: Path) -> None:
    chip = SimulatedChip(tmp_path / "root", T)
    time = BelievedClock(manual, Boot("b00710", chip.reader))
    time.open(Ledger(tmp_path / "ledger", bytes(32)))
    time.confirm(T)
    assert ids(time) == ["clock.counts", "clock.chip_late"]
    chip.read_at_boot("b00710", 0.0)
    assert ids(time) == ["clock.counts"]
    chip.set(T + 700 * DAY)
    assert ids(time) == ["clock.counts", "clock.chip_set"]
    time.confirm(T)
    chip.set(T)
    assert ids(time) == ["clock.counts"]
