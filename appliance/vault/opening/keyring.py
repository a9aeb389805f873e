"""Keep every key that erasing removes, in two copies under the eraser's root.

A copy is written whole to a temporary file, synced, renamed, and read back. ``generation`` is
that of the root that seals it, ``revision`` counts the writes. The newest copy that opens counts,
and the other one is rewritten from it.
"""

import os
import struct
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct, structs

from appliance.errors import FileFormatError, KeyLost, VaultError
from appliance.vault import container
from appliance.vault.disk import Disk, failure
from appliance.vault.format import RID_BYTES
from appliance.vault.opening.entry import Place, RecordingEntry, RecordingKey
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keys import Wrap, public_half

MAGIC = b"ZGODAKEY"
MOST_BYTES = 256 * 2**20
_HEADER = struct.Struct(">8sB7xQQ")
_VERSION = 1
_LABEL = b"zgoda keyring v1"


class ShelfKey(Struct, array_like=True):
    """The key of one catalogue file."""

    key: bytes
    due_day: int | None = None
    held: bool = False


class OperatorEntry(Struct):
    """A person who may log in."""

    id: str  # random; the audit names people by it alone
    name: str
    roles: tuple[str, ...]
    wrap: Wrap
    totp: str = ""  # base 32 secret; empty: none set
    totp_last: int = 0  # the last time step used
    one_time_until: float = 0.0  # UTC; 0: the person chose the password


class KeyringContent(Struct, kw_only=True):
    """The keyring's content. Change it only inside ``Keyring.changing``."""

    vault_id: bytes
    reading_key: bytes  # public
    audit_key: bytes  # A: Ed25519 seed
    list_key: bytes  # L
    ledger_key: bytes
    recordings: dict[str, RecordingKey] = {}
    shelves: dict[str, ShelfKey] = {}
    operators: dict[str, OperatorEntry] = {}
    cases: dict[str, int] = {}  # case -> due day
    backup_recipient: bytes = b""  # public
    authority: bytes = b""  # CA: private key, PEM
    old_reading_keys: tuple[bytes, ...] = ()  # private, each sealed to the one after it
    sheet_confirmed: bool = False


Change = Callable[[KeyringContent], None]

