"""The last emergency call, remembered over a restart."""

import json
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.recorder.numbers.callback import EXEMPT_SECONDS, CallBacks
from appliance.vault.disk import Disk
from tests.clocks import ManualClock

BOOT, OTHER_BOOT = "a1b2c3", "d4e5f6"


class Box:
    """A box that can be restarted."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "emergency"
        self.clock = ManualClock()
        self.clock.advance(1000)

    def start(self, boot: str = BOOT) -> CallBacks:
        return CallBacks(self.path, self.clock, boot)

    def called(self) -> None:
        """Let somebody call for help, and the process die."""
        dying = self.start()
        dying.remember()
        dying.close()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_nothing_is_remembered_of_nothing(box: Box) -> None:
    call_backs = box.start()
    assert call_backs.seconds_ago() is None
    assert call_backs.seconds_left == 0.0


@pytest.mark.parametrize("boot", [BOOT, OTHER_BOOT])
def test_what_is_left_of_half_an_hour_counts_after_a_restart(box: Box, boot: str) -> None:
    box.called()
    box.clock.advance(600)
    call_backs = box.start(boot)
    assert call_backs.seconds_ago() == pytest.approx(600)
    assert call_backs.seconds_left == pytest.approx(EXEMPT_SECONDS - 600)


@pytest.mark.parametrize("boot", [BOOT, OTHER_BOOT])
def test_after_half_an_hour_it_is_over_and_the_file_gone(box: Box, boot: str) -> None:
    box.called()
    box.clock.advance(EXEMPT_SECONDS)
    assert box.start(boot).seconds_ago() is None
    assert not box.path.exists()


@pytest.mark.parametrize("jump", [-3600, 3 * EXEMPT_SECONDS])
def test_within_a_boot_the_wall_clock_does_not_matter(box: Box, jump: float) -> None:
    box.called()
    box.clock.jump(jump)
    box.clock.advance(60)
    assert box.start().seconds_ago() == pytest.approx(60)


def test_a_clock_put_back_in_another_boot_counts_it_in_full(box: Box) -> None:
    box.called()
    box.clock.jump(-DAY)
    assert box.start(OTHER_BOOT).seconds_ago() == 0.0


@pytest.mark.parametrize("when", ["then", "now"])
def test_a_clock_that_is_not_trusted_counts_it_in_full(box: Box, when: str) -> None:
    sure = box.clock
    unsure = ManualClock(1000.0, trusted=False)
    box.clock = unsure if when == "then" else sure
    box.called()
    box.clock = sure if when == "then" else unsure
    box.clock.advance(3 * EXEMPT_SECONDS)
    call_backs = box.start(OTHER_BOOT)
    assert call_backs.seconds_ago() == 0.0
    assert call_backs.seconds_left == EXEMPT_SECONDS


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 40, b"x" * 5000])
def test_a_damaged_file_counts_in_full(box: Box, damage: bytes) -> None:
    box.path.write_bytes(damage)
    assert box.start().seconds_ago() == 0.0


def test_a_file_that_cannot_be_read_counts_in_full(box: Box) -> None:
    box.path.mkdir()
    assert box.start().seconds_ago() == 0.0


def test_it_is_forgotten_once_it_is_over(box: Box) -> None:
    call_backs = box.start()
    call_backs.remember()
    call_backs.close()
    call_backs.forget_when_over()
    assert box.path.exists()
    box.clock.advance(EXEMPT_SECONDS)
    call_backs.forget_when_over()
    call_backs.forget_when_over()
    assert not box.path.exists()


def test_a_second_call_begins_the_half_hour_anew(box: Box) -> None:
    box.called()
    box.clock.advance(1200)
    box.called()
    box.clock.advance(1200)
    assert box.start().seconds_ago() == pytest.approx(1200)


def test_it_holds_nothing_but_times(box: Box) -> None:
    box.called()
    assert set(json.loads(box.path.read_bytes())) == {"boot", "uptime", "wall", "clock_ok"}


def test_what_a_power_cut_left_is_cleared(box: Box) -> None:
    left = box.path.with_name(f".{box.path.name}.1234abcd")
    left.write_bytes(b"{")
    assert box.start().seconds_ago() is None
    assert not left.exists()


def test_a_full_disk_disturbs_nobody(box: Box, caplog: pytest.LogCaptureFixture) -> None:
    class Full(Disk):
        def replace(
            self, path: Path, data: bytes, mode: int = 0o600, group: int | None = None
        ) -> None:
            raise OSError(28, "No space left on device")

    call_backs = CallBacks(box.path, box.clock, BOOT, Full())
    call_backs.remember()
    call_backs.close()
    assert call_backs.seconds_left == EXEMPT_SECONDS
    assert "could not be written down: No space left on device" in caplog.text


def test_a_file_that_cannot_be_removed_is_told(box: Box, caplog: pytest.LogCaptureFixture) -> None:
    box.called()
    call_backs = box.start()
    call_backs.seconds_ago()
    box.path.unlink()
    box.path.mkdir()
    box.clock.advance(EXEMPT_SECONDS)
    call_backs.forget_when_over()
    assert "stays written down" in caplog.text
