"""Supply what the drivers of a line are made with."""

from collections.abc import Callable
from typing import Any

from appliance.clock import Clock, SystemClock
from appliance.lines.device import Device, Supplies
from appliance.recorder.line.devices import (
    REAL_TIME,
    Simulation,
    open_caller,
    shared_by_lines,
)
from tests.lines.modem.scripted_modem import Kept


def supplies(
    clock: Clock | None = None,
    simulation: Simulation = REAL_TIME,
    shared: Callable[[Device], Any] | None = None,
) -> Supplies:
    """Return supplies of their own for one line of a Polish office."""
    clock = clock or SystemClock()
    shared = shared or shared_by_lines(clock)
    return Supplies(clock, simulation, lambda: None, shared, Kept(), "PL", open_caller)
