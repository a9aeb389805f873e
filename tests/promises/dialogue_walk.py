"""Walk the dialogue through everything that can happen, and watch it with other eyes.

``Witness`` is written from the promises, not from the table: it sees the same events and actions
and says when a sound would reach the disk, or a word the line, that must not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from appliance.call.call import Call
from appliance.call.dialogue import advance, begin, next_call
from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.events import Grade, Hook, Side, Tone
from appliance.model.policy import LineMemory, Spoken
from appliance.model.records import Reason
from tests.call.driver import CONSENT, Line, smp

GOOD = (5_000, 0.0, 0.0)
MUTED = (5_000, -20.0, 0.0)
TALKED_OVER = (5_000, 0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Witness:
    """What has been seen of one call that matters to the promises."""

    barred: bool = False  # emergency, listed, machine, private: nothing more in this call
    refused: bool = False  # by the caller or for the caller
    asked: bool = False  # the question is being, or has been, put to the party now there
    mark: int | None = None  # of a question that was heard whole
    yes: int | None = None  # onset of a key that lawfully agrees
    file: bool = False  # a recording has been ordered on that basis
    open: bool = False  # sound may reach the file
    on_hook: bool = True
    gone: int | None = None  # hook state or sound, since when


def watch(
    seen: Witness, before: Call, event: ev.Event, after: Call, actions: tuple[act.Action, ...]
) -> Witness:
    """Take one step; raises ``AssertionError`` where a promise is broken."""
    seen = _happened(seen, event, after)
    for action in actions:
        seen = _done(seen, action, after)
    if not after.lost and seen.gone is not None:
        seen = replace(seen, gone=None)
    fresh = after.state is State.IDLE and before.state is not State.IDLE
    return Witness() if fresh else seen


def _happened(seen: Witness, event: ev.Event, after: Call) -> Witness:
    if isinstance(event, ev.HookChanged):
        seen = replace(seen, on_hook=event.hook is Hook.ON)
    seen = _touch(seen, event, after)
    if _bars(event) and (after.offhook_sample is not None or isinstance(event, ev.CallerId)):
        seen = replace(seen, barred=True, yes=None, open=False)
    if _ends_the_party(event, after):
        seen = replace(seen, asked=False, mark=None, yes=None, open=False)
    if isinstance(event, ev.DigitPressed):
        return _pressed(seen, event)
    if isinstance(event, ev.KeyBegan) and event.side is Side.NEAR:
        return replace(seen, yes=None)
    if isinstance(event, ev.PauseAsked):
        return replace(seen, yes=None)
    if isinstance(event, ev.PromptMarked) and seen.asked:
        well = abs(event.level_db) <= 6 and event.talked_over <= 0.2 and not event.underrun
        return replace(seen, mark=event.sample) if well and seen.mark is None else seen
    return seen


def _touch(seen: Witness, event: ev.Event, after: Call) -> Witness:
    """Follow how long hook state or sound is gone; no dialogue outlives that."""
    if not after.lost:
        return seen
    gone = event.sample if seen.gone is None else seen.gone
    return replace(seen, gone=gone, asked=False, mark=None, yes=None)


def _bars(event: ev.Event) -> bool:
    match event:
        case ev.PrivateAsked():
            return True
        case ev.ToneHeard():
            return event.tone.machine
        case ev.DigitPressed():
            return event.machine_paced
        case ev.NumberDialled():
            return event.kind is not ev.Dialled.ORDINARY
        case ev.CallerId():
            return event.listed
        case _:
            return False


def _ends_the_party(event: ev.Event, after: Call) -> bool:
    match event:
        case ev.HookChanged():
            return event.hook is Hook.ON
        case ev.ToneHeard():
            return event.tone.network
        case ev.Gap():
            return event.count > smp(2_000)
        case ev.Ring():
            return after.offhook_sample is not None and event.sample > after.offhook_sample
        case _:
            return isinstance(event, ev.PartyChanged)


def _pressed(seen: Witness, key: ev.DigitPressed) -> Witness:
    if key.side is Side.NEAR:
        return replace(seen, yes=None)
    if key.key == "2":
        no = seen.asked and not seen.file  # later it may be part of a keyed number
        return replace(seen, yes=None, refused=seen.refused or no)
    if key.side is not Side.FAR or key.grade is not Grade.A or key.ms < 60:
        return seen
    if key.key != "1" or seen.mark is None or key.sample < seen.mark + smp(300) or seen.refused:
        return seen
    return replace(seen, yes=key.sample)


def _done(seen: Witness, action: act.Action, after: Call) -> Witness:
    match action:
        case act.Play():
            return _spoke(seen, action, after)
        case act.StartRecording():
            assert seen.yes is not None, "no key of the caller agreed (P2, P3)"
            assert action.receipt.key_at_ms is not None
            forbidden = seen.barred or seen.refused or seen.on_hook
            assert not forbidden, "recorded what must not be recorded (P2)"
            assert action.purposes == {"training", "quality"}
            return replace(seen, file=True, open=True, yes=None)
        case act.Resume() | act.Release():
            assert seen.file, "sound would flow without a file (P2)"
            assert seen.open, "sound would flow after its basis ended (P2)"
            if isinstance(action, act.Release) and seen.gone is not None:
                assert after.now - seen.gone <= smp(2_000), "gone for too long (P2)"
            return seen
        case act.StopRecording() | act.Withdraw():
            no = isinstance(action, act.Withdraw) and after.reason is Reason.REFUSED
            return replace(seen, file=False, open=False, refused=seen.refused or no)
        case _:
            return seen


def _spoke(seen: Witness, action: act.Play, after: Call) -> Witness:
    assert not seen.barred, "spoke on a call that must not be spoken on (P1)"
    assert not seen.on_hook, "spoke on-hook (P1)"
    assert after.state not in {"dialling", "machine", "exempt"}, "spoke there (P1)"
    if action.spoken is not Spoken.QUESTION:
        return seen
    assert not seen.refused, "asked again after a no (P9)"
    return replace(seen, asked=True, mark=None, yes=None)


def step(call: Call, seen: Witness, event: ev.Event) -> tuple[Call, Witness]:
    """Take one event and watch what comes of it."""
    after, actions = advance(call, event)
    seen = watch(seen, call, event, after, actions)
    return (next_call(after, after.policy) if after.over else after), seen


def replay(line: Line) -> tuple[Call, Witness]:
    """Return a line's call, reached again by its events with the witness watching."""
    call, seen = begin(CONSENT, LineMemory()), Witness()
    for event in line.events:
        call, seen = step(call, seen, event)
    return call, seen


