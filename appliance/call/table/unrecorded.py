"""The table, fourth part: the rest of a call that is not recorded, or no longer.

``refused``, ``exempt``, ``private``, ``machine`` stay as they are until on-hook: nobody is asked
again. ``retryable`` and ``far_changed`` may be asked again, by the office's button alone. An
emergency number exempts in every one of them.
"""

from appliance.call.effects import asking, endings
from appliance.call.effects.endings import stop
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.model.records import Reason

REFUSED: Row = row(
    State.REFUSED,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "an emergency"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back too_long unfit listed private private_first machine party dialled voice quiet
    no_pause heard talked_over unheard said noticed consent agreed early crowded unsure
    unsure_again wrong refusal objection less key repeat silent time_up near_key
    near_refusal near_held pause ask opened begin storage_failed confirm_over resume not_yet
    keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""Somebody said no. Nobody is asked again, whatever happens."""


EXEMPT: Row = row(
    State.EXEMPT,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back too_long exempted unfit listed private private_first machine party dialled voice
    quiet no_pause heard talked_over unheard said noticed consent agreed early crowded
    unsure unsure_again wrong refusal objection less key repeat silent time_up near_key
    near_refusal near_held pause ask opened begin storage_failed confirm_over resume not_yet
    keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""Never to be asked: an emergency, a listed number, a number not heard, no policy, no room."""


PRIVATE: Row = row(
    State.PRIVATE,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "an emergency"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back too_long unfit listed private private_first machine party dialled voice quiet
    no_pause heard talked_over unheard said noticed consent agreed early crowded unsure
    unsure_again wrong refusal objection less key repeat silent time_up near_key
    near_refusal near_held pause ask opened begin storage_failed confirm_over resume not_yet
    keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""The office said so; nothing more is asked."""


RETRYABLE: Row = row(
    State.RETRYABLE,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "an emergency"),
        Symbol.LISTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.FAR_CHANGED, stop(Reason.FAR_CHANGED), "another party"),
        Symbol.REFUSAL: Rule(State.REFUSED, stop(Reason.REFUSED), "never ask again"),
        Symbol.ASK: Rule(State.SETTLING, asking.ask_again, "wait for a pause"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back too_long unfit private_first dialled voice quiet no_pause heard talked_over unheard
    said noticed consent agreed early crowded unsure unsure_again wrong objection less key
    repeat silent time_up near_key near_refusal near_held pause opened begin storage_failed
    confirm_over resume not_yet keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""Nobody agreed, nobody refused: the button may ask again. Another party has to be a new one."""


MACHINE: Row = row(
    State.MACHINE,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "an emergency"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back too_long unfit listed private private_first machine party dialled voice quiet
    no_pause heard talked_over unheard said noticed consent agreed early crowded unsure
    unsure_again wrong refusal objection less key repeat silent time_up near_key
    near_refusal near_held pause ask opened begin storage_failed confirm_over resume not_yet
    keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""A machine, here or there. Silence for the rest of the call."""


FAR_CHANGED: Row = row(
    State.FAR_CHANGED,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "an emergency"),
        Symbol.LISTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.ASK: Rule(State.SETTLING, asking.ask_again, "wait for a pause"),
    },
    """
    nothing seen incoming outgoing ring rings_stopped number number_void answer answered
    back too_long unfit private_first party dialled voice quiet no_pause heard talked_over
    unheard said noticed consent agreed early crowded unsure unsure_again wrong refusal
    objection less key repeat silent time_up near_key near_refusal near_held pause opened
    begin storage_failed confirm_over resume not_yet keys_stopped withdrawal keyed withdrawn
    withdrawn_part
    """,
)
"""Another party may be there, who agreed to nothing. The button may ask."""