Update = Callable[[str, RecordingEntry], RecordingEntry]
"""Returns a recording's new entry, given its name and the present one."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(KeyringContent).decode


class Keyring:
    """The open keyring. Threads may share it: ``content`` is replaced, never altered in place."""

    def __init__(
        self,
        paths: tuple[Path, Path],
        eraser: Eraser,
        content: KeyringContent,
        generation: int,
        revision: int,
        disk: Disk,
    ) -> None:
        self._paths = paths
        self._eraser = eraser
        self._content = content
        self._generation = generation
        self._revision = revision
        self._disk = disk
        self._lock = threading.RLock()

    @classmethod
    def create(
        cls,
        paths: tuple[Path, Path],
        eraser: Eraser,
        content: KeyringContent,
        *,
        disk: Disk | None = None,
    ) -> Self:
        """Make the first keyring under a new root of generation 1.

        Raises:
            VaultError: there is one already, or it could not be written.
        """
        if any(path.exists() for path in paths):
            raise VaultError("There is a keyring already; it is never overwritten.")
        keyring = cls(paths, eraser, content, 0, 0, disk or Disk())
        keyring.rotate(lambda _: None)
        return keyring

    @classmethod
    def open(cls, paths: tuple[Path, Path], eraser: Eraser, *, disk: Disk | None = None) -> Self:
        """Open the newest copy that opens, and rewrite the other one.

        Raises:
            FileFormatError: no copy opens; the message says why for each.
            VaultError: the other copy could not be rewritten.
        """
        disk = disk or Disk()
        generation, revision, content = _newest(paths, eraser, disk)
        keyring = cls(paths, eraser, content, generation, revision, disk)
        keyring.mend()
        return keyring

    @property
    def content(self) -> KeyringContent:
        """Return the content, for reading only."""
        return self._content

    @property
    def generation(self) -> int:
        """Return the generation of the root that seals it."""
        return self._generation

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep other threads from changing the content."""
        with self._lock:
            yield

    @contextmanager
    def changing(self) -> Iterator[KeyringContent]:
        """Yield a draft to change; on exit it is durable in both copies, or nothing changed.

        Raises:
            VaultError: it could not be written; the content on disk counts.
        """
        with self._lock:
            draft = _decode(_encode(self._content))
            yield draft
            self._save(draft, self._eraser.read(self._generation), self._generation)

    def rotate(self, change: Change) -> None:
        """Change the content and seal it under a new root; this commits an erasure.

        The old root stays in its slot until ``Eraser.wipe_others``.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: it could not be written; the content on disk counts.
        """
        with self._lock:
            draft = _decode(_encode(self._content))
            change(draft)
            generation = self._generation + 1
            self._save(draft, self._eraser.prepare(generation), generation)

    def private(self, rid: str) -> bytes:
        """Return a recording's private key.

        Raises:
            KeyLost: it is not there: erased, or never was.
        """
        return self._key(rid).private

    def entry(self, rid: str) -> RecordingEntry:
        """Return what is known of a recording beside its key; raises KeyLost as ``private``."""
        return self._key(rid).entry

    def get(self, rid: str) -> RecordingEntry | None:
        """Return a recording's entry, None without a key for it."""
        key = self._content.recordings.get(rid)
        return key.entry if key is not None else None

    def __contains__(self, rid: object) -> bool:
        return rid in self._content.recordings

    def unused(self) -> tuple[str, ...]:
        """Return the names in the pool, or taken from it and not taken up yet; oldest first."""
        found = self._content.recordings.items()
        return tuple(rid for rid, key in found if key.due_day is None)

    def taken_up(self) -> Iterator[tuple[str, RecordingEntry]]:
        """Go through all recordings that were taken up; it reads every key's entry."""
        for rid, key in self._content.recordings.items():
            if key.due_day is not None:
                yield rid, key.entry

    def due(self, day: int) -> dict[str, int]:
        """Return the recordings to be erased on a day, each with its last day.

        Args:
            day: days since 1970-01-01; what is kept, or of an unknown date, is left out.
        """
        return {rid: entry.due_day or 0 for rid, entry in self.taken_up() if entry.due(day)}

    def places(self, leaving: Collection[str] = ()) -> frozenset[Place]:
        """Return the catalogue's places that recordings have, but for those that are leaving."""
        left = set(leaving)
        return frozenset(entry.place for rid, entry in self.taken_up() if rid not in left)

    def change(self, rids: Iterable[str], how: Update) -> frozenset[str]:
        """Change recordings' entries; durable in both copies on return, or nothing changed.

        Args:
            rids: a name without a key is passed over.
            how: gives the new entry.

        Returns:
            The recordings that have a key.

        Raises:
            VaultError: it could not be written.
        """
        with self._lock:
            there = frozenset(rid for rid in rids if rid in self)
            fresh = {rid: how(rid, self.entry(rid)) for rid in there}
            if any(fresh[rid] != self.entry(rid) for rid in there):
                with self.changing() as draft:
                    for rid, entry in fresh.items():
                        private = draft.recordings[rid].private
                        draft.recordings[rid] = RecordingKey(private, **structs.asdict(entry))
            return there

    def erase(self, rids: Collection[str], change: Change | None = None) -> None:
        """Remove recordings' keys and seal the rest under a new root: the commit of an erasure.

        Args:
            rids: a name without a key is passed over.
            change: of the rest, in the same commit.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: one is held, or it could not be written.
        """

        def without(draft: KeyringContent) -> None:
            for rid in rids:
                gone = draft.recordings.pop(rid, None)
                if gone is not None and gone.held:  # after the order was given
                    raise VaultError(f"{rid} was put on hold meanwhile; nothing was erased.")
            if change is not None:
                change(draft)

        self.rotate(without)

    def refill(self, count: int) -> dict[str, bytes]:
        """Make keys for recordings to come; return the public halves by name.

        Raises:
            VaultError: they could not be written; none was made.
        """
        made = [X25519PrivateKey.generate() for _ in range(count)]
        named = {os.urandom(RID_BYTES).hex(): key for key in made}
        with self.changing() as draft:
            for rid, key in named.items():
                draft.recordings[rid] = RecordingKey(key.private_bytes_raw())
        return {rid: key.public_key().public_bytes_raw() for rid, key in named.items()}

    def public(self, rid: str) -> bytes:
        """Return the public half of a recording's key; raises KeyLost as ``private``."""
        return public_half(self.private(rid))

    def _key(self, rid: str) -> RecordingKey:
        key = self._content.recordings.get(rid)
        if key is None:
            raise KeyLost(f"There is no key for the recording {rid}.")
        return key

    def _save(self, draft: KeyringContent, root: bytes, generation: int) -> None:
        """Write both copies and read them back; on failure believe the disk, not memory."""
        revision = self._revision + 1
        raw = seal_keyring(draft, root, generation, revision)
        try:
            for path in self._paths:
                self._disk.replace(path, raw)
                if self._disk.read(path, MOST_BYTES) != raw:
                    raise VaultError(f"{path.name} reads back differently than it was written.")
        except OSError as error:
            self._believe_disk()
            raise failure(error, "The keyring") from error
        except VaultError:
            self._believe_disk()
            raise
        self._content, self._generation, self._revision = draft, generation, revision

    def _believe_disk(self) -> None:
        """Reload the newest readable copy after a failure half way."""
        try:
            self._generation, self._revision, self._content = _newest(
                self._paths, self._eraser, self._disk
            )
        except (FileFormatError, OSError):
            return  # Not even reading works: keep what is in memory; the caller gets the reason.

    def mend(self) -> None:
        """Rewrite both copies if they differ."""
        with self._lock:
            copies = [_read_raw(path, self._disk) for path in self._paths]
            if copies[0] != copies[1]:
                root = self._eraser.read(self._generation)
                self._save(self._content, root, self._generation)


