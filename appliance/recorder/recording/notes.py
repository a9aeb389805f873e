"""Spool person-free notes: one small file a note, for the keeper to take up."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from appliance.clock import Clock
from appliance.model.records import CallNote


class Notes:
    """Writes counts: which line, which day, which outcome. Nothing of a person."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def write(
        self, line: str, outcome: Literal["recorded", "unrecorded"], reason: str | None
    ) -> CallNote:
        """Put one note on disk: whole or not at all; raises OSError."""
        day = datetime.fromtimestamp(self._clock.now(), UTC).date().isoformat()
        note = CallNote(line=line, day=day, outcome=outcome, reason=reason or outcome)
        name = os.urandom(8).hex()
        temporary = self._folder / f".{name}"
        try:
            with temporary.open("wb") as file:
                file.write(msgspec.json.encode(note))
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(self._folder / f"{name}.json")
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        return note
