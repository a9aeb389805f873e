"""Fill the table's first part: before the line may ask, and after the call.

``unknown``, ``idle``, ``ringing``, ``dialling``, ``ended``, ``fault``. The phone is on-hook, the
office dials, or the hook state is unknown. Nothing is ever played or recorded here (P1). Only
on-hook seen for a second leads to ``idle``; only a lift from ``idle`` or ``ringing`` begins a
call.
"""

from appliance.call.effects import asking, endings
from appliance.call.effects.endings import end_for
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.call.table import common
from appliance.model.records import Reason

_START = "incoming outgoing ring rings_stopped private_first"
_DIALOGUE = "TALK ANSWERS OFFICE ask say FILE PAUSES"
"""All that can happen while a caller is asked or recorded."""

_CALL = f"NUMBER BARS {_DIALOGUE}"
"""All that happens after the lift."""

UNKNOWN: Row = row(
    State.UNKNOWN,
    {
        Symbol.ON_HOOK: Rule(State.UNKNOWN, endings.watch_on_hook, "watch on-hook"),
        Symbol.SEEN: Rule(State.IDLE, endings.forget_call, "ready"),
        Symbol.LOST: Rule(State.UNKNOWN, endings.watch_on_hook, "watch no more"),
        Symbol.BACK: Rule(State.UNKNOWN, endings.watch_on_hook, "watch on-hook"),
    },
    ignored=f"nothing {_START} too_long exempted unfit {_CALL}",
)
"""No hook state yet, or off-hook from the start: wait to see on-hook for a second."""


IDLE: Row = row(
    State.IDLE,
    common.LIFTABLE,
    common.UNFIT,
    ignored=f"nothing on_hook seen rings_stopped private_first back too_long {_CALL}",
)
"""On-hook. A ring or a lift begins a call; a lift within 6 s of a ring is incoming."""


RINGING: Row = row(
    State.RINGING,
    common.LIFTABLE,
    common.UNFIT,
    {
        Symbol.RINGS_STOPPED: Rule(State.IDLE, endings.forget_call, "missed"),
        Symbol.TOO_LONG: Rule(State.FAULT, endings.lose_touch, "touch is lost"),
        Symbol.PRIVATE: Rule(State.RINGING, asking.want_private, "remember"),
        Symbol.PRIVATE_FIRST: Rule(State.PRIVATE, end_for(Reason.PRIVATE), "end: private"),
    },
    ignored=f"nothing on_hook seen back NUMBER listed machine party dialled {_DIALOGUE}",
)
"""It rings. Six seconds after the last ring the call counts as missed."""


DIALLING: Row = row(
    State.DIALLING,
    common.UNDER_WAY,
    common.UNFIT,
    {
        Symbol.INCOMING: Rule(State.SETTLING, asking.settle, "wait for a pause"),
        Symbol.NUMBER: Rule(State.DIALLING, asking.take_number, "take the number"),
        Symbol.NUMBER_VOID: Rule(State.DIALLING, asking.forget_number, "forget the number"),
        Symbol.ANSWER: Rule(State.DIALLING, asking.file_answer, "file the answer"),
        Symbol.ANSWERED: Rule(State.SETTLING, asking.take_answer, "wait for a pause"),
        Symbol.LOST: Rule(State.FAULT, endings.end_cut, "cut"),
        Symbol.LISTED: Rule(State.EXEMPT, end_for(Reason.EXEMPT), "end: exempt"),
        Symbol.PARTY: Rule(State.DIALLING, asking.forget_number, "forget the number"),
    },
    ignored=f"nothing seen outgoing ring rings_stopped back private_first dialled {_DIALOGUE}",
)
"""Off-hook without a ring. Never a word (P1). Exempt unless an ordinary number was heard whole
and nothing after it made it doubtful; asked only once the answer has been judged. A late ring
turns the call into an incoming one; a ring and a lift at once are not asked."""


ENDED: Row = row(
    State.ENDED,
    {
        Symbol.SEEN: Rule(State.IDLE, endings.forget_call, "ready"),
        Symbol.LOST: Rule(State.FAULT, endings.watch_on_hook, "touch is lost"),
        Symbol.BACK: Rule(State.UNKNOWN, endings.watch_on_hook, "lifted too soon"),
    },
    ignored=f"nothing on_hook {_START} too_long exempted unfit {_CALL}",
)
"""On-hook, not yet for a second. A lift so soon is no new call: wait to see on-hook again."""


FAULT: Row = row(
    State.FAULT,
    {
        Symbol.ON_HOOK: Rule(State.FAULT, endings.watch_on_hook, "watch on-hook"),
        Symbol.SEEN: Rule(State.IDLE, endings.forget_call, "ready"),
        Symbol.LOST: Rule(State.FAULT, endings.watch_on_hook, "watch no more"),
        Symbol.BACK: Rule(State.FAULT, endings.watch_on_hook, "watch on-hook"),
    },
    ignored=f"nothing {_START} too_long exempted unfit {_CALL}",
)
"""Hook state or sound was gone: wait to see on-hook for a second."""
