"""Does a line monitor answer here? Only for a port that nobody uses: it has to be opened."""

import re

from appliance.clock import Clock
from appliance.lines.monitor_port import open_port, read
from appliance.lines.monitor_text import Lines
from appliance.lines.profiles import MonitorProfile

_STATE = re.compile(rb"HOOK (ON|OFF)")


def answers(path: str, profile: MonitorProfile, clock: Clock) -> bool:
    """Ask a port whether a line monitor of this dialect is there.

    A board may start anew when its port is opened, so this can take as long as that takes.

    Raises:
        LineError: the port cannot be opened, or somebody else holds it.
    """
    with open_port(path, profile.baud) as port:
        port.write(profile.query.encode())
        lines = Lines()
        until = clock.monotonic() + profile.start_seconds + profile.answer_seconds
        while clock.monotonic() < until:
            for line in lines.take(read(port)):
                if line == profile.banner.encode() or _STATE.fullmatch(line):
                    return True
    return False