def walk(starts: Iterable[tuple[Call, Witness]], depth: int) -> Counter[State]:
    """Take every sequence of events from the starts; return how many calls stood in each state.

    Equal calls are followed once.
    """
    level = list(starts)
    known = {alike(*start) for start in level}
    met = Counter(call.state for call, _ in level)
    for _ in range(depth):
        following = []
        for call, seen in level:
            for event in happenings(call):
                reached = step(call, seen, event)
                key = alike(*reached)
                if key not in known:
                    known.add(key)
                    met[reached[0].state] += 1
                    following.append(reached)
        level = following
    return met


def happenings(call: Call) -> Iterator[ev.Event]:
    """Yield one event of every kind that matters, and the timer that runs out next."""
    for timer, at in sorted(call.timers.items(), key=lambda item: item[1])[:1]:
        yield ev.TimerFired(max(at, call.now), timer)
    now = call.now + smp(100)
    for hook in Hook:
        yield ev.HookChanged(now, hook)
    yield ev.Ring(now)
    for tone in (Tone.BUSY, Tone.RINGBACK, Tone.ANSWER):
        yield ev.ToneHeard(now, tone)
    yield ev.PartyChanged(now, ev.PartyCue.FLASH)
    yield ev.PartyChanged(now - smp(600), ev.PartyCue.FLASH)  # told late
    yield ev.Answered(now, ev.AnswerBasis.CONNECT)
    yield ev.NumberDialled(now, ev.Dialled.ORDINARY, "+48221234567")
    yield ev.NumberDialled(now, ev.Dialled.EMERGENCY)
    yield ev.CallerId(now, None, listed=True)
    yield ev.LineFault(now, "audio", "unplugged")
    yield ev.LineRestored(now, "audio")
    yield ev.Gap(now, smp(2_500))
    for asks in (ev.PauseAsked, ev.PrivateAsked, ev.AskAgain):
        yield asks(now)
    for figures in (GOOD, MUTED, TALKED_OVER):
        yield ev.PromptMarked(now, *figures)
    for figures in (GOOD, MUTED):
        yield ev.PromptEnded(now, *figures)
    yield ev.RecordingOpened(now, "f" * 32)
    yield ev.StorageFailed(now, "no room")
    yield ev.VoiceHeard(now, Side.FAR, active=True)
    yield ev.VoiceHeard(now, Side.FAR, active=False)
    yield from _presses(now)


