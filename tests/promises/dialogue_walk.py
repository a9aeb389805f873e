"""Walk the dialogue through all that can happen, watched by the witness."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from appliance.call.call import Call
from appliance.call.dialogue import advance, first_call, next_call
from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.policy import LineMemory
from appliance.model.terms import AnswerBasis, Dialled, Grade, Hook, PartyCue, Side, Tone
from tests.call.driver import Line, smp
from tests.call.policies import CONSENT
from tests.promises.dialogue_witness import Witness, watch

GOOD = (5_000, 0.0, 0.0)
MUTED = (5_000, -20.0, 0.0)
TALKED_OVER = (5_000, 0.0, 0.5)


def step(call: Call, seen: Witness, event: ev.Event) -> tuple[Call, Witness]:
    """Process one event under the witness."""
    after, actions = advance(call, event)
    seen = watch(seen, call, event, after, actions)
    return (next_call(after, after.policy) if after.over else after), seen


def replay(line: Line) -> tuple[Call, Witness]:
    """Replay a line's events under the witness; return its call."""
    call, seen = first_call(CONSENT, LineMemory()), Witness()
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
    yield ev.PartyChanged(now, PartyCue.FLASH)
    yield ev.PartyChanged(now - smp(600), PartyCue.FLASH)  # reported late
    yield ev.Answered(now, AnswerBasis.CONNECT)
    yield ev.NumberDialled(now, Dialled.ORDINARY, "+48221234567")
    yield ev.NumberDialled(now, Dialled.EMERGENCY)
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
    """Return what makes two calls equal: all that the dialogue may still read in its state.

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
        call.placed and call.state is State.DIALLING,
        call.greeting.turn and call.state is State.SETTLING,
        (asking.saying, asking.playing, asking.heard is None),
        (asking.repeated, asking.unsure, asking.crowded, asking.near_held),
        tuple((type(filed.permit), _age(now, filed.sample, 350)) for filed in call.docket),
        _key(call.keys.last, now, 250, 2_000) if keyed else None,
        _key(call.keys.near, now, 1_000, 2_000, 3_000) if keyed else None,
        (call.opened, call.confirmed_at is None, call.pausing.by_button, call.pausing.keyed),
        (call.pausing.withdrawal is None, call.held),
    )