def seal_keyring(content: KeyringContent, root: bytes, generation: int, revision: int) -> bytes:
    """Return one copy's bytes."""
    header = _HEADER.pack(MAGIC, _VERSION, generation, revision)
    return header + container.seal(root, _LABEL, _encode(content), header)


def open_keyring(raw: bytes, eraser: Eraser) -> tuple[int, int, KeyringContent]:
    """Open one copy: generation, revision, content.

    Raises:
        FileFormatError: foreign, truncated, altered, or the root does not fit.
        KeyLost: the eraser has no root of its generation.
    """
    if len(raw) < _HEADER.size or not raw.startswith(MAGIC):
        raise FileFormatError("This is not a keyring of Zgoda.")
    header, sealed = raw[: _HEADER.size], raw[_HEADER.size :]
    _, version, generation, revision = _HEADER.unpack(header)
    if version != _VERSION:
        raise FileFormatError(f"The keyring is of version {version}, unknown to this program.")
    plain = container.unseal(eraser.read(generation), _LABEL, sealed, header)
    try:
        return generation, revision, _decode(plain)
    except msgspec.DecodeError as error:
        raise FileFormatError(f"The keyring holds something else than keys: {error}.") from error


def _newest(
    paths: tuple[Path, Path], eraser: Eraser, disk: Disk
) -> tuple[int, int, KeyringContent]:
    """Open both copies and return the newest that opens."""
    opened, reasons = [], []
    for path in paths:
        raw = _read_raw(path, disk)
        if raw is None:
            reasons.append(f"{path.name} is not there")
            continue
        try:
            opened.append(open_keyring(raw, eraser))
        except (FileFormatError, KeyLost) as error:
            reasons.append(f"{path.name}: {str(error).rstrip('.')}")
    if not opened:
        raise FileFormatError(f"No copy of the keyring opens ({'; '.join(reasons)}).")
    return max(opened, key=lambda copy: copy[:2])


def _read_raw(path: Path, disk: Disk) -> bytes | None:
    try:
        return disk.read(path, MOST_BYTES)
    except FileNotFoundError:
        return None
