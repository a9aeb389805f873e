"""Everything that can happen to a call, each with its time of capture.

``sample`` is always the line clock (8,000 a second) at the moment the thing happened on the
line, not when it was noticed.
"""

from dataclasses import dataclass
from typing import Literal

from appliance.model.audio import RATE
from appliance.model.terms import AnswerBasis, Dialled, Grade, Hook, PartyCue, Side, Timer, Tone


@dataclass(frozen=True, slots=True)
class Ring:
    """One burst of ringing has begun."""

    sample: int


RING_TO_ANSWER = 6 * RATE
"""Samples: a phone lifted within this of a ring takes an incoming call."""


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
    key: str  # one of 0-9 * # A-D; ? for a pulse-dialled digit that could not be counted
    side: Side
    grade: Grade
    ms: int
    dbm0: float  # both tones together
    twist_db: float  # high group minus low group
    confidence: float  # 0 to 1
    machine_paced: bool = False  # one of a run with the rhythm of a machine
    deviation_percent: float | None = None
    """Of the tone that is further off its frequency, with its sign; pulses have none."""


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
class PartyDoubted:
    """Something began with which another far party may come: the loop opened, a tone sounds.

    It decides nothing, but what is heard from ``sample`` on waits until ``settled``, the line
    clock by which the doubt has become one of the other events or was none.
    """

    sample: int
    settled: int


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
    | PartyDoubted
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
