"""Take over a data folder of layout 1, whose one keyring held every recording's key.

Shards first, then both copies of the keyring under a new root: the commit. Interrupted before it,
taking over begins again; after it, what is left to do is done at the next start.
"""

import secrets
import struct
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, KeyLost, VaultError
from appliance.vault import container
from appliance.vault.disk import Disk, failure, wipe
from appliance.vault.layout import KNOWN, check_layout, raise_mark
from appliance.vault.opening.content import KeyringContent, OperatorEntry, ShelfKey, seal_keyring
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.root import MAGIC, Copies, version_of
from appliance.vault.opening.shard import SHARD_KEYS, new_shard
from appliance.vault.opening.shard_files import ShardFiles
from appliance.vault.opening.state import pack_state

_VERSION = 1
_HEADER = struct.Struct(">8sB7xQQ")
_LABEL = b"zgoda keyring v1"
_TAG = struct.Struct(">I")


class OlderKey(Struct, array_like=True):
    """A recording's private key and entry."""

    private: bytes
    due_day: int | None = None
    call: str = ""
    held: bool = False
    review_day: int | None = None
    restricted: bool = False
    clock_ok: bool = True
    boot_id: str = ""
    uptime: int = 0
    day: int | None = None
    began: float | None = None
    verdict: str = ""

    @property
    def entry(self) -> RecordingEntry:
        """Return everything but the private half."""
        return RecordingEntry(
            *(self.due_day, self.call, self.held, self.review_day, self.restricted, self.clock_ok),
            *(self.boot_id, self.uptime, self.day, self.began, self.verdict),
        )


class OlderContent(Struct, kw_only=True):
    """The content of a keyring of version 1."""

    vault_id: bytes
    reading_key: bytes
    audit_key: bytes
    list_key: bytes
    ledger_key: bytes
    recordings: dict[str, OlderKey] = {}
    shelves: dict[str, ShelfKey] = {}
    operators: dict[str, OperatorEntry] = {}
    cases: dict[str, int] = {}
    backup_recipient: bytes = b""
    authority: bytes = b""
    old_reading_keys: tuple[bytes, ...] = ()
    sheet_confirmed: bool = False


_decode = msgspec.msgpack.Decoder(OlderContent).decode


def is_older(raw: bytes) -> bool:
    """Say whether a copy of a keyring is of version 1; raises FileFormatError if it is none."""
    return version_of(raw) == _VERSION


def open_older(raw: bytes, eraser: Eraser) -> tuple[int, int, OlderContent]:
    """Open a copy of version 1: generation, revision, content.

    Raises:
        FileFormatError: of another version, truncated, altered, or the root does not fit.
        KeyLost: the eraser has no root of its generation.
    """
    if not is_older(raw):
        raise FileFormatError("This is no keyring of version 1.")
    header = raw[: _HEADER.size]
    _, _, generation, revision = _HEADER.unpack(header)
    plain = container.unseal(eraser.read(generation), _LABEL, raw[_HEADER.size :], header)
    try:
        return generation, revision, _decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(f"The keyring holds something else than keys: {error}.") from error


def take_over(folders: Folders, eraser: Eraser, disk: Disk) -> bool:
    """Bring a folder of layout 1 to layout 2, and return whether there was anything to do.

    Raises:
        FileFormatError: keyring or list are damaged; nothing was changed.
        VaultError: something could not be written; the next start begins again or goes on.
    """
    if check_layout(folders) == KNOWN and not folders.exempt.exists():
        return False
    copies = Copies(folders.keyring, disk)
    try:
        copies.newest(eraser)
    except FileFormatError:  # no copy of today's version opens
        raws = [raw for raw in copies.raw() if raw is not None]
        if not any(raw.startswith(MAGIC + bytes([_VERSION])) for raw in raws):
            raise
    else:
        return _finish(folders, eraser, disk)
    generation, content = _newest(folders, copies, eraser)
    try:
        _commit(content, generation + 1, folders, eraser, disk)
    except OSError as error:
        raise failure(error, "The keyring") from error
    return _finish(folders, eraser, disk)


def _newest(folders: Folders, copies: Copies, eraser: Eraser) -> tuple[int, OlderContent]:
    """Open the newest copy of version 1 that opens: its generation and content."""
    opened, reasons = [], []
    for path, raw in zip(folders.keyring, copies.raw(), strict=True):
        try:
            opened.append(open_older(raw or b"", eraser))
        except (FileFormatError, KeyLost) as error:
            reasons.append(f"{path.name}: {str(error).rstrip('.')}")
    if not opened:
        raise FileFormatError(f"No copy of the keyring opens ({'; '.join(reasons)}).")
    generation, _, content = max(opened, key=lambda copy: copy[:2])
    return generation, content


def _commit(
    older: OlderContent, generation: int, folders: Folders, eraser: Eraser, disk: Disk
) -> None:
    """Write shards and keyring; the older keyring goes with its root."""
    fields = {f: getattr(older, f) for f in older.__struct_fields__ if f != "recordings"}
    exempt = tuple(sorted(set(_read_tags(folders.exempt))))
    draft = KeyringContent(**fields, exempt=exempt, box_key=secrets.token_bytes(32))
    plains = list(_births(older.recordings))
    try:
        # Level 0: an older version may have kept these keys under a plain root.
        fresh = [new_shard(draft.shards, plain, level=0) for plain in plains]
        ShardFiles(folders.keys, disk).make(fresh)
    finally:
        wipe(*plains)
    root = eraser.prepare(generation)
    level = eraser.slot_level(generation)
    Copies(folders.keyring, disk).write(seal_keyring(draft, root, level, generation, 1))


def _births(keys: dict[str, OlderKey]) -> Iterable[bytearray]:
    """Put keys together as shards, in the order in which they were made."""
    names = list(keys)
    for at in range(0, len(names), SHARD_KEYS):
        plain = bytearray()
        for slot, rid in enumerate(names[at : at + SHARD_KEYS]):
            key = keys[rid]
            plain += bytes.fromhex(rid) + key.private + pack_state(slot, key.entry)
        yield plain


def _finish(folders: Folders, eraser: Eraser, disk: Disk) -> bool:
    """Overwrite the old root, remove the old list, raise the mark, once the commit is reached."""
    generation = Copies(folders.keyring, disk).newest(eraser).generation
    try:
        if folders.exempt.exists():
            eraser.wipe_others(generation)
            disk.unlink(folders.exempt)
        return raise_mark(folders, disk)
    except OSError as error:
        raise failure(error, "The data folder") from error


def _read_tags(path: Path) -> tuple[int, ...]:
    """Read the list of numbers never recorded: 32-bit tags; without a file it is empty."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise VaultError(
            f"The list of numbers never recorded cannot be read: {error.strerror}."
        ) from None
    if len(raw) % _TAG.size:
        raise FileFormatError("The list of numbers never recorded is truncated.")
    return tuple(number for (number,) in _TAG.iter_unpack(raw))
