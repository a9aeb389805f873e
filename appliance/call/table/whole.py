"""The whole table: what every symbol does in every state.

Two rules hold in all of it. What stops acts on arrival; what permits waits in the docket. And
sound can reach a file only through ``agreed`` in ``awaiting`` and then ``begin`` in
``confirming``: there is no other rule that leads to ``recording`` but the end of a pause.
"""

from collections.abc import Mapping

from appliance.call.rule import Row
from appliance.call.states import State
from appliance.call.table.asking import ASKING, AWAITING, CONFIRMING, SETTLING
from appliance.call.table.before import DIALLING, ENDED, FAULT, IDLE, RINGING, UNKNOWN
from appliance.call.table.recording import PAUSED, RECORDING
from appliance.call.table.unrecorded import (
    EXEMPT,
    FAR_CHANGED,
    MACHINE,
    PRIVATE,
    REFUSED,
    RETRYABLE,
)

RULES: Mapping[State, Row] = {
    State.UNKNOWN: UNKNOWN,
    State.IDLE: IDLE,
    State.RINGING: RINGING,
    State.DIALLING: DIALLING,
    State.SETTLING: SETTLING,
    State.ASKING: ASKING,
    State.AWAITING: AWAITING,
    State.CONFIRMING: CONFIRMING,
    State.RECORDING: RECORDING,
    State.PAUSED: PAUSED,
    State.REFUSED: REFUSED,
    State.EXEMPT: EXEMPT,
    State.PRIVATE: PRIVATE,
    State.RETRYABLE: RETRYABLE,
    State.MACHINE: MACHINE,
    State.FAR_CHANGED: FAR_CHANGED,
    State.ENDED: ENDED,
    State.FAULT: FAULT,
}
