"""Collect the whole table: what every symbol does in every state.

Two rules hold in all of it. What stops acts on arrival; what permits waits in the docket. And
sound can reach a file only through ``agreed`` in ``awaiting`` or ``choosing`` and then ``begin`` in
``confirming``: no other rule leads to ``recording`` but the end of a pause.
"""

from collections.abc import Mapping

from appliance.call.rule import Row
from appliance.call.states import State
from appliance.call.table import asking, before, choosing, recording, unrecorded

RULES: Mapping[State, Row] = {
    State.UNKNOWN: before.UNKNOWN,
    State.IDLE: before.IDLE,
    State.RINGING: before.RINGING,
    State.DIALLING: before.DIALLING,
    State.SETTLING: asking.SETTLING,
    State.ASKING: asking.ASKING,
    State.AWAITING: asking.AWAITING,
    State.INFORMING: choosing.INFORMING,
    State.CHOOSING: choosing.CHOOSING,
    State.CONFIRMING: asking.CONFIRMING,
    State.RECORDING: recording.RECORDING,
    State.PAUSED: recording.PAUSED,
    State.REFUSED: unrecorded.REFUSED,
    State.EXEMPT: unrecorded.EXEMPT,
    State.PRIVATE: unrecorded.PRIVATE,
    State.RETRYABLE: unrecorded.RETRYABLE,
    State.MACHINE: unrecorded.MACHINE,
    State.FAR_CHANGED: unrecorded.FAR_CHANGED,
    State.ENDED: before.ENDED,
    State.FAULT: before.FAULT,
}
