"""The field's terms: what the events of a call are made of."""

from enum import StrEnum


class Hook(StrEnum):
    """What the office's phones do to the loop."""

    UNKNOWN = "unknown"
    ON = "on"
    OFF = "off"


class Side(StrEnum):
    """Who made a sound."""

    FAR = "far"
    NEAR = "near"
    UNSURE = "unsure"


class Grade(StrEnum):
    """How well the side of a key is known (see docs: A separate channels, B enrolled, C level)."""

    A = "A"
    B = "B"
    C = "C"
    NONE = "none"


class Tone(StrEnum):
    """Tones of the network and of machines."""

    DIAL = "dial"
    RINGBACK = "ringback"
    BUSY = "busy"
    CONGESTION = "congestion"
    SIT = "sit"
    CALL_WAITING = "call_waiting"
    FAX_CNG = "fax_cng"  # 1100 Hz
    DATA_CALLING = "data_calling"  # 1300 Hz
    CONTACT_ID = "contact_id"  # 1400 and 2300 Hz
    ANSWER = "answer"  # 2100 Hz: fax CED, V.25
    DATA_ANSWER = "data_answer"  # 2225 Hz

    @property
    def machine(self) -> bool:
        """Say whether a machine makes it, which is never asked."""
        return self in _MACHINES

    @property
    def network(self) -> bool:
        """Say whether it tells that the far party is gone or another one comes."""
        return self in {Tone.DIAL, Tone.BUSY, Tone.CONGESTION, Tone.CALL_WAITING, Tone.SIT}


_MACHINES = {Tone.FAX_CNG, Tone.DATA_CALLING, Tone.CONTACT_ID, Tone.ANSWER, Tone.DATA_ANSWER}


class Dialled(StrEnum):
    """What is known about the number that the office dialled."""

    ORDINARY = "ordinary"
    EMERGENCY = "emergency"
    LISTED = "listed"
    AMBIGUOUS = "ambiguous"
    INCOMPLETE = "incomplete"


class AnswerBasis(StrEnum):
    """What tells that the far end answered an outgoing call."""

    REVERSAL = "reversal"
    CONNECT = "connect"
    RINGBACK_AND_VOICE = "ringback_and_voice"
    BUTTON = "button"


class PartyCue(StrEnum):
    """Signs that another far party may be on the line."""

    FLASH = "flash"
    LOOP_BREAK = "loop_break"
    DISCONNECT_PULSE = "disconnect_pulse"


class Timer(StrEnum):
    """What a call waits for."""

    QUIET = "quiet"  # a pause in the talk to begin the prompt in
    TALK = "talk"  # no pause has come for too long
    ANSWER = "answer"  # the answer window
    DIALOGUE = "dialogue"  # the whole dialogue's end
    JUDGE = "judge"  # late serial events may still come
    CONFIRM = "confirm"  # the confirmation's end
    RESUME = "resume"  # a pause ends by itself
    KEYED = "keyed"  # keys have stopped coming
    WITHDRAW = "withdraw"  # a refuse key stood alone
    RINGING = "ringing"  # the ringing has stopped
    SETTLED = "settled"  # on-hook has been seen for a second
    LOST = "lost"  # hook or sound has been gone too long
    SPEECH = "speech"  # unbroken speech of an answering machine
