"""Classify prompts by how audible they were, and the end of a dialogue without consent."""

from appliance.call.call import Call
from appliance.call.eligibility import other_bases
from appliance.call.states import State, Symbol
from appliance.model.events import PromptEnded, PromptHeard, PromptMarked
from appliance.model.policy import Spoken
from appliance.model.prompts import LEVEL_DB, TALK_OVER


def classify_mark(call: Call, event: PromptMarked) -> Symbol:
    """Classify the question's mark; other prompts have no mark of their own.

    The keys alone play only after the whole question was heard, and its mark stays good.
    """
    asked = call.asking
    if call.state is not State.ASKING or asked.near_held or asked.spoken is not Spoken.QUESTION:
        return Symbol.NOTHING
    return _words(call, event, Symbol.LESS if call.refused else Symbol.HEARD)


def classify_end(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of a prompt."""
    if call.state is State.CONFIRMING:
        return _confirmation(call, event)
    if call.state is not State.ASKING or call.asking.near_held:
        return Symbol.NOTHING
    if call.asking.spoken is Spoken.NOTICE:
        return _words(call, event, Symbol.NOTICED)
    return Symbol.SAID if call.asking.heard else Symbol.UNHEARD


def _words(call: Call, event: PromptHeard, heard: Symbol) -> Symbol:
    if event.underrun or event.heard_ms <= 0 or abs(event.level_db) > LEVEL_DB:
        return Symbol.UNHEARD
    if event.talked_over <= TALK_OVER:
        return heard
    return Symbol.UNHEARD if call.asking.repeated else Symbol.TALKED_OVER


def _confirmation(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of "recording": it must be audible; talking over it changes nothing."""
    if call.confirmed_at is not None:
        return Symbol.NOTHING
    if event.underrun or event.heard_ms <= 0 or event.level_db < -LEVEL_DB:
        return Symbol.UNHEARD
    return Symbol.BEGIN if call.opened else Symbol.SAID


def end_without_consent(call: Call, ending: Symbol) -> Symbol:
    """End a dialogue without consent: on the other bases, if their words were heard."""
    remains = other_bases(call, refused=call.refused)
    return Symbol.LESS if remains and call.asking.heard else ending
