"""Act on events from the first ring to the filing of an answer."""

from dataclasses import replace

from appliance.call.call import Call, Dialogue, GreetingSpeech, PendingPermit
from appliance.call.docket import earliest_filing, new_filing
from appliance.call.effects.endings import key_end
from appliance.call.effects.languages import in_callers_language, in_own_language
from appliance.call.effects.speaking import be_silent, first_words, hush, say, take_key
from appliance.call.eligibility import refuses
from appliance.call.greeting import greeting_since, machine_deadline, needed_pause
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.states import State
from appliance.call.times import (
    ANSWER_WINDOW,
    DIALOGUE_LIMIT,
    JUDGE_WAIT,
    MS,
    PATIENCE,
    SETTLE,
    SPEECH,
    STARS,
)
from appliance.model import events as ev
from appliance.model.actions import Action
from appliance.model.policy import PromptKind, Saying
from appliance.model.records import Reason
from appliance.model.terms import AnswerBasis, Timer


def ring(call: Call, event: ev.Event) -> Step:
    """Count a ring; a late lift may still come shortly after ``RING_TO_ANSWER``."""
    caller = call.caller
    if call.ring_at is None and caller and event.sample - caller.sample > ev.RING_TO_ANSWER:
        caller = None  # it belonged to a call that never rang
    call = replace(call, caller=caller, rings=call.rings + 1, ring_at=event.sample)
    return set_timer(call, Timer.RINGING, event.sample + ev.RING_TO_ANSWER + JUDGE_WAIT)


def want_private(call: Call, event: ev.Event) -> Step:
    """Remember that the ringing call is private."""
    return replace(call, private_wanted=True), ()


def begin_outgoing(call: Call, event: ev.Event) -> Step:
    """Begin an outgoing call: its number must be heard first."""
    return replace(drop_timers(call, *Timer), caller=None), ()


def take_number(call: Call, event: ev.Event) -> Step:
    """Keep the complete number."""
    return replace(call, number=event if isinstance(event, ev.NumberDialled) else None), ()


def forget_number(call: Call, event: ev.Event) -> Step:
    """Forget the number: more digits, a flash, another tone or missing sound made it doubtful."""
    return replace(call, number=None, ringback_at=None, docket=()), ()


def file_answer(call: Call, event: ev.Event) -> Step:
    """File the far end's answer: from the network, by estimate or by button."""
    answer = event if isinstance(event, ev.Answered) else ev.Answered(event.sample, _basis(event))
    return file(call, new_filing(call.policy, answer, event.sample, event.sample))


def _basis(event: ev.Event) -> AnswerBasis:
    if isinstance(event, ev.PolarityReversed):
        return AnswerBasis.REVERSAL
    voice = isinstance(event, ev.VoiceHeard)
    return AnswerBasis.RINGBACK_AND_VOICE if voice else AnswerBasis.BUTTON


def file(call: Call, filed: PendingPermit) -> Step:
    """Put a permit into the docket; it is judged when the earliest is due."""
    call = replace(call, docket=(*call.docket, filed))
    return set_timer(call, Timer.JUDGE, call.docket[0].due)


def take_answer(call: Call, event: ev.Event) -> Step:
    """Start from the earliest sign of the far end's answer."""
    first = earliest_filing(call.docket)
    answer = first.permit if first else None
    if isinstance(answer, ev.Answered):
        call = replace(call, answered=answer, docket=())
        return _settle(call, answer.sample, answer.sample + SETTLE)
    return call, ()


def settle(call: Call, event: ev.Event) -> Step:
    """Wait for a pause clear of the ring trip and of "hello"; a late ring may start this too."""
    call = replace(drop_timers(call, Timer.RINGING), direction="incoming", rings=max(call.rings, 1))
    lifted = call.offhook_sample or event.sample
    return _settle(call, lifted, lifted + max(SETTLE, call.policy.lateness_ms * MS))


def ask_again(call: Call, event: ev.Event) -> Step:
    """Open a new dialogue with the present far party."""
    call, silence = be_silent(call)
    call = replace(call, asking=Dialogue(), greeting=GreetingSpeech(turn=True), noted=False)
    if call.reason is Reason.FAR_CHANGED:  # a new party: neither the caller nor the one called
        number = replace(call.number, number=None) if call.number else None
        call = in_own_language(replace(call, caller=None, number=number, asked=False))
        call = replace(call, informed=frozenset())
    call, settling = _settle(replace(call, reason=None), event.sample, event.sample)
    return call, silence + settling


def _settle(call: Call, since: int, ready: int) -> Step:
    call, talk = set_timer(replace(call, ready_at=ready), Timer.TALK, since + PATIENCE)
    actions = talk
    if Timer.DIALOGUE not in call.timers:
        call, limit = set_timer(call, Timer.DIALOGUE, since + DIALOGUE_LIMIT)
        actions += limit
    call, listening = follow_talk(call)
    return call, actions + listening


