"""Simulate two optocouplers on a serial port's modem lines, wired as documented."""

from collections.abc import Mapping

from appliance.exchange.circuit.circuit import Direct

_ON_HOOK_VOLTS = 21.0
"""The voltage's coupler, behind its Zener diode, conducts above this."""

PINS: Mapping[str, int] = {"dcd": 1, "ri": 2}
"""Pins that this wiring uses, as bits of a look."""


def pins(loop: Direct, ringing: bool) -> int:
    """Return the pins that are on: DCD while the phone is on-hook, RI while it rings."""
    on_hook = abs(loop.volts) > _ON_HOOK_VOLTS
    return PINS["dcd"] * on_hook + PINS["ri"] * ringing
