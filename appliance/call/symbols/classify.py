"""Classify an event as one of the symbols, by the call's state, marks and policy."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from appliance.call.call import Call
from appliance.call.eligibility import forbids_asking
from appliance.call.observe import is_call_waiting
from appliance.call.states import State, Symbol
from appliance.call.symbols.keys import classify_held_key, classify_key
from appliance.call.symbols.prompts import classify_end, classify_mark
from appliance.call.symbols.timers import classify_resume, classify_timer
from appliance.call.times import GLARE, JUDGE_WAIT, LOST
from appliance.model import events as ev
from appliance.model.terms import Hook, NumberKind, Side, Tone


def classify(event: ev.Event, call: Call) -> Symbol:
    """Return the meaning of ``event`` for ``call``, which has observed it already."""
    return MEANINGS[type(event)](call, event)


def _hook(call: Call, event: ev.HookChanged) -> Symbol:
    if event.hook is not Hook.OFF:
        return Symbol.ON_HOOK if event.hook is Hook.ON else Symbol.LOST
    if call.state not in {State.IDLE, State.RINGING}:
        return Symbol.NOTHING if call.lost else Symbol.BACK
    if call.direction == "outgoing":
        return Symbol.EXEMPTED if _calls_now(call) else Symbol.OUTGOING
    return _lifted(call, event.sample - (call.ring_at or 0))


def _calls_now(call: Call) -> bool:
    """Return whether a listed number came just now, though no ring was heard."""
    caller = call.caller
    return caller is not None and caller.listed and call.now - caller.sample <= ev.RING_TO_ANSWER


def _lifted(call: Call, after_ring: int) -> Symbol:
    """Classify a lift after a ring; if both came at once, who called whom is unknown."""
    if after_ring < GLARE and call.rings <= 1:
        return Symbol.EXEMPTED
    if call.private_wanted:
        return Symbol.PRIVATE_FIRST
    return forbids_asking(call) or Symbol.INCOMING


def _ring(call: Call, event: ev.Ring) -> Symbol:
    if call.offhook_sample is None:
        return Symbol.RING
    late_by = call.offhook_sample - event.sample
    if call.state is not State.DIALLING:
        return Symbol.PARTY if late_by < 0 else Symbol.NOTHING
    if late_by > ev.RING_TO_ANSWER:
        return Symbol.NOTHING
    if late_by < GLARE:
        return Symbol.EXEMPTED
    return forbids_asking(replace(call, direction="incoming")) or Symbol.INCOMING


def _fault(call: Call, event: ev.LineFault) -> Symbol:
    if event.part != "prompt":
        return Symbol.LOST
    return Symbol.UNHEARD if call.asking.playing else Symbol.NOTHING


def _restored(call: Call, event: ev.LineRestored) -> Symbol:
    return Symbol.NOTHING if call.lost or event.part == "prompt" else Symbol.BACK


def _gap(call: Call, event: ev.Gap) -> Symbol:
    return Symbol.TOO_LONG if event.count > LOST else Symbol.NUMBER_VOID


def _party(call: Call, event: ev.PartyChanged | ev.ToneHeard | ev.PolarityReversed) -> Symbol:
    """Classify a sign of the network; one captured before this party came is no news."""
    if isinstance(event, ev.ToneHeard) and event.tone.machine:
        return Symbol.MACHINE
    if call.state is State.DIALLING:
        return _while_dialling(event)
    since = call.answered.sample if call.answered else call.offhook_sample or 0
    if isinstance(event, ev.PolarityReversed) and call.answered:
        since += JUDGE_WAIT  # the answer itself, from a second source
    return Symbol.PARTY if event.sample >= since else Symbol.NOTHING


def _while_dialling(event: ev.PartyChanged | ev.ToneHeard | ev.PolarityReversed) -> Symbol:
    if isinstance(event, ev.PolarityReversed):
        return Symbol.ANSWER
    ringback = isinstance(event, ev.ToneHeard) and event.tone is Tone.RINGBACK
    return Symbol.NOTHING if ringback else Symbol.NUMBER_VOID


def _caller(call: Call, event: ev.CallerId) -> Symbol:
    if is_call_waiting(call, event):
        return Symbol.EXEMPTED if event.listed else Symbol.PARTY
    return Symbol.LISTED if event.listed else Symbol.NOTHING


def _number(call: Call, event: ev.NumberDialled) -> Symbol:
    """Classify a dialled number; in a call under way only an exempting one matters."""
    if call.offhook_sample is None:
        return Symbol.NOTHING
    if event.kind is NumberKind.EMERGENCY:
        return Symbol.EXEMPTED
    if call.state is State.DIALLING:
        return Symbol.NUMBER if event.kind is NumberKind.ORDINARY else Symbol.EXEMPTED
    doubtful = event.kind is NumberKind.AMBIGUOUS and call.state is State.FAR_CHANGED
    exempts = event.kind is NumberKind.LISTED or doubtful
    return Symbol.EXEMPTED if exempts else Symbol.NOTHING


def _voice(call: Call, event: ev.VoiceHeard) -> Symbol:
    return Symbol.ANSWER if _picks_up(call, event) else Symbol.VOICE


def _picks_up(call: Call, event: ev.VoiceHeard) -> bool:
    """Return whether a voice after the ringback counts as the answer.

    If the ringback goes on, that was wrong, and the next one counts as another party.
    """
    waits = call.state is State.DIALLING and call.ringback_at is not None
    return waits and event.active and event.side is not Side.NEAR


def _pause(call: Call, event: ev.PauseAsked) -> Symbol:
    if call.state is not State.PAUSED:
        return Symbol.PAUSE
    return classify_resume(call) if call.pausing.by_button else Symbol.NOTHING


def _ask(call: Call, event: ev.AskAgain) -> Symbol:
    """Classify the button: the answer of an outgoing call, else the wish to ask."""
    if call.state is State.DIALLING:
        return Symbol.ANSWER
    if call.state not in {State.RETRYABLE, State.FAR_CHANGED}:
        return Symbol.ASK
    if call.refused or call.lost:
        return Symbol.NOTHING
    return forbids_asking(call) or Symbol.ASK


def _opened(call: Call, event: ev.RecordingOpened) -> Symbol:
    return Symbol.OPENED if call.confirmed_at is None else Symbol.BEGIN


def _always(symbol: Symbol) -> Callable[[Call, Any], Symbol]:
    return lambda call, event: symbol


MEANINGS: Mapping[type[ev.Event], Callable[[Call, Any], Symbol]] = {
    ev.HookChanged: _hook,
    ev.Ring: _ring,
    ev.LineFault: _fault,
    ev.LineRestored: _restored,
    ev.Gap: _gap,
    ev.PartyDoubted: _always(Symbol.NOTHING),  # for the tape; the dialogue waits for the outcome
    ev.PartyChanged: _party,
    ev.ToneHeard: _party,
    ev.PolarityReversed: _party,
    ev.CallerId: _caller,
    ev.NumberDialled: _number,
    ev.Answered: _always(Symbol.ANSWER),
    ev.VoiceHeard: _voice,
    ev.KeyBegan: classify_held_key,
    ev.DigitPressed: classify_key,
    ev.PromptMarked: classify_mark,
    ev.PromptEnded: classify_end,
    ev.TimerFired: classify_timer,
    ev.PauseAsked: _pause,
    ev.PrivateAsked: _always(Symbol.PRIVATE),
    ev.AskAgain: _ask,
    ev.RecordingOpened: _opened,
    ev.StorageFailed: _always(Symbol.STORAGE_FAILED),
}
"""The classifier of each kind of event."""
