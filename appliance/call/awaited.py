"""Tell what a dialogue waits for: its state alone does not say whether a key is asked for."""

from appliance.call.call import Call
from appliance.call.docket import earliest_filing
from appliance.call.eligibility import forbids_asking
from appliance.call.states import State
from appliance.model.events import DigitPressed
from appliance.model.terms import DialogueWait

_SPEAKING = {State.ASKING, State.AWAITING, State.INFORMING, State.CHOOSING}


def awaited(call: Call) -> DialogueWait | None:
    """Return what a dialogue waits for; None where its state says it.

    It waits for a key from the question's first word on: none counts before the mark.
    """
    if call.asking.near_held:
        return DialogueWait.SECOND_STAR
    if call.state not in _SPEAKING:
        return None
    if earliest_filing(call.docket) is not None:
        return None if choices_remain(call) else DialogueWait.LATE_EVENTS
    return None if is_decided(call) else DialogueWait.KEY


def is_decided(call: Call) -> bool:
    """Return whether no key can agree: none is asked for, a no came, or the office presses keys."""
    return (
        not call.policy.consent_purposes
        or call.refused
        or call.asking.near_held
        or any(not isinstance(filed.permit, DigitPressed) for filed in call.docket)
    )


def choices_remain(call: Call) -> bool:
    """Return whether another purpose is to be asked alone after the present one."""
    choosing = call.asking.choosing
    return choosing is not None and len(choosing.left) > 1


def can_be_asked_again(call: Call) -> bool:
    """Return whether the button asks again in a call that goes on unrecorded."""
    askable = call.state in {State.RETRYABLE, State.FAR_CHANGED}
    return askable and not call.refused and not call.lost and forbids_asking(call) is None
