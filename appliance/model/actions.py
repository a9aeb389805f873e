"""Everything that the dialogue can want done."""

from dataclasses import dataclass
from typing import Literal

from appliance.model.policy import Spoken
from appliance.model.records import ConsentReceipt, Reason
from appliance.model.terms import Timer


@dataclass(frozen=True, slots=True)
class Play:
    """Say something on the line."""

    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Stop:
    """Be silent at once."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire a timer when the line clock reaches ``at``; replaces one of the same name."""

    timer: Timer
    at: int


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Open the sealed file; ``RecordingOpened`` or ``StorageFailed`` answers."""

    purposes: frozenset[str]
    receipt: ConsentReceipt


@dataclass(frozen=True, slots=True)
class Pause:
    """Write silence of true length from ``sample`` on."""

    sample: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Write sound from ``sample`` on: the first one begins the recording, others end a pause."""

    sample: int


@dataclass(frozen=True, slots=True)
class Blank:
    """Make the samples from ``start`` up to ``stop`` silent on all channels before sealing."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Let nothing more reach the writer until it is settled whether the party changed."""

    sample: int


@dataclass(frozen=True, slots=True)
class Release:
    """Let the held sound go on to the writer."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """End these purposes; if none is left, the recording is to be erased."""

    purposes: frozenset[str]
    sample: int


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Finish the file; sound from ``sample`` on is thrown away."""

    reason: Reason
    sample: int


@dataclass(frozen=True, slots=True)
class Note:
    """Count the finished dialogue, without a person: ``reason`` is None for a recorded call."""

    outcome: Literal["recorded", "unrecorded"]
    reason: Reason | None


Action = (
    Play
    | Stop
    | SetTimer
    | StartRecording
    | Pause
    | Resume
    | Blank
    | Hold
    | Release
    | Withdraw
    | StopRecording
    | Note
)
