"""What an event means: one of a finite set of symbols, from the call's state, marks and policy."""

from dataclasses import replace

from appliance.call.call import Call
from appliance.call.eligibility import gate
from appliance.call.observe import waiting
from appliance.call.states import State, Symbol
from appliance.call.symbols.keys import of_hold, of_key
from appliance.call.symbols.prompts import of_end, of_mark
from appliance.call.symbols.timers import of_timer, resume
from appliance.call.times import GLARE, JUDGE_WAIT, LOST
from appliance.model.events import (
    RING_TO_ANSWER,
    Answered,
    AskAgain,
    CallerId,
    DigitPressed,
    Event,
    Gap,
    HookChanged,
    KeyBegan,
    LineFault,
    LineRestored,
    NumberDialled,
    PartyChanged,
    PartyDoubted,
    PauseAsked,
    PolarityReversed,
    PrivateAsked,
    PromptEnded,
    PromptMarked,
    RecordingOpened,
    Ring,
    StorageFailed,
    TimerFired,
    ToneHeard,
    VoiceHeard,
)
from appliance.model.terms import Dialled, Hook, Side, Tone

_Line = HookChanged | Ring | LineFault | LineRestored | Gap
_Office = PauseAsked | PrivateAsked | AskAgain | RecordingOpened | StorageFailed
_Network = (
    PartyChanged
    | ToneHeard
    | PolarityReversed
    | CallerId
    | NumberDialled
    | Answered
    | VoiceHeard
    | _Office
)


def classify(event: Event, call: Call) -> Symbol:
    """Return what ``event`` means for ``call``, in which it has been written down already."""
    match event:
        case DigitPressed() | KeyBegan():
            return of_key(call, event) if isinstance(event, DigitPressed) else of_hold(call, event)
        case PromptMarked() | PromptEnded():
            return of_mark(call, event) if isinstance(event, PromptMarked) else of_end(call, event)
        case TimerFired():
            return of_timer(call, event)
        case PartyDoubted():
            return Symbol.NOTHING  # for the tape; the dialogue waits for what comes of it
        case HookChanged() | Ring() | LineFault() | LineRestored() | Gap():
            return _line(call, event)
        case _:
            return _network(call, event)


def _line(call: Call, event: _Line) -> Symbol:
    match event:
        case HookChanged():
            return _hook(call, event)
        case Ring():
            return _ring(call, event)
        case LineFault(part="prompt"):
            return Symbol.UNHEARD if call.asking.playing else Symbol.NOTHING
        case LineFault():
            return Symbol.LOST
        case LineRestored():
            return Symbol.NOTHING if call.lost or event.part == "prompt" else Symbol.BACK
        case _:
            return Symbol.TOO_LONG if event.count > LOST else Symbol.NUMBER_VOID


def _network(call: Call, event: _Network) -> Symbol:
    match event:
        case PartyChanged() | ToneHeard() | PolarityReversed():
            return _party(call, event)
        case CallerId():
            return _caller(call, event)
        case NumberDialled():
            return _number(call, event)
        case Answered():
            return Symbol.ANSWER
        case VoiceHeard():
            return Symbol.ANSWER if _picks_up(call, event) else Symbol.VOICE
        case _:
            return _office(call, event)


def _office(call: Call, event: _Office) -> Symbol:
    if isinstance(event, PauseAsked):
        return _pause(call)
    if isinstance(event, AskAgain):
        return _ask(call)
    if isinstance(event, RecordingOpened):
        return Symbol.OPENED if call.confirmed_at is None else Symbol.BEGIN
    return Symbol.PRIVATE if isinstance(event, PrivateAsked) else Symbol.STORAGE_FAILED


def _hook(call: Call, event: HookChanged) -> Symbol:
    if event.hook is not Hook.OFF:
        return Symbol.ON_HOOK if event.hook is Hook.ON else Symbol.LOST
    if call.state not in {State.IDLE, State.RINGING}:
        return Symbol.NOTHING if call.lost else Symbol.BACK
    if call.direction == "outgoing":
        return Symbol.EXEMPTED if _calls_now(call) else Symbol.OUTGOING
    return _lifted(call, event.sample - (call.ring_at or 0))


