"""The table, first part: before anybody may be asked, and after the call.

``unknown``, ``idle``, ``ringing``, ``dialling``, ``ended``, ``fault``. The phone is on-hook, is
being dialled on, or nobody knows. Nothing is ever played or recorded here (P1). Only on-hook
that has been seen for a second leads to ``idle``; only a lift from ``idle`` or ``ringing``
begins a call.
"""

from appliance.call.effects import asking, endings
from appliance.call.effects.endings import stop
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.model.records import Reason

UNKNOWN: Row = row(
    State.UNKNOWN,
    {
        Symbol.ON_HOOK: Rule(State.UNKNOWN, endings.watch, "watch on-hook"),
        Symbol.SEEN: Rule(State.IDLE, endings.rest, "ready"),
        Symbol.LOST: Rule(State.UNKNOWN, endings.watch, "watch no more"),
        Symbol.BACK: Rule(State.UNKNOWN, endings.watch, "watch on-hook"),
    },
    """
    nothing incoming outgoing ring rings_stopped number number_void answer answered too_long
    exempted unfit listed private private_first machine party dialled voice quiet no_pause
    heard talked_over unheard said noticed consent agreed early crowded unsure unsure_again
    wrong refusal objection less key repeat silent time_up near_key near_refusal near_held
    pause ask opened begin storage_failed confirm_over resume not_yet keys_stopped
    withdrawal keyed withdrawn withdrawn_part
    """,
)
"""No hook state yet, or off-hook before anybody looked: wait to see on-hook for a second."""


IDLE: Row = row(
    State.IDLE,
    {
        Symbol.INCOMING: Rule(State.SETTLING, asking.settle, "wait for a pause"),
        Symbol.OUTGOING: Rule(State.DIALLING, asking.lift, "an outgoing call"),
        Symbol.RING: Rule(State.RINGING, asking.ring, "count the ring"),
        Symbol.LOST: Rule(State.FAULT, endings.mislay, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.UNFIT: Rule(State.EXEMPT, endings.unfit, "end: no_policy, storage"),
    },
    """
    nothing on_hook seen rings_stopped number number_void answer answered back too_long
    listed private private_first machine party dialled voice quiet no_pause heard
    talked_over unheard said noticed consent agreed early crowded unsure unsure_again wrong
    refusal objection less key repeat silent time_up near_key near_refusal near_held pause
    ask opened begin storage_failed confirm_over resume not_yet keys_stopped withdrawal
    keyed withdrawn withdrawn_part
    """,
)
"""On-hook. A ring or a lift begins a call; a lift within 6 s of a ring is incoming."""


RINGING: Row = row(
    State.RINGING,
    {
        Symbol.INCOMING: Rule(State.SETTLING, asking.settle, "wait for a pause"),
        Symbol.OUTGOING: Rule(State.DIALLING, asking.lift, "an outgoing call"),
        Symbol.RING: Rule(State.RINGING, asking.ring, "count the ring"),
        Symbol.RINGS_STOPPED: Rule(State.IDLE, endings.rest, "missed"),
        Symbol.LOST: Rule(State.FAULT, endings.mislay, "touch is lost"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.mislay, "touch is lost"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.UNFIT: Rule(State.EXEMPT, endings.unfit, "end: no_policy, storage"),
        Symbol.PRIVATE: Rule(State.RINGING, asking.want_private, "remember"),
        Symbol.PRIVATE_FIRST: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
    },
    """
    nothing on_hook seen number number_void answer answered back listed machine party
    dialled voice quiet no_pause heard talked_over unheard said noticed consent agreed early
    crowded unsure unsure_again wrong refusal objection less key repeat silent time_up
    near_key near_refusal near_held pause ask opened begin storage_failed confirm_over
    resume not_yet keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""It rings. Six seconds after the last ring it is forgotten."""


DIALLING: Row = row(
    State.DIALLING,
    {
        Symbol.ON_HOOK: Rule(State.ENDED, endings.hang_up, "the call ends"),
        Symbol.INCOMING: Rule(State.SETTLING, asking.settle, "wait for a pause"),
        Symbol.NUMBER: Rule(State.DIALLING, asking.dial, "take the number"),
        Symbol.NUMBER_VOID: Rule(State.DIALLING, asking.misdial, "forget the number"),
        Symbol.ANSWER: Rule(State.DIALLING, asking.file_answer, "file the answer"),
        Symbol.ANSWERED: Rule(State.SETTLING, asking.answered, "wait for a pause"),
        Symbol.LOST: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.cut, "cut"),
        Symbol.EXEMPTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.UNFIT: Rule(State.EXEMPT, endings.unfit, "end: no_policy, storage"),
        Symbol.LISTED: Rule(State.EXEMPT, stop(Reason.EXEMPT), "end: exempt"),
        Symbol.PRIVATE: Rule(State.PRIVATE, stop(Reason.PRIVATE), "end: private"),
        Symbol.MACHINE: Rule(State.MACHINE, stop(Reason.MACHINE), "end: machine"),
        Symbol.PARTY: Rule(State.DIALLING, asking.misdial, "forget the number"),
    },
    """
    nothing seen outgoing ring rings_stopped back private_first dialled voice quiet no_pause
    heard talked_over unheard said noticed consent agreed early crowded unsure unsure_again
    wrong refusal objection less key repeat silent time_up near_key near_refusal near_held
    pause ask opened begin storage_failed confirm_over resume not_yet keys_stopped
    withdrawal keyed withdrawn withdrawn_part
    """,
)
"""Off-hook without a ring. Never a word (P1). Exempt unless an ordinary number was heard
whole and nothing after it made it doubtful; asked only after the answer has been judged.
A late ring turns the call into an incoming one; a ring and a lift at once are not asked."""


ENDED: Row = row(
    State.ENDED,
    {
        Symbol.SEEN: Rule(State.IDLE, endings.rest, "ready"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "touch is lost"),
        Symbol.BACK: Rule(State.UNKNOWN, endings.watch, "lifted too soon"),
    },
    """
    nothing on_hook incoming outgoing ring rings_stopped number number_void answer answered
    too_long exempted unfit listed private private_first machine party dialled voice quiet
    no_pause heard talked_over unheard said noticed consent agreed early crowded unsure
    unsure_again wrong refusal objection less key repeat silent time_up near_key
    near_refusal near_held pause ask opened begin storage_failed confirm_over resume not_yet
    keys_stopped withdrawal keyed withdrawn withdrawn_part
    """,
)
"""On-hook, not yet for a second. A lift so soon is no new call: nothing until on-hook is seen."""


FAULT: Row = row(
    State.FAULT,
    {
        Symbol.ON_HOOK: Rule(State.FAULT, endings.watch, "watch on-hook"),
        Symbol.SEEN: Rule(State.IDLE, endings.rest, "ready"),
        Symbol.LOST: Rule(State.FAULT, endings.watch, "watch no more"),
        Symbol.BACK: Rule(State.FAULT, endings.watch, "watch on-hook"),
    },
    """
    nothing incoming outgoing ring rings_stopped number number_void answer answered too_long
    exempted unfit listed private private_first machine party dialled voice quiet no_pause
    heard talked_over unheard said noticed consent agreed early crowded unsure unsure_again
    wrong refusal objection less key repeat silent time_up near_key near_refusal near_held
    pause ask opened begin storage_failed confirm_over resume not_yet keys_stopped
    withdrawal keyed withdrawn withdrawn_part
    """,
)
"""Hook state or sound was gone: nothing until on-hook has been seen for a second."""
