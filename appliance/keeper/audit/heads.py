"""Keep heads, one file a day."""

from collections.abc import Callable
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.vault.audit.heads import MOST_BYTES, Head, head_of


def heads_folder(folder: Path) -> Path:
    """Return the folder of an audit's signed heads, one file a day."""
    return folder / "heads"


def head_file(folder: Path, day: str) -> Path:
    """Return the file of a day's head."""
    return heads_folder(folder) / f"{day}.json"


def head_days(folder: Path) -> list[str]:
    """Return the days that have a head, in order."""
    return sorted(path.stem for path in heads_folder(folder).glob("*.json"))


def read_head(folder: Path, day: str) -> Head | None:
    """Return a day's head, signed with the key that it names; None if there is no file.

    Raises:
        FileFormatError: it was altered, put under another day's name, or is of another form.
    """
    path = head_file(folder, day)
    try:
        with path.open("rb") as file:
            head = head_of(file.read(MOST_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        why = f"The signed head {path.name} cannot be read: {error.strerror}"
        raise FileFormatError(noted("log_damaged", why)) from None
    except FileFormatError as error:
        why = str(error).removeprefix("It ")
        raise FileFormatError(noted("log_damaged", f"The signed head {path.name} {why}")) from None
    if head.day != day:
        raise FileFormatError(
            noted("log_damaged", f"The signed head {path.name} is that of {head.day}")
        )
    return head


def last_ended(folder: Path, today: str) -> Head | None:
    """Return the head of the last day that has ended; none if it was altered.

    Args:
        folder: the audit's.
        today: the day of its newest entry, which has not ended.
    """
    try:
        days = [day for day in head_days(folder) if day < today]
        return read_head(folder, days[-1]) if days else None
    except FileFormatError:
        return None


def first_ended(folder: Path, today: str, is_behind: Callable[[Head], bool]) -> Head | None:
    """Return the first head of a day that has ended which is behind something; None: none is.

    Args:
        folder: the audit's.
        today: the day of its newest entry, which has not ended.
        is_behind: says so of a head; true of every later one, too.

    Raises:
        FileFormatError: one that was looked at was altered.
    """
    days = [day for day in head_days(folder) if day < today]
    first, end = 0, len(days)
    found: Head | None = None
    while first < end:
        middle = (first + end) // 2
        head = read_head(folder, days[middle])
        if head is not None and is_behind(head):
            found, end = head, middle
        else:
            first = middle + 1
    return found
