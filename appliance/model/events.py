"""Define the events of a call, each with its time of capture.

``sample`` is always the line clock (8,000 a second) at the moment of the happening on the
line, not of its detection.
"""

from dataclasses import dataclass
from typing import Literal

from appliance.model.audio import RATE
from appliance.model.terms import AnswerBasis, Grade, Hook, NumberKind, PartyCue, Side, Timer, Tone


@dataclass(frozen=True, slots=True)
class Event:
    """An event on a line, with its time of capture."""

    sample: int


RING_TO_ANSWER = 6 * RATE
"""Samples: a phone lifted within this of a ring takes an incoming call."""


@dataclass(frozen=True, slots=True)
class Ring(Event):
    """A burst of ringing began."""


@dataclass(frozen=True, slots=True)
class HookChanged(Event):
    """The hook state changed; its source has debounced it."""

    hook: Hook


@dataclass(frozen=True, slots=True)
class CallerId(Event):
    """The network sent the caller's number; ``listed``: this number is never recorded."""

    number: str | None
    name: str | None = None
    withheld: bool = False
    listed: bool = False
    language: str = ""  # of the country whose code the number has; empty: nobody knows


@dataclass(frozen=True, slots=True)
class NumberDialled(Event):
    """The dialled number was judged: 4 s after its last digit, an emergency number at once."""

    kind: NumberKind
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """The far end answered an outgoing call."""

    basis: AnswerBasis


@dataclass(frozen=True, slots=True)
class DigitPressed(Event):
    """A key was released; ``sample`` is its onset."""

    key: str  # one of 0-9 * # A-D; ? for a pulse-dialled digit that could not be counted
    side: Side
    grade: Grade
    ms: int
    dbm0: float  # both tones together
    twist_db: float  # high group minus low group
    confidence: float  # 0 to 1
    machine_paced: bool = False  # one of a run with the rhythm of a machine
    deviation_percent: float | None = None
    """Of the tone with the larger frequency error, signed; pulses have none."""


@dataclass(frozen=True, slots=True)
class KeyBegan(Event):
    """A key is held down: a near one stops a prompt before its release."""

    key: str
    side: Side


@dataclass(frozen=True, slots=True)
class PromptHeard(Event):
    """The audibility of a prompt on the line, measured before the canceller."""

    heard_ms: int
    level_db: float  # against the calibrated level; 0 is as expected
    talked_over: float  # part of the words, 0 to 1, that a party spoke over
    underrun: bool = False


@dataclass(frozen=True, slots=True)
class PromptMarked(PromptHeard):
    """The prompt reached its mark, the end of the last key's name; figures up to there."""


@dataclass(frozen=True, slots=True)
class PromptEnded(PromptHeard):
    """The prompt ended or was stopped."""


@dataclass(frozen=True, slots=True)
class ToneHeard(Event):
    """The detector recognised a tone of the network or of a machine."""

    tone: Tone
    side: Side = Side.UNSURE


@dataclass(frozen=True, slots=True)
class VoiceHeard(Event):
    """A party began (``active``) or stopped speaking."""

    side: Side
    active: bool


@dataclass(frozen=True, slots=True)
class PolarityReversed(Event):
    """The network reversed the polarity: on many lines the answer or the far hang-up."""


@dataclass(frozen=True, slots=True)
class PartyChanged(Event):
    """Another far party may be on the line."""

    cue: PartyCue


@dataclass(frozen=True, slots=True)
class PartyDoubted(Event):
    """A sign began that may bring another far party: the loop opened, or a tone sounds.

    It decides nothing, but sound from ``sample`` on waits until ``settled``: by that line clock
    the doubt has become one of the other events, or was unfounded.
    """

    settled: int


@dataclass(frozen=True, slots=True)
class PauseAsked(Event):
    """Button, panel or API asked to pause or to resume."""


@dataclass(frozen=True, slots=True)
class PrivateAsked(Event):
    """Button or panel made the call private."""


@dataclass(frozen=True, slots=True)
class AskAgain(Event):
    """The office wants the question asked, or asked again."""


@dataclass(frozen=True, slots=True)
class RecordingOpened(Event):
    """The sealed file is on disk; the first sample may follow."""

    recording: str


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """A timer of the dialogue ran out."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Gap(Event):
    """Sound is missing: ``count`` samples from ``sample`` on."""

    count: int


@dataclass(frozen=True, slots=True)
class StorageFailed(Event):
    """Opening or writing the sealed file failed."""

    reason: str


@dataclass(frozen=True, slots=True)
class LineFault(Event):
    """A part of the line failed: hook source, sound or prompt sink."""

    part: Literal["hook", "audio", "prompt"]
    reason: str


@dataclass(frozen=True, slots=True)
class LineRestored(Event):
    """A failed part of the line works again."""

    part: Literal["hook", "audio", "prompt"]
