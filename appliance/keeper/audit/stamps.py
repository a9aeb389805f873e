"""Keep the time stamps over heads, one file a day."""

import re
from contextlib import suppress
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.keeper.audit.heads import head_days, read_head
from appliance.model.proof import KeptStamp
from appliance.model.sentences.faults import noted
from appliance.vault.audit.heads import Head
from appliance.vault.audit.stamps import MOST_FILE, kept_of


def stamps_folder(folder: Path) -> Path:
    """Return the folder of an audit's stamps, one file a day."""
    return folder / "stamps"


def stamp_file(folder: Path, day: str) -> Path:
    """Return the file of the stamp over a day's head."""
    return stamps_folder(folder) / f"{day}.json"


def stamp_days(folder: Path) -> list[str]:
    """Return the days whose head has a stamp, in order."""
    return sorted(path.stem for path in stamps_folder(folder).glob("*.json"))


_DAY_WORD = re.compile(r"day\.([0-9]{4})([0-9]{2})([0-9]{2})")

MOST_WAITING = 31
"""Days that are stamped belatedly, at most, after nobody could be reached."""


def head_to_stamp(folder: Path, today: str, stamped: str) -> Head | None:
    """Return the head of the first day that waits for its stamp; None: none does.

    Where none was stamped before, only the last day that has ended waits.

    Args:
        folder: the audit's.
        today: the day of its newest entry, which has not ended.
        stamped: the last day whose stamp is on record; empty: none is.
    """
    ended = [day for day in head_days(folder) if day < today]
    waiting = [day for day in ended if day > stamped] if stamped else ended[-1:]
    for day in waiting[-MOST_WAITING:]:
        with suppress(FileFormatError):  # of a log that was damaged, as its own check says
            if (head := read_head(folder, day)) is not None:
                return head
    return None


def kept_on(folder: Path, day: str) -> KeptStamp | None:
    """Return the stamp over a day's head; None if there is no file.

    Raises:
        FileFormatError: it was altered, or cannot be read.
    """
    path = stamp_file(folder, day)
    try:
        with path.open("rb") as file:
            return kept_of(file.read(MOST_FILE + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        why = f"The time stamp {path.name} cannot be read: {error.strerror}"
        raise FileFormatError(noted("stamp_wrong", why)) from None


def day_word(day: str) -> str:
    """Return the audit's detail of a day, such as day.20261202."""
    return f"day.{day.replace('-', '')}"


def read_day_word(detail: str | None) -> str | None:
    """Return the day that a detail names; None if it names none."""
    found = _DAY_WORD.fullmatch(detail or "")
    return "-".join(found.groups()) if found is not None else None
