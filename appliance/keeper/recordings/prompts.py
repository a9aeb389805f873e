"""Keep the sound of every prompt that a recording may name, for as long as one can.

A file's name is the SHA-256 of its bytes: what has another is refused. The
recorder says which prompts callers may hear; a prompt is kept from then on until its last day of
use plus the longest retention, and longer while a recording of its days is held.
"""

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from msgspec import structs

from appliance.errors import FileFormatError
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import SaidRow
from appliance.link.requests.processes.prompts_in_use import PromptInUse, PromptsInUse
from appliance.vault.disk import Disk, writing
from appliance.vault.opening.keyring import Keyring

LONGEST_BYTES = 40 * 16_000
"""Of a prompt: forty seconds, more than any kind may last."""

MOST_KEPT = 1_000
MOST_BYTES = 256 * 2**20
"""Of all prompts together; what is kept already outranks what would come."""

_NAME = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = re.compile(r"\.[0-9a-f]{64}\.[0-9a-f]{8}")

_log = logging.getLogger(__name__)

Fetch = Callable[[str], bytes]
"""Returns a prompt's samples by their hash."""


class KeptPrompts:
    """The prompts that are kept. Threads may share it."""

    def __init__(
        self, folder: Path, ledger: Ledger, keyring: Keyring, disk: Disk | None = None
    ) -> None:
        """Prepare; the folder is made with the first prompt.

        Args:
            folder: of the sounds.
            ledger: keeps their words, and on which days they were in use.
            keyring: knows what is held.
            disk: writes and removes files.
        """
        self._folder = folder
        self._ledger = ledger
        self._keyring = keyring
        self._disk = disk or Disk()
        self._lock = threading.Lock()
        self._refused: set[str] = set()  # told once

    def sound(self, sha256: str) -> bytes | None:
        """Return a prompt's samples, s16 little-endian; None if they are not kept, or altered."""
        if not _NAME.fullmatch(sha256):
            return None
        try:
            raw = self._disk.read(self._folder / sha256, LONGEST_BYTES)
        except (FileFormatError, OSError):
            return None
        return raw if hashlib.sha256(raw).hexdigest() == sha256 else None

    def kept(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Return those of some hashes whose sound is kept whole."""
        return tuple(sorted(one for one in wanted if self.sound(one) is not None))

    def note(self, in_use: PromptsInUse, today: int | None, fetch: Fetch) -> None:
        """Keep what callers may hear from now on; what is kept already costs nothing.

        Args:
            in_use: the recorder's prompts.
            today: days since 1970-01-01, by the believed time; None if it is not known.
            fetch: gets the sound of those that are not kept yet.

        Raises:
            VaultError: one could not be written; the next time goes on.
            LinkError, Refused: the recorder went away.
        """
        with self._lock:
            before = self._ledger.said()
            rows = dict(before)
            for prompt in in_use.prompts:
                row = rows.get(prompt.sha256)
                if row is None or row.last != today:
                    if not self._get(prompt, rows, fetch):
                        continue
                    rows[prompt.sha256] = _used(prompt, row, today, in_use.days)
                elif today is not None and (row.until or 0) < today + in_use.days:
                    rows[prompt.sha256] = structs.replace(row, until=today + in_use.days)
            if rows != before:
                self._ledger.keep_said(rows)

    def sweep(self, today: int | None) -> None:
        """Let go what no recording can name any more; call it hourly.

        Args:
            today: as for ``note``; nothing goes while it is None.

        Raises:
            VaultError: a write failed; the next sweep goes on.
        """
        with self._lock:
            rows = self._ledger.said()
            gone = [] if today is None else list(self._over(rows, today))
            if gone:
                self._ledger.keep_said({sha: row for sha, row in rows.items() if sha not in gone})
            left = set(rows) - set(gone)
            with writing("The kept prompts"):
                strange = [path for path in self._files() if path.name not in left]
                self._disk.unlink_all(strange)

    def _over(self, rows: dict[str, SaidRow], today: int) -> Iterator[str]:
        """Yield the prompts whose last recordings are gone."""
        late = {
            sha: row for sha, row in rows.items() if row.until is not None and row.until < today
        }
        if not late or self._keyring.due(today):
            return  # what is overdue is still here, and may name any of them
        held = [self._keyring.get(rid) for rid in self._keyring.held()]
        days = [entry.day if entry.clock_ok else None for entry in held if entry is not None]
        for sha, row in late.items():
            if not any(_within(row, day) for day in days):
                yield sha

    def _get(self, prompt: PromptInUse, rows: dict[str, SaidRow], fetch: Fetch) -> bool:
        """Have a prompt's sound on the medium; say whether it is."""
        if not _NAME.fullmatch(prompt.sha256):
            return False
        if self.sound(prompt.sha256) is not None:
            return True
        if len(rows) >= MOST_KEPT and prompt.sha256 not in rows:
            return self._refuse(prompt.sha256, "too many are kept already")
        raw = fetch(prompt.sha256)
        if len(raw) > LONGEST_BYTES or hashlib.sha256(raw).hexdigest() != prompt.sha256:
            return self._refuse(prompt.sha256, "it is not the sound of its hash")
        if sum(path.lstat().st_size for path in self._files()) + len(raw) > MOST_BYTES:
            return self._refuse(prompt.sha256, "the kept prompts take too much room")
        with writing("The kept prompts"):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._disk.replace(self._folder / prompt.sha256, raw)
        self._refused.discard(prompt.sha256)
        return True

    def _refuse(self, sha256: str, why: str) -> bool:
        if sha256 not in self._refused:
            self._refused.add(sha256)
            _log.warning("The prompt %s is not kept: %s.", sha256[:8], why)
        return False

    def _files(self) -> Iterator[Path]:
        """Yield what lies in the folder under a prompt's name, or was left unfinished there."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            if _NAME.fullmatch(path.name) or _UNFINISHED.fullmatch(path.name):
                yield path


def _used(prompt: PromptInUse, row: SaidRow | None, today: int | None, days: int) -> SaidRow:
    """Return what is kept of a prompt that is in use today."""
    first = row.first if row is not None else today
    until = row.until if row is not None else None
    if today is None:
        # Without a date it can be no older than what was known of it, and stays.
        last, until = row.last if row is not None else None, None
    else:
        last, until = today, max(today + days, until or 0)
    return SaidRow(
        spoken=prompt.spoken,
        id=prompt.id,
        language=prompt.language,
        text=prompt.text,
        voice=prompt.voice,
        first=first,
        last=last,
        until=until,
    )


def _within(row: SaidRow, day: int | None) -> bool:
    """Say whether a recording of a day can name a prompt; in doubt it can."""
    if day is None or row.first is None or row.last is None:
        return True
    return row.first - 1 <= day <= row.last + 1
