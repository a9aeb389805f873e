"""Choose the front's pins: the header's through lgpio, or mock pins where none are."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from appliance.errors import LineError
from appliance.lines.plugged.gpio import PinChip, header_chip
from appliance.model.sentences.faults import device_fault

Factory = Any
"""A gpiozero pin factory; gpiozero has no hints."""


def choose_pins(work: Path, find: Callable[[], PinChip | None] = header_chip) -> Factory:
    """Return the pin factory for this machine.

    The factory is named, never tried: gpiozero on its own would try one after the other and
    print a warning for each.

    Args:
        work: a folder that can be written to; lgpio puts its pipes there, else into the current
            one.
        find: finds the header's chip.

    Raises:
        LineError: there are pins, but they cannot be used; a box whose lamps stay dark must say so.
    """
    try:
        chip = find()
    except OSError:
        raise LineError(device_fault("pins_denied")) from None
    if chip is None:
        return MockFactory(revision="a02082", pin_class=MockPin)
    os.environ.setdefault("LG_WD", str(work))
    try:
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - absent off a Pi
    except ImportError:
        raise LineError(device_fault("pins_no_lgpio")) from None
    return LGPIOFactory(chip=chip.number)
