"""Supply what the drivers of a line are made with."""

from appliance.clock import Clock, SystemClock
from appliance.lines.monitor.driver import Units
from appliance.recorder.line.devices import (
    REAL_TIME,
    MakePortAudio,
    Simulation,
    Supplies,
    make_portaudio,
)
from tests.lines.modem.scripted_modem import Kept


def supplies(
    clock: Clock | None = None,
    simulation: Simulation = REAL_TIME,
    portaudio: MakePortAudio = make_portaudio,
) -> Supplies:
    """Return supplies of their own for one line of a Polish office."""
    clock = clock or SystemClock()
    return Supplies(clock, simulation, lambda: None, portaudio, Units(clock), Kept(), "PL")
