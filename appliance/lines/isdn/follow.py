"""Tell the calls of an S0 bus as the calls of one line: rings, hook, numbers, answer.

Theory of operation. A bus can carry two calls, and more that wait or are held; a line has one.
The line's call is the one in hand:

    nothing in hand   the first call that begins, either way, is taken in hand
    incoming          a ``Ring`` at once and each five seconds while it rings; off-hook when a phone
                      takes it
    outgoing          off-hook at its SETUP; its digits as keys of the office; the answer is the
                      network's CONNECT
    held              the office has put it aside: another party may come, so ``PartyChanged``
    another connects  it is in hand now, and its party is another one
    cleared           on-hook, whoever began it: nobody speaks behind a DISCONNECT

A call that another phone makes meanwhile on the other channel is none of the line's. Only what may
be an emergency number, six digits or fewer, is told of it, as keys of the office behind a flash:
they are a number of their own, whatever this phone has dialled, and its call-back comes to this
line. A call that carries no speech, or whose beginning was not seen, is none either.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from appliance.lines.base import HookEvent
from appliance.lines.isdn.calls import facts as fact
from appliance.lines.isdn.q931.services import Service
from appliance.model.audio import RATE
from appliance.model.events import (
    Answered,
    CallerId,
    DigitPressed,
    HookChanged,
    PartyChanged,
    Ring,
)
from appliance.model.terms import AnswerBasis, Grade, Hook, PartyCue, Side

SAMPLE_US = 1_000_000 // RATE
"""Microseconds of a sample: 125."""

RING_EVERY = 5 * RATE
"""As a network rings, and less than the time after which a ringing phone counts as given up."""

MOST_CALLS = 32
"""Kept of those that are not in hand: a bus has two channels and a few calls that wait."""


SHORT, MOST_KEPT = 6, 32
"""Digits of the longest emergency number, with a prefix for outside calls, and of any number."""


@dataclass(slots=True)
class _BusCall:
    """A call of the bus."""

    incoming: bool
    party: fact.Party
    channel: int | None
    ours: bool  # it carries speech, and its beginning was seen
    connected: bool = False
    held: bool = False
    cleared: bool = False
    keys: str = ""  # that another phone has dialled


class LineCalls:
    """The calls of one line."""

    def __init__(self) -> None:
        """Begin with no call known."""
        self._calls: dict[int, _BusCall] = {}
        self._hand: int | None = None
        self._ring_due: int | None = None
        self._tell: dict[type[fact.Fact], Callable[[int, _BusCall, Any], list[HookEvent]]] = {
            fact.DialledDigits: self._dialled,
            fact.ChannelChosen: self._moved,
            fact.Connected: self._connected,
            fact.Held: self._held,
            fact.Retrieved: self._back,
            fact.Suspended: self._held,
            fact.Resumed: self._back,
            fact.PartyMayChange: self._other_party,
            fact.Clearing: self._over,
            fact.Ended: self._over,
        }

    @property
    def busy(self) -> bool:
        """Say whether any call is known on the bus, ours or not."""
        return bool(self._calls)

    @property
    def channel(self) -> int | None:
        """Return the B-channel of the call in hand, from its beginning on; None if it has none."""
        known = self._in_hand
        return None if known is None or known.held else known.channel

    @property
    def talking(self) -> bool:
        """Say whether the call in hand is connected and carries speech now."""
        known = self._in_hand
        return known is not None and known.connected and not known.held

    def forget(self) -> None:
        """Know nothing: what happened meanwhile was not seen."""
        self._calls.clear()
        self._hand = self._ring_due = None

    def told(self, facts: Iterable[fact.Fact]) -> list[HookEvent]:
        """Take facts in order; return what they mean for the line."""
        events: list[HookEvent] = []
        for each in facts:
            events += self._one(each)
        return events

    def pass_time(self, sample: int) -> list[HookEvent]:
        """Ring again where a phone still rings."""
        if self._ring_due is None or sample < self._ring_due:
            return []
        at, self._ring_due = self._ring_due, self._ring_due + RING_EVERY
        return [Ring(at)]

    # -- one fact ---------------------------------------------------------------------------------

    @property
    def _in_hand(self) -> _BusCall | None:
        return None if self._hand is None else self._calls.get(self._hand)

    def _one(self, told: fact.Fact) -> list[HookEvent]:
        sample = told.at_us // SAMPLE_US
        if isinstance(told, fact.Began):
            return self._began(sample, told)
        known, meaning = self._calls.get(told.call), self._tell.get(type(told))
        return [] if known is None or meaning is None else meaning(sample, known, told)

    def _began(self, sample: int, began: fact.Began) -> list[HookEvent]:
        if len(self._calls) >= MOST_CALLS:
            self._calls.pop(next(call for call in self._calls if call != self._hand))
        ours = began.service is Service.VOICE and not began.partial
        known = _BusCall(began.incoming, began.caller, began.channel, ours)
        self._calls[began.call] = known
        held = self._in_hand is not None and self._in_hand.held
        if not ours or (self._hand is not None and (began.incoming or not held)):
            return []
        if self._hand is not None:  # the office calls somebody else beside the held party
            self._hand = began.call
            return []
        self._hand = began.call
        return self._rings(sample, known) if began.incoming else [HookChanged(sample, Hook.OFF)]

    def _rings(self, sample: int, known: _BusCall) -> list[HookEvent]:
        self._ring_due = sample + RING_EVERY
        return [Ring(sample), _caller(sample, known.party)]

    def _dialled(self, sample: int, known: _BusCall, told: fact.DialledDigits) -> list[HookEvent]:
        if known.incoming:
            return []
        if known is self._in_hand:
            return [_key(sample, key) for key in told.keys]
        known.keys = (known.keys + told.keys)[:MOST_KEPT]
        return self._for_help(sample, known) if told.complete else []

    def _for_help(self, sample: int, known: _BusCall) -> list[HookEvent]:
        """Tell once what another phone has dialled, if it is short enough to be a call for help."""
        keys, known.keys = known.keys, ""
        if not 0 < len(keys) <= SHORT:
            return []
        return [_flash(sample), *(_key(sample, key) for key in keys)]

    def _moved(self, sample: int, known: _BusCall, told: fact.ChannelChosen) -> list[HookEvent]:
        known.channel = told.channel
        return []

    def _connected(self, sample: int, known: _BusCall, told: fact.Connected) -> list[HookEvent]:
        known.connected, known.channel = True, told.channel or known.channel
        if not known.ours:
            return []
        if known is not self._in_hand:
            return self._for_help(sample, known) + self._taken_in_hand(sample, told.call)
        self._ring_due = None
        if known.incoming:
            return [HookChanged(sample, Hook.OFF)]
        return [Answered(sample, AnswerBasis.CONNECT)]

    def _held(self, sample: int, known: _BusCall, told: fact.Fact) -> list[HookEvent]:
        known.held, known.channel = True, None
        return [_flash(sample)] if known is self._in_hand else []

    def _back(
        self, sample: int, known: _BusCall, told: fact.Retrieved | fact.Resumed
    ) -> list[HookEvent]:
        known.held, known.channel = False, told.channel or known.channel
        if not known.ours:
            return []
        if known is self._in_hand:
            return [_flash(sample)]
        return self._taken_in_hand(sample, told.call)

    def _taken_in_hand(self, sample: int, call: int) -> list[HookEvent]:
        """Let the line go on with another call, unless the one in hand goes on beside it."""
        before, self._hand = self._hand, call
        if before is None:  # nobody saw the phone ring: it counts as lifted by itself
            return [HookChanged(sample, Hook.OFF)]
        known, other = self._calls[call], self._calls[before]
        if other.connected and not other.held:
            self._hand = before  # another phone's, on the other channel
            return []
        who = [_caller(sample, known.party)] if known.incoming else []
        return [_flash(sample), *who]

    def _other_party(
        self, sample: int, known: _BusCall, told: fact.PartyMayChange
    ) -> list[HookEvent]:
        return [_flash(sample)] if known is self._in_hand and known.connected else []

    def _over(
        self, sample: int, known: _BusCall, told: fact.Clearing | fact.Ended
    ) -> list[HookEvent]:
        in_hand, known.cleared = told.call == self._hand, True
        if isinstance(told, fact.Ended):
            del self._calls[told.call]
        if not in_hand:
            return []
        self._hand, self._ring_due = None, None
        lifted = known.connected or not known.incoming
        put_back: list[HookEvent] = [HookChanged(sample, Hook.ON)] if lifted else []
        return put_back + self._next_in_hand(sample)

    def _next_in_hand(self, sample: int) -> list[HookEvent]:
        """Let a call that waited ring now."""
        for call, known in self._calls.items():
            if known.ours and known.incoming and not known.connected and not known.cleared:
                self._hand = call
                return self._rings(sample, known)
        return []


def _flash(sample: int) -> PartyChanged:
    return PartyChanged(sample, PartyCue.FLASH)


def _caller(sample: int, party: fact.Party) -> CallerId:
    return CallerId(sample, party.number, party.name, party.withheld)


def _key(sample: int, key: str) -> DigitPressed:
    """Return a dialled digit: the office's beyond doubt, and never in the sound."""
    return DigitPressed(sample, key, Side.NEAR, Grade.A, 0, 0.0, 0.0, 1.0)
