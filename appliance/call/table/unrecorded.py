"""Fill the table's fifth part: the rest of a call that is not recorded, or no longer.

``refused``, ``exempt``, ``private``, ``machine`` stay until on-hook and never ask again.
``retryable`` and ``far_changed`` may ask again, by the office's button alone. An emergency number
exempts in every one of them.
"""

from appliance.call.effects import endings
from appliance.call.effects.endings import end_for
from appliance.call.effects.speaking import say_afterword
from appliance.call.rule import Row, Rule, row
from appliance.call.states import State, Symbol
from appliance.call.table import common
from appliance.model.records import Reason

_BEFORE = "nothing LIFT NUMBER back too_long unfit"
_CALLER = "TALK ANSWERS FILE PAUSES"
_REST = f"BARS {_CALLER} OFFICE ask say"

REFUSED: Row = row(
    State.REFUSED,
    common.UNRECORDED,
    common.EMERGENCY,
    common.hushed(State.REFUSED, *common.NEAR, *common.DISTURBING),
    {Symbol.SAY: Rule(State.REFUSED, say_afterword, "say that it is not recorded")},
    ignored=f"{_BEFORE} {_CALLER} ask",
)
"""The caller or the office refused. Never ask again, whatever happens. A short sentence answers
the caller's no; anything that the phone is wanted for stops it."""


EXEMPT: Row = row(State.EXEMPT, common.UNRECORDED, ignored=f"{_BEFORE} exempted {_REST}")
"""Never to be asked: an emergency, a listed number, a number not heard, no policy, no room."""


PRIVATE: Row = row(State.PRIVATE, common.UNRECORDED, common.EMERGENCY, ignored=f"{_BEFORE} {_REST}")
"""The office said so; nothing more is asked."""


MACHINE: Row = row(State.MACHINE, common.UNRECORDED, common.EMERGENCY, ignored=f"{_BEFORE} {_REST}")
"""A machine, here or there. Silence for the rest of the call."""


RETRYABLE: Row = row(
    State.RETRYABLE,
    common.UNRECORDED,
    common.EMERGENCY,
    common.ASKABLE,
    common.hushed(State.RETRYABLE, *common.NEAR, Symbol.DIALLED),
    {
        Symbol.PARTY: Rule(State.FAR_CHANGED, end_for(Reason.FAR_CHANGED), "another party"),
        Symbol.REFUSAL: Rule(State.REFUSED, endings.end_refused, "never ask again"),
        Symbol.SAY: Rule(State.RETRYABLE, say_afterword, "say that it is not recorded"),
    },
    ignored=f"""
    {_BEFORE} TALK KEYS CHOICE language objection less key repeat silent time_up FILE PAUSES
    """,
)
"""Neither agreed nor refused: the button may ask again. A new party counts as another."""


FAR_CHANGED: Row = row(
    State.FAR_CHANGED,
    common.UNRECORDED,
    common.EMERGENCY,
    common.ASKABLE,
    ignored=f"{_BEFORE} party dialled TALK ANSWERS OFFICE say FILE PAUSES",
)
"""Another party may be there, who agreed to nothing. The button may ask."""
