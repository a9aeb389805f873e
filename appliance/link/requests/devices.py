"""Ask what is plugged in and what line it makes, for the administrator who sets a line up."""

from typing import Literal

from appliance.link.operations import Message, Operation, Role
from appliance.model.findings import Finding

MOST = 32
"""Devices of a kind in one answer."""

LONGEST_PATH = 300
"""Characters of a port's path: below /dev/serial/by-id, and a file's name has 255 at most."""

MOST_PROPOSALS = 8
"""Lines that are proposed in one answer, the best first."""

Kind = Literal[
    "monitor_tap",
    "modem_tap",
    "couplers_tap",
    "monitor_mixed",
    "modem_mixed",
    "couplers_mixed",
    "bridge",
    "modem_alone",
    "tap",
]
"""Which devices make a line together; ``tap`` is the passive one of ISDN."""


class Card(Message, frozen=True):
    """A sound card that can hear a line."""

    id: str  # as a setting names it
    name: str
    channels: int  # that it hears; 0: the kernel does not say
    speaks: bool


class Port(Message, frozen=True):
    """A plugged-in serial device, which may be a line monitor or a modem."""

    device: str  # its stable path below /dev, as a setting names it
    name: str
    says: Finding | None = None  # what it is, or seems to be
    can_be_asked: bool = False
    ask: bool = False  # it seems to be what a line needs: asked unless somebody objects


class IsdnCard(Message, frozen=True):
    """An ISDN card of the kernel's."""

    name: str  # as a setting names it
    terminal: bool  # it can be a terminal, on the network's bus
    network: bool  # it can be the network of a phone's bus


class Proposal(Message, frozen=True):
    """A line that can be made of what is plugged in: the settings of its three roles."""

    key: str  # by which a form names it; the same as long as its devices are
    kind: Kind
    grade: Literal["A", "B", ""]  # of consent, that it can earn; "" if it records nothing
    why: Finding
    hook: dict[str, str | bool]
    audio: dict[str, str | bool]
    prompt: dict[str, str | bool]


class PluggedDevices(Message, frozen=True):
    """What is plugged into the box and could serve a line."""

    cards: tuple[Card, ...] = ()
    ports: tuple[Port, ...] = ()
    dialects: tuple[str, ...] = ()  # of line monitors that this version knows
    profiles: tuple[str, ...] = ()  # of voice modems
    isdn: tuple[IsdnCard, ...] = ()
    proposals: tuple[Proposal, ...] = ()  # the best first
    lacks: tuple[Finding, ...] = ()  # what else a line needs


class FindDevices(Operation[PluggedDevices], frozen=True, tag="devices.find"):
    """Ask what is plugged in; nothing is opened. What was asked before is still known."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"


class AskDevices(Operation[PluggedDevices], frozen=True, tag="devices.ask"):
    """Have serial devices asked what they are, which opens their ports; takes up to half a minute.

    Refused while a call is on a real line, or while devices are being asked already.
    Ports that a line uses, that are not there or that are left alone are skipped.
    """

    roles = FindDevices.roles
    served_by = "recorder"
    ports: tuple[str, ...]
