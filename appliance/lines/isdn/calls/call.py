"""Follow one call through its messages.

Theory of operation. An outgoing call has one terminal from its SETUP on. An incoming one is offered
to all terminals at once; each that answers is a leg, and the network chooses one:

    network  SETUP ──────────────────────────────── CONNECT ACK to 64, RELEASE (26) to 65
    TEI 64          ALERTING ──────── CONNECT             the winner
    TEI 65              ALERTING ─────── CONNECT          not selected

What a terminal does before that concerns its own leg: the call is over only when the network clears
it, or when all legs are gone and no other can come. Afterwards the winner's messages alone count.

The first message that clears a call ends what can be said on it. Whoever sends RELEASE COMPLETE, or
a RELEASE that meets another, ends the call itself.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from appliance.lines.isdn.calls.facts import (
    Alerting,
    ChannelChosen,
    Clearing,
    Connected,
    DialledDigits,
    Ended,
    EndSign,
    Fact,
    Held,
    Party,
    PartyMayChange,
    PartySign,
    Retrieved,
    Suspended,
)
from appliance.lines.isdn.calls.legs import Leg, Legs
from appliance.lines.isdn.calls.times import (
    ASKED_TO_HOLD,
    CLEARED,
    LINK_GONE,
    OFFER,
    RINGING,
    TALK,
    UNPLUGGED,
)
from appliance.lines.isdn.q931.causes import NOT_SELECTED, Cause
from appliance.lines.isdn.q931.elements import Ident
from appliance.lines.isdn.q931.message import Message, MessageType

MOST_DIGITS = 64
"""Of one call; further ones are not kept."""

UNREADABLE = "?"
"""Among dialled keys: a digit that could not be read."""

_NO_CALL = 0  # call state of STATUS: null
_HARMLESS = {0x04, 0x60}  # notifications: completion delay, the call waits


class Phase(StrEnum):
    """How far a call is."""

    OFFERED = "offered"  # nobody has answered its SETUP
    PROCEEDING = "proceeding"  # somebody has; more digits may come
    ALERTING = "alerting"
    ACTIVE = "active"
    CLEARING = "clearing"
    OVER = "over"


class ChannelCall:
    """One call of the D-channel."""

    def __init__(self, number: int, at_us: int, *, incoming: bool, broadcast: bool = False) -> None:
        """Begin a call.

        Args:
            number: names it in its facts.
            at_us: time of its first message.
            incoming: the network began it.
            broadcast: it is offered to all terminals, not to one.
        """
        self.number = number
        self.incoming = incoming
        self.broadcast = broadcast
        self.began_us = at_us
        self.phase = Phase.OFFERED
        self.channel: int | None = None
        self.winner: int | None = None  # TEI
        self.legs = Legs()
        self.held = False
        self.suspended = False
        self.deadline_us = at_us + OFFER
        self._keys = 0
        self._complete = False
        self._cleared = False
        self._link_lost = False
        self._hold_asked_us: int | None = None
        self._now = at_us

    @property
    def news_us(self) -> int:
        """Return the time of the newest message."""
        return self._now

    @property
    def cleared(self) -> bool:
        """Say whether somebody has cleared the call, or refused it."""
        return self._cleared or self.legs.refusal is not None

    def can_be_offered_again(self, at_us: int) -> bool:
        """Say whether the same SETUP may come once more: in time, and before an answer."""
        return self.phase in _BEFORE_ANSWER and at_us <= self.began_us + OFFER

    def offer_again(self, at_us: int) -> None:
        """Take note that its SETUP was repeated, since nobody had answered."""
        self._now = self.began_us = at_us
        self._renew_deadline()

    def take(self, message: Message, tei: int, at_us: int, *, from_network: bool) -> list[Fact]:
        """Return what a message of this call tells, other than its first SETUP."""
        self._now = at_us
        leg = self.legs.get(tei)
        if leg is None or self.phase is Phase.OVER:
            return []
        act = _ACTS.get(message.type)
        facts = [] if act is None else act(self, message, tei, leg, from_network)
        self._link_lost = self._link_lost and tei != self.winner
        self._renew_deadline()
        return facts

    def dial(self, message: Message, at_us: int, *, complete: bool) -> list[Fact]:
        """Return the digits of the called number that a message brings."""
        keys = message.called
        there = {message.contents(each) for each in (Ident.CALLED, Ident.KEYPAD)}
        if not message.whole or None not in there or (not keys and there != {None}):
            keys += UNREADABLE  # none can be read, or there are two numbers
        keys = keys[: MOST_DIGITS - self._keys]
        self._keys += len(keys)
        complete = complete or message.contents(Ident.SENDING_COMPLETE) is not None
        if self._complete or not (keys or complete):
            return []
        self._complete = complete
        return [DialledDigits(at_us, self.number, keys, complete)]

    def choose(self, channel: int | None, at_us: int) -> list[Fact]:
        """Return the channel, if a message chose another one."""
        if channel is None or channel == self.channel:
            return []
        self.channel = channel
        return [ChannelChosen(at_us, self.number, channel)]

    def lose_link(self, tei: int, at_us: int) -> list[Fact]:
        """Return what the end of a terminal's data link means; a call in progress outlives it."""
        if self.winner is None and self.incoming:
            return self._lose_leg(tei)
        if self.winner != tei:
            return []
        if self.phase is Phase.ACTIVE:
            self._link_lost = True
            self.deadline_us = min(self.deadline_us, at_us + LINK_GONE)
            return []
        return self.end(EndSign.LINK_LOST, at_us)

    def lose_terminal(self, tei: int, at_us: int) -> list[Fact]:
        """Return what it means that a TEI is nobody's, or another terminal's, from now on."""
        self._now = at_us
        if self.winner == tei:
            return self.end(EndSign.TERMINAL_GONE, at_us)
        return self._lose_leg(tei) if self.winner is None else []

    def regain_link(self, at_us: int) -> None:
        """Take note that the terminal has set up its data link again."""
        self._now = at_us
        self._link_lost = False
        self._renew_deadline()

    def expire(self) -> list[Fact]:
        """Return what it means that the deadline has passed."""
        at_us = self.deadline_us
        if self._hold_asked_us is not None:
            self._now = at_us
            return self._hold()
        refusal = self.legs.refusal
        if refusal is not None and self.phase in _BEFORE_ANSWER:
            cleared = Clearing(at_us, self.number, False, refusal)
            return [cleared, *self.end(EndSign.RELEASED, at_us)]
        if self._link_lost:
            return self.end(EndSign.LINK_LOST, at_us)
        offered = self.phase is Phase.OFFERED
        return self.end(EndSign.NO_RESPONSE if offered else EndSign.UNSEEN, at_us)

    def end(self, ending: EndSign, at_us: int) -> list[Fact]:
        """End the call."""
        if self.phase is Phase.OVER:
            return []
        self.phase = Phase.OVER
        return [Ended(at_us, self.number, ending)]

    def resumed(self, tei: int, at_us: int, channel: int | None) -> None:
        """Take note that a suspended call goes on at a terminal."""
        self._now = at_us
        self.suspended = False
        self.winner = tei
        self.channel = channel or self.channel
        self.legs.only(tei, self.channel)
        self._renew_deadline()

    def _renew_deadline(self) -> None:
        waits = {Phase.OFFERED: OFFER, Phase.ACTIVE: TALK, Phase.CLEARING: CLEARED}
        wait = UNPLUGGED if self.suspended else waits.get(self.phase, RINGING)
        self.deadline_us = self._now + wait
        if self._hold_asked_us is not None:
            self.deadline_us = self._hold_asked_us + ASKED_TO_HOLD
        elif self._nobody_left():
            self.deadline_us = max(self._now, self.began_us + OFFER)

    def _nobody_left(self) -> bool:
        """Say whether every terminal that answered an offer has gone again."""
        return self.incoming and self.phase in _BEFORE_ANSWER and self.legs.all_gone

    # -- messages before the answer ---------------------------------------------------------------

    def _proceed(self, message: Message, tei: int, leg: Leg, from_network: bool) -> list[Fact]:
        """SETUP ACKNOWLEDGE, CALL PROCEEDING, PROGRESS, ALERTING: the called side answers."""
        if from_network == self.incoming or self.phase in {Phase.ACTIVE, Phase.CLEARING}:
            return []
        if self.phase is Phase.OFFERED:
            self.phase = Phase.PROCEEDING
        chosen = self._chosen(message, leg)
        number_known = message.type in {MessageType.CALL_PROCEEDING, MessageType.ALERTING}
        dialled = self._complete_number() if number_known else []
        if message.type is not MessageType.ALERTING:
            return chosen + dialled
        self.phase = Phase.ALERTING
        return [*chosen, *dialled, Alerting(self._now, self.number, tei)]

    def _chosen(self, message: Message, leg: Leg) -> list[Fact]:
        """Keep the channel that a leg is to use; of an outgoing call it is the call's."""
        named = message.channel
        leg.channel = leg.channel if named is None else named.number
        return [] if self.incoming else self.choose(leg.channel, self._now)

    def _complete_number(self) -> list[Fact]:
        if self.incoming or self._complete:
            return []
        self._complete = True
        return [DialledDigits(self._now, self.number, "", True)]

    def _inform(self, message: Message, tei: int, _leg: Leg, from_network: bool) -> list[Fact]:
        """INFORMATION: more digits from the side that dials; in a call, keys for the exchange."""
        if self.phase is Phase.ACTIVE and tei == self.winner and not from_network:
            keyed = message.contents(Ident.KEYPAD) is not None
            return [PartyMayChange(self._now, self.number, PartySign.KEYED)] if keyed else []
        dials = from_network == self.incoming and self.phase in _BEFORE_ANSWER
        return self.dial(message, self._now, complete=False) if dials else []

    def _connect(self, message: Message, tei: int, leg: Leg, from_network: bool) -> list[Fact]:
        """CONNECT: of an outgoing call the answer; of an incoming one the network decides."""
        chosen = self._chosen(message, leg)
        if self.incoming or not from_network or self.phase not in _BEFORE_ANSWER:
            return chosen
        self.phase = Phase.ACTIVE
        party = message.party(Ident.CONNECTED)
        told = None if party is None else Party.of(party, message.name)
        number = self._complete_number()
        return [*chosen, *number, Connected(self._now, self.number, tei, self.channel, told)]

    def _choose_winner(
        self, message: Message, tei: int, leg: Leg, from_network: bool
    ) -> list[Fact]:
        """CONNECT ACKNOWLEDGE: the network gives an incoming call to one terminal."""
        if not (self.incoming and from_network) or self.phase not in _BEFORE_ANSWER:
            return []
        self.winner, self.phase = tei, Phase.ACTIVE
        named = message.channel
        chosen = self.choose(leg.channel if named is None else named.number, self._now)
        return [*chosen, Connected(self._now, self.number, tei, self.channel)]

    # -- messages during the call -----------------------------------------------------------------

    def _ask_to_hold(self, _m: Message, tei: int, _leg: Leg, _n: bool) -> list[Fact]:
        if tei == self.winner and not self.held and self.phase is not Phase.CLEARING:
            self._hold_asked_us = self._now
        return []

    def _held(self, _message: Message, tei: int, _leg: Leg, _from_network: bool) -> list[Fact]:
        clearing = self.phase is Phase.CLEARING
        return [] if tei != self.winner or clearing else self._hold()

    def _hold(self) -> list[Fact]:
        self._hold_asked_us = None
        if self.held:
            return []
        self.held = True
        self._renew_deadline()
        return [Held(self._now, self.number)]

    def _not_held(self, _message: Message, tei: int, _leg: Leg, _n: bool) -> list[Fact]:
        if tei == self.winner:
            self._hold_asked_us = None
        return []

    def _retrieved(self, message: Message, tei: int, leg: Leg, _n: bool) -> list[Fact]:
        if not self.held or tei != self.winner:
            return []
        self.held = False
        named = message.channel
        if named is not None and named.number is not None:
            self.channel = leg.channel = named.number
        return [Retrieved(self._now, self.number, self.channel)]

    def _suspend(self, _message: Message, tei: int, _leg: Leg, from_network: bool) -> list[Fact]:
        if not from_network or self.suspended or tei != self.winner:
            return []
        self.suspended, self.winner = True, None
        self.legs.forget()  # the terminal may lose its link and its address meanwhile
        return [Suspended(self._now, self.number)]

    def _notify(self, message: Message, tei: int, _leg: Leg, _from_network: bool) -> list[Fact]:
        harmless = message.value(Ident.NOTIFICATION) in _HARMLESS
        if harmless or self.phase is not Phase.ACTIVE or tei != self.winner:
            return []
        return [PartyMayChange(self._now, self.number, PartySign.NOTIFIED)]

    # -- messages that clear ----------------------------------------------------------------------

    def _clear(self, message: Message, tei: int, leg: Leg, from_network: bool) -> list[Fact]:
        """DISCONNECT, RELEASE, RELEASE COMPLETE: of the call, or of one leg of an offer."""
        if message.type is not MessageType.DISCONNECT:
            leg.released.add(from_network)
        if message.type is MessageType.RELEASE_COMPLETE:
            leg.released |= {True, False}
        if self.winner is not None:
            return self._clear_call(message, tei, leg, from_network) if tei == self.winner else []
        if (
            self.phase is not Phase.CLEARING
            and self.broadcast
            and self._is_of_leg(message, leg, from_network)
        ):
            return self._lose_leg(tei, message.cause)
        return self._clear_call(message, tei, leg, from_network)

    def _is_of_leg(self, message: Message, leg: Leg, from_network: bool) -> bool:
        """Say whether one terminal alone leaves an offer, by itself or because of another."""
        not_selected = message.cause is not None and message.cause.value == NOT_SELECTED
        return leg.gone or not from_network or not_selected

    def _lose_leg(self, tei: int, cause: Cause | None = None) -> list[Fact]:
        self.legs.lose(tei, cause)
        self._renew_deadline()
        return []

    def _clear_call(self, message: Message, tei: int, leg: Leg, from_network: bool) -> list[Fact]:
        facts: list[Fact] = []
        if self.phase is not Phase.CLEARING:
            self.phase, self._cleared = Phase.CLEARING, True
            self.held, self._hold_asked_us = False, None
            facts.append(Clearing(self._now, self.number, from_network, message.cause, tei))
        if leg.released >= {True, False}:
            leg.gone = True
        if leg.gone and (self.winner is not None or not self.legs.any_left):
            facts += self.end(EndSign.RELEASED, self._now)
        return facts

    def _status(self, message: Message, tei: int, leg: Leg, from_network: bool) -> list[Fact]:
        """STATUS: the other side may say that it knows no such call."""
        state = message.contents(Ident.CALL_STATE)
        if not state or state[0] & 0x3F != _NO_CALL or self.winner not in {None, tei}:
            return []
        leg.released |= {True, False}
        if self.winner is None and self.broadcast:
            return self._lose_leg(tei, message.cause)
        return self._clear_call(message, tei, leg, from_network)


