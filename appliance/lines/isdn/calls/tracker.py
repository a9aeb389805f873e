"""Follow all calls of one D-channel: frames in, facts out, no I/O.

Theory of operation. A call is known by the side that began it, its call reference and the TEI of
its data link. An incoming one is broadcast with TEI 127, so a terminal's first answer to the same
reference joins it under that terminal's TEI as well.

Frames may be missing: a capture begins in the middle of a call, a tap loses some. A message of a
call that nobody has seen begin makes a partial call. A call ends unseen when its reference or its
channel is given to another one, when its terminal loses its address, or when its time is up. So no
more than ``MOST_CALLS`` are ever kept.
"""

from collections.abc import MutableMapping
from typing import Any

from appliance.lines.isdn import tei as management
from appliance.lines.isdn.calls.call import ChannelCall, Phase
from appliance.lines.isdn.calls.facts import (
    Began,
    ChannelChosen,
    Ended,
    EndSign,
    Fact,
    Party,
    PartyMayChange,
    PartySign,
    Resumed,
    Retrieved,
    Suspended,
)
from appliance.lines.isdn.calls.links import Links
from appliance.lines.isdn.calls.times import CLEARED
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import EVERYBODY, Control, LapdFrame
from appliance.lines.isdn.q931 import message as q931
from appliance.lines.isdn.q931.elements import Ident
from appliance.lines.isdn.q931.message import Message, MessageType
from appliance.lines.isdn.q931.services import Service
from appliance.lines.isdn.tei import TeiAct, TeiMessage

MOST_CALLS = 64
"""Calls kept at once: a basic access has two and one that waits, a primary rate thirty."""

_Key = tuple[bool, int, int]  # begun by the network, call reference, TEI

_BEFORE = {
    MessageType.SETUP_ACKNOWLEDGE,
    MessageType.CALL_PROCEEDING,
    MessageType.PROGRESS,
    MessageType.ALERTING,
    MessageType.CONNECT,
    MessageType.CONNECT_ACKNOWLEDGE,
}
_DURING = {
    MessageType.HOLD,
    MessageType.HOLD_ACKNOWLEDGE,
    MessageType.RETRIEVE,
    MessageType.RETRIEVE_ACKNOWLEDGE,
    MessageType.SUSPEND,
    MessageType.NOTIFY,
    MessageType.DISCONNECT,
}
"""Messages that show a call whose beginning was not seen: before its answer, and after."""

_ALL_CHANNELS = {6, 7}  # restart indicator: one interface, all interfaces
_ONE_CHANNEL = 3  # octets at most of an element that names a single channel


