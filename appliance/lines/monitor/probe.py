"""Probe a free port for a line monitor; this opens the port.

Nothing is sent that a device could keep: a query for the state or the settings, or nothing.
"""

import re

import serial

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.monitor.optocouplers import PINS
from appliance.lines.monitor.pins import look
from appliance.lines.monitor.text import LineReader
from appliance.lines.monitor.whozz_unit import listed_settings
from appliance.lines.plugged.port import Broken, ask, open_port, read
from appliance.lines.profiles import (
    Lm1Profile,
    MonitorProfile,
    NetCallerIdProfile,
    OptocouplerProfile,
    WhozzProfile,
)
from appliance.model.sentences.faults import device_fault

_STATE = re.compile(rb"HOOK (ON|OFF)")
_USUAL_BAUD = 9600


def answers(path: str, profile: MonitorProfile, clock: Clock) -> bool | None:
    """Say whether a line monitor of this dialect answers on a port; None: it cannot be asked.

    Opening the port may restart the board, so this can take as long as a start.

    Raises:
        LineError: the port cannot be opened, another program holds it, it vanishes meanwhile, or
            it has no modem lines where optocouplers need them.
    """
    with open_port(path, profile.baud or _USUAL_BAUD, "monitor") as port:
        try:
            match profile:
                case OptocouplerProfile():
                    look(port)
                    return None
                case NetCallerIdProfile():
                    return None
                case _:
                    ask(port, profile.query.encode())
                    return _answered(port, profile, clock)
        except Broken as error:
            raise LineError(device_fault("went_away", path=path)) from error


def sees_battery(path: str) -> bool:
    """Say whether a port's DCD is on, as an optocoupler holds it while every phone is on-hook.

    Other devices may hold it, too.

    Raises:
        LineError: the port cannot be opened, or it vanishes meanwhile.
    """
    with open_port(path, _USUAL_BAUD, "monitor") as port:
        try:
            return bool(look(port) & PINS["dcd"])
        except LineError:  # it has no modem lines
            return False
        except Broken as error:
            raise LineError(device_fault("went_away", path=path)) from error


def _answered(port: serial.Serial, profile: Lm1Profile | WhozzProfile, clock: Clock) -> bool:
    lines = LineReader()
    until = clock.monotonic() + profile.start_seconds + profile.answer_seconds
    while clock.monotonic() < until:
        for line in lines.ended_lines(read(port)):
            if _is_its(line, profile):
                return True
    return False


def _is_its(line: bytes, profile: Lm1Profile | WhozzProfile) -> bool:
    """Say whether only a monitor of this dialect answers so."""
    if isinstance(profile, WhozzProfile):
        return listed_settings(line) is not None
    banner = line.split(b" ")[0] == profile.banner.encode()
    return banner or _STATE.fullmatch(line) is not None
