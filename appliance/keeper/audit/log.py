"""Log who did what, on the disk before it is done (P8).

The audit is an append-only chain of entries in monthly files. ``append`` returns once the entry is
written and synced. A last line torn by a power cut was never acknowledged: the log cuts it and
appends ``recovered``. It leaves any other damage for a check to find.
"""

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import Clock
from appliance.errors import VaultError
from appliance.keeper.audit.check import AuditCheck, check, heads_folder, signed_head
from appliance.keeper.audit.entries import (
    GENESIS,
    AuditEntry,
    check_words,
    encode,
    months,
    readable,
)
from appliance.keeper.storage.reserve import Reserve
from appliance.vault.disk import Disk

KEEPER = "keeper"
"""The actor of the keeper's own acts: take-up, retention, recovery."""

Spend = Callable[[Callable[[], None], int], None]
"""Performs a write of so many bytes, falling back on the reserve if the disk is full."""

_disk = Disk()

_FAILED = "The audit cannot be written, so nothing was done: {reason}."


class AuditLog:
    """The open audit, appended to by its owner alone. Threads may share it."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        signing_key: Ed25519PrivateKey,
        reserve: Reserve | None = None,
    ) -> None:
        """Open the audit, creating its folder, and cut a torn last line.

        Args:
            folder: of the monthly files.
            clock: gives each entry's time.
            signing_key: signs the daily heads.
            reserve: gives room if the disk is full.
        """
        self._folder = folder
        self._clock = clock
        self._key = signing_key
        self._lock = threading.Lock()
        self._spend: Spend = reserve.spend if reserve is not None else _plainly
        self._broken = False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        heads_folder(folder).mkdir(mode=0o700, exist_ok=True)
        torn = _cut_torn(folder)
        self._seq, self._hash, newest = 0, GENESIS, 0.0
        self.began_after = 0.0  # UTC, of the newest existing entry by a trusted clock
        for entry, digest in readable(folder):
            self._seq, self._hash, newest = entry.seq, digest, entry.t
            self.began_after = entry.t if entry.clock_ok else self.began_after
        self._day = _day(newest) if self._seq else ""
        self.opened_at = self._seq  # existing entries
        if torn:
            self.append("recovered", KEEPER)

    @property
    def public_key(self) -> bytes:
        """Return the public half of the key that signs the heads."""
        return self._key.public_key().public_bytes_raw()

    def append(  # noqa: PLR0913 - an entry has so many fields
        self,
        type: str,
        actor: str,
        recording: str | None = None,
        case: str | None = None,
        *,
        frames: int | None = None,
        sha256: str | None = None,
        head: str | None = None,
        detail: str | None = None,
    ) -> int:
        """Record an act; the entry is on the disk when this returns.

        Args:
            type: the act, a code word such as ``played``.
            actor: an operator's id, or ``keeper``, ``recorder``, ``nobody``.
            recording: the rid, if the act concerns one.
            case: the case's id, if the act belongs to one.
            frames: of a sealed recording.
            sha256: hex, of a sealed recording's file.
            head: hex, SHA-256 of its header.
            detail: a further code word.

        Returns:
            The entry's number.

        Raises:
            VaultError: it could not be written; the act must not happen.
            ValueError: a value is no id, digest or code word.
        """
        with self._lock:
            now = self._clock.now()
            entry = AuditEntry(
                seq=self._seq + 1,
                t=round(now, 3),
                clock_ok=self._clock.trusted(),
                type=type,
                actor=actor,
                rid=recording,
                case=case,
                prev=self._hash,
                frames=frames,
                sha256=sha256,
                head=head,
                detail=detail,
            )
            check_words(entry)
            if self._seq and self._day != _day(now):
                self._sign()
            line, digest = encode(entry)
            self._write(self._file(now), line)
            self._seq, self._hash, self._day = entry.seq, digest, _day(now)
            return entry.seq

    def entries(self) -> Iterator[AuditEntry]:
        """Yield every readable entry, oldest first."""
        for entry, _ in readable(self._folder):
            yield entry

    def page(self, number: int = 1, per_page: int = 50) -> tuple[list[AuditEntry], int, int]:
        """Return a page of entries, newest first, the number of entries, and that of pages."""
        everything = list(self.entries())
        per_page = min(max(per_page, 1), 200)
        pages = max(1, -(-len(everything) // per_page))
        newest_first = everything[::-1]
        start = (min(max(number, 1), pages) - 1) * per_page
        return newest_first[start : start + per_page], len(everything), pages

    def of_recording(self, rid: str) -> list[AuditEntry]:
        """Return a recording's entries, oldest first."""
        named = readable(self._folder, rid.encode())
        return [entry for entry, _ in named if entry.rid == rid]

    def check(self) -> AuditCheck:
        """Check the whole audit, with the box's own audit key."""
        with self._lock:
            return check(self._folder, self.public_key)

    def sign_head(self) -> None:
        """Sign today's newest entry; the end of a day does so by itself."""
        with self._lock:
            if self._seq:
                self._sign()

    def _sign(self) -> None:
        head = signed_head(self._day, self._seq, self._hash, self._key)
        path = heads_folder(self._folder) / f"{self._day}.json"
        text = msgspec.json.encode(head) + b"\n"
        try:
            self._spend(partial(_disk.replace, path, text), len(text))
        except OSError as error:
            raise VaultError(_FAILED.format(reason=error.strerror)) from None

    def _file(self, now: float) -> Path:
        """Choose the month's file; the chain's order outranks the clock."""
        newest = max((path.stem for path in months(self._folder)), default="")
        month = _day(now)[:7]
        if newest and (month < newest or not self._clock.trusted()):
            month = newest
        return self._folder / f"{month}.log"

    def _write(self, path: Path, line: bytes) -> None:
        try:
            self._spend(partial(self._write_once, path, line), len(line))
        except OSError as error:
            raise VaultError(_FAILED.format(reason=error.strerror)) from None

    def _write_once(self, path: Path, line: bytes) -> None:
        if self._broken:
            raise VaultError(_FAILED.format(reason="an earlier write did not reach the disk"))
        new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if new:
                _disk.sync_folder(path.parent)  # first: a written entry must not fail
            self._append(file, line)
        finally:
            os.close(file)

    def _append(self, file: int, line: bytes) -> None:
        size = os.fstat(file).st_size
        written = os.write(file, line)
        # From here on a failure may leave an unknown line or a piece of one. No further entry can
        # then be trusted to follow it, so nothing more is released until the keeper restarts.
        # After a failed sync the kernel may even take the line for written.
        self._broken = True
        if written != len(line):
            os.ftruncate(file, size)
            self._broken = False
            raise OSError(errno.ENOSPC, f"only {written} of {len(line)} bytes fitted")
        os.fdatasync(file)
        self._broken = False


def _plainly(write: Callable[[], None], size: int) -> None:
    write()


def _day(now: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(now))


def _cut_torn(folder: Path) -> bool:
    """Cut the newest month off after its last newline; return whether anything was cut."""
    paths = months(folder)
    if not paths:
        return False
    with paths[-1].open("rb+") as log:
        content = log.read()
        whole = content.rfind(b"\n") + 1
        if whole == len(content):
            return False
        log.truncate(whole)
        os.fsync(log.fileno())
    return True
