"""Test how the clock chip is read, and what is passed on to be set into it."""

from pathlib import Path

import pytest

from appliance.clock import DAY, HOUR
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot, ClockChip, read_at_boot
from appliance.keeper.time.judge import BootTime, ChipReading, ChipState, Question
from tests.clocks import ManualClock
from tests.keeper.chips import NO_CHIP, SimulatedChip

T = 1_790_000_000.0


@pytest.fixture
def chip(tmp_path: Path) -> SimulatedChip:
    return SimulatedChip(tmp_path / "root", T + 7)


def test_it_is_read_as_the_kernel_shows_it(chip: SimulatedChip) -> None:
    chip.read_at_boot("b00710", 3.5)
    chip.tick(60)
    seen = chip.reader.look("b00710")
    assert (seen.at_boot, seen.now) == (ChipReading(T + 7, 3.5), T + 67)
    assert seen.id.startswith("rtc0 rtc-ds1307 1-0068 0a1b2c3d")
    assert chip.reader.look("5ec0d5").at_boot is None, "read in another boot"


@pytest.mark.parametrize("said", [0.0, 1_700_000_000.0, 4_200_000_000.0])
def test_a_chip_that_lost_its_battery_says_nothing(chip: SimulatedChip, said: float) -> None:
    chip.set(said)
    chip.read_at_boot("b00710", 3.5)
    seen = chip.reader.look("b00710")
    assert (seen.at_boot, seen.now) == (None, None)
    chip.stop()
    assert chip.reader.look("b00710").now is None


def test_a_system_with_a_new_number_at_each_start_knows_its_chip_by_the_board(
    chip: SimulatedChip,
) -> None:
    chip.put_on_board("10000000a1b2c3d4")
    before = chip.reader.look("b00710").id
    chip.machine_id.write_text("f9e8d7c6b5a493827160f5e4d3c2b1a0\n")
    assert chip.reader.look("5ec0d5").id == before


def test_the_card_of_another_board_does_not_take_this_chip_for_its_own(
    chip: SimulatedChip,
) -> None:
    chip.put_on_board("10000000a1b2c3d4")
    before = chip.reader.look("b00710").id
    chip.put_on_board("10000000a1b2c3d5")
    assert chip.reader.look("5ec0d5").id != before


@pytest.mark.parametrize("serial", ["", "0000000000000000"])
def test_a_number_that_is_none_names_no_board(chip: SimulatedChip, serial: str) -> None:
    chip.put_on_board(serial)
    assert chip.reader.look("b00710").id.endswith(" 0a1b2c3d4e5f60718293a4b5c6d7e8f9")


def test_a_board_without_one_has_none() -> None:
    assert NO_CHIP.look("b00710") == ChipState()
    NO_CHIP.pass_on(T, BootTime("b00710", 5.0))


def test_the_first_of_several_counts(chip: SimulatedChip) -> None:
    for other in ("rtc1", "rtc10"):
        folder = chip.folder.parent / other
        folder.mkdir()
        (folder / "since_epoch").write_text("1900000000\n")
    assert chip.reader.look("b00710").now == T + 7


def test_systemd_names_the_folder_for_what_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/zgoda-keeper:/run/other")
    assert ClockChip.of_this_machine().handover == Path("/run/zgoda-keeper")
    monkeypatch.delenv("RUNTIME_DIRECTORY")
    assert ClockChip.of_this_machine().handover is None


def clock(chip: SimulatedChip, tmp_path: Path, manual: ManualClock) -> BelievedClock:
    made = BelievedClock(manual, Boot("b00710", chip.reader))
    made.open(Ledger(tmp_path / "ledger", bytes(32)))
    return made


def passed_on(chip: SimulatedChip) -> ChipReading | None:
    return read_at_boot(chip.handover / "believed", "b00710")


def test_the_chip_is_set_to_what_is_believed_and_to_nothing_else(
    chip: SimulatedChip, tmp_path: Path
) -> None:
    manual = ManualClock(T)
    time = clock(chip, tmp_path, manual)
    time.settle()
    assert passed_on(chip) is None, "nobody has confirmed anything"
    time.confirm(T)
    assert passed_on(chip) == ChipReading(T, 0.0)
    chip.set(T)
    manual.advance(HOUR)
    chip.tick(HOUR)
    manual.jump(700 * DAY)
    assert time.settle().question is Question.ASK
    assert passed_on(chip) == ChipReading(T, 0.0), "not while somebody has to be asked"
    manual.jump(-700 * DAY)
    time.settle()
    assert passed_on(chip) == ChipReading(T, 0.0), "it is right"
    chip.tick(3.0)
    time.settle()
    assert passed_on(chip) == ChipReading(T + HOUR, HOUR), "it has drifted"


def test_a_folder_that_takes_nothing_stops_nothing(chip: SimulatedChip, tmp_path: Path) -> None:
    chip.handover.rmdir()
    time = clock(chip, tmp_path, ManualClock(T))
    assert time.confirm(T).question is Question.NONE


def test_it_is_a_clock_that_is_unset_before_anybody_confirms(
    chip: SimulatedChip, tmp_path: Path
) -> None:
    manual = ManualClock(T)
    time = BelievedClock(manual, Boot("b00710", chip.reader))
    assert (time.now(), time.trusted()) == (T, False)
    time.open(Ledger(tmp_path / "ledger", bytes(32)))
    assert (time.now(), time.trusted()) == (T, False)
    time.confirm(T + 5)
    manual.advance(60)
    assert (time.now(), time.trusted()) == (T + 65, True)
    manual.jump(-2 * DAY)
    time.look()
    assert (time.now(), time.trusted()) == (T + 65, False)
