"""Classify prompts by how audible they were, and the end of a dialogue without consent."""

from appliance.call.awaited import choices_remain
from appliance.call.call import Call
from appliance.call.eligibility import other_bases
from appliance.call.observe import is_of_another
from appliance.call.states import State, Symbol
from appliance.model.events import PromptEnded, PromptHeard, PromptMarked
from appliance.model.policy import PromptKind
from appliance.model.prompts import LEVEL_DB, TALK_OVER


def classify_mark(call: Call, event: PromptMarked) -> Symbol:
    """Classify the question's mark; other prompts have no mark of their own.

    The keys alone play only after the whole question was heard, and its mark stays good.
    """
    asked = call.asking
    if asked.near_held or is_of_another(call, event):
        return Symbol.NOTHING
    if call.state is State.CHOOSING and not call.docket:
        return _words(call, event, Symbol.HEARD)
    if call.state is not State.ASKING or asked.spoken is not PromptKind.QUESTION:
        return Symbol.NOTHING
    return _words(call, event, Symbol.LESS if call.refused else Symbol.HEARD)


def classify_end(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of a prompt."""
    if is_of_another(call, event):
        return Symbol.NOTHING
    if call.state is State.CONFIRMING:
        return _confirmation(call, event)
    if call.asking.near_held or call.docket or call.state not in _ENDS:
        return Symbol.NOTHING
    return _ENDS[call.state](call, event)


def _words_for_all(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of the question, the keys or the notice."""
    if call.asking.spoken is PromptKind.NOTICE:
        return _words(call, event, Symbol.NOTICED)
    return Symbol.SAID if call.asking.heard else Symbol.UNHEARD


def _words_for_one(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of the words for one purpose."""
    choosing = call.asking.choosing
    return Symbol.SAID if choosing is not None and choosing.marked else Symbol.UNHEARD


def _words(call: Call, event: PromptHeard, heard: Symbol) -> Symbol:
    if event.underrun or event.heard_ms <= 0 or abs(event.level_db) > LEVEL_DB:
        return Symbol.UNHEARD
    if event.talked_over <= TALK_OVER:
        return heard
    return Symbol.UNHEARD if call.asking.repeated else Symbol.TALKED_OVER


def _second_layer(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of the second layer: talking over it is the caller's own affair."""
    if event.underrun or event.heard_ms <= 0 or abs(event.level_db) > LEVEL_DB:
        return Symbol.UNHEARD
    noticed = not call.policy.consent_purposes and call.asking.heard is not None
    return Symbol.NOTICED if noticed else Symbol.SAID


def _confirmation(call: Call, event: PromptEnded) -> Symbol:
    """Classify the end of "recording": it must be audible; talking over it changes nothing."""
    if call.confirmed_at is not None:
        return Symbol.NOTHING
    if event.underrun or event.heard_ms <= 0 or event.level_db < -LEVEL_DB:
        return Symbol.UNHEARD
    return Symbol.BEGIN if call.opened else Symbol.SAID


_ENDS = {
    State.ASKING: _words_for_all,
    State.INFORMING: _second_layer,
    State.CHOOSING: _words_for_one,
}


def refuse_one(call: Call) -> Symbol:
    """Classify a no to the purpose that is asked alone, or silence in its place."""
    choosing = call.asking.choosing
    if choices_remain(call):
        return Symbol.NEXT
    if choosing is not None and choosing.left and choosing.chosen:
        return Symbol.CHOSEN
    return Symbol.LESS if other_bases(call, refused=call.refused) else Symbol.REFUSAL


def end_without_consent(call: Call, ending: Symbol) -> Symbol:
    """End a dialogue without consent: on the other bases, if their words were heard."""
    remains = other_bases(call, refused=call.refused)
    return Symbol.LESS if remains and call.asking.heard else ending
