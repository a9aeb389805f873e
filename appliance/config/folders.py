"""Name every place below the data folder, and read a file there that holds one word.

The names are part of the format.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

WordT = TypeVar("WordT", bound=str)

_MOST_BYTES = 16


class Folders:
    """The data folder and its places. Asking for a place creates nothing."""

    def __init__(
        self,
        data: Path,
        run: Path | None = None,
        *,
        keeper_uid: int | None = None,
        recorder_uid: int | None = None,
    ) -> None:
        """Name the places.

        Args:
            data: the data folder.
            run: has the folders of the sockets; ``run`` below the data folder if None.
            keeper_uid: the user whose keeper is asked; this process's own if None.
            recorder_uid: the same for the recorder.
        """
        self.data = data
        self.layout = data / "zgoda-layout"
        """Public: which layout the folder has. Its name is unlike that of anybody else's file."""

        self.kind = data / "zgoda-kind"
        """Public: whether the folder is a trial's or one of real lines."""

        self.trial = data / "zgoda-trial"
        """Public: the language of who began a trial, in which its line is named."""

        self.restoring = data / "zgoda-restoring"
        """Empty; there while a backup is being restored. No keeper opens what is half done."""
        self.keeper_uid, self.recorder_uid = keeper_uid, recorder_uid
        self._name_what_both_use(data)
        self._name_what_the_keeper_keeps(data)
        self._name_settings_and_prompts(data)
        self._name_sockets(run if run is not None else data / "run")

    def _name_what_both_use(self, data: Path) -> None:
        """Name what passes between recorder and keeper, and what the recorder keeps."""
        self.new = data / "new"
        """``new/<rid>``: files that the keeper makes ahead, empty, and the recorder writes to."""
        self.recordings = data / "rec"
        """``rec/<rid>``: sealed recordings that the keeper has taken up; it alone reaches them."""
        self.pool = data / "pool"
        """Public: the reading key and recording keys ready for use, written by the keeper."""
        self.exempt = data / "exempt"
        """In layout 1 the tags of numbers never recorded; today the keyring holds them."""
        self.notes = data / "notes"
        """Lines from the recorder without personal data."""
        self.withdrawn = data / "withdrawn"
        """Empty markers named after recordings withdrawn during their call."""
        self.emergency = data / "recorder" / "emergency"
        """The time of the last emergency call: no personal data, removed after half an hour."""
        self.day = data / "recorder" / "day"
        """The day that the keeper last told the recorder."""
        self.told_speakers = data / "recorder" / "speakers"
        """The digest of ``speakers.json`` that the keeper last told the recorder."""
        self.voltages = data / "recorder"
        """``volts-<line>``: the line's on-hook voltage, as a modem has learnt it."""
        self.box_key = data / "recorder" / "box-key"
        """The key that signs this box's pool, as the recorder first saw it."""
        self.calibration = data / "calibration"
        """The results of test calls, a file per line."""

    def _name_what_the_keeper_keeps(self, data: Path) -> None:
        """Name what the keeper alone reads and writes."""
        self.keyring = (data / "keyring.0", data / "keyring.1")
        """Both copies of the keyring, sealed under the eraser's root."""
        self.keys = data / "keys"
        """The keyring's shards, in two copies: the recordings' private keys."""
        self.root = data / "root"
        """The file eraser's two slots (levels E0 and E1)."""
        self.reserve = data / "reserve"
        """Empty room that the keeper gives up when the disk is full."""
        self.shelves = data / "shelf"
        """The catalogue: a file with the rows of each shard."""
        self.ledger = data / "ledger"
        """Cases, notes, reasons: sealed, cannot be rebuilt."""
        self.said = data / "said"
        """``said/<sha256>``: the sound of words that callers may have heard; the keeper's alone."""
        self.update = data / "update"
        """An update that is fetched: ``bundle.part``, then ``bundle.raucb``, which root reads."""
        self.audit = data / "audit"
        """The append-only audit, a file per month."""

    def _name_settings_and_prompts(self, data: Path) -> None:
        """Name what the keeper writes and the recorder reads."""
        self.settings = data / "settings"
        """The settings that the keeper keeps; the recorder may read them."""
        self.settings_now = self.settings / "zgoda.toml"
        """The version in force."""
        self.settings_versions = self.settings / "versions"
        """Every version, ``000012.toml``."""
        self.speakers = self.settings / "speakers.json"
        """Which lists of those who speak on a line are vouched for: digests, no names."""
        self.prompts = data / "prompts"
        """What the line says beside the shipped prompts; the recorder may read it."""
        self.own_voice = self.prompts / "own"
        """Prompts that people of the office spoke and confirmed."""
        self.box_voice = self.prompts / "spoken"
        """Prompts that a voice of this box spoke."""

    def _name_sockets(self, run: Path) -> None:
        """Name what is there only while a process runs."""
        self.run = run
        """Has a folder for each process, which it alone writes to: its socket, and files that live
        only while it does."""
        self.keeper_run = self.run / "zgoda-keeper"
        self.recorder_run = self.run / "zgoda-recorder"
        self.panel_run = self.run / "zgoda-panel"
        self.courier_run = self.run / "zgoda-courier"
        self.recorder_socket = self.recorder_run / "recorder.sock"
        self.keeper_socket = self.keeper_run / "keeper.sock"
        self.panel_socket = self.panel_run / "panel.sock"
        """Where the TLS proxy finds the panel, if it is not told another place."""
        self.origin_key = self.recorder_run / "origin.key"
        """The recorder's signing key of this boot, where this folder lies in memory."""
        self.courier_wanted = self.keeper_run / "courier"
        """Empty; there while something is set up for which the courier must run."""
        self.first_run_code = self.keeper_run / "first-run"
        """The one-time password of a box that is not set up yet."""


def word_bytes(word: str) -> bytes:
    """Return the bytes of a file that holds one word."""
    return f"{word}\n".encode()


def one_word(path: Path, known: Iterable[WordT]) -> WordT | None:
    """Return the known word that a file holds; None where it holds another or cannot be read."""
    try:
        with path.open("rb") as file:
            said = file.read(_MOST_BYTES)
    except OSError:
        return None
    return next((word for word in known if said == word_bytes(word)), None)
