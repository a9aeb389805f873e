"""Name the field's terms that events of a call are made of."""

from enum import StrEnum


class Hook(StrEnum):
    """The hook state of the office's phones."""

    UNKNOWN = "unknown"
    ON = "on"
    OFF = "off"


class Side(StrEnum):
    """The side that a sound came from."""

    FAR = "far"
    NEAR = "near"
    UNSURE = "unsure"


class Grade(StrEnum):
    """The grade of evidence for a key's side: A separate channels, B enrolled, C level."""

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
        """Return whether a machine sends this tone; machines are never asked."""
        return self in _MACHINES

    @property
    def network(self) -> bool:
        """Return whether this tone means that the far party left or another one comes."""
        return self in {Tone.DIAL, Tone.BUSY, Tone.CONGESTION, Tone.CALL_WAITING, Tone.SIT}


_MACHINES = {Tone.FAX_CNG, Tone.DATA_CALLING, Tone.CONTACT_ID, Tone.ANSWER, Tone.DATA_ANSWER}


class NumberKind(StrEnum):
    """The kind of number that the office dialled."""

    ORDINARY = "ordinary"
    EMERGENCY = "emergency"
    LISTED = "listed"
    AMBIGUOUS = "ambiguous"
    INCOMPLETE = "incomplete"


class Obstacle(StrEnum):
    """What keeps a line from asking its next caller."""

    KIND = "kind"  # a fax, an alarm, a lift: never asked
    STORAGE = "storage"  # no room or no key for a recording
    LIST = "list"  # the numbers that are never recorded are not known yet
    CALIBRATING = "calibrating"
    DAY = "day"  # the first day on which the line may record has not come, or nobody knows the day
    TIME = "time"  # a real line, and nobody has ever confirmed the time: nothing would be erased
    LEAVING = "leaving"  # other devices are about to take its place
    MUTE = "mute"  # its device hears the line and cannot speak on it
    PURPOSE = "purpose"  # it has none
    WORDS = "words"  # a prompt is missing, or nobody has confirmed its words
    SPEAKERS = "speakers"  # in Germany: nobody vouches that all who speak on it have agreed
    JUSTIFICATION = "justification"  # a purpose that one can object to has none
    KEYS = "keys"  # they do not fit the purposes
    RULE = "rule"  # no recording can seal the rule
    EMERGENCY = "emergency"  # the office called for help less than half an hour ago


class DialogueWait(StrEnum):
    """What a dialogue waits for, where its state alone does not say it."""

    KEY = "key"  # a key by which the caller agrees
    LATE_EVENTS = "late_events"  # an answer, or a notice that was heard, is about to be judged
    SECOND_STAR = "second_star"  # the office pressed "*", which may become "**"


class AnswerBasis(StrEnum):
    """The sign of the far end's answer to an outgoing call."""

    REVERSAL = "reversal"
    CONNECT = "connect"
    RINGBACK_AND_VOICE = "ringback_and_voice"
    BUTTON = "button"


class PartyCue(StrEnum):
    """A sign that another far party may be on the line."""

    FLASH = "flash"
    LOOP_BREAK = "loop_break"
    DISCONNECT_PULSE = "disconnect_pulse"


class Timer(StrEnum):
    """A timer of a call."""

    QUIET = "quiet"  # a pause in the talk, to begin the prompt in
    TALK = "talk"  # no pause for too long
    ANSWER = "answer"  # the answer window
    DIALOGUE = "dialogue"  # limit of the whole dialogue
    JUDGE = "judge"  # until no late hook event can come
    CONFIRM = "confirm"  # limit of the confirmation
    RESUME = "resume"  # a pause ends by itself
    KEYED = "keyed"  # no more keys came
    WITHDRAW = "withdraw"  # a refuse key stood alone
    RINGING = "ringing"  # the ringing has stopped
    SETTLED = "settled"  # on-hook for a second
    LOST = "lost"  # hook state or sound gone for too long
    AFTERWORD = "afterword"  # a short sentence about the outcome is due
    SPEECH = "speech"  # unbroken speech of an answering machine
