"""A note of the recorder's, counted as the keeper does.

An input is the file's bytes.
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from appliance.errors import FileFormatError
from appliance.keeper.recordings.notes import read_note
from appliance.keeper.storage.ledger import Ledger
from tests.fuzz.feeding import Target
from tests.fuzz.keys import SECRET


class _InMemory:
    """A disk on which nothing stays: a ledger for each input."""

    def read(self, path: Path, most: int) -> bytes:
        raise FileNotFoundError

    def replace(self, path: Path, data: bytes, mode: int = 0o600) -> None:
        pass


@cache
def _nowhere() -> Path:
    return Path(mkdtemp(prefix="notes")) / "ledger"


def take(raw: bytes) -> None:
    """Read it, count it, and list the counts."""
    note = read_note(raw)
    ledger = Ledger(_nowhere(), SECRET, _InMemory())  # type: ignore[arg-type]  # two methods of it
    ledger.count({"a.json": note})
    (counted,) = ledger.counts("")
    assert counted.calls == 1


def seeds() -> dict[str, bytes]:
    """Return a usual one, an odd one, and none."""
    usual = b'{"line":"Reception","day":"2026-11-25","outcome":"unrecorded","reason":"refused"}'
    return {
        "usual": usual,
        "odd_day": usual.replace(b"2026-11-25", b"0001-01-01"),
        "odd_words": usual.replace(b"Reception", b"\\u0000\\ud83d\\ude00"),
        "none": b"",
        "deep": b"[" * 2000,
    }


TARGET = Target("notes", take, (FileFormatError,), seeds, words=True)