def follow_talk(call: Call, event: ev.Event | None = None) -> Step:
    """Watch the talk for a pause to speak in, or for a greeting that does not end."""
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


def ask(call: Call, event: ev.Event) -> Step:
    """Play the question or the notice."""
    call = replace(in_callers_language(call), asked=True)
    return say(call, first_words(call), event.sample)


def repeat(call: Call, event: ev.Event) -> Step:
    """Repeat the keys, since no key came."""
    call = replace(call, asking=replace(call.asking, repeated=True))
    return say(call, Saying(PromptKind.KEYS), event.sample)


def replay(call: Call, event: ev.Event) -> Step:
    """Stop a prompt that is talked over, and replay it in the next pause."""
    call, silence = hush(call)
    call = drop_timers(call, Timer.ANSWER)
    call = replace(call, asking=replace(call.asking, repeated=True, heard=None))
    call, settling = _settle(call, event.sample, event.sample)
    return call, silence + settling


def replay_choice(call: Call, event: ev.Event) -> Step:
    """Stop a choice that is talked over, and replay it in the next pause."""
    heard = call.asking.heard
    call, actions = replay(call, event)
    return replace(call, asking=replace(call.asking, heard=heard)), actions


def keep_mark(call: Call, event: ev.Event) -> Step:
    """Keep how audible the words up to the mark were."""
    words = event if isinstance(event, ev.PromptHeard) else None
    return replace(call, asking=replace(call.asking, heard=words)), ()


def await_key(call: Call, event: ev.Event) -> Step:
    """Open the answer window."""
    return set_timer(call, Timer.ANSWER, event.sample + ANSWER_WINDOW)


def file_consent(call: Call, event: ev.Event) -> Step:
    """File an agreeing key and stop the prompt; the window waits for the judgement."""
    permit = event if isinstance(event, ev.DigitPressed) else None
    call, silence = hush(call)
    filed = new_filing(call.policy, permit, event.sample, key_end(event))
    call, judging = file(call, filed)
    window = max(call.timers.get(Timer.ANSWER, 0), filed.due + JUDGE_WAIT)
    call, waiting = set_timer(call, Timer.ANSWER, window)
    return call, silence + judging + waiting


def file_notice(call: Call, event: ev.Event) -> Step:
    """File a notice that was audible to its end."""
    call, _ = keep_mark(call, event)
    permit = event if isinstance(event, ev.PromptEnded) else None
    call = replace(call, docket=())
    return file(
        drop_timers(call, Timer.ANSWER), new_filing(call.policy, permit, call.now, call.now)
    )


def file_less(call: Call, event: ev.Event) -> Step:
    """File the purposes that remain without consent: the other bases, less any objected to."""
    if isinstance(event, ev.DigitPressed) and refuses(call.policy, event.key):
        call = take_key(replace(call, refused=True), event, "refused")
    if isinstance(event, ev.PromptMarked):
        call, _ = keep_mark(call, event)
    return file_rest(call, event)


def file_rest(call: Call, event: ev.Event) -> Step:
    """File that nothing was agreed to, and what else is in force goes on."""
    call, silence = hush(call)
    call = replace(drop_timers(call, Timer.ANSWER), docket=())
    call, judging = file(call, new_filing(call.policy, None, event.sample, key_end(event)))
    return call, silence + judging


def note_objection(call: Call, event: ev.Event) -> Step:
    """Note a no; what remains is said to its end, from the beginning where it waits for that."""
    call = take_key(replace(call, refused=True), event, "refused")
    if call.state is State.SETTLING:
        call = replace(call, asking=replace(call.asking, choosing=None, heard=None))
    return call, ()


def note_early(call: Call, event: ev.Event) -> Step:
    """Note a key that came before the caller could know what it means."""
    call = take_key(call, event, "early")
    return replace(call, asking=replace(call.asking, early=True)), ()


def spoil_crowd(call: Call, event: ev.Event) -> Step:
    """Discard two keys that came too close to each other."""
    return replace(call, docket=(), asking=replace(call.asking, crowded=True)), ()


def count_unsure(call: Call, event: ev.Event) -> Step:
    """Wait for another press: the side of this key is unsure."""
    return replace(call, asking=replace(call.asking, unsure=call.asking.unsure + 1)), ()


def hold_near(call: Call, event: ev.Event) -> Step:
    """Stop the prompt at a near star and void the docket: it may become "**"."""
    call, silence = hush(call)
    call = replace(call, docket=(), asking=replace(call.asking, near_held=True))
    call, waiting = set_timer(drop_timers(call, *Timer), Timer.KEYED, key_end(event) + STARS)
    return call, silence + waiting
