"""Name the rules that rows of the table share."""

from collections.abc import Mapping

from appliance.call.effects import asking, choosing, endings, languages
from appliance.call.effects.endings import end_answered, end_for
from appliance.call.effects.speaking import be_silent
from appliance.call.rule import Rule
from appliance.call.states import State, Symbol
from appliance.model.records import Reason

Rules = Mapping[Symbol, Rule]

UNDER_WAY: Rules = {
    Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
    Symbol.TOO_LONG: Rule(State.FAULT, endings.end_cut, "cut"),
    Symbol.EXEMPTED: Rule(State.EXEMPT, end_for(Reason.EXEMPT), "end: exempt"),
    Symbol.PRIVATE: Rule(State.PRIVATE, end_for(Reason.PRIVATE), "end: private"),
    Symbol.MACHINE: Rule(State.MACHINE, end_for(Reason.MACHINE), "end: machine"),
}
"""What ends any call between the lift and on-hook, asked or recorded."""

PARTY_AT_STAKE: Rules = {
    Symbol.LISTED: Rule(State.EXEMPT, endings.end_listed, "end: exempt"),
    Symbol.PARTY: Rule(State.FAR_CHANGED, end_for(Reason.FAR_CHANGED), "end: far_changed"),
    Symbol.NEAR_REFUSAL: Rule(State.REFUSED, end_for(Reason.OFFICE_REFUSED), "end: office_refused"),
}
"""What ends a dialogue or a recording with this caller."""

DIALOGUE: Rules = {
    Symbol.LOST: Rule(State.FAULT, endings.end_cut, "cut"),
    Symbol.REFUSAL: Rule(State.REFUSED, endings.end_refused, "end: refused"),
    Symbol.NEAR_KEY: Rule(State.RETRYABLE, end_for(Reason.INTERRUPTED), "end: interrupted"),
    Symbol.PAUSE: Rule(State.RETRYABLE, end_for(Reason.INTERRUPTED), "end: interrupted"),
}
"""What ends every dialogue, from the wait for a pause to the confirmation."""

ANSWERING: Rules = {
    Symbol.UNSURE_AGAIN: Rule(State.RETRYABLE, end_answered(Reason.UNSURE), "end: unsure"),
    Symbol.WRONG: Rule(State.RETRYABLE, end_answered(Reason.WRONG_KEY), "end: wrong_key"),
    Symbol.MORE: Rule(State.INFORMING, choosing.inform, "say the second layer"),
    Symbol.LANGUAGE: Rule(State.ASKING, languages.ask_in_next, "ask in the next language"),
}
"""Keys that answer, during the words or after them."""

UNHEARD: Rules = {
    Symbol.UNHEARD: Rule(State.RETRYABLE, end_for(Reason.NOT_HEARD), "end: not_heard"),
}
"""The words did not reach the line."""

UNFIT: Rules = {
    Symbol.UNFIT: Rule(State.EXEMPT, endings.end_unfit, "end: not_yet, no_policy, storage"),
}
"""No sound policy, or nowhere to store a recording."""

LIFTABLE: Rules = {
    Symbol.INCOMING: Rule(State.SETTLING, asking.settle, "wait for a pause"),
    Symbol.OUTGOING: Rule(State.DIALLING, asking.begin_outgoing, "an outgoing call"),
    Symbol.RING: Rule(State.RINGING, asking.ring, "count the ring"),
    Symbol.LOST: Rule(State.FAULT, endings.lose_touch, "touch is lost"),
    Symbol.EXEMPTED: Rule(State.EXEMPT, end_for(Reason.EXEMPT), "end: exempt"),
}
"""On-hook: a ring or a lift begins a call."""

UNRECORDED: Rules = {
    Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
    Symbol.LOST: Rule(State.FAULT, endings.watch_on_hook, "touch is lost"),
}
"""A call that is not recorded: only its end matters."""


def hushed(state: State, *symbols: Symbol) -> Rules:
    """Return rules by which these symbols silence an afterword and change nothing else."""
    return dict.fromkeys(symbols, Rule(state, be_silent, "be silent"))


DISTURBING = (Symbol.LISTED, Symbol.PRIVATE, Symbol.MACHINE, Symbol.PARTY, Symbol.DIALLED)
"""Signs of a machine, another party or dialling, and what bars to speak at all."""

NEAR = (Symbol.NEAR_KEY, Symbol.NEAR_REFUSAL, Symbol.NEAR_HELD, Symbol.PAUSE)
"""Signs that the office's phone or the button is used."""

EMERGENCY: Rules = {
    Symbol.EXEMPTED: Rule(State.EXEMPT, end_for(Reason.EXEMPT), "an emergency"),
}
"""An emergency number exempts whatever the call is."""

ASKABLE: Rules = {
    Symbol.LISTED: Rule(State.EXEMPT, end_for(Reason.EXEMPT), "end: exempt"),
    Symbol.PRIVATE: Rule(State.PRIVATE, end_for(Reason.PRIVATE), "end: private"),
    Symbol.MACHINE: Rule(State.MACHINE, end_for(Reason.MACHINE), "end: machine"),
    Symbol.ASK: Rule(State.SETTLING, asking.ask_again, "wait for a pause"),
}
"""Not recorded, but the button may ask again."""
