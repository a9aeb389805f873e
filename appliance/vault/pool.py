"""Read and write the pool: the public keys of future recordings, nothing secret.

``header (150) ‖ count × (rid 16 ‖ public key 32 ‖ a second holder's rid' 16 ‖ their key 32) ‖
signature (64)``, see ``docs/format.md``. The box's keeper signs it; the recorder pins the key of
the first pool that it sees. There is no second holder yet: their places are zeros.
"""

import logging
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.digest import sha256
from appliance.errors import FileFormatError, MadeByNewer, PoolEmpty, by_newer
from appliance.model.sentences.faults import noted
from appliance.vault.ahead import is_ready
from appliance.vault.disk import Disk, which_file
from appliance.vault.format import HOLDER_BYTES, KEY_BYTES, RID_BYTES, SUITE_X25519

MAGIC = b"ZGODAPOL"
VERSION = 3
MOST_KEYS = 65_536
_HEADER = struct.Struct(">8sBBHI16s32s32sI16s32sH")
_KEY = RID_BYTES + KEY_BYTES
_ENTRY = 2 * _KEY
_SIGNATURE = 64
_SAID = b"zgoda pool v3\n"
_BOX_KEY = 7
"""The place of the box key among the header's fields."""

MOST_BYTES = _HEADER.size + MOST_KEYS * _ENTRY + _SIGNATURE

Sign = Callable[[bytes], bytes]
"""Signs bytes with the box key."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PoolKey:
    """A recording key ready for use: the recording's name and the public half."""

    rid: str  # 32 hex digits
    public: bytes


@dataclass(frozen=True, slots=True)
class PoolHolder:
    """A second holder, with the key pairs that they made ahead for the pool's recordings."""

    reading_key: bytes  # theirs, public
    last_day: int  # on which their pairs may be used, in days since 1970-01-01
    pairs: Mapping[str, PoolKey] = field(default_factory=dict)  # rid -> theirs

    @property
    def id(self) -> bytes:
        """Return how a header names them."""
        return holder_id(self.reading_key)

    def pair(self, rid: str, day: int | None) -> PoolKey | Literal["pool_empty", "old", "no_day"]:
        """Return their pair for a recording, or why there is none, as META says it.

        Args:
            rid: of the recording.
            day: that the recorder was told; None if it was told none.
        """
        if day is None:
            return "no_day"
        if day > self.last_day:
            return "old"
        return self.pairs.get(rid, "pool_empty")


@dataclass(frozen=True, slots=True)
class PoolContent:
    """Everything the recorder needs to seal; all of it is public."""

    vault_id: bytes
    reading_key: bytes
    box_key: bytes  # public; signs the pool
    keys: Mapping[str, bytes] = field(default_factory=dict)  # rid -> public key, in order of use
    exempt: int = 0  # numbers that are never recorded
    holder: PoolHolder | None = None  # a second one; nothing names any yet


_NO_PAIR = PoolKey("00" * RID_BYTES, bytes(KEY_BYTES))


def holder_id(reading_key: bytes) -> bytes:
    """Return how a header names a second holder: the beginning of their key's SHA-256."""
    return sha256(reading_key)[:HOLDER_BYTES]


