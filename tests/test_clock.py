"""Clocks, and the boot that a ticket names."""

from pathlib import Path

import pytest

from appliance.clock import SystemClock, read_boot_id
from appliance.errors import ZgodaError
from tests.clocks import ManualClock


def test_the_boot_id_is_six_digits_of_the_kernels() -> None:
    assert len(bytes.fromhex(read_boot_id())) == 3
    assert read_boot_id() == read_boot_id()


def test_a_missing_proc_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ZgodaError, match="is /proc mounted"):
        read_boot_id(tmp_path / "boot_id")


def test_a_jump_is_no_passing_of_time() -> None:
    clock = ManualClock(1000.0)
    clock.advance(5)
    clock.jump(-100)
    assert (clock.now(), clock.monotonic()) == (905.0, 5.0)


def test_todays_clock_is_trusted() -> None:
    assert SystemClock().trusted()
    assert not ManualClock(trusted=False).trusted()
