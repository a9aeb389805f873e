"""Declare ISDN lines: both sides of an S0 bus, by a tunnel or by cards of the kernel's."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from appliance.config import declare as a
from appliance.config import validators as valid
from appliance.config.declare import Also, Kind
from appliance.config.drivers.driver import ByKind, DeviceKind, Driver, Options
from appliance.config.mistakes import Mistake, mistake
from appliance.language import N_

TRANSPORTS: Mapping[str, str] = {
    "l1oip": N_("A tunnel over the network (L1oIP)"),
    "kernel": N_("Two ISDN cards (mISDN)"),
}
"""Ways to an ISDN line."""

MODES: Mapping[str, str] = {
    "bridge": N_("Bridge: it stands between them and speaks"),
    "tap": N_("Line tap: it only listens, and records nothing"),
}
"""A passive tap listens to both sides; a bridge stands between them, forwards and speaks."""

_END = Kind(valid.valid_end)
_SIDES = (("network", "terminal"), ("network_here", "terminal_here"))
_ENDS = (("network", "network_here"), ("terminal", "terminal_here"))


# fmt: off
@dataclass(frozen=True, slots=True)
class AnyIsdn(Options):
    """What every ISDN line says."""

    by_hand: ClassVar[Mapping[str, Sequence[str]]] = {"transport": ("kernel",)}
    transport: Annotated[str, N_("Way to the ISDN line"), Also(example='"l1oip"'),
        a.word(TRANSPORTS)]
    mode: Annotated[str, N_("What the device does"), Also(
        example='"bridge"', docs="a `tap` records nothing, since it cannot ask"), a.word(MODES)]

    @property
    def may_speak(self) -> bool:
        """Say whether it stands between phone and network."""
        return self.mode == "bridge"


@dataclass(frozen=True, slots=True)
class KernelOptions(AnyIsdn):
    """Cards of the kernel's."""

    network: Annotated[str, N_("Card towards the network"), DeviceKind.BUS,
        Also(example='"HFC-S_USB.1"'), a.TEXT]
    terminal: Annotated[str, N_("Card towards the phone"), DeviceKind.BUS,
        Also(example='"HFC-S_USB.2"'), a.TEXT]

    def wrong(self) -> Iterator[Mistake]:
        """Yield that both sides are one card."""
        if self.network and self.network == self.terminal:
            yield mistake(("terminal",), "again")


@dataclass(frozen=True, slots=True)
class L1oipOptions(AnyIsdn):
    """A tunnel over UDP."""

    network: Annotated[str, N_("Network side: address and port"), DeviceKind.END,
        Also(example='"127.0.0.1:9311"'), _END]
    terminal: Annotated[str, N_("Phone side: address and port"), DeviceKind.END,
        Also(example='"127.0.0.1:9312"'), _END]
    network_here: Annotated[str, N_("Network side: the device’s own address and port"),
        DeviceKind.END, Also(example='"127.0.0.1:9301"'), _END]
    terminal_here: Annotated[str, N_("Phone side: the device’s own address and port"),
        DeviceKind.END, Also(example='"127.0.0.1:9302"'), _END]
    id: Annotated[str, N_("Number of the tunnel, 8 hex digits"), Also(example='"5a2b4c6d"'),
        Kind(valid.valid_tunnel_id)]
    over_vpn: Annotated[bool, N_("The addresses are inside a VPN"), Also(
        docs="L1oIP neither encrypts nor proves who sends: other addresses than loopback need it"),
        a.FLAG] = False

    def wrong(self) -> Iterator[Mistake]:
        """Yield what is wrong between the ends."""
        for first, second in _SIDES:
            if getattr(self, first) and getattr(self, first) == getattr(self, second):
                yield mistake((second,), "again")
        hosts = {key: _address(getattr(self, key)) for pair in _ENDS for key in pair}
        for there, here in _ENDS:
            kinds = {host.version for host in (hosts[there], hosts[here]) if host}
            if len(kinds) > 1:
                yield mistake((here,), "end_family")
        for key, host in hosts.items():
            if host and not host.is_loopback and not self.over_vpn:
                yield mistake((key,), "tunnel_open", option="over_vpn")
# fmt: on


def _address(end: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    return ipaddress.ip_address(valid.parse_end(end)[0]) if end else None


ISDN = Driver(
    "isdn",
    N_("ISDN"),
    {
        "hook": ByKind(AnyIsdn, "transport", {"l1oip": L1oipOptions, "kernel": KernelOptions}),
        "audio": Options,
        "prompt": Options,
    },
    whole="half_isdn",
    digital=True,
)
