"""Count the notes that the recorder left, each once, and remove them.

The recorder adds to the folder and is not trusted with more: one take-up looks at so many names and
counts so many notes, and what is no note goes.
"""

import logging
import os
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.keeper.storage.ledger import Ledger
from appliance.model.records import CallNote
from appliance.vault.decoding import decode_json, decoding
from appliance.vault.disk import Disk, writing

MOST_NAMES = 65_536
"""Names that are looked at in a folder of the recorder's, at most: as many as a pool has keys."""

MOST_NOTES = 1000
"""Notes that are counted at once, at most; the others have their turn at the next take-up."""

_MOST_BYTES = 4096

_log = logging.getLogger(__name__)


def first_entries(folder: Path) -> "Iterator[os.DirEntry[str]]":
    """Return what lies in a folder, up to so many entries."""
    with os.scandir(folder) as found:
        yield from islice(found, MOST_NAMES)


class NoteCounter:
    """Counts notes. One thread at a time."""

    def __init__(self, folder: Path, ledger: Ledger, disk: Disk) -> None:
        self._folder = folder
        self._ledger = ledger
        self._disk = disk
        self._unfinished: frozenset[str] = frozenset()  # notes, at the last take-up

    def count(self) -> int:
        """Count what lies there, also across a power cut, and return how many notes that were.

        Raises:
            VaultError: the ledger could not be written; the next time goes on.
        """
        names, junk = self._names()
        # First what is counted already: the ledger remembers the last batch alone.
        counted = sorted(names & self._ledger.counted()) if names else []
        fresh = sorted(names.difference(counted))[:MOST_NOTES]
        notes, foreign = {}, []
        for name in fresh:
            try:
                notes[name] = read_note(self._disk.read(self._folder / name, _MOST_BYTES))
            except FileFormatError:
                foreign.append(name)
            except OSError as error:
                _log.warning("The note %r cannot be read: %s", name, error.strerror)
        self._remove([*counted, *junk, *foreign])
        if notes:
            self._ledger.count(notes)
            self._remove(list(notes))
        return len(notes)

    def _names(self) -> tuple[set[str], list[str]]:
        """Return the names of notes, and of what can be none."""
        names, junk, begun = set[str](), list[str](), set[str]()
        for entry in first_entries(self._folder):
            if not entry.is_file(follow_symlinks=False):
                junk.append(entry.name)
            elif entry.name.startswith("."):
                begun.add(entry.name)
            elif entry.name.endswith(".json"):
                names.add(entry.name)
            else:
                junk.append(entry.name)
        # One that is being written is so at one take-up alone.
        junk += sorted(begun & self._unfinished)
        self._unfinished = frozenset(begun)
        return names, junk

    def _remove(self, names: list[str]) -> None:
        """Remove files, and folders that are empty; one that cannot go holds nothing up."""
        for name in names:
            path = self._folder / name
            try:
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
            except OSError:
                continue
        if names:
            with writing("The folder of notes"):
                self._disk.sync_folder(self._folder)


def read_note(raw: bytes) -> CallNote:
    """Read a note strictly; raises FileFormatError if it cannot be counted."""
    note = decode_json(raw, CallNote, "The note")
    with decoding("The note's day"):
        date.fromisoformat(note.day)
    return note
