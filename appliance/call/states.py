"""The states a call can be in, and the finite set of things that can happen to it."""

from enum import StrEnum


class State(StrEnum):
    """Where a call stands."""

    UNKNOWN = "unknown"  # no hook state yet
    IDLE = "idle"
    RINGING = "ringing"
    DIALLING = "dialling"  # off-hook without a ring, until the answer
    SETTLING = "settling"  # waiting for a pause in the talk
    ASKING = "asking"  # question, keys or notice are being said
    AWAITING = "awaiting"  # waiting for the caller's key
    CONFIRMING = "confirming"  # agreed; "recording" is said and the file opens
    RECORDING = "recording"
    PAUSED = "paused"
    REFUSED = "refused"
    EXEMPT = "exempt"
    PRIVATE = "private"
    RETRYABLE = "retryable"  # unrecorded, may be asked again by button
    MACHINE = "machine"
    FAR_CHANGED = "far_changed"
    ENDED = "ended"  # on-hook, not yet for a second
    FAULT = "fault"
