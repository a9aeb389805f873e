"""Say a prompt, fall silent, and note which keys were taken."""

from dataclasses import replace

from appliance.call.call import Call, DialogueKey, KeyMeaning
from appliance.call.rule import Step, drop_timers, set_timer
from appliance.call.times import AFTERWORD, MORE_WORDS, PROMPT_LIMITS
from appliance.model.actions import Play, Stop
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import PromptKind, Saying
from appliance.model.terms import Timer

MOST_TAKEN = 32
"""Keys kept for the receipt; the oldest go first."""


def say(call: Call, saying: Saying, sample: int) -> Step:
    """Play a prompt instead of any other, and wait for its end."""
    call = drop_timers(call, Timer.QUIET, Timer.TALK)
    call = play(call, saying, sample)
    call, limit = set_timer(call, Timer.ANSWER, sample + PROMPT_LIMITS[saying.spoken])
    return call, (Play(saying), *limit)


def first_words(call: Call) -> Saying:
    """Return what a dialogue begins with: the question, or the notice where nothing is asked."""
    return Saying(PromptKind.QUESTION if call.policy.consent_purposes else PromptKind.NOTICE)


def lengthen(call: Call, event: Event) -> Step:
    """Let the dialogue last longer, since the caller wished for more words."""
    limit = call.timers.get(Timer.DIALOGUE, event.sample) + MORE_WORDS
    return set_timer(call, Timer.DIALOGUE, limit)


def play(call: Call, saying: Saying, sample: int) -> Call:
    """Note that a prompt was ordered at ``sample``; of a key its release."""
    asking = replace(call.asking, saying=saying, playing=True, began=sample)
    return replace(call, asking=asking)


def hush(call: Call) -> Step:
    """Stop the prompt, if one is playing."""
    if not call.asking.playing:
        return call, ()
    return replace(call, asking=replace(call.asking, playing=False)), (Stop(),)


def afterword(call: Call, spoken: PromptKind, sample: int) -> Step:
    """Let a short sentence about the outcome follow, if the line has it and can speak."""
    in_force = call.purposes if spoken is PromptKind.WITHDRAWN else frozenset[str]()
    saying = Saying(spoken, in_force)
    if saying not in call.policy.prompts or call.lost or "prompt" in call.missing:
        return call, ()
    at = max(sample, call.now) + AFTERWORD
    return set_timer(replace(call, afterword=saying), Timer.AFTERWORD, at)


def say_afterword(call: Call, event: Event) -> Step:
    """Say the short sentence about the outcome."""
    saying = call.afterword
    if saying is None or "prompt" in call.missing:
        return replace(call, afterword=None), ()
    return play(replace(call, afterword=None), saying, event.sample), (Play(saying),)


def be_silent(call: Call, event: Event | None = None) -> Step:
    """Say no afterword, or no more of it: the phone is wanted for something else."""
    return hush(drop_timers(replace(call, afterword=None), Timer.AFTERWORD))


def take_key(call: Call, event: Event, means: KeyMeaning, *purposes: str) -> Call:
    """Note a key for the receipt; other events are none."""
    if not isinstance(event, DigitPressed):
        return call
    taken = (*call.asking.taken, DialogueKey(event, means, frozenset(purposes)))[-MOST_TAKEN:]
    return replace(call, asking=replace(call.asking, taken=taken))