def _presses(now: int) -> Iterator[ev.Event]:
    for key, side, wait in (
        ("1", Side.FAR, 50),  # may come too soon after the mark, or crowd another
        ("1", Side.FAR, 400),
        ("3", Side.UNSURE, 400),
        ("2", Side.FAR, 50),
        ("7", Side.FAR, 400),
        ("1", Side.NEAR, 50),
        ("2", Side.NEAR, 50),
        ("*", Side.NEAR, 50),
    ):
        at = now + smp(wait)
        yield ev.DigitPressed(at, key, side, Grade.A, 100, -10.0, 1.0, 0.9)
    yield ev.DigitPressed(now + smp(400), "1", Side.FAR, Grade.B, 100, -10.0, 1.0, 0.9)
    yield ev.DigitPressed(now, "1", Side.FAR, Grade.A, 50, -10.0, 1.0, 0.9, machine_paced=True)
    yield ev.KeyBegan(now, "*", Side.NEAR)


_DIALOGUE = {State.SETTLING, State.ASKING, State.AWAITING, State.CONFIRMING}
_KEYED = _DIALOGUE | {State.RECORDING, State.PAUSED}
_WAITING = {State.UNKNOWN, State.IDLE, State.ENDED, State.FAULT}
_ASKABLE = {State.RETRYABLE, State.FAR_CHANGED}


def _age(now: int, at: int | None, *windows: int) -> int | None:
    """Return how many of the windows (ms) have passed; beyond the last all is long ago."""
    return None if at is None else sum(now - at >= smp(window) for window in windows)


def alike(call: Call, seen: Witness) -> tuple[object, ...]:
    """Return what makes two calls equal: what the dialogue may still look at, in its state.

    Times count as their age, beyond the window in which it matters as "long ago".
    """
    now, waiting = call.now, call.state in _WAITING
    line = (call.state, frozenset(call.timers), call.hook, call.missing)
    listed = call.caller is not None and call.caller.listed
    memory = call.memory.emergency_until is not None
    if waiting:
        return (*line, listed, memory, call.offhook_sample is None)
    party = (
        call.direction,
        call.asked,
        call.refused,
        listed,
        memory,
        call.emergency,
        call.noted,
        seen.refused,
    )
    if call.state not in _KEYED | {State.DIALLING, State.RINGING}:
        stars = _key(call.keys.near, now, 2_000) if call.state in _ASKABLE else None
        return (*line, party, stars, seen.barred, seen.open, seen.file)
    witness = replace(seen, mark=_age(now, seen.mark, 300), yes=None, gone=None)
    return (*line, party, _course(call), witness, seen.yes is None)


_ASKABLE = {State.RETRYABLE, State.FAR_CHANGED}


def _key(key: ev.DigitPressed | None, now: int, *windows: int) -> object:
    age = _age(now, key.sample + smp(key.ms) if key else None, *windows)
    return None if key is None or age == len(windows) else (key.key, key.side, age)


def _course(call: Call) -> tuple[object, ...]:
    now, asking, keyed = call.now, call.asking, call.state in _KEYED
    return (
        (call.private_wanted, min(call.rings, 2), bool(call.voices)),
        (call.number is None, call.ringback_at is None, call.answered is None),
        (asking.spoken, asking.playing, asking.heard is None),
        (asking.repeated, asking.unsure, asking.crowded, asking.near_held),
        tuple((type(filed.permit), _age(now, filed.sample, 350)) for filed in call.docket),
        _key(call.keys.last, now, 250, 2_000) if keyed else None,
        _key(call.keys.near, now, 1_000, 2_000, 3_000) if keyed else None,
        (call.opened, call.confirmed_at is None, call.pausing.by_button, call.pausing.keyed),
        (call.pausing.withdrawal is None, call.held),
    )
