"""Decode and encode Q.931 messages, the call control of the D-channel: no I/O.

Source: ITU-T Q.931 (ETS 300 102-1), section 4.

    08 · length of the call reference · call reference · message type · elements

The first bit of the call reference is 0 in what the side sends that began the call, and 1 in what
the other side sends. A call reference of 0 stands for all calls.
"""

from dataclasses import dataclass
from enum import IntEnum

from appliance.lines.isdn.q931 import causes, channels, numbers, services
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.channels import Channel
from appliance.lines.isdn.q931.elements import Element, Ident, join, split
from appliance.lines.isdn.q931.numbers import PartyNumber
from appliance.lines.isdn.q931.services import Service

CALL_CONTROL = 0x08
"""The protocol discriminator."""

LONGEST_NAME = 82
"""Characters of a display (Q.931, 4.5.16)."""

_OTHER_SIDE = 0x80
_SET_OF_CHARACTERS = 0x80  # ETS 300 102: a display may begin with an octet that names it


class MessageType(IntEnum):
    """The type of a message."""

    ALERTING = 0x01
    CALL_PROCEEDING = 0x02
    PROGRESS = 0x03
    SETUP = 0x05
    CONNECT = 0x07
    SETUP_ACKNOWLEDGE = 0x0D
    CONNECT_ACKNOWLEDGE = 0x0F
    USER_INFORMATION = 0x20
    SUSPEND_REJECT = 0x21
    RESUME_REJECT = 0x22
    HOLD = 0x24
    SUSPEND = 0x25
    RESUME = 0x26
    HOLD_ACKNOWLEDGE = 0x28
    SUSPEND_ACKNOWLEDGE = 0x2D
    RESUME_ACKNOWLEDGE = 0x2E
    HOLD_REJECT = 0x30
    RETRIEVE = 0x31
    RETRIEVE_ACKNOWLEDGE = 0x33
    RETRIEVE_REJECT = 0x37
    DISCONNECT = 0x45
    RESTART = 0x46
    RELEASE = 0x4D
    RESTART_ACKNOWLEDGE = 0x4E
    RELEASE_COMPLETE = 0x5A
    SEGMENT = 0x60
    FACILITY = 0x62
    REGISTER = 0x64
    NOTIFY = 0x6E
    STATUS_ENQUIRY = 0x75
    CONGESTION_CONTROL = 0x79
    INFORMATION = 0x7B
    STATUS = 0x7D


_TYPES = {int(each): each for each in MessageType}


@dataclass(frozen=True, slots=True)
class Message:
    """A message of call control, without anything that a party restricts."""

    type: MessageType
    reference: int  # of the call; 0 stands for all calls, and for none
    from_originator: bool
    elements: tuple[Element, ...] = ()
    whole: bool = True  # False: its end could not be read
    reference_octets: int = 1  # 2 on a primary rate; 0: the message belongs to no call

    def contents(self, identifier: Ident) -> bytes | None:
        """Return the contents of the first element of a kind, or None if there is none."""
        for element in self.elements:
            if element.identifier == identifier and element.codeset == 0:
                return element.contents
        return None

    @property
    def cause(self) -> Cause | None:
        """Return why the call is cleared."""
        contents = self.contents(Ident.CAUSE)
        return None if contents is None else causes.decode(contents)

    @property
    def channel(self) -> Channel | None:
        """Return the B-channel that the message names."""
        contents = self.contents(Ident.CHANNEL)
        return None if contents is None else channels.decode(contents)

    @property
    def service(self) -> Service:
        """Return what the call carries, of a SETUP."""
        return services.decode(self.contents(Ident.BEARER), self.contents(Ident.HIGH_LAYER))

    @property
    def called(self) -> str:
        """Return the dialled digits, from a called number, or from a keypad where it has none."""
        contents, keys = self.contents(Ident.CALLED), self.contents(Ident.KEYPAD)
        digits = "" if contents is None else numbers.decode_called(contents).digits
        return digits or (numbers.digits(keys) if keys else "")

    @property
    def name(self) -> str | None:
        """Return the text for a display, as far as it can be shown."""
        contents = self.contents(Ident.DISPLAY)
        return None if contents is None else _shown(contents)

    def party(self, identifier: Ident) -> PartyNumber | None:
        """Return a calling, connected or redirecting number."""
        contents = self.contents(identifier)
        return None if contents is None else numbers.decode(contents)

    def value(self, identifier: Ident) -> int | None:
        """Return the seven bits of an element of one octet, such as a notification."""
        contents = self.contents(identifier)
        return contents[0] & 0x7F if contents else None


def decode(data: bytes) -> Message | None:
    """Return the message, or None if it belongs to another protocol or its type is unknown.

    A number that its owner restricts, and what could name the owner, is dropped here and never
    reaches the message.
    """
    if len(data) < 3 or data[0] != CALL_CONTROL or data[1] > 2:
        return None
    head, length = data[2 : 2 + data[1]], data[1]
    if len(data) < 3 + length:
        return None
    kind = _TYPES.get(data[2 + length])
    if kind is None:
        return None
    reference = int.from_bytes(head, "big") & ~(_OTHER_SIDE << 8 * (length - 1) if length else 0)
    elements, whole = split(data[3 + length :])
    originator = not (length and head[0] & _OTHER_SIDE)
    return Message(kind, reference, originator, numbers.discreet(elements), whole, length)


def encode(message: Message) -> bytes:
    """Return the octets of a message."""
    length = message.reference_octets
    flag = 0 if message.from_originator or not length else _OTHER_SIDE << 8 * (length - 1)
    reference = (message.reference | flag).to_bytes(length, "big")
    head = bytes((CALL_CONTROL, length)) + reference + bytes((message.type,))
    return head + join(message.elements)


def display(text: str) -> Element:
    """Return the element of a text for a display."""
    return Element(Ident.DISPLAY, text.encode("ascii", "replace")[:LONGEST_NAME])


def _shown(contents: bytes) -> str | None:
    """Return the printable part of a display's text."""
    octets = contents[1:] if contents[:1] >= bytes((_SET_OF_CHARACTERS,)) else contents
    text = octets[:LONGEST_NAME].decode("latin-1")
    return "".join(sign for sign in text if sign.isprintable()).strip() or None
