"""Read and write the pool: the public keys of future recordings, nothing secret.

``header (64) ‖ count × (rid 16 ‖ public key 32) ‖ SHA-256 (32)``, see ``docs/format.md``.
"""

import hashlib
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import FileFormatError, PoolEmpty
from appliance.vault.disk import Disk
from appliance.vault.format import KEY_BYTES, RID_BYTES, SUITE_X25519

MAGIC = b"ZGODAPOL"
VERSION = 1
MOST_KEYS = 65_536
_HEADER = struct.Struct(">8sBBHI16s32s")
_ENTRY = RID_BYTES + KEY_BYTES
_DIGEST = 32
MOST_BYTES = _HEADER.size + MOST_KEYS * _ENTRY + _DIGEST


@dataclass(frozen=True, slots=True)
class PoolContent:
    """Everything the recorder needs to seal; all of it is public."""

    vault_id: bytes
    reading_key: bytes
    keys: Mapping[str, bytes] = field(default_factory=dict)  # rid -> public key, in order of use


def load(path: Path) -> PoolContent:
    """Read a pool strictly.

    Raises:
        PoolEmpty: there is no pool yet.
        FileFormatError: truncated, altered or foreign.
    """
    try:
        raw = Disk().read(path, MOST_BYTES)
    except FileNotFoundError:
        raise PoolEmpty("There is no pool of recording keys yet: set the box up first.") from None
    if len(raw) < _HEADER.size + _DIGEST or not raw.startswith(MAGIC):
        raise FileFormatError(f"{path.name} is not a pool of recording keys.")
    _, version, suite, entry, count, vault_id, reading_key = _HEADER.unpack_from(raw)
    if (version, suite, entry) != (VERSION, SUITE_X25519, _ENTRY):
        raise FileFormatError(f"{path.name} is of version {version}, suite {suite}: unknown.")
    body, digest = raw[:-_DIGEST], raw[-_DIGEST:]
    if len(body) != _HEADER.size + count * _ENTRY or hashlib.sha256(body).digest() != digest:
        raise FileFormatError(f"{path.name} is truncated or altered.")
    starts = range(_HEADER.size, len(body), _ENTRY)
    keys = {body[at : at + RID_BYTES].hex(): body[at + RID_BYTES : at + _ENTRY] for at in starts}
    return PoolContent(vault_id, reading_key, keys)


def store(path: Path, content: PoolContent, disk: Disk | None = None) -> None:
    """Replace the pool file, world-readable; it is durable when this returns."""
    head = _HEADER.pack(
        MAGIC,
        VERSION,
        SUITE_X25519,
        _ENTRY,
        len(content.keys),
        content.vault_id,
        content.reading_key,
    )
    body = head + b"".join(bytes.fromhex(rid) + key for rid, key in content.keys.items())
    (disk or Disk()).replace(path, body + hashlib.sha256(body).digest(), mode=0o644)


@dataclass(frozen=True, slots=True)
class PoolKey:
    """A recording key ready for use: the recording's name and the public half."""

    rid: str  # 32 hex digits
    public: bytes


class Pool:
    """The public keys that the keeper made ahead; reread on change, so a refill counts at once."""

    def __init__(self, path: Path, recordings: Path) -> None:
        self._path = path
        self._recordings = recordings
        self._taken: set[str] = set()
        self._keys: Mapping[str, bytes] = {}
        self._read: tuple[int, ...] = ()  # which file the keys were read from
        self._lock = threading.Lock()

    @property
    def vault_id(self) -> bytes:
        """Return the vault's 16-byte id."""
        return load(self._path).vault_id

    @property
    def reading_key(self) -> bytes:
        """Return the office's public reading key, 32 bytes."""
        return load(self._path).reading_key

    def take_key(self) -> PoolKey:
        """Take an unused key; each is given out once, whichever line asks.

        Raises:
            PoolEmpty: none is left, or there is no pool yet.
            FileFormatError: the pool is truncated, altered or foreign.
        """
        with self._lock:
            key = self._next()
            if key is None:
                raise PoolEmpty(
                    "No recording key is left in the pool; the keeper has to make more."
                )
            self._taken.add(key.rid)
            return key

    @property
    def ready(self) -> bool:
        """Say whether a key is left; raises as ``take_key`` does."""
        with self._lock:
            return self._next() is not None

    def _next(self) -> PoolKey | None:
        for rid, public in self._shown().items():
            if rid in self._taken:
                continue
            if not (self._recordings / rid).exists():
                return PoolKey(rid, public)
            self._taken.add(rid)
        return None

    def _shown(self) -> Mapping[str, bytes]:
        """Return the keys in the file; read it again if it has changed."""
        stamp = _stamp(self._path)
        if not stamp or stamp != self._read:
            self._read = ()
            self._keys = load(self._path).keys
            self._read = stamp
        return self._keys


def _stamp(path: Path) -> tuple[int, ...]:
    """Identify the file that stands there now; empty if there is none."""
    try:
        file = path.stat()
    except OSError:
        return ()
    return file.st_ino, file.st_mtime_ns, file.st_size
