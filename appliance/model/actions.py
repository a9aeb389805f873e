"""Define the actions that the dialogue orders."""

from dataclasses import dataclass
from typing import Literal

from appliance.model.policy import Saying
from appliance.model.records import ConsentReceipt, Reason
from appliance.model.terms import Timer


@dataclass(frozen=True, slots=True)
class Play:
    """Play a prompt on the line."""

    saying: Saying


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the prompt at once."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire a timer when the line clock reaches ``at``; replaces one of the same name."""

    timer: Timer
    at: int


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Open the sealed file; ``RecordingOpened`` or ``StorageFailed`` follows."""

    purposes: frozenset[str]
    receipt: ConsentReceipt


@dataclass(frozen=True, slots=True)
class Pause:
    """Write silence of true length from ``sample`` on."""

    sample: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Write sound from ``sample`` on: the first begins the recording, later ones end a pause."""

    sample: int


@dataclass(frozen=True, slots=True)
class Blank:
    """Silence the samples from ``start`` up to ``stop`` on all channels before sealing."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold sound back from the writer until it is clear whether the party changed."""

    sample: int


@dataclass(frozen=True, slots=True)
class Release:
    """Pass the held sound on to the writer."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """End these purposes; with none left, erase the recording."""

    purposes: frozenset[str]
    sample: int


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Finish the file; discard sound from ``sample`` on."""

    reason: Reason
    sample: int


@dataclass(frozen=True, slots=True)
class Note:
    """Count a finished dialogue, without personal data; ``reason`` is None if it was recorded."""

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
