"""Place trial calls on simulated lines, and end the silence after an emergency call there."""

from typing import Literal

from appliance.link.operations import Done, Operation, Role

TrialCaller = Literal["agrees", "refuses", "silent", "hands_over"]


class PlaceTrialCall(Operation[Done], frozen=True, tag="lines.place_trial_call"):
    """Have a caller of the simulated exchange ring, in real time."""

    roles = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
    caller: TrialCaller


class EndSilence(Operation[Done], frozen=True, tag="lines.end_silence"):
    """Ask callers again after an emergency call, in a trial alone: there it was none."""

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    audit = "quiet_ended"