def load(path: Path) -> PoolContent:
    """Read a pool strictly and check its signature.

    Raises:
        PoolEmpty: there is no pool yet.
        FileFormatError: truncated, altered or foreign; MadeByNewer: of a newer version.
    """
    try:
        raw = Disk().read(path, MOST_BYTES)
    except FileNotFoundError:
        raise PoolEmpty(
            noted("no_pool", "There is no pool of recording keys yet: set the box up first.")
        ) from None
    if len(raw) <= len(MAGIC) or not raw.startswith(MAGIC):
        raise FileFormatError(
            noted("archive_file_damaged", f"{path.name} is not a pool of recording keys.")
        )
    if raw[len(MAGIC)] > VERSION and not _is_ours_but_for_the_version(raw):
        raise MadeByNewer(
            noted("made_by_newer_program", by_newer(path.name, raw[len(MAGIC)], VERSION))
        )
    if raw[len(MAGIC)] != VERSION:
        raise FileFormatError(
            noted(
                "archive_file_damaged",
                f"{path.name} is of version {raw[len(MAGIC)]}, unknown to this program; the keeper "
                "writes it anew when it starts.",
            )
        )
    if len(raw) < _HEADER.size + _SIGNATURE:
        raise FileFormatError(
            noted("archive_file_damaged", f"{path.name} is truncated or altered.")
        )
    fields = _HEADER.unpack_from(raw)
    suite, entry, count, vault_id, reading_key, box_key, exempt = fields[2:9]
    if (suite, entry) != (SUITE_X25519, _ENTRY):
        raise FileFormatError(
            noted("archive_file_damaged", f"{path.name} is of suite {suite}: unknown.")
        )
    body, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if len(body) != _HEADER.size + count * _ENTRY or not _signed(box_key, signature, body):
        raise FileFormatError(
            noted("archive_file_damaged", f"{path.name} is truncated or altered.")
        )
    starts = range(_HEADER.size, len(body), _ENTRY)
    entries = [(_key(body[at:]), _key(body[at + _KEY :])) for at in starts]
    keys = {own.rid: own.public for own, _ in entries}
    name, theirs, last_day = fields[9:]
    pairs = {own.rid: pair for own, pair in entries if pair != _NO_PAIR}
    holder = _holder(path, name, theirs, last_day, pairs)
    return PoolContent(vault_id, reading_key, box_key, keys, exempt, holder)


def _key(raw: bytes) -> PoolKey:
    return PoolKey(raw[:RID_BYTES].hex(), raw[RID_BYTES:_KEY])


def _holder(
    path: Path, name: bytes, reading_key: bytes, last_day: int, pairs: Mapping[str, PoolKey]
) -> PoolHolder | None:
    """Return the second holder of a pool; None where all that would be theirs is 0.

    Raises:
        FileFormatError: some of it is 0 and some is not, the name is not the key's, or a pair
            stands twice.
    """
    if not (any(name) or any(reading_key) or last_day or pairs):
        return None
    whole = all(pair.rid != _NO_PAIR.rid and any(pair.public) for pair in pairs.values())
    once = len({pair.rid for pair in pairs.values()}) == len(pairs)
    if not (any(reading_key) and last_day and whole and once and name == holder_id(reading_key)):
        raise FileFormatError(
            noted(
                "archive_file_damaged",
                f"{path.name} says of a second holder what no keeper writes.",
            )
        )
    return PoolHolder(reading_key, last_day, pairs)


def store(
    path: Path,
    content: PoolContent,
    sign: Sign,
    disk: Disk | None = None,
    group: int | None = None,
) -> None:
    """Replace the pool file; it is durable when this returns.

    Args:
        path: of the pool.
        content: of the pool.
        sign: signs with the box key.
        disk: writes.
        group: may read it: the recorder's; this process's own if None.
    """
    holder, pairs = content.holder, content.holder.pairs if content.holder else {}
    head = _HEADER.pack(
        *(MAGIC, VERSION, SUITE_X25519, _ENTRY, len(content.keys)),
        *(content.vault_id, content.reading_key, content.box_key, content.exempt),
        *((holder.id, holder.reading_key, holder.last_day) if holder else (b"", b"", 0)),
    )
    body = bytearray(head)
    for rid, key in content.keys.items():
        second = pairs.get(rid, _NO_PAIR)
        body += bytes.fromhex(rid) + key + bytes.fromhex(second.rid) + second.public
    (disk or Disk()).replace(path, bytes(body) + sign(_SAID + body), mode=0o640, group=group)