class CallTracker:
    """The calls of one D-channel."""

    def __init__(self) -> None:
        """Begin without knowing whether a call is going on."""
        self.frames_seen = 0
        self.unread = 0
        """Frames that are none of LAPD."""
        self._links = Links()
        self._calls: dict[int, ChannelCall] = {}
        self._offers: dict[int, int] = {}  # hash of the SETUP by call: no number is kept
        self._keys: dict[_Key, ChannelCall] = {}
        self._identities: dict[int, bytes] = {}  # of calls that are suspended, by call
        self._resuming: dict[_Key, bytes] = {}
        self._cleared: dict[tuple[bool, int], int] = {}  # references until when they are over
        self._count = 0
        self._now = 0

    def take(self, frame: DFrame) -> list[Fact]:
        """Return what a frame tells, behind what time has brought before it.

        A frame that is older than the one before counts as simultaneous with it.
        """
        facts = self.pass_time(frame.at_us)
        self.frames_seen += 1
        found = self._links.decode(frame.data)
        if found is None:
            self.unread += 1
            return facts
        return facts + self._take(found, frame.from_network)

    def pass_time(self, now_us: int) -> list[Fact]:
        """Return what time has brought until now."""
        self._now = max(self._now, now_us)
        facts: list[Fact] = []
        while due := [call for call in self._calls.values() if call.deadline_us <= self._now]:
            first = min(due, key=lambda each: each.deadline_us)
            facts += self._told(first, first.expire())  # which ends it, or puts its deadline off
        return facts

    @property
    def open_calls(self) -> tuple[int, ...]:
        """Return the calls that have not ended."""
        return tuple(self._calls)

    @property
    def calls_seen(self) -> int:
        """Return how many calls there were in all."""
        return self._count

    def _take(self, frame: LapdFrame, from_network: bool) -> list[Fact]:
        managed = management.decode(frame)
        if managed is not None:
            return self._manage(managed)
        told_now = self._links.follow(frame, from_network=from_network)
        if told_now:
            message = q931.decode(frame.information)
            return [] if message is None else self._message(message, frame.tei, from_network)
        return self._link(frame) if frame.sapi == 0 else []

    # -- terminals and their links ----------------------------------------------------------------

    def _manage(self, message: TeiMessage) -> list[Fact]:
        """Let go of terminals that lose their TEI, or of who had it before."""
        if message.act not in {TeiAct.ASSIGNED, TeiAct.REMOVE}:
            return []
        facts: list[Fact] = []
        every = message.act is TeiAct.REMOVE and message.teis[0] == EVERYBODY
        for call in tuple(self._calls.values()):
            for tei in call.legs:
                if every or tei == message.teis[0]:
                    facts += self._told(call, call.lose_terminal(tei, self._now))
        return facts

    def _link(self, frame: LapdFrame) -> list[Fact]:
        """Follow the beginning and the end of a terminal's data link."""
        facts: list[Fact] = []
        for call in tuple(self._calls.values()):
            if frame.tei not in call.legs:
                continue
            if frame.control in {Control.DISC, Control.DM}:
                facts += self._told(call, call.lose_link(frame.tei, self._now))
            elif frame.control in {Control.SABME, Control.SABM}:
                call.regain_link(self._now)
        return facts

    # -- messages ---------------------------------------------------------------------------------

    def _message(self, message: Message, tei: int, from_network: bool) -> list[Fact]:
        if message.type is MessageType.FACILITY:  # of a call, or of none
            return [] if from_network else self._service()
        if not message.reference_octets or (tei == EVERYBODY and not from_network):
            return []
        if message.reference == 0:
            return self._restart(message) if message.type is MessageType.RESTART else []
        key = (from_network == message.from_originator, message.reference, tei)
        return self._of_a_call(message, key, from_network)

    def _of_a_call(self, message: Message, key: _Key, from_network: bool) -> list[Fact]:
        if message.type is MessageType.SETUP:
            return self._set_up(message, key) if message.from_originator else []
        if message.type in {MessageType.RESUME, MessageType.RESUME_ACKNOWLEDGE}:
            return self._resume(message, key, from_network)
        call = self._known(key)
        if call is None:
            return self._meet(message, key, from_network)
        return self._follow(call, message, key[2], from_network)

    def _known(self, key: _Key) -> ChannelCall | None:
        """Return a call; a terminal's first answer to an offer joins it."""
        by_network, reference, _tei = key
        call = self._keys.get(key)
        if call is None and by_network:
            call = self._keys.get((True, reference, EVERYBODY))
            if call is not None:
                self._keys[key] = call
        return call

    def _follow(
        self, call: ChannelCall, message: Message, tei: int, from_network: bool
    ) -> list[Fact]:
        facts = self._told(call, call.take(message, tei, self._now, from_network=from_network))
        if message.type is MessageType.SUSPEND:
            self._identities[call.number] = message.contents(Ident.CALL_IDENTITY) or b""
        if any(isinstance(fact, Suspended) for fact in facts):
            self._let_go_of_keys(call)
        return facts

    def _service(self) -> list[Fact]:
        """Return what a service that the office asks for may do: join a held call to another."""
        if not any(call.held for call in self._calls.values()):
            return []
        return [
            PartyMayChange(self._now, call.number, PartySign.FACILITY)
            for call in self._calls.values()
            if call.phase is Phase.ACTIVE and not call.held
        ]

    def _set_up(self, message: Message, key: _Key) -> list[Fact]:
        old = self._keys.get(key)
        if old is not None and self._repeats(old, message):
            old.offer_again(self._now)
            return []
        facts = [] if old is None else self._told(old, old.end(EndSign.UNSEEN, self._now))
        by_network, _reference, tei = key
        call = self._new(key, incoming=by_network)
        self._offers[call.number] = hash(message)
        call.broadcast = tei == EVERYBODY
        call.winner = None if by_network else tei
        facts += self._offered_channel(call, message, tei)
        facts.append(self._began(call, message, None if tei == EVERYBODY else tei))
        if not by_network:
            facts += call.dial(message, self._now, complete=False)
        return facts + self._make_room()

    def _offered_channel(self, call: ChannelCall, message: Message, tei: int) -> list[Fact]:
        """Keep the channel that the network offers; a terminal only says which it would like."""
        channel = None if message.channel is None else message.channel.number
        if not call.incoming:
            call.legs.only(tei, channel)
            return []
        call.channel = channel
        return self._freed(call, channel)

    def _repeats(self, call: ChannelCall, message: Message) -> bool:
        """Say whether a SETUP is the same once more, since nobody has answered in time."""
        same = self._offers.get(call.number) == hash(message)
        return same and call.can_be_offered_again(self._now)

    def _began(self, call: ChannelCall, message: Message, tei: int | None) -> Began:
        if not call.incoming:
            return Began(self._now, call.number, False, message.service, tei=tei)
        redirecting = message.party(Ident.REDIRECTING)
        return Began(
            self._now,
            call.number,
            True,
            message.service,
            Party.of(message.party(Ident.CALLING), message.name),
            message.called,
            None if redirecting is None else Party.of(redirecting),
            call.channel,
            tei,
        )

    def _meet(self, message: Message, key: _Key, from_network: bool) -> list[Fact]:
        """Begin a partial call with a message of its middle."""
        by_network, reference, tei = key
        over = self._cleared.get((by_network, reference), 0) > self._now
        if over or message.type not in _BEFORE | _DURING:
            return []
        call = self._new(key, incoming=by_network)
        during = message.type in _DURING
        call.phase = Phase.ACTIVE if during else Phase.PROCEEDING
        call.held = message.type in {MessageType.RETRIEVE, MessageType.RETRIEVE_ACKNOWLEDGE}
        call.winner = tei if during or not by_network else None
        call.broadcast = by_network and not during
        if call.broadcast:
            self._keys[True, reference, EVERYBODY] = call
        began = Began(self._now, call.number, by_network, Service.UNKNOWN, tei=tei, partial=True)
        return [began, *self._follow(call, message, tei, from_network), *self._make_room()]

    def _resume(self, message: Message, key: _Key, from_network: bool) -> list[Fact]:
        """Give a suspended call the reference that its terminal names now."""
        if message.type is MessageType.RESUME:
            if not from_network:
                self._resuming[key] = message.contents(Ident.CALL_IDENTITY) or b""
                _forget_oldest(self._resuming)
            return []
        if not from_network or key not in self._resuming:
            return []
        identity = self._resuming.pop(key)
        named = message.channel
        channel = None if named is None else named.number
        for call in self._calls.values():
            if call.suspended and self._identities.get(call.number) == identity:
                call.resumed(key[2], self._now, channel)
                self._keys[key] = call
                facts = self._freed(call, call.channel)
                return [*facts, Resumed(self._now, call.number, key[2], call.channel)]
        return []

    def _restart(self, message: Message) -> list[Fact]:
        """End the calls of the channels that are restarted; in doubt all."""
        named, contents = message.channel, message.contents(Ident.CHANNEL)
        every = message.value(Ident.RESTART) in _ALL_CHANNELS or named is None
        only = None if every or named is None else named.number
        if contents is not None and len(contents) > _ONE_CHANNEL:
            only = None
        facts: list[Fact] = []
        for call in tuple(self._calls.values()):
            if only is None or call.channel == only:
                facts += self._told(call, call.end(EndSign.RESTARTED, self._now))
        return facts

    # -- what is kept -----------------------------------------------------------------------------

    def _new(self, key: _Key, *, incoming: bool) -> ChannelCall:
        self._count += 1
        call = ChannelCall(self._count, self._now, incoming=incoming)
        self._calls[call.number] = self._keys[key] = call
        self._cleared.pop(key[:2], None)
        return call

    def _make_room(self) -> list[Fact]:
        """End the call with the oldest news if there are more than a D-channel can have."""
        if len(self._calls) <= MOST_CALLS:
            return []
        oldest = min(self._calls.values(), key=lambda each: each.news_us)
        return self._told(oldest, oldest.end(EndSign.UNSEEN, self._now))

    def _told(self, call: ChannelCall, facts: list[Fact]) -> list[Fact]:
        """Return facts of a call behind what follows from them for others; forget an ended one."""
        first: list[Fact] = []
        for fact in facts:
            if isinstance(fact, ChannelChosen | Retrieved) and fact.channel is not None:
                first += self._freed(call, fact.channel)
            if isinstance(fact, Ended):
                self._forget(call)
        return first + facts

    def _freed(self, call: ChannelCall, channel: int | None) -> list[Fact]:
        """End what used a channel that the network gives to another call: its end was not seen."""
        facts: list[Fact] = []
        for other in tuple(self._calls.values()):
            idle = other.held or other.suspended or other.channel != channel
            if channel is not None and other is not call and not idle:
                facts += self._told(other, other.end(EndSign.UNSEEN, self._now))
        return facts

    def _forget(self, call: ChannelCall) -> None:
        if call.cleared:
            for by_network, reference, _tei in [k for k, c in self._keys.items() if c is call]:
                self._cleared[by_network, reference] = self._now + CLEARED
            _forget_oldest(self._cleared)
        self._let_go_of_keys(call)
        for kept in (self._calls, self._offers, self._identities):
            kept.pop(call.number, None)

    def _let_go_of_keys(self, call: ChannelCall) -> None:
        self._keys = {key: each for key, each in self._keys.items() if each is not call}


def _forget_oldest(kept: MutableMapping[Any, Any]) -> None:
    """Keep no more than can be of use."""
    while len(kept) > MOST_CALLS:
        del kept[next(iter(kept))]
