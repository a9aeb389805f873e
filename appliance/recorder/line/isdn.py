"""Make the driver of an ISDN line from its options."""

from collections.abc import Mapping
from typing import Any

from appliance.clock import Clock
from appliance.config.settings import Line
from appliance.config.validators import parse_end
from appliance.errors import LineError
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.driver import IsdnLine
from appliance.lines.isdn.kernel_port import KernelPort
from appliance.lines.isdn.l1oip import Tunnel
from appliance.lines.isdn.ports import Port
from appliance.lines.isdn.udp import Ends, UdpPort


def make_isdn(line: Line, clock: Clock) -> IsdnLine:
    """Return the driver of an ISDN line; nothing is opened before it starts.

    Args:
        line: its configuration; all options stand in ``hook``.
        clock: the time.

    Raises:
        LineError: an option is missing.
    """
    name, options = line.name, line.hook.options
    try:
        network, terminal = (_port(options, side) for side in ("network", "terminal"))
    except KeyError as missing:
        raise LineError(f'Line {name}: hook = "isdn" has no {missing.args[0]}.') from missing
    return IsdnLine(name, network, terminal, clock, CallTracker, speaks=line.speaks)


def _port(options: Mapping[str, Any], side: str) -> Port:
    if options["transport"] == "kernel":
        return KernelPort(str(options[side]), terminal=side == "network")
    ends = Ends(parse_end(options[f"{side}_here"]), parse_end(options[side]))
    return UdpPort(ends, Tunnel(int(options["id"], 16)))
