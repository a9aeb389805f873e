"""Make the D-channel frames of a simulated bus, as network and terminal send them.

One terminal, TEI 64, with one data link of modulo 128. The network offers calls to all terminals
(UI, TEI 127); everything else goes over the link, and each side acknowledges what it gets.
"""

from dataclasses import dataclass, field

from appliance.exchange.scene import SceneCaller
from appliance.lines.isdn import lapd
from appliance.lines.isdn.lapd import EVERYBODY, SIGNALLING, Control, LapdFrame
from appliance.lines.isdn.q931 import channels, message, numbers, services
from appliance.lines.isdn.q931.channels import Channel
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import Message, MessageType
from appliance.lines.isdn.q931.numbers import NumberType, PartyNumber, Presentation
from appliance.lines.isdn.q931.services import Service

TEI = 64
"""The first that a network assigns (ITU-T Q.921, 3.3.4.2)."""

IN_BAND = Element(Ident.PROGRESS, b"\x82\x88")
"""Tones are in the B-channel (Q.931, 4.5.23)."""


@dataclass(frozen=True, slots=True)
class BusFrame:
    """A frame on the bus."""

    from_network: bool
    data: bytes


@dataclass(slots=True)
class Link:
    """The data link between the network and the terminal."""

    _sent: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})

    def establish(self) -> list[BusFrame]:
        """Return the frames that set the link up."""
        self._sent = {True: 0, False: 0}
        return [
            self._frame(Control.SABME, from_network=False),
            self._frame(Control.UA, from_network=True, response=True),
        ]

    def broadcast(self, said: Message) -> list[BusFrame]:
        """Return the frame that offers a call to all terminals."""
        bits = lapd.command_response(from_network=True)
        frame = LapdFrame(SIGNALLING, EVERYBODY, bits, Control.UI, information=message.encode(said))
        return [BusFrame(from_network=True, data=lapd.encode(frame))]

    def say(self, said: Message, *, from_network: bool) -> list[BusFrame]:
        """Return the frame of a message, and its acknowledgement."""
        number = self._sent[from_network]
        self._sent[from_network] = (number + 1) % 128
        bits = lapd.command_response(from_network=from_network)
        received = self._sent[not from_network]
        told = message.encode(said)
        frame = LapdFrame(SIGNALLING, TEI, bits, Control.I, False, number, received, told)
        answer = self._frame(Control.RR, from_network=not from_network, response=True)
        return [BusFrame(from_network, lapd.encode(frame)), answer]

    def _frame(self, control: Control, *, from_network: bool, response: bool = False) -> BusFrame:
        bits = lapd.command_response(from_network=from_network, response=response)
        received = self._sent[not from_network] if control is Control.RR else 0
        final = control is not Control.RR
        frame = LapdFrame(SIGNALLING, TEI, bits, control, final, received=received)
        return BusFrame(from_network, lapd.encode(frame))


def setup_in(reference: int, caller: SceneCaller, channel: int | None) -> Message:
    """Return the network's offer of a call; without a channel it waits."""
    elements = (*services.encode(Service.VOICE), channels.encode(Channel(channel)), *_who(caller))
    return Message(MessageType.SETUP, reference, True, elements)


def setup_out(reference: int) -> Message:
    """Return the terminal's wish to call; the digits follow."""
    elements = (*services.encode(Service.VOICE), channels.encode(Channel(None, any=True)))
    return Message(MessageType.SETUP, reference, True, elements)


def digits(reference: int, keys: str) -> Message:
    """Return more digits of the called number."""
    called = numbers.encode(Ident.CALLED, PartyNumber(keys))
    return Message(MessageType.INFORMATION, reference, True, (called,))


def on_channel(kind: MessageType, reference: int, channel: int, *, by_originator: bool) -> Message:
    """Return a message that names the B-channel."""
    return Message(kind, reference, by_originator, (channels.encode(Channel(channel)),))


def bare(kind: MessageType, reference: int, *, by_originator: bool) -> Message:
    """Return a message without elements."""
    return Message(kind, reference, by_originator)


def clearing(
    kind: MessageType, reference: int, cause: int, *, by_originator: bool, tones: bool = False
) -> Message:
    """Return a message that clears a call, with its cause in the coding of the local network."""
    why = Element(Ident.CAUSE, bytes((0x82, 0x80 | cause)))
    return Message(kind, reference, by_originator, (why, IN_BAND) if tones else (why,))


def _who(caller: SceneCaller) -> tuple[Element, ...]:
    """Return who calls; of a caller who withholds the number, that alone."""
    if caller.withheld:
        number = PartyNumber(presentation=Presentation.RESTRICTED)
        return (numbers.encode(Ident.CALLING, number),)
    if not caller.number:
        return ()
    international = caller.number.startswith("+")
    kind = NumberType.INTERNATIONAL if international else NumberType.UNKNOWN
    plain = "".join(filter(str.isdigit, caller.number))
    name = (message.display(caller.name),) if caller.name else ()
    return (*name, numbers.encode(Ident.CALLING, PartyNumber(plain, kind)))
