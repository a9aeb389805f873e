"""Say on the D-channel what happens in the simulated exchange.

The switch knows phones and parties; here each change of theirs becomes the messages that a public
network and an office's phone would exchange about it. Both sides are looked at together, every
20 ms: what the wires of an analog line would show is what the messages say here.
"""

from dataclasses import dataclass
from enum import StrEnum

from appliance.exchange.isdn import messages as said
from appliance.exchange.isdn.messages import BusFrame, Link
from appliance.exchange.network.bells import Phone
from appliance.exchange.network.switch import Switch
from appliance.lines.isdn.ports import B1
from appliance.lines.isdn.q931.causes import BUSY, CLEARING
from appliance.lines.isdn.q931.message import Message
from appliance.lines.isdn.q931.message import MessageType as Kind

_MOST_REFERENCES = 127
"""Of one octet; 0 stands for all calls."""


class CallStage(StrEnum):
    """How far a call is."""

    OFFERED = "offered"  # it rings or waits
    TALKS = "talks"
    HELD = "held"


@dataclass(slots=True)
class _Call:
    """A call between the office and a party."""

    reference: int
    incoming: bool
    stage: CallStage


@dataclass(slots=True)
class _OutgoingCall:
    """A call that the office is making."""

    reference: int
    keys: str = ""
    proceeds: bool = False
    cleared: bool = False


