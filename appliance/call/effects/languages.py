"""Speak one of a line's languages: the caller's by the country of the number, or by a key.

What was heard or agreed to in one language counts for nothing in another: the rules of the call
are then those in the other, and its question begins anew.
"""

from dataclasses import replace

from appliance.call.call import Call, Dialogue
from appliance.call.effects.endings import key_end
from appliance.call.effects.speaking import first_words, lengthen, say, take_key
from appliance.call.rule import Step, drop_timers
from appliance.model.events import Event
from appliance.model.terms import Timer


def in_callers_language(call: Call) -> Call:
    """Return a call in the language of the caller's country, where nobody was asked yet."""
    if call.asked or call.caller is None or call.direction != "incoming":
        return call
    return _in(call, call.caller.language)


def in_own_language(call: Call) -> Call:
    """Return a call in the line's own language: another party is there, whom nobody knows."""
    return _in(call, next(iter(call.policy.languages), ""))


def ask_in_next(call: Call, event: Event) -> Step:
    """Begin the question or the notice again in the next language."""
    call, longer = next_language(drop_timers(call, Timer.JUDGE), event)
    call, playing = say(call, first_words(call), key_end(event))
    return call, playing + longer


def next_language(call: Call, event: Event) -> Step:
    """Go on in the next language; whatever was heard or agreed to before is void."""
    call = take_key(call, event, "language")
    was = call.asking
    asking = Dialogue(changed=True, unsure=was.unsure, said=was.said, taken=was.taken)
    call = replace(_in(call, call.policy.next_language), docket=(), asking=asking)
    return (call, ()) if was.changed else lengthen(call, event)


def _in(call: Call, language: str) -> Call:
    return replace(call, policy=call.policy.in_language(language))
