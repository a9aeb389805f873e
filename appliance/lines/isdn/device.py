"""Open ISDN lines, both sides of an S0 bus as one device, and offer those of the cards."""

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING, Any

from appliance.config.drivers.isdn import KernelOptions, L1oipOptions
from appliance.config.drivers.known import declared
from appliance.config.settings import Line
from appliance.config.validators import parse_end
from appliance.errors import LineError
from appliance.lines.base import LineClock
from appliance.lines.device import Device, Finds, LineRoles, Supplies
from appliance.link.requests.devices import Kind, Proposal
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import device_fault

if TYPE_CHECKING:
    from appliance.lines.isdn.ports import BusPort

if TYPE_CHECKING:
    pass


def _open(line: Line, supplies: Supplies, beside: LineClock | None) -> LineRoles:
    """Make the driver of an ISDN line; all of its options stand in ``hook``.

    A box of analog lines loads none of it.
    """
    from appliance.lines.isdn.calls.tracker import CallTracker  # noqa: PLC0415
    from appliance.lines.isdn.driver import IsdnLine  # noqa: PLC0415

    options = declared("hook", line.hook)
    match options:
        case KernelOptions():
            network, terminal = _cards(options)
        case L1oipOptions():
            network, terminal = _tunnels(options)
        case _:
            raise LineError(device_fault("line_unusable"))
    clock = supplies.clock
    isdn = IsdnLine(line.name, network, terminal, clock, CallTracker, speaks=options.may_speak)
    return LineRoles(isdn, isdn, isdn, connected=isdn.connected)


def _cards(options: KernelOptions) -> tuple["BusPort", "BusPort"]:
    from appliance.lines.isdn.kernel_port import KernelPort  # noqa: PLC0415

    network, terminal = options.network, options.terminal
    return KernelPort(network, terminal=True), KernelPort(terminal, terminal=False)


def _tunnels(options: L1oipOptions) -> tuple["BusPort", "BusPort"]:
    from appliance.lines.isdn.l1oip import Tunnel  # noqa: PLC0415
    from appliance.lines.isdn.udp import Ends, UdpPort  # noqa: PLC0415

    sides = (options.network_here, options.network), (options.terminal_here, options.terminal)
    ends = [Ends(parse_end(here), parse_end(there)) for here, there in sides]
    network, terminal = (UdpPort(each, Tunnel(int(options.id, 16))) for each in ends)
    return network, terminal


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


def _tells(line: Line) -> Iterator[Finding]:
    """Say what an ISDN line can do, and what hangs on the box."""
    yield find("lines.bridge" if line.speaks else "lines.mute", line=line.name)
    options = declared("hook", line.hook)
    if isinstance(options, L1oipOptions) and options.over_vpn:
        yield find("lines.tunnel", line=line.name)


DEVICE = Device("isdn", _open, tells=_tells, offers=_offers)