def _calls_now(call: Call) -> bool:
    """Say whether a listed number has just been told, though no ring was heard."""
    caller = call.caller
    return caller is not None and caller.listed and call.now - caller.sample <= RING_TO_ANSWER


def _lifted(call: Call, after_ring: int) -> Symbol:
    """Judge a lift after a ring; of both at once nobody can tell who called whom."""
    if after_ring < GLARE and call.rings <= 1:
        return Symbol.EXEMPTED
    if call.private_wanted:
        return Symbol.PRIVATE_FIRST
    return gate(call) or Symbol.INCOMING


def _ring(call: Call, event: Ring) -> Symbol:
    if call.offhook_sample is None:
        return Symbol.RING
    late_by = call.offhook_sample - event.sample
    if call.state is not State.DIALLING:
        return Symbol.PARTY if late_by < 0 else Symbol.NOTHING
    if late_by > RING_TO_ANSWER:
        return Symbol.NOTHING
    if late_by < GLARE:
        return Symbol.EXEMPTED
    return gate(replace(call, direction="incoming")) or Symbol.INCOMING


def _party(call: Call, event: PartyChanged | ToneHeard | PolarityReversed) -> Symbol:
    """Judge what the network shows; what was captured before this party came is no news."""
    if isinstance(event, ToneHeard) and event.tone.machine:
        return Symbol.MACHINE
    if call.state is State.DIALLING:
        return _while_dialling(event)
    since = call.answered.sample if call.answered else call.offhook_sample or 0
    if isinstance(event, PolarityReversed) and call.answered:
        since += JUDGE_WAIT  # the answer itself, told by two sources
    return Symbol.PARTY if event.sample >= since else Symbol.NOTHING


def _while_dialling(event: PartyChanged | ToneHeard | PolarityReversed) -> Symbol:
    if isinstance(event, PolarityReversed):
        return Symbol.ANSWER
    ringback = isinstance(event, ToneHeard) and event.tone is Tone.RINGBACK
    return Symbol.NOTHING if ringback else Symbol.NUMBER_VOID


def _caller(call: Call, event: CallerId) -> Symbol:
    if waiting(call, event):
        return Symbol.EXEMPTED if event.listed else Symbol.PARTY
    return Symbol.LISTED if event.listed else Symbol.NOTHING


def _number(call: Call, event: NumberDialled) -> Symbol:
    """Judge a dialled number; in a call under way only what exempts is of interest."""
    if call.offhook_sample is None:
        return Symbol.NOTHING
    if event.kind is Dialled.EMERGENCY:
        return Symbol.EXEMPTED
    if call.state is State.DIALLING:
        return Symbol.NUMBER if event.kind is Dialled.ORDINARY else Symbol.EXEMPTED
    doubtful = event.kind is Dialled.AMBIGUOUS and call.state is State.FAR_CHANGED
    exempts = event.kind is Dialled.LISTED or doubtful
    return Symbol.EXEMPTED if exempts else Symbol.NOTHING


def _picks_up(call: Call, event: VoiceHeard) -> bool:
    """Say whether a voice after the ringback is taken for the answer.

    If it rings on, that was wrong, and the next ringback counts as another party.
    """
    waits = call.state is State.DIALLING and call.ringback_at is not None
    return waits and event.active and event.side is not Side.NEAR


def _pause(call: Call) -> Symbol:
    if call.state is not State.PAUSED:
        return Symbol.PAUSE
    return resume(call) if call.pausing.by_button else Symbol.NOTHING


def _ask(call: Call) -> Symbol:
    """Take the button as the answer of an outgoing call, else as the wish to ask."""
    if call.state is State.DIALLING:
        return Symbol.ANSWER
    if call.state not in {State.RETRYABLE, State.FAR_CHANGED}:
        return Symbol.ASK
    if call.refused or call.lost:
        return Symbol.NOTHING
    return gate(call) or Symbol.ASK
