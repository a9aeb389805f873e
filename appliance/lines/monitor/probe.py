"""Probe a free port for a line monitor; this opens the port."""

import re

import serial

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.monitor.text import LineReader
from appliance.lines.plugged.port import Broken, ask, open_port, read
from appliance.lines.profiles import MonitorProfile

_STATE = re.compile(rb"HOOK (ON|OFF)")


def answers(path: str, profile: MonitorProfile, clock: Clock) -> bool:
    """Say whether a line monitor of this dialect answers on a port.

    Opening the port may restart the board, so this can take as long as a start.

    Raises:
        LineError: the port cannot be opened, another program holds it, or it vanishes meanwhile.
    """
    with open_port(path, profile.baud, "line monitor") as port:
        try:
            ask(port, profile.query.encode())
            return _answered(port, profile, clock)
        except Broken as error:
            raise LineError(f"{path} went away while it was asked") from error


def _answered(port: serial.Serial, profile: MonitorProfile, clock: Clock) -> bool:
    lines = LineReader()
    until = clock.monotonic() + profile.start_seconds + profile.answer_seconds
    while clock.monotonic() < until:
        for line in lines.ended_lines(read(port)):
            if line.split(b" ")[0] == profile.banner.encode() or _STATE.fullmatch(line):
                return True
    return False