class BusMessages:
    """The messages of one line's bus."""

    def __init__(self) -> None:
        """Begin with no call, and the data link not set up."""
        self._link = Link()
        self._calls: dict[str, _Call] = {}  # by party
        self._dialling: _OutgoingCall | None = None
        self._gathered = False
        self._references = {True: 0, False: 0}
        self._sent: list[BusFrame] = []

    def establish(self) -> list[BusFrame]:
        """Return the frames that set up the data link."""
        return self._link.establish()

    def observe(self, switch: Switch) -> list[BusFrame]:
        """Return the frames that what has changed since the last look brings."""
        parties = (switch.caller, switch.third)
        for phone in parties:
            self._leave(switch, phone)
        for phone in parties:
            self._set_aside(switch, phone)
        self._dial(switch)
        for phone in parties:
            self._offer(switch, phone)
        for phone in parties:
            self._connect(switch, phone)
        sent, self._sent = self._sent, []
        return sent

    def over(self) -> list[BusFrame]:
        """Return the frames that clear whatever is left when a call is over."""
        for call in self._calls.values():
            self._clear(call.reference, CLEARING, incoming=call.incoming, by_network=True)
        self._calls.clear()
        self._give_up_dialling(CLEARING, by_network=False)
        sent, self._sent = self._sent, []
        return sent

    # -- one party --------------------------------------------------------------------------------

    def _leave(self, switch: Switch, phone: Phone) -> None:
        """Clear a call whose party or office has hung up."""
        call = self._calls.get(phone.party)
        if call is None:
            return
        gone = phone is not switch.talks and phone is not switch.beside
        aside = call.stage is CallStage.HELD and not switch.office.off_hook
        if gone or aside:
            del self._calls[phone.party]
            by_network = gone and phone.state == "on_hook"
            self._clear(call.reference, CLEARING, incoming=call.incoming, by_network=by_network)

    def _set_aside(self, switch: Switch, phone: Phone) -> None:
        call = self._calls.get(phone.party)
        if call is not None and phone is switch.beside and call.stage is CallStage.TALKS:
            call.stage = CallStage.HELD
            self._say(said.bare(Kind.HOLD, call.reference, by_originator=not call.incoming), False)
            self._say(
                said.bare(Kind.HOLD_ACKNOWLEDGE, call.reference, by_originator=call.incoming), True
            )

    def _offer(self, switch: Switch, phone: Phone) -> None:
        waits = switch.talks is not None
        if phone is not switch.beside or phone.party in self._calls:
            return
        if not waits and switch.office.state != "ringing":
            return
        reference = self._next_reference(of_network=True)
        self._calls[phone.party] = _Call(reference, incoming=True, stage=CallStage.OFFERED)
        offer = said.setup_in(reference, phone.caller, None if waits else B1)
        self._sent += self._link.broadcast(offer)
        self._say(said.bare(Kind.ALERTING, reference, by_originator=False), False)

    def _connect(self, switch: Switch, phone: Phone) -> None:
        if phone is not switch.talks:
            return
        call = self._calls.get(phone.party)
        if call is None:
            self._answer(phone)
        elif call.stage is CallStage.OFFERED:
            self._say(said.bare(Kind.CONNECT, call.reference, by_originator=False), False)
            self._on_channel(Kind.CONNECT_ACKNOWLEDGE, call)
        elif call.stage is CallStage.HELD:
            self._say(
                said.bare(Kind.RETRIEVE, call.reference, by_originator=not call.incoming), False
            )
            self._on_channel(Kind.RETRIEVE_ACKNOWLEDGE, call)
        if call is not None:
            call.stage = CallStage.TALKS

    def _answer(self, phone: Phone) -> None:
        """Connect a call of the office's, or one that was lifted before it could be offered."""
        dialling, self._dialling = self._dialling, None
        if dialling is None:
            reference = self._next_reference(of_network=True)
            self._sent += self._link.broadcast(said.setup_in(reference, phone.caller, B1))
            call = _Call(reference, incoming=True, stage=CallStage.TALKS)
            self._say(said.bare(Kind.CONNECT, reference, by_originator=False), False)
            self._on_channel(Kind.CONNECT_ACKNOWLEDGE, call)
        else:
            call = _Call(dialling.reference, incoming=False, stage=CallStage.TALKS)
            self._say(said.bare(Kind.CONNECT, call.reference, by_originator=False), True)
            self._say(
                said.bare(Kind.CONNECT_ACKNOWLEDGE, call.reference, by_originator=True), False
            )
        self._calls[phone.party] = call

    def _on_channel(self, kind: Kind, call: _Call) -> None:
        told = said.on_channel(kind, call.reference, B1, by_originator=call.incoming)
        self._say(told, from_network=True)

    # -- the office dials -------------------------------------------------------------------------

    def _dial(self, switch: Switch) -> None:
        began, self._gathered = switch.gathering and not self._gathered, switch.gathering
        if began and self._dialling is None:
            reference = self._next_reference(of_network=False)
            self._dialling = _OutgoingCall(reference)
            self._say(said.setup_out(reference), from_network=False)
            acknowledged = said.on_channel(
                Kind.SETUP_ACKNOWLEDGE, reference, B1, by_originator=False
            )
            self._say(acknowledged, from_network=True)
        if self._dialling is None:
            return
        if not switch.office.off_hook:
            self._give_up_dialling(CLEARING, by_network=False)
        else:
            self._go_on_dialling(self._dialling, switch)

    def _go_on_dialling(self, dialling: _OutgoingCall, switch: Switch) -> None:
        keys = switch.dialled
        if keys.startswith(dialling.keys) and keys != dialling.keys:
            more, dialling.keys = keys[len(dialling.keys) :], keys
            self._say(said.digits(dialling.reference, more), from_network=False)
        if switch.office.state == "calling" and not dialling.proceeds:
            dialling.proceeds = True
            for kind in (Kind.CALL_PROCEEDING, Kind.ALERTING):
                self._say(said.bare(kind, dialling.reference, by_originator=False), True)
        if switch.office.state == "busy":
            self._give_up_dialling(BUSY, by_network=True)

    def _give_up_dialling(self, cause: int, *, by_network: bool) -> None:
        dialling, self._dialling = self._dialling, None
        if dialling is not None:
            self._clear(dialling.reference, cause, incoming=False, by_network=by_network)

    # -- frames -----------------------------------------------------------------------------------

    def _clear(self, reference: int, cause: int, *, incoming: bool, by_network: bool) -> None:
        """Clear a call: DISCONNECT, RELEASE, RELEASE COMPLETE, in turns."""
        for number, kind in enumerate((Kind.DISCONNECT, Kind.RELEASE, Kind.RELEASE_COMPLETE)):
            from_network = by_network is (number % 2 == 0)
            told = said.clearing(
                kind,
                reference,
                cause,
                by_originator=from_network is incoming,
                tones=number == 0 and by_network,
            )
            self._say(told, from_network)

    def _say(self, told: Message, from_network: bool) -> None:
        self._sent += self._link.say(told, from_network=from_network)

    def _next_reference(self, *, of_network: bool) -> int:
        self._references[of_network] = self._references[of_network] % _MOST_REFERENCES + 1
        return self._references[of_network]
