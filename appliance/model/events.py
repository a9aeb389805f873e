"""Everything that can happen to a call, each with its time of capture.

``sample`` is always the line clock (8,000 a second) at the moment the thing happened on the
line, not when it was noticed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


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


@dataclass(frozen=True, slots=True)
class Ring:
    """One burst of ringing has begun."""

    sample: int


@dataclass(frozen=True, slots=True)
class HookChanged:
    """The hook is seen in another state; debounced by its source."""

    sample: int
    hook: Hook


@dataclass(frozen=True, slots=True)
class CallerId:
    """The network says who calls; ``listed`` if the number is never to be recorded."""

    sample: int
    number: str | None
    name: str | None = None
    withheld: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class NumberDialled:
    """The office's dialling is judged (4 s after the last digit, or at once for an emergency)."""

    sample: int
    kind: Dialled
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The far end took an outgoing call."""

    sample: int
    basis: AnswerBasis


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A DTMF key, reported at its release; ``sample`` is its onset."""

    sample: int
    key: str  # one of 0-9 * # A-D
    side: Side
    grade: Grade
    ms: int
    dbm0: float  # both tones together
    twist_db: float  # high group minus low group
    confidence: float  # 0 to 1
    machine_paced: bool = False  # one of a run with the rhythm of a machine


@dataclass(frozen=True, slots=True)
class KeyBegan:
    """A key of the near side is being held: stops a prompt before its release."""

    sample: int
    key: str
    side: Side


@dataclass(frozen=True, slots=True)
class PromptMarked:
    """The prompt's mark passed on the line: the end of the last key's name.

    Says how the words up to the mark were heard there, before any cancelling.
    """

    sample: int
    heard_ms: int
    level_db: float  # against the calibrated level; 0 is as expected
    talked_over: float  # part of the words, 0 to 1, that somebody spoke over
    underrun: bool = False


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """The prompt is over, or was stopped."""

    sample: int
    heard_ms: int
    level_db: float
    talked_over: float
    underrun: bool = False


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """A tone of the network or of a machine has been recognised."""

    sample: int
    tone: Tone
    side: Side = Side.UNSURE


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """Somebody began (``active``) or stopped speaking."""

    sample: int
    side: Side
    active: bool


@dataclass(frozen=True, slots=True)
class PolarityReversed:
    """The network swapped the wires: on many lines the answer or the far hang-up."""

    sample: int


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """Another far party may be on the line."""

    sample: int
    cue: PartyCue


@dataclass(frozen=True, slots=True)
class PauseAsked:
    """Button, panel or API asked to pause, or to resume."""

    sample: int


@dataclass(frozen=True, slots=True)
class PrivateAsked:
    """The button was held, or the panel said: this call is private."""

    sample: int


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The office wants the question put (again)."""

    sample: int


@dataclass(frozen=True, slots=True)
class RecordingOpened:
    """The sealed file stands on disk; the first sample may follow."""

    sample: int
    recording: str


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


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer set by the dialogue has run out."""

    sample: int
    timer: Timer


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound is missing: ``count`` samples from ``sample`` on."""

    sample: int
    count: int


@dataclass(frozen=True, slots=True)
class StorageFailed:
    """The sealed file could not be opened or written."""

    sample: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineFault:
    """Hook source or sound is gone."""

    sample: int
    part: Literal["hook", "audio", "prompt"]
    reason: str


@dataclass(frozen=True, slots=True)
class LineRestored:
    """What was gone is back."""

    sample: int
    part: Literal["hook", "audio", "prompt"]


Event = (
    Ring
    | HookChanged
    | CallerId
    | NumberDialled
    | Answered
    | DigitPressed
    | KeyBegan
    | PromptMarked
    | PromptEnded
    | ToneHeard
    | VoiceHeard
    | PolarityReversed
    | PartyChanged
    | PauseAsked
    | PrivateAsked
    | AskAgain
    | RecordingOpened
    | TimerFired
    | Gap
    | StorageFailed
    | LineFault
    | LineRestored
)
