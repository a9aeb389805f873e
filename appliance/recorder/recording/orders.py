"""What a line orders of its writer, and what the writer reports."""

from dataclasses import dataclass

from appliance.model.records import CallMeta, ConsentReceipt, RecordingMark
from appliance.recorder.recording.tape import Stretch
from appliance.vault.seal import Sealed, Ticket


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a recording needs before its first sample."""

    meta: CallMeta
    receipt: ConsentReceipt
    ticket: Ticket
    channels: int


@dataclass(frozen=True, slots=True)
class Ending:
    """Finish the file."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """Throw away what is queued, zero the header, leave a marker for the keeper."""


@dataclass(frozen=True, slots=True)
class Closing:
    """End the thread."""


Order = Opening | Ending | Withdrawing | Closing | RecordingMark | Stretch


@dataclass(frozen=True, slots=True)
class Opened:
    """The file stands on disk."""

    rid: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The file could not be opened or written."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The recording can no longer be read; the keeper will shred its key."""

    rid: str


Report = Opened | Failed | Sealed | Withdrawn
