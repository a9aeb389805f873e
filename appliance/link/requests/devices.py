"""Ask what is plugged in, for the administrator who sets a line up."""

from appliance.link.operations import Message, Operation, Role

MOST = 32
"""Devices of a kind in one answer."""


class Card(Message, frozen=True):
    """A sound card that can hear a line."""

    id: str  # as a setting names it
    name: str
    channels: int  # that it hears; 0: the kernel does not say
    speaks: bool


class Port(Message, frozen=True):
    """A plugged-in serial device, which may be a line monitor."""

    device: str  # its stable path below /dev, as a setting names it
    name: str


class DevicesFound(Message, frozen=True):
    """What is plugged into the box and could serve a line."""

    cards: tuple[Card, ...] = ()
    ports: tuple[Port, ...] = ()
    dialects: tuple[str, ...] = ()  # of line monitors that this version knows


class FindDevices(Operation[DevicesFound], frozen=True, tag="devices.find"):
    """Ask which sound cards and serial devices are plugged in; nothing is opened."""

    roles = frozenset({Role.ADMINISTRATOR})
    served_by = "recorder"
