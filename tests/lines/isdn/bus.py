"""Write what an S0 bus carries, message by message, as its D-channel would show it."""

from appliance.lines.isdn import lapd, tei
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import EVERYBODY, Control, LapdFrame, command_response
from appliance.lines.isdn.q931 import causes, channels, message, numbers, services
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.channels import Channel
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import Message, MessageType
from appliance.lines.isdn.q931.numbers import NumberType, PartyNumber, Presentation
from appliance.lines.isdn.q931.services import Service
from appliance.lines.isdn.tei import TeiMessage

SECOND = 1_000_000
START = 1_764_081_000 * SECOND  # 2025-11-25 14:30 UTC

CALLER, OTHER = "221234567", "227654321"


def channel(number: int | None, *, exclusive: bool = True) -> Element:
    return channels.encode(Channel(number, exclusive))


ANY = channels.encode(Channel(None, exclusive=False, any=True))


def cause(value: int, location: int = 2) -> Element:
    return causes.encode(Cause(value, location))


def calling(digits: str, presentation: Presentation = Presentation.ALLOWED) -> Element:
    return numbers.encode(Ident.CALLING, PartyNumber(digits, NumberType.NATIONAL, presentation))


WITHHELD = Element(Ident.CALLING, b"\x21\xa3" + CALLER.encode())
"""A number that the caller restricts, sent all the same."""


def connected(digits: str) -> Element:
    return numbers.encode(Ident.CONNECTED, PartyNumber(digits, NumberType.NATIONAL))


def called(digits: str) -> Element:
    return numbers.encode(Ident.CALLED, PartyNumber(digits))


def keypad(keys: str) -> Element:
    return Element(Ident.KEYPAD, keys.encode())


VOICE = services.encode(Service.VOICE)
FAX = services.encode(Service.FAX)
DATA = services.encode(Service.DATA)
SENDING_COMPLETE = Element(Ident.SENDING_COMPLETE)


class Bus:
    """The frames of a bus in order of time."""

    def __init__(self, at: float = 0.0) -> None:
        self.frames: list[DFrame] = []
        self._at = START + round(at * SECOND)
        self._sent: dict[tuple[int, bool], int] = {}

    def wait(self, seconds: float) -> "Bus":
        """Let time pass."""
        self._at += round(seconds * SECOND)
        return self

    @property
    def now_us(self) -> int:
        """The time of the next frame."""
        return self._at

    def network(
        self, terminal: int, kind: MessageType, reference: int, *elements: Element, of: bool = True
    ) -> "Bus":
        """Let the network send a message; ``of``: the network began the call."""
        return self._message(True, terminal, Message(kind, reference, of, elements))

    def terminal(
        self, terminal: int, kind: MessageType, reference: int, *elements: Element, of: bool = False
    ) -> "Bus":
        """Let a terminal send a message; ``of``: the office began the call."""
        return self._message(False, terminal, Message(kind, reference, of, elements))

    def link(self, terminal: int, control: Control, *, from_network: bool = False) -> "Bus":
        """Send a frame that sets up or ends a data link."""
        if control in {Control.SABME, Control.SABM}:
            self._sent = {key: n for key, n in self._sent.items() if key[0] != terminal}
        response = control in {Control.UA, Control.DM}
        bit = command_response(from_network=from_network, response=response)
        return self.frame(LapdFrame(0, terminal, bit, control, True), from_network)

    def manage(self, sent: TeiMessage) -> "Bus":
        """Send a message of TEI management."""
        frame = tei.encode(sent)
        return self.frame(frame, bool(frame.from_network))

    def again(self) -> "Bus":
        """Repeat the last frame, as after a lost acknowledgement."""
        last = self.frames[-1]
        self.frames.append(DFrame(self._at, last.from_network, last.data))
        return self

    def frame(self, frame: LapdFrame, from_network: bool) -> "Bus":
        self.frames.append(DFrame(self._at, from_network, lapd.encode(frame)))
        return self.wait(0.02)

    def _message(self, from_network: bool, terminal: int, sent: Message) -> "Bus":
        bit = command_response(from_network=from_network)
        control, number = Control.UI, 0
        if terminal != EVERYBODY:
            control, key = Control.I, (terminal, from_network)
            number = self._sent.get(key, 0)
            self._sent[key] = (number + 1) % 128
        octets = message.encode(sent)
        self.frame(LapdFrame(0, terminal, bit, control, False, number, 0, octets), from_network)
        if terminal != EVERYBODY:
            answer = command_response(from_network=not from_network, response=True)
            heard = LapdFrame(0, terminal, answer, Control.RR, False, 0, (number + 1) % 128)
            self.frame(heard, not from_network)
        return self