def _is_ours_but_for_the_version(raw: bytes) -> bool:
    """Say whether the signature holds with this program's version: then that byte is damaged."""
    if len(raw) < _HEADER.size + _SIGNATURE:
        return False
    mended = MAGIC + bytes([VERSION]) + raw[len(MAGIC) + 1 :]
    box_key = _HEADER.unpack_from(mended)[_BOX_KEY]
    return _signed(box_key, mended[-_SIGNATURE:], mended[:-_SIGNATURE])


def _signed(box_key: bytes, signature: bytes, body: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(box_key).verify(signature, _SAID + body)
    except InvalidSignature:
        return False
    return True


class Pool:
    """The public keys that the keeper made ahead; reread on change, so a refill counts at once."""

    def __init__(self, path: Path, new: Path, pin: Path | None = None) -> None:
        """Prepare; nothing is read yet.

        Args:
            path: of the pool.
            new: the folder of the files made ahead; a key whose file is not empty is used.
            pin: holds the key that signs this box's pool, once one was seen; None trusts any.
        """
        self._path = path
        self._new = new
        self._pin = pin
        self._taken: set[str] = set()
        self._passed: set[str] = set()  # without an empty file, as long as this pool stands
        self._content: PoolContent | None = None
        self._read: tuple[int, ...] = ()  # which file it was read from
        self._lock = threading.Lock()

    @property
    def vault_id(self) -> bytes:
        """Return the vault's 16-byte id."""
        return self.shown().vault_id

    @property
    def reading_key(self) -> bytes:
        """Return the office's public reading key, 32 bytes."""
        return self.shown().reading_key

    def shown(self) -> PoolContent:
        """Return what the pool shows now; raises as ``take_key`` does."""
        with self._lock:
            return self._shown()

    def take_key(self) -> PoolKey:
        """Take an unused key; each is given out once, whichever line asks.

        Raises:
            PoolEmpty: none is left, or there is no pool yet.
            FileFormatError: the pool is truncated, altered, foreign or another box's.
        """
        with self._lock:
            key = self._next()
            if key is None:
                raise PoolEmpty(
                    noted(
                        "pool_empty",
                        "No recording key is left in the pool; the keeper has to make more.",
                    )
                )
            self._taken.add(key.rid)
            return key

    @property
    def ready(self) -> bool:
        """Say whether a key is left; raises as ``take_key`` does."""
        with self._lock:
            return self._next() is not None

    def _next(self) -> PoolKey | None:
        for rid, public in self._shown().keys.items():
            if rid in self._taken or rid in self._passed:
                continue
            if is_ready(self._new / rid):
                return PoolKey(rid, public)
            self._passed.add(rid)
        return None

    def _shown(self) -> PoolContent:
        """Return the file's content; read it again if it has changed."""
        stamp = which_file(self._path)
        if self._content is None or not stamp or stamp != self._read:
            self._read = ()
            content = load(self._path)
            if self._pin is not None:
                _check_pin(self._pin, content.box_key)
            self._content, self._read = content, stamp
            self._passed.clear()
        return self._content


def _check_pin(pin: Path, box_key: bytes) -> None:
    """Refuse a pool that another box signed; pin the key of the first one.

    Raises:
        FileFormatError: another key is pinned, or the pin cannot be read.
    """
    try:
        pinned = Disk().read(pin, KEY_BYTES)
    except FileNotFoundError:
        try:
            pin.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            Disk().replace(pin, box_key)
        except OSError as error:
            _log.warning("The key of the pool could not be pinned: %s", error.strerror)
        return
    except OSError as error:
        raise FileFormatError(
            noted("archive_file_damaged", f"{pin} cannot be read: {error.strerror}.")
        ) from None
    if pinned != box_key:
        raise FileFormatError(
            noted(
                "pool_of_another",
                "The pool of recording keys was signed by another box: somebody replaced it. "
                "Restore "
                f"the data folder; if the vault was set up anew on purpose, remove {pin}.",
            )
        )
