"""What is done from the lift of the receiver to the first sample of a recording."""

from dataclasses import replace

from appliance.call.call import Asking, Call, Filing, Greeting
from appliance.call.docket import earliest_filing, new_filing
from appliance.call.effects.endings import key_end
from appliance.call.eligibility import refuses
from appliance.call.greeting import greeting_since, machine_deadline, needed_pause
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.times import (
    ANSWER_WINDOW,
    DIALOGUE_LIMIT,
    JUDGE_WAIT,
    MS,
    PATIENCE,
    PROMPT_LIMIT,
    SETTLE,
    SPEECH,
    STARS,
)
from appliance.model.actions import Action, Play, Stop
from appliance.model.events import (
    RING_TO_ANSWER,
    Answered,
    DigitPressed,
    Event,
    NumberDialled,
    PolarityReversed,
    PromptEnded,
    PromptHeard,
    PromptMarked,
    VoiceHeard,
)
from appliance.model.policy import Spoken
from appliance.model.records import Reason
from appliance.model.terms import AnswerBasis, Timer


def ring(call: Call, event: Event) -> Step:
    """Count a ring; a late lift may still come a little after the ring is forgotten."""
    caller = call.caller
    if call.ring_at is None and caller and event.sample - caller.sample > RING_TO_ANSWER:
        caller = None  # it belonged to a call that never rang
    call = replace(call, caller=caller, rings=call.rings + 1, ring_at=event.sample)
    return set_timer(call, Timer.RINGING, event.sample + RING_TO_ANSWER + JUDGE_WAIT)


def want_private(call: Call, event: Event) -> Step:
    """Remember that the call which still rings is private."""
    return replace(call, private_wanted=True), ()


def begin_outgoing(call: Call, event: Event) -> Step:
    """Begin an outgoing call: whom it is for must be heard first."""
    return replace(drop_timers(call, *Timer), caller=None), ()


def take_number(call: Call, event: Event) -> Step:
    """Take the whole number that was heard."""
    return replace(call, number=event if isinstance(event, NumberDialled) else None), ()


def forget_number(call: Call, event: Event) -> Step:
    """Know no longer who is called: more digits, a flash, another tone, missing sound."""
    return replace(call, number=None, ringback_at=None, docket=()), ()


def file_answer(call: Call, event: Event) -> Step:
    """File the far end's answer, told by the network, an estimate or the button."""
    answer = event if isinstance(event, Answered) else Answered(event.sample, _basis(event))
    filed = new_filing(call.policy, answer, event.sample, event.sample)
    return _file(call, filed)


def _basis(event: Event) -> AnswerBasis:
    if isinstance(event, PolarityReversed):
        return AnswerBasis.REVERSAL
    voice = isinstance(event, VoiceHeard)
    return AnswerBasis.RINGBACK_AND_VOICE if voice else AnswerBasis.BUTTON


def _file(call: Call, filed: Filing) -> Step:
    call = replace(call, docket=(*call.docket, filed))
    return set_timer(call, Timer.JUDGE, call.docket[0].due)


def take_answer(call: Call, event: Event) -> Step:
    """Count from the earliest sign of the far end's answer."""
    first = earliest_filing(call.docket)
    answer = first.permit if first else None
    if isinstance(answer, Answered):
        call = replace(call, answered=answer, docket=())
        return _settle(call, answer.sample, answer.sample + SETTLE)
    return call, ()


def settle(call: Call, event: Event) -> Step:
    """Wait for a pause, clear of the ring trip and of "hello"; a late ring may start this."""
    call = replace(drop_timers(call, Timer.RINGING), direction="incoming", rings=max(call.rings, 1))
    lifted = call.offhook_sample or event.sample
    return _settle(call, lifted, lifted + max(SETTLE, call.policy.lateness_ms * MS))


def ask_again(call: Call, event: Event) -> Step:
    """Open a new dialogue, with whoever is there now."""
    call = replace(call, asking=Asking(), greeting=Greeting(turn=True), noted=False)
    if call.reason is Reason.FAR_CHANGED:  # whoever that is, it is not who was called or calls
        number = replace(call.number, number=None) if call.number else None
        call = replace(call, caller=None, number=number, asked=False)
    call = replace(call, reason=None)
    return _settle(call, event.sample, event.sample)


def _settle(call: Call, since: int, ready: int) -> Step:
    call, talk = set_timer(replace(call, ready_at=ready), Timer.TALK, since + PATIENCE)
    actions = talk
    if Timer.DIALOGUE not in call.timers:
        call, limit = set_timer(call, Timer.DIALOGUE, since + DIALOGUE_LIMIT)
        actions += limit
    call, listening = follow_talk(call)
    return call, actions + listening


