"""Say how updates stand: two small files that root writes and the keeper reads."""

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted

KEPT = 50
"""The last updates that are remembered."""

_LONGEST = 64 * 1024
"""Bytes of the file."""

_WORD = re.compile(r"[a-z_]{1,32}")
_VERSION = re.compile(r"[0-9A-Za-z.+-]{0,64}")
_SLOT = re.compile(r"zgoda\.slot=([AB])(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Update:
    """One update that somebody asked for."""

    at: float  # UTC, by the system's clock
    version: str  # of the bundle; empty where none could be read
    slot: str  # A or B: where it was to go
    outcome: str  # waits, runs, fell_back, replaced, cut, or why it was refused
    boot: str = ""  # the boot in which it was written


def slot_of(command_line: str) -> str:
    """Return the system that runs, A or B; empty on a machine without U-Boot's choice.

    Args:
        command_line: the kernel's.
    """
    found = [_SLOT.match(word) for word in command_line.split()]
    slots = {match[1] for match in found if match}
    return slots.pop() if len(slots) == 1 else ""


def other(slot: str) -> str:
    """Return the system that does not run."""
    return {"A": "B", "B": "A"}.get(slot, "")


class Story:
    """The updates so far, and how far the present one is. Root alone writes."""

    def __init__(self, folder: Path, volatile: Path) -> None:
        """Begin.

        Args:
            folder: on the data partition, for what outlives a restart.
            volatile: in memory, for what does not.
        """
        self._file = folder / "story.json"
        self._percent = volatile / "percent"

    def updates(self) -> tuple[Update, ...]:
        """Return the updates, the last one last.

        Raises:
            FileFormatError: the file is not what root writes.
        """
        try:
            with self._file.open("rb") as file:
                content = file.read(_LONGEST + 1)
        except FileNotFoundError:
            return ()
        try:
            read = json.loads(content)
            rows = [Update(**row) for row in read] if isinstance(read, list) else None
        except (TypeError, ValueError, RecursionError):
            rows = None
        if rows is None:
            raise FileFormatError(
                noted("update_story", f"{self._file} is not a list of updates.", path=self._file)
            )
        if not all(_is_sound(row) for row in rows):
            raise FileFormatError(
                noted(
                    "update_story", f"{self._file} holds an update that cannot be.", path=self._file
                )
            )
        return tuple(rows)

    def percent(self) -> int | None:
        """Return how far the present update is; None if there is none."""
        try:
            with self._percent.open("rb") as file:
                text = file.read(8).decode("ascii", "replace").strip()
        except OSError:
            return None
        return min(int(text), 100) if text.isascii() and text.isdigit() else None

    def waiting(self) -> Update | None:
        """Return the update that waits for a restart, if one does; raises FileFormatError."""
        return next((row for row in reversed(self.updates()) if row.outcome == "waits"), None)

    def settle(self, outcome: str) -> None:
        """Say what became of the update that waits; raises OSError."""
        rows = [
            replace(row, outcome=outcome) if row.outcome == "waits" else row
            for row in self._sound()
        ]
        self._write(tuple(rows))

    def append(self, update: Update) -> None:
        """Add an update; raises OSError."""
        self._write((*self._sound(), update))

    def replace_last(self, update: Update) -> None:
        """Say anew how the last update ended; raises OSError."""
        self._write((*self._sound()[:-1], update))

    def show(self, percent: int) -> None:
        """Say how far the present update is."""
        self._percent.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        replace_file(self._percent, f"{percent}\n".encode())

    def hide(self) -> None:
        """Say that no update is under way."""
        self._percent.unlink(missing_ok=True)

    def _sound(self) -> tuple[Update, ...]:
        """Return what is there; a broken file is begun anew, since updates must go on."""
        try:
            return self.updates()
        except FileFormatError:
            return ()

    def _write(self, rows: tuple[Update, ...]) -> None:
        self._file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        text = json.dumps([asdict(row) for row in rows[-KEPT:]], indent=1)
        replace_file(self._file, f"{text}\n".encode())


def _is_sound(row: Update) -> bool:
    texts = (row.version, row.slot, row.outcome, row.boot)
    if not all(isinstance(text, str) for text in texts) or not isinstance(row.at, float | int):
        return False
    fits = _VERSION.fullmatch(row.version) and _WORD.fullmatch(row.outcome)
    return bool(fits) and row.slot in {"A", "B"} and len(row.boot) <= 64


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file so that a power cut leaves the old or the new."""
    fresh = path.with_name(f".{path.name}.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), "wb") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
