"""Note how the burning of a board's key went, for the keeper and for the next time.

Root writes it, a small file on the data partition. It says that a key was begun before the first
row is burnt. So a part of a key is known to be this box's own after a power cut, and no other is
ever added to.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.card.update.story import replace_file
from appliance.errors import FileFormatError
from appliance.model.sentences.faults import in_words

FOLDER = Path("/data/board")

_LONGEST = 4096
UNFINISHED = frozenset({"begun", "failed"})
"""After these a part of a key is this box's own."""

_WORD = re.compile(r"[a-z_]{1,32}")


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """The last time that somebody asked for a key."""

    at: float  # UTC, by the system's clock
    outcome: str  # begun, burnt, or why it was not: refused, held, late, none, failed


class KeyNote:
    """The last attempt. Root alone writes."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Take the folder, which is made when something is noted."""
        self._file = folder / "key.json"

    def read(self) -> KeyRequest | None:
        """Return the last attempt; None if there was none.

        Raises:
            FileFormatError: the file is not what root writes.
        """
        try:
            with self._file.open("rb") as file:
                content = file.read(_LONGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileFormatError(
                in_words("file_unread", path=self._file, detail=error.strerror)
            ) from error
        try:
            attempt = KeyRequest(**json.loads(content)) if len(content) <= _LONGEST else None
        except (TypeError, ValueError, RecursionError):
            attempt = None
        if attempt is None or not _is_sound(attempt):
            raise FileFormatError(in_words("burn_note", path=self._file))
        return attempt

    def write(self, attempt: KeyRequest) -> None:
        """Note an attempt, so that a power cut leaves the old word or the new; raises OSError."""
        self._file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        replace_file(self._file, f"{json.dumps(asdict(attempt))}\n".encode())

    def has_begun(self) -> bool:
        """Say whether a key was begun and its end was never noted; False in doubt."""
        try:
            attempt = self.read()
        except FileFormatError:
            return False
        return attempt is not None and attempt.outcome in UNFINISHED


def _is_sound(attempt: KeyRequest) -> bool:
    at, outcome = attempt.at, attempt.outcome
    if not isinstance(at, int | float) or isinstance(at, bool) or not isinstance(outcome, str):
        return False
    return at == at and abs(at) < 1e11 and _WORD.fullmatch(outcome) is not None  # noqa: PLR0124 - no NaN
