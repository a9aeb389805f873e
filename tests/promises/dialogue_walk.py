"""Walk the dialogue through all that can happen, watched by the witness."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from appliance.call.call import Call, Dialogue
from appliance.call.dialogue import advance, first_call, next_call
from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.policy import LineMemory
from appliance.model.terms import AnswerBasis, Grade, Hook, NumberKind, PartyCue, Side, Tone
from tests.call.driver import Line, smp
from tests.call.policies import CONSENT, with_afterwords, with_choice, with_languages, with_more
from tests.promises.dialogue_witness import Witness, watch

WALKED = with_languages(with_more(with_afterwords(with_choice(CONSENT))), "pl", "en")
"""Two purposes that can be chosen one by one, a second layer, every short sentence, and all of it
in two languages."""

GOOD = (50, 0.0, 0.0)
MUTED = (50, -20.0, 0.0)
TALKED_OVER = (50, 0.0, 0.5)
OF_ANOTHER = (5_000, 0.0, 0.0)
"""How a prompt was heard: the last one, in the walk's time, is a report of the prompt before."""


def step(call: Call, seen: Witness, event: ev.Event) -> tuple[Call, Witness]:
    """Process one event under the witness."""
    after, actions = advance(call, event)
    seen = watch(seen, call, event, after, actions)
    return (next_call(after, WALKED) if after.over else after), seen


def replay(line: Line) -> tuple[Call, Witness]:
    """Replay a line's events under the witness; return its call."""
    call, seen = first_call(WALKED, LineMemory()), Witness()
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
    last = call.keys.last
    now = max(call.now, last.sample + smp(last.ms) if last else 0) + smp(100)
    for hook in Hook:
        yield ev.HookChanged(now, hook)
    yield ev.Ring(now)
    for tone in (Tone.BUSY, Tone.RINGBACK, Tone.ANSWER):
        yield ev.ToneHeard(now, tone)
    yield ev.PartyChanged(now, PartyCue.FLASH)
    yield ev.PartyChanged(now - smp(600), PartyCue.FLASH)  # reported late
    yield ev.Answered(now, AnswerBasis.CONNECT)
    yield ev.NumberDialled(now, NumberKind.ORDINARY, "+48221234567")
    yield ev.NumberDialled(now, NumberKind.EMERGENCY)
    yield ev.CallerId(now, None, listed=True)
    yield ev.LineFault(now, "audio", "unplugged")
    yield ev.LineRestored(now, "audio")
    yield ev.Gap(now, smp(2_500))
    for asks in (ev.PauseAsked, ev.PrivateAsked, ev.AskAgain):
        yield asks(now)
    for figures in (GOOD, MUTED, TALKED_OVER, OF_ANOTHER):
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
        ("1", Side.UNSURE, 400),
        ("4", Side.FAR, 400),
        ("9", Side.FAR, 400),
        ("3", Side.FAR, 400),
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


_DIALOGUE = {
    State.SETTLING,
    State.ASKING,
    State.AWAITING,
    State.INFORMING,
    State.CHOOSING,
    State.CONFIRMING,
}
_KEYED = _DIALOGUE | {State.RECORDING, State.PAUSED}
_FILED = {State.CONFIRMING, State.RECORDING, State.PAUSED}
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
        call.policy.language,
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
        askable = call.state in _ASKABLE
        again = (_key(call.keys.near, now, 2_000), call.informed) if askable else None
        spoken = (call.asking.playing, call.afterword is None, seen.wanted, seen.speaks)
        return (*line, party, again, spoken, seen.barred, seen.open, seen.file)
    witness = replace(
        seen,
        mark=_age(now, seen.mark, 300) if seen.alone is None else 1,
        alone_mark=_age(now, seen.alone_mark, 300),
        yes=None,
        gone=None,
        began=0,
        wanted=seen.wanted and call.state not in _DIALOGUE,
    )
    if call.state in _FILED:
        return (*line, party, _tape(call), replace(witness, mark=None))
    return (*line, party, _course(call), witness, seen.yes is None)


def _key(key: ev.DigitPressed | None, now: int, *windows: int) -> object:
    age = _age(now, key.sample + smp(key.ms) if key else None, *windows)
    return None if key is None or age == len(windows) else (key.key, key.side, age)


def _keys(call: Call) -> tuple[object, object]:
    """Return the latest keys, as long as they matter.

    In a recording a key within 2 s belongs to a keyed number, and a near one within 3 s to a
    dialled one. Before, a key spoils another within 250 ms, but none that comes 300 ms after a
    mark: so those that came before the question do not matter. The network returns a near key
    within a second, which matters if the dialogue, which it ended, has begun again.
    """
    last, near, now = call.keys.last, call.keys.near, call.now
    if call.state in {State.RECORDING, State.PAUSED}:
        return _key(last, now, 2_000), _key(near, now, 2_000, 3_000)
    if call.state is State.SETTLING:
        return None, _key(near, now, 1_000, 2_000)
    echoes = call.state is State.ASKING or call.asking.near_held
    close = _key(last, now, 250) is not None  # which key it was does not matter
    return close, _key(near, now, 1_000, 2_000) if echoes else None


def _choice(asking: Dialogue) -> object:
    choosing = asking.choosing
    if choosing is None:
        return None
    return choosing.left, choosing.chosen, choosing.marked is None


def _course(call: Call) -> tuple[object, ...]:
    now, asking, keyed = call.now, call.asking, call.state in _KEYED
    asks = keyed and call.state is not State.SETTLING  # who speaks matters in the next pause
    return (
        (call.private_wanted, min(call.rings, 2), bool(call.voices) and not asks),
        (call.number is None, call.ringback_at is None, call.answered is None),
        call.placed and call.state is State.DIALLING,
        call.greeting.turn and call.state is State.SETTLING,
        (asking.saying, asking.playing, asking.heard is None, asking.changed, call.informed),
        _choice(asking),
        (asking.repeated, asking.unsure, asking.crowded and not asking.choosing, asking.near_held),
        tuple((type(filed.permit), _age(now, filed.sample, 350)) for filed in call.docket),
        *(_keys(call) if keyed else ()),
    )


def _tape(call: Call) -> tuple[object, ...]:
    """Return the course of a call whose recording was ordered: what was asked is over."""
    return (
        (call.opened, call.confirmed_at is None, call.pausing.by_button, call.pausing.keyed),
        (call.pausing.withdrawal is None, call.held),
        (call.asking.playing, call.afterword is None),
        _keys(call),
    )
