"""Act on events of the second layer, and of the choice of purposes one by one."""

from dataclasses import replace

from appliance.call.call import Call, PurposeChoice
from appliance.call.docket import new_filing
from appliance.call.effects.asking import file, file_notice, file_rest
from appliance.call.effects.endings import key_end
from appliance.call.effects.speaking import first_words, hush, lengthen, say, take_key
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.times import JUDGE_WAIT
from appliance.model.events import DigitPressed, Event, PromptHeard, TimerFired
from appliance.model.policy import PromptKind, Saying
from appliance.model.terms import Timer


def inform(call: Call, event: Event) -> Step:
    """Say the second layer; whatever was agreed to before is void."""
    call = take_key(drop_timers(call, Timer.JUDGE), event, "more")
    asking = replace(call.asking, choosing=None)
    call = replace(call, docket=(), informed=call.informed | {call.policy.language}, asking=asking)
    call, playing = say(call, Saying(PromptKind.MORE), key_end(event))
    call, longer = lengthen(call, event)
    return call, playing + longer


def go_on(call: Call, event: Event) -> Step:
    """Say the keys after the second layer, or all of it if that was not heard to its mark."""
    keys = Saying(PromptKind.KEYS)
    if call.asking.heard is not None and keys in call.policy.prompts:
        return say(call, keys, event.sample)
    call = replace(call, asking=replace(call.asking, heard=None))
    return say(call, first_words(call), event.sample)


def file_notice_again(call: Call, event: Event) -> Step:
    """File the notice that was heard before the second layer."""
    heard = call.asking.heard
    return file_notice(call, event if heard is None else heard)


def begin_choosing(call: Call, event: Event) -> Step:
    """Ask for the first purpose alone."""
    consent = call.policy.consent_purposes
    left = tuple(purpose.id for purpose in call.policy.purposes if purpose.id in consent)
    call = take_key(drop_timers(call, Timer.JUDGE), event, "choose")
    asking = replace(call.asking, choosing=PurposeChoice(left))
    return say_choice(replace(call, docket=(), asking=asking), event)


def say_choice(call: Call, event: Event) -> Step:
    """Ask for the present purpose."""
    choosing = _choosing(call)
    call = _with(call, replace(choosing, marked=None))
    return say(call, Saying(PromptKind.CHOICE, frozenset(choosing.left[:1])), key_end(event))


def keep_choice_mark(call: Call, event: Event) -> Step:
    """Keep how audible the words for one purpose were, up to their mark."""
    marked = event if isinstance(event, PromptHeard) else None
    return _with(call, replace(_choosing(call), marked=marked)), ()


def file_yes(call: Call, event: Event) -> Step:
    """File a yes to one purpose; the window waits for the judgement."""
    permit = event if isinstance(event, DigitPressed) else None
    call, silence = hush(call)
    call, judging = file(call, new_filing(call.policy, permit, event.sample, key_end(event)))
    window = max(call.timers.get(Timer.ANSWER, 0), call.docket[0].due + JUDGE_WAIT)
    call, waiting = set_timer(call, Timer.ANSWER, window)
    return call, silence + judging + waiting


def ask_next(call: Call, event: Event) -> Step:
    """Take the answer for one purpose, and ask for the next."""
    call = drop_timers(take_answer(call, event), Timer.JUDGE)
    return say_choice(replace(call, docket=()), event)


def take_answer(call: Call, event: Event) -> Call:
    """Take the present purpose's answer: a yes that was judged, or else a no."""
    choosing = _choosing(call)
    (asked,), left = choosing.left[:1], choosing.left[1:]
    yes = call.docket[0].permit if isinstance(event, TimerFired) and call.docket else None
    if not isinstance(yes, DigitPressed):
        call = take_key(call, event, "refused", asked)
        return _with(call, replace(choosing, left=left))
    call = take_key(call, yes, "agreed", asked)
    return _with(call, replace(choosing, left=left, chosen=choosing.chosen | {asked}, yes=yes))


def file_chosen(call: Call, event: Event) -> Step:
    """File what was chosen, after a no to the last purpose."""
    call, silence = hush(drop_timers(take_answer(call, event), Timer.ANSWER))
    filed = new_filing(call.policy, _choosing(call).yes, event.sample, key_end(event))
    call, judging = file(replace(call, docket=()), filed)
    return call, silence + judging


def file_no_choice(call: Call, event: Event) -> Step:
    """File that no purpose was chosen; a no to one of them objects to nothing else."""
    choosing = call.asking.choosing
    call = take_answer(call, event) if choosing is not None and choosing.left else call
    return file_rest(call, event)


def _choosing(call: Call) -> PurposeChoice:
    return call.asking.choosing or PurposeChoice(())


def _with(call: Call, choosing: PurposeChoice) -> Call:
    return replace(call, asking=replace(call.asking, choosing=choosing))
