"""Turn the facts of calls into the events of one line, which is one B-channel.

Theory of operation. A call has a *seat* on the channel that carries it: an outgoing one from the
moment at which the network chooses the channel, an incoming one from its answer on. It keeps the
seat while it is held, as a phone stays off-hook during a flash. The seats make the hook:

    no call                        on-hook, once that is known
    calls that were seen begin     off-hook
    one that began elsewhere       unknown: nothing is asked or recorded until on-hook was seen

Elsewhere is before our start, on another channel, or at a terminal that was then unplugged.

Nobody knows whether a channel is free until it is offered to a call, is given up by one, or layer 1
was down. Faxes and data have no seat: they are no conversation, and nothing is to be said on them.

    fact                          event
    Alerting, incoming            Ring, CallerId; Ring again every 5 s
    Connected, incoming           HookChanged OFF (behind Ring and CallerId without an Alerting)
    ChannelChosen, outgoing       HookChanged OFF
    Dialled, outgoing             DigitPressed, near
    Connected, outgoing           Answered CONNECT
    Held, Retrieved, a service    PartyChanged FLASH; so also whenever one of two calls leaves
    a notification                PartyChanged LOOP_BREAK
    Clearing, or Ended            HookChanged ON, if no other call has a seat
"""

from dataclasses import dataclass

from appliance.lines.base import HookEvent
from appliance.lines.isdn.calls import facts
from appliance.lines.isdn.calls.facts import Fact, Party, PartySign
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

RING_EVERY = 5 * RATE
"""Samples: the cadence of a ringing phone, so that whoever answers has heard a ring within 6 s."""

_MOST_RINGS = 4
"""Told together after the clock has jumped."""

LineEvent = HookEvent | Answered


@dataclass(slots=True)
class _Call:
    incoming: bool
    service: Service
    caller: Party
    channel: int | None
    murky: bool  # its beginning was not seen, or it was resumed
    keys: str = ""  # dialled before the channel was known
    rung: bool = False
    alerting: bool = False
    connected: bool = False
    answered: bool = False  # and that was told
    suspended: bool = False
    left: bool = False

    def has_seat(self, channel: int) -> bool:
        """Say whether the call has a seat on a channel."""
        quiet = self.left or self.suspended or self.service in {Service.FAX, Service.DATA}
        there = self.connected or not self.incoming
        return not quiet and there and self.channel == channel