_BEFORE_ANSWER = {Phase.OFFERED, Phase.PROCEEDING, Phase.ALERTING}

_Act = Callable[[ChannelCall, Message, int, Leg, bool], list[Fact]]

_ACTS: Mapping[MessageType, _Act] = {
    MessageType.SETUP_ACKNOWLEDGE: ChannelCall._proceed,
    MessageType.CALL_PROCEEDING: ChannelCall._proceed,
    MessageType.PROGRESS: ChannelCall._proceed,
    MessageType.ALERTING: ChannelCall._proceed,
    MessageType.INFORMATION: ChannelCall._inform,
    MessageType.CONNECT: ChannelCall._connect,
    MessageType.CONNECT_ACKNOWLEDGE: ChannelCall._choose_winner,
    MessageType.HOLD: ChannelCall._ask_to_hold,
    MessageType.HOLD_ACKNOWLEDGE: ChannelCall._held,
    MessageType.HOLD_REJECT: ChannelCall._not_held,
    MessageType.RETRIEVE_ACKNOWLEDGE: ChannelCall._retrieved,
    MessageType.SUSPEND_ACKNOWLEDGE: ChannelCall._suspend,
    MessageType.NOTIFY: ChannelCall._notify,
    MessageType.DISCONNECT: ChannelCall._clear,
    MessageType.RELEASE: ChannelCall._clear,
    MessageType.RELEASE_COMPLETE: ChannelCall._clear,
    MessageType.STATUS: ChannelCall._status,
}
"""What each message does; the others change nothing."""