def follow_talk(call: Call, event: Event | None = None) -> Step:
    """Follow who speaks: a pause to speak in, or a greeting that does not end."""
    call = drop_timers(call, Timer.QUIET, Timer.SPEECH)
    actions: tuple[Action, ...] = ()
    if Timer.TALK in call.timers and not call.voices:
        quiet = max(call.ready_at, call.quiet_at, machine_deadline(call)) + needed_pause(call)
        call, actions = set_timer(call, Timer.QUIET, quiet)
    speech = None if call.greeted else greeting_since(call)
    if speech is not None:
        call, greeting = set_timer(call, Timer.SPEECH, speech + SPEECH)
        actions += greeting
    return call, actions


def ask(call: Call, event: Event) -> Step:
    """Begin the question or the notice."""
    words = Spoken.QUESTION if call.policy.consent_purposes else Spoken.NOTICE
    return _say(replace(call, asked=True), words, event.sample)


def repeat(call: Call, event: Event) -> Step:
    """Say the keys once more, as nothing was pressed."""
    call = replace(call, asking=replace(call.asking, repeated=True))
    return _say(call, Spoken.KEYS, event.sample)


def _say(call: Call, words: Spoken, sample: int) -> Step:
    call = drop_timers(call, Timer.QUIET, Timer.TALK)
    call = replace(call, asking=replace(call.asking, spoken=words, playing=True))
    call, limit = set_timer(call, Timer.ANSWER, sample + PROMPT_LIMIT)
    return call, (Play(words), *limit)


def replay(call: Call, event: Event) -> Step:
    """Be silent where somebody talks, and say all of it again in the next pause."""
    call, silence = _hush(call)
    call = drop_timers(call, Timer.ANSWER)
    call = replace(call, asking=replace(call.asking, repeated=True, heard=None))
    call, settling = _settle(call, event.sample, event.sample)
    return call, silence + settling


def _hush(call: Call) -> Step:
    if not call.asking.playing:
        return call, ()
    return replace(call, asking=replace(call.asking, playing=False)), (Stop(),)


def keep_mark(call: Call, event: Event) -> Step:
    """Keep how the words up to the mark were heard."""
    words = event if isinstance(event, PromptHeard) else None
    return replace(call, asking=replace(call.asking, heard=words)), ()


def await_key(call: Call, event: Event) -> Step:
    """Open the window for an answer."""
    return set_timer(call, Timer.ANSWER, event.sample + ANSWER_WINDOW)


def file_consent(call: Call, event: Event) -> Step:
    """File a key that agrees, and be silent; the window waits for the judgement."""
    permit = event if isinstance(event, DigitPressed) else None
    call, silence = _hush(call)
    filed = new_filing(call.policy, permit, event.sample, key_end(event))
    call, judging = _file(call, filed)
    window = max(call.timers.get(Timer.ANSWER, 0), filed.due + JUDGE_WAIT)
    call, waiting = set_timer(call, Timer.ANSWER, window)
    return call, silence + judging + waiting


def file_notice(call: Call, event: Event) -> Step:
    """File a notice that was heard whole."""
    call, _ = keep_mark(call, event)
    permit = event if isinstance(event, PromptEnded) else None
    call = replace(call, docket=())
    return _file(
        drop_timers(call, Timer.ANSWER), new_filing(call.policy, permit, call.now, call.now)
    )


def file_less(call: Call, event: Event) -> Step:
    """File what remains without consent: the other bases, less what was objected to."""
    said_no = isinstance(event, DigitPressed) and refuses(call.policy, event.key)
    call, silence = _hush(call)
    call = replace(drop_timers(call, Timer.ANSWER), docket=(), refused=call.refused or said_no)
    if isinstance(event, PromptMarked):
        call, _ = keep_mark(call, event)
    call, judging = _file(call, new_filing(call.policy, None, event.sample, key_end(event)))
    return call, silence + judging


def note_objection(call: Call, event: Event) -> Step:
    """Take a no while the words for the other bases are still being said."""
    return replace(call, refused=True), ()


def spoil_crowd(call: Call, event: Event) -> Step:
    """Let two keys so close to each other count for nothing, both of them."""
    return replace(call, docket=(), asking=replace(call.asking, crowded=True)), ()


def count_unsure(call: Call, event: Event) -> Step:
    """Wait for another press: whose this key was cannot be told well enough."""
    return replace(call, asking=replace(call.asking, unsure=call.asking.unsure + 1)), ()


def hold_near(call: Call, event: Event) -> Step:
    """Be silent at a near star and void what was filed: it may become "**"."""
    call, silence = _hush(call)
    call = replace(call, docket=(), asking=replace(call.asking, near_held=True))
    call, waiting = set_timer(drop_timers(call, *Timer), Timer.KEYED, key_end(event) + STARS)
    return call, silence + waiting
