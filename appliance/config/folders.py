"""Where everything lies below the data folder; the names are part of the format."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folders:
    """The data folder and its places. Nothing is created by asking."""

    data: Path

    @property
    def recordings(self) -> Path:
        """``rec/<rid>``: sealed recordings, written by the recorder, immutable once closed."""
        return self.data / "rec"

    @property
    def pool(self) -> Path:
        """Public: the reading key and recording keys ready for use, written by the keeper."""
        return self.data / "pool"

    @property
    def exempt(self) -> Path:
        """Keyed tags of numbers never recorded; no file means that the list is empty."""
        return self.data / "exempt"

    @property
    def notes(self) -> Path:
        """Person-free lines from the recorder."""
        return self.data / "notes"

    @property
    def withdrawn(self) -> Path:
        """Empty markers named after recordings withdrawn during their call."""
        return self.data / "withdrawn"

    @property
    def emergency(self) -> Path:
        """When somebody last called for help; nothing of a person, gone after half an hour."""
        return self.data / "recorder" / "emergency"

    @property
    def keyring(self) -> tuple[Path, Path]:
        """Both copies of the keyring, sealed under the eraser's root."""
        return self.data / "keyring.0", self.data / "keyring.1"

    @property
    def root(self) -> Path:
        """The file eraser's two slots (levels E0 and E1)."""
        return self.data / "root"

    @property
    def reserve(self) -> Path:
        """Room that the keeper gives up where the disk is full: nothing is in it."""
        return self.data / "reserve"

    @property
    def shelves(self) -> Path:
        """The catalogue: one sealed file per due day under a random name."""
        return self.data / "shelf"

    @property
    def ledger(self) -> Path:
        """Cases, notes, reasons: sealed, cannot be rebuilt."""
        return self.data / "ledger"

    @property
    def audit(self) -> Path:
        """The append-only audit, a file per month."""
        return self.data / "audit"

    @property
    def calibration(self) -> Path:
        """What test calls showed, a file per line."""
        return self.data / "calibration"

    @property
    def run(self) -> Path:
        """Sockets, and what lives only while the processes do."""
        return self.data / "run"

    @property
    def recorder_socket(self) -> Path:
        """Where the keeper finds the recorder."""
        return self.run / "recorder.sock"

    @property
    def keeper_socket(self) -> Path:
        """Where panel and command line find the keeper."""
        return self.run / "keeper.sock"

    @property
    def first_run_code(self) -> Path:
        """The one-time password of a box that is not set up yet."""
        return self.run / "first-run"
