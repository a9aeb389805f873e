"""Classify timers that ran out."""

from appliance.call.awaited import choices_remain
from appliance.call.call import Call
from appliance.call.docket import earliest_filing
from appliance.call.eligibility import forbids_asking, withdrawable
from appliance.call.greeting import lasts_like_a_machine, leaves_no_turn
from appliance.call.observe import is_due, release_sample
from appliance.call.states import State, Symbol
from appliance.call.symbols.prompts import end_without_consent, refuse_one
from appliance.call.times import KEYED
from appliance.model.events import TimerFired
from appliance.model.policy import PromptKind, Saying
from appliance.model.terms import Timer


def classify_timer(call: Call, event: TimerFired) -> Symbol:
    """Classify a timer; one that the call does not wait for means nothing."""
    if not is_due(call, event):
        return Symbol.NOTHING
    if event.timer in _PLAIN:
        return _PLAIN[event.timer]
    return _JUDGED[event.timer](call)


_PLAIN = {
    Timer.TALK: Symbol.NO_PAUSE,
    Timer.CONFIRM: Symbol.CONFIRM_OVER,
    Timer.RINGING: Symbol.RINGS_STOPPED,
    Timer.SETTLED: Symbol.SEEN,
    Timer.LOST: Symbol.TOO_LONG,
    Timer.AFTERWORD: Symbol.SAY,
}


def _quiet(call: Call) -> Symbol:
    """Check again what forbids asking: another line may have dialled an emergency number."""
    if "prompt" in call.missing or call.lost:
        return Symbol.UNHEARD
    wanted = Symbol.QUIET if call.asking.choosing is None else Symbol.CHOOSE
    return forbids_asking(call) or wanted


def _answer(call: Call) -> Symbol:
    if call.state in {State.ASKING, State.INFORMING} or call.asking.playing:
        return Symbol.UNHEARD
    if call.state is State.CHOOSING:
        return refuse_one(call)
    may = not call.asking.repeated and not call.asking.crowded
    repeats = may and Saying(PromptKind.KEYS) in call.policy.prompts
    return Symbol.REPEAT if repeats else end_without_consent(call, Symbol.SILENT)


def _dialogue(call: Call) -> Symbol:
    if call.state is State.SETTLING:
        return Symbol.TIME_UP
    return end_without_consent(call, Symbol.TIME_UP)


def _judge(call: Call) -> Symbol:
    if earliest_filing(call.docket) is None:
        return Symbol.NOTHING
    if call.state is State.DIALLING:
        return forbids_asking(call) or Symbol.ANSWERED
    return Symbol.NEXT if choices_remain(call) else Symbol.AGREED


def _speech(call: Call) -> Symbol:
    """Recognise a machine by its talk.

    A far one talks on, a near one after the usual ring count; or it alone has spoken.
    """
    usual = call.rings == call.memory.usual_rings
    machine = call.direction == "outgoing" or usual or leaves_no_turn(call)
    return Symbol.MACHINE if machine and lasts_like_a_machine(call) else Symbol.NOTHING


def _keyed(call: Call) -> Symbol:
    if call.state is not State.PAUSED:
        return Symbol.KEYS_STOPPED if call.state is State.RECORDING else Symbol.NEAR_KEY
    goes_on = call.pausing.keyed and not call.pausing.by_button
    return Symbol.RESUME if goes_on else Symbol.KEYS_STOPPED


def classify_resume(call: Call) -> Symbol:
    """Classify the end of a pause by button: never while digits come."""
    last = call.keys.last
    keying = last is not None and call.now - release_sample(last) < KEYED
    busy = keying or call.pausing.keyed or call.pausing.withdrawal is not None
    return Symbol.NOT_YET if busy else Symbol.RESUME


def _withdraw(call: Call) -> Symbol:
    remains = call.purposes - withdrawable(call.policy)
    return Symbol.WITHDRAWN_PART if remains else Symbol.WITHDRAWN


_JUDGED = {
    Timer.QUIET: _quiet,
    Timer.ANSWER: _answer,
    Timer.DIALOGUE: _dialogue,
    Timer.JUDGE: _judge,
    Timer.SPEECH: _speech,
    Timer.KEYED: _keyed,
    Timer.RESUME: classify_resume,
    Timer.WITHDRAW: _withdraw,
}
