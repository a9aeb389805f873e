"""Everything that can happen to a call, each with its time of capture.

``sample`` is always the line clock (8,000 a second) at the moment the thing happened on the
line, not when it was noticed.
"""

from dataclasses import dataclass
from typing import Literal

from appliance.model.audio import RATE
from appliance.model.terms import AnswerBasis, Dialled, Grade, Hook, PartyCue, Side, Timer, Tone


@dataclass(frozen=True, slots=True)
class LineEvent:
    """Anything that happens on a line, with its time of capture."""

    sample: int


RING_TO_ANSWER = 6 * RATE
"""Samples: a phone lifted within this of a ring takes an incoming call."""


@dataclass(frozen=True, slots=True)
class Ring(LineEvent):
    """A burst of ringing began."""


@dataclass(frozen=True, slots=True)
class HookChanged(LineEvent):
    """The hook is seen in another state; debounced by its source."""

    hook: Hook


@dataclass(frozen=True, slots=True)
class CallerId(LineEvent):
    """The network says who calls; ``listed`` if the number is never to be recorded."""

    number: str | None
    name: str | None = None
    withheld: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class NumberDialled(LineEvent):
    """The office's dialling is judged (4 s after the last digit, or at once for an emergency)."""

    kind: Dialled
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Answered(LineEvent):
    """The far end took an outgoing call."""

    basis: AnswerBasis


@dataclass(frozen=True, slots=True)
class DigitPressed(LineEvent):
    """A DTMF key, reported at its release; ``sample`` is its onset."""

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
class KeyBegan(LineEvent):
    """A key of the near side is being held: stops a prompt before its release."""

    key: str
    side: Side


@dataclass(frozen=True, slots=True)
class PromptHeard(LineEvent):
    """How the words of a prompt came out on the line, before any cancelling."""

    heard_ms: int
    level_db: float  # against the calibrated level; 0 is as expected
    talked_over: float  # part of the words, 0 to 1, that a party spoke over
    underrun: bool = False


@dataclass(frozen=True, slots=True)
class PromptMarked(PromptHeard):
    """The prompt's mark passed on the line: the end of the last key's name.

    Says how the words up to the mark were heard there, before any cancelling.
    """


@dataclass(frozen=True, slots=True)
class PromptEnded(PromptHeard):
    """The prompt is over, or was stopped."""


@dataclass(frozen=True, slots=True)
class ToneHeard(LineEvent):
    """A tone of the network or of a machine has been recognised."""

    tone: Tone
    side: Side = Side.UNSURE


@dataclass(frozen=True, slots=True)
class VoiceHeard(LineEvent):
    """Somebody began (``active``) or stopped speaking."""

    side: Side
    active: bool


@dataclass(frozen=True, slots=True)
class PolarityReversed(LineEvent):
    """The network swapped the wires: on many lines the answer or the far hang-up."""


@dataclass(frozen=True, slots=True)
class PartyChanged(LineEvent):
    """Another far party may be on the line."""

    cue: PartyCue


@dataclass(frozen=True, slots=True)
class PartyDoubted(LineEvent):
    """Something began with which another far party may come: the loop opened, a tone sounds.

    It decides nothing, but what is heard from ``sample`` on waits until ``settled``, the line
    clock by which the doubt has become one of the other events or was none.
    """

    settled: int


@dataclass(frozen=True, slots=True)
class PauseAsked(LineEvent):
    """Button, panel or API asked to pause, or to resume."""


@dataclass(frozen=True, slots=True)
class PrivateAsked(LineEvent):
    """The button was held, or the panel said: this call is private."""


@dataclass(frozen=True, slots=True)
class AskAgain(LineEvent):
    """The office wants the question put (again)."""


@dataclass(frozen=True, slots=True)
class RecordingOpened(LineEvent):
    """The sealed file stands on disk; the first sample may follow."""

    recording: str


@dataclass(frozen=True, slots=True)
class TimerFired(LineEvent):
    """A timer set by the dialogue has run out."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Gap(LineEvent):
    """Sound is missing: ``count`` samples from ``sample`` on."""

    count: int


@dataclass(frozen=True, slots=True)
class StorageFailed(LineEvent):
    """The sealed file could not be opened or written."""

    reason: str


@dataclass(frozen=True, slots=True)
class LineFault(LineEvent):
    """Hook source or sound is gone."""

    part: Literal["hook", "audio", "prompt"]
    reason: str


@dataclass(frozen=True, slots=True)
class LineRestored(LineEvent):
    """What was gone is back."""

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