class LineEvents:
    """The events of the line on one B-channel."""

    def __init__(self, channel: int) -> None:
        """Begin with the hook unknown.

        Args:
            channel: its number: 1 and 2 on a basic access.
        """
        self._channel = channel
        self._calls: dict[int, _Call] = {}
        self._hook = Hook.UNKNOWN
        self._free_once = False  # the channel was known to be free
        self._ring_at: int | None = None  # the next ring
        self._told: list[LineEvent] = []

    def follow(self, fact: Fact, sample: int) -> list[LineEvent]:
        """Return what a fact means for the line; ``sample`` is the line clock of the fact."""
        self._ring(sample)
        before = self._seats()
        call = self._calls.get(fact.call)
        if isinstance(fact, facts.Began):
            self._begin(fact)
        elif call is not None:
            self._change(call, fact, sample)
        self._settle(before, sample)
        self._forget(fact)
        return self._events()

    def pass_time(self, sample: int) -> list[LineEvent]:
        """Return what is due by the line clock: further rings."""
        self._ring(sample)
        return self._events()

    def free(self, sample: int) -> list[LineEvent]:
        """Take note that nobody uses the channel: layer 1 was down, or all channels restarted."""
        self._free_once = True
        self._settle(self._seats(), sample)
        return self._events()

    def _events(self) -> list[LineEvent]:
        events, self._told = self._told, []
        return events

    def _begin(self, fact: facts.Began) -> None:
        murky = fact.partial or fact.service is Service.UNKNOWN
        call = _Call(fact.incoming, fact.service, fact.caller, fact.channel, murky)
        self._calls[fact.call] = call
        if fact.incoming and fact.channel == self._channel:
            self._free_once = True  # the network offers no channel that is in use

    def _change(self, call: _Call, fact: Fact, sample: int) -> None:
        match fact:
            case facts.Alerting() if call.incoming:
                call.alerting = True
                self._announce(call, sample)
            case facts.Connected():
                call.channel = fact.channel
                if call.incoming:
                    self._announce(call, sample)
                call.connected, call.alerting = True, False
            case facts.Clearing() | facts.Ended():
                call.left, call.alerting = True, False
            case facts.Dialled() if not call.incoming:
                call.keys += fact.keys
            case _:
                self._move(call, fact, sample)

    def _move(self, call: _Call, fact: Fact, sample: int) -> None:
        """Follow a call that changes its channel or terminal, or perhaps its party."""
        match fact:
            case facts.ChannelChosen():
                call.channel = fact.channel
            case facts.Held():
                self._doubt(call, PartyCue.FLASH, sample)
            case facts.Retrieved():
                self._doubt(call, PartyCue.FLASH, sample)
                call.murky = call.murky or call.channel != fact.channel
                call.channel = fact.channel
            case facts.PartyMayChange():
                far = fact.sign is PartySign.NOTIFIED
                self._doubt(call, PartyCue.LOOP_BREAK if far else PartyCue.FLASH, sample)
            case facts.Suspended():
                call.suspended = True
            case facts.Resumed():
                call.suspended, call.murky, call.connected = False, True, True
                call.channel = fact.channel

    def _announce(self, call: _Call, sample: int) -> None:
        """Ring for a caller, and tell who it is, once on this line."""
        if call.rung or call.murky or call.service is not Service.VOICE:
            return
        if call.channel == self._channel and not call.left:
            call.rung = True
            self._ring_at = sample + RING_EVERY
            self._told.append(Ring(sample))
            caller = call.caller
            self._told.append(CallerId(sample, caller.number, caller.name, caller.withheld))

    def _ring(self, sample: int) -> None:
        """Ring again while a phone does."""
        rings = any(
            call.alerting and call.rung and call.channel == self._channel
            for call in self._calls.values()
        )
        if not rings or self._ring_at is None:
            return
        late = max(0, sample - self._ring_at) // RING_EVERY
        self._ring_at += max(0, late - _MOST_RINGS) * RING_EVERY  # nobody hears those any more
        while self._ring_at <= sample:
            self._told.append(Ring(self._ring_at))
            self._ring_at += RING_EVERY

    def _doubt(self, call: _Call, cue: PartyCue, sample: int) -> None:
        event = PartyChanged(sample, cue)
        if call.has_seat(self._channel) and event not in self._told:
            self._told.append(event)

    def _seats(self) -> dict[int, _Call]:
        return {
            number: call for number, call in self._calls.items() if call.has_seat(self._channel)
        }

    def _settle(self, before: dict[int, _Call], sample: int) -> None:
        """Tell how the hook is now, what was dialled, and that one of two calls came or left."""
        now = self._seats()
        self._free_once = self._free_once or (bool(before) and not now)
        change = PartyChanged(sample, PartyCue.FLASH)
        if before and now and before.keys() != now.keys() and change not in self._told:
            self._told.append(change)
        hook = self._hook_with(now)
        if hook is not self._hook:
            self._hook = hook
            self._told.append(HookChanged(sample, hook))
        for call in now.values():
            if not call.murky and not call.incoming:
                self._tell_outgoing(call, sample)

    def _hook_with(self, seats: dict[int, _Call]) -> Hook:
        if any(call.murky for call in seats.values()):
            return Hook.UNKNOWN
        if seats:
            return Hook.OFF
        return Hook.ON if self._free_once else Hook.UNKNOWN

    def _tell_outgoing(self, call: _Call, sample: int) -> None:
        keys, call.keys = call.keys, ""
        self._told += [_key(key, sample) for key in keys]
        if call.connected and not call.answered:
            call.answered = True
            self._told.append(Answered(sample, AnswerBasis.CONNECT))

    def _forget(self, fact: Fact) -> None:
        if isinstance(fact, facts.Ended):
            self._calls.pop(fact.call, None)


def _key(key: str, sample: int) -> DigitPressed:
    """Return a digit that the office dialled: it was never in the sound, so it has no level."""
    return DigitPressed(
        sample=sample,
        key=key,
        side=Side.NEAR,
        grade=Grade.NONE,
        ms=0,
        dbm0=0.0,
        twist_db=0.0,
        confidence=1.0,
    )
