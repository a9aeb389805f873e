"""The recorder's unit lets in devices whose drivers are loaded when they are plugged in."""

from pathlib import Path

UNIT = Path(__file__).parents[3] / "systemd/zgoda-recorder.service"
BUILT_IN = {"char-ttyAMA", "char-gpiochip"}
"""Kinds of devices of a board's own kernel: systemd finds their names at the start."""

PLUGGED = {"char-116", "char-166", "char-188"}
"""Sound, ttyACM and ttyUSB: Linux' list of devices gives them these numbers for good."""


def test_what_can_be_plugged_in_is_allowed_by_number() -> None:
    """A name that the kernel does not know yet would be refused until the next start."""
    allowed = {
        line.removeprefix("DeviceAllow=").split()[0]
        for line in UNIT.read_text("utf-8").splitlines()
        if line.startswith("DeviceAllow=")
    }

    assert allowed == BUILT_IN | PLUGGED
