"""Carry out what the keeper asks for: burn the board's key. As root, on a card.

The request is input from a process with fewer rights. It says nothing but that a person wants it:
what the board and the data partition hold decides whether a key may be burnt.
"""

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.card.board.key import KeyFile, burn_rows, state_of
from appliance.card.board.note import FOLDER, KeyNote, KeyRequest
from appliance.config.folders import Folders

REQUEST = re.compile(r"(burn) [0-9a-f]{32}\n")
"""What the keeper writes; the number makes each request another one."""


@dataclass(frozen=True, slots=True)
class BurnPlaces:
    """Where things are on a card; tests have their own."""

    file: KeyFile = field(default_factory=KeyFile)
    folder: Path = FOLDER
    data: Path = Path("/var/lib/zgoda")

    @property
    def note(self) -> KeyNote:
        """Return the note of the last attempt."""
        return KeyNote(self.folder)

    @property
    def folders(self) -> Folders:
        """Return the data folder."""
        return Folders(self.data)

    @property
    def has_vault(self) -> bool:
        """Say whether there is a vault, or one is being restored."""
        return any(path.exists() for path in (*self.folders.keyring, self.folders.restoring))


def burn(places: BurnPlaces, now: Callable[[], float]) -> KeyRequest:
    """Burn the board's key, if it has a place for one and nobody else's is there; note how it went.

    Args:
        places: of the card.
        now: the time (UTC).

    Raises:
        OSError: the data partition takes no note; then nothing is burnt.
    """
    note = places.note
    why = _why_not(places, note)
    if why:
        ended = KeyRequest(now(), why)
        if not note.has_begun():  # what an earlier attempt has left stays known as ours
            note.write(ended)
        return ended
    # Noted before the first row: a power cut in the middle leaves a part that is known as ours.
    note.write(KeyRequest(now(), "begun"))
    ended = KeyRequest(now(), _burnt(places.file))
    note.write(ended)
    return ended


def finish(note: KeyNote, now: Callable[[], float]) -> None:
    """Note that a key is whole whose last row was burnt when the power went; raises OSError."""
    if note.has_begun():
        note.write(KeyRequest(now(), "burnt"))


def _why_not(places: BurnPlaces, note: KeyNote) -> str:
    """Return why no key may be burnt, in one word; empty if one may be."""
    if places.has_vault:
        return "late"  # its first root lay in the clear
    try:
        state = state_of(places.file.read())
    except OSError:
        return "none"
    if state == "none":
        return "none"
    if state == "whole" or (state == "part" and not note.has_begun()):
        return "held"
    return ""


def _burnt(file: KeyFile) -> str:
    """Burn what is blank; return how it ended, in one word."""
    try:
        return "burnt" if burn_rows(file) else "failed"
    except OSError as error:
        return "refused" if error.errno in _REFUSALS and _is_blank(file) else "failed"


def _is_blank(file: KeyFile) -> bool:
    try:
        return state_of(file.read()) == "blank"
    except OSError:
        return False


_REFUSALS = frozenset({errno.EROFS, errno.EOPNOTSUPP, errno.EPERM, errno.EACCES, errno.EINVAL})
"""How the driver says that the board takes nothing; a board that is locked does."""
