"""Open ISDN lines, both sides of an S0 bus as one device, and offer those of the cards."""

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING, Any

from appliance.config.settings import Line
from appliance.config.validators import parse_end
from appliance.errors import LineError
from appliance.lines.base import LineClock
from appliance.lines.device import Device, Finds, Opened, Options, Supplies
from appliance.link.requests.devices import Kind, Proposal
from appliance.model.findings import find

if TYPE_CHECKING:
    from appliance.lines.isdn.ports import BusPort


def _open(line: Line, supplies: Supplies, beside: LineClock | None) -> Opened:
    """Make the driver of an ISDN line; all of its options stand in ``hook``.

    A box of analog lines loads none of it.
    """
    from appliance.lines.isdn.calls.tracker import CallTracker  # noqa: PLC0415
    from appliance.lines.isdn.driver import IsdnLine  # noqa: PLC0415

    name, options = line.name, line.hook.options
    try:
        network, terminal = (_port(options, side) for side in ("network", "terminal"))
    except KeyError as missing:
        raise LineError(f'Line {name}: hook = "isdn" has no {missing.args[0]}.') from missing
    isdn = IsdnLine(name, network, terminal, supplies.clock, CallTracker, speaks=line.speaks)
    return Opened(isdn, isdn, isdn)


def _port(options: Options, side: str) -> "BusPort":
    from appliance.lines.isdn.kernel_port import KernelPort  # noqa: PLC0415
    from appliance.lines.isdn.l1oip import Tunnel  # noqa: PLC0415
    from appliance.lines.isdn.udp import Ends, UdpPort  # noqa: PLC0415

    if options["transport"] == "kernel":
        return KernelPort(str(options[side]), terminal=side == "network")
    ends = Ends(parse_end(options[f"{side}_here"]), parse_end(options[side]))
    return UdpPort(ends, Tunnel(int(options["id"], 16)))


def _offers(finds: Finds) -> Iterator[Proposal]:
    """Offer a bridge of two cards or, where none can be the network, a tap."""
    named = {card.name: card for card in finds.isdn}.values()
    for network, terminal in permutations(named, 2):
        if network.terminal and terminal.network:
            yield _bus("bridge", network.name, terminal.name)
            return
    for network, terminal in permutations(named, 2):
        if network.terminal and terminal.terminal:
            yield _bus("tap", network.name, terminal.name)
            return


def _bus(mode: Kind, network: str, terminal: str) -> Proposal:
    hook: dict[str, Any] = {"driver": "isdn", "transport": "kernel", "mode": mode}
    return Proposal(
        key=f"{mode} {network} {terminal}",
        kind=mode,
        grade="A" if mode == "bridge" else "",
        why=find(f"lines.proposal_{mode}", network=network, terminal=terminal),
        hook=hook | {"network": network, "terminal": terminal},
        audio={"driver": "isdn"},
        prompt={"driver": "isdn"},
    )


DEVICE = Device("isdn", _open, offers=_offers)
