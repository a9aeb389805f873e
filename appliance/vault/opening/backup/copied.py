"""Copy a keyring with its shards for a backup, and make a new one of such a copy."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.vault.disk import Disk, wipe
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.content import KeyringContent, encode_content
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shard import (
    ENTRY_BYTES,
    STATE_AT,
    Birth,
    OpenShard,
    ShardKey,
    new_shard,
    open_shard,
    seal_shard,
)
from appliance.vault.opening.shard_files import ShardFiles, keys_beside
from appliance.vault.opening.state import read_state

ON_A_MEDIUM = 0
"""The level of keys that were on a medium which nobody overwrites."""

Keep = Callable[[str, RecordingEntry, bool], bool]
"""Says whether a recording's key is kept; False as the last: its shard lost changes, so that its
date may be wrong."""


@dataclass(frozen=True, slots=True)
class KeyringCopy:
    """A keyring as it was at one moment."""

    content: KeyringContent = field(repr=False)
    plain: bytes = field(repr=False)  # its bytes
    shards: Mapping[str, bytes] = field(repr=False)  # ``<shard>.<generation>.0`` -> bytes
    generation: int
    recordings: tuple[str, ...]  # those taken up


def copy_keyring(keyring: Keyring, paths: tuple[Path, Path]) -> KeyringCopy:
    """Copy a keyring that no other thread may change meanwhile: call it inside ``still``.

    A key that no recording has used yet is left out. The recording that uses it may be erased
    before the next copy, and nobody would look for its key on the medium.

    Args:
        keyring: open.
        paths: of its two copies.

    Raises:
        FileFormatError: a shard that opens cannot be read any more.
    """
    content, files = keyring.content.copy(), ShardFiles(keys_beside(paths[0]), Disk())
    shards, found = {}, []
    lost = set(content.shards)
    for sid, key in content.shards.items():
        opened = _newest(sid, key, files.raw(sid, key.generation))
        if opened is None:
            continue
        lost.discard(sid)
        used = _of_rows(opened, _used(opened))
        shards[shard_name(sid, key)] = seal_shard(key.key, opened.head, used)
        found += [rid for rid, entry in _entries(opened) if entry.due_day is not None]
        wipe(used)
        opened.wipe()
    if len(lost) > keyring.lost_shards:
        raise FileFormatError(
            noted("archive_file_damaged", "A shard of the keyring cannot be read.")
        )
    return KeyringCopy(content, encode_content(content), shards, keyring.generation, tuple(found))


def _used(shard: OpenShard) -> list[int]:
    """Return the rows of the recordings that were taken up."""
    entries = enumerate(_entries(shard))
    return [row for row, (_, entry) in entries if entry.due_day is not None]


def shard_name(sid: bytes, key: ShardKey) -> str:
    """Return the name of a shard's file in a copy."""
    return f"{sid.hex()}.{key.generation}.0"


@dataclass(slots=True)
class Rebuilt:
    """The shards of a new keyring, made of another's copy; ``wipe`` ends the keys in memory."""

    keys: dict[bytes, ShardKey] = field(repr=False)
    births: list[Birth] = field(repr=False)
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    lost: int  # shards that the copy lacks

    def wipe(self) -> None:
        """Overwrite the keys."""
        wipe(*(plain for _, _, plain in self.births))


def rebuild(content: KeyringContent, shards: Mapping[str, bytes], keep: Keep) -> Rebuilt:
    """Make new shards, under new keys, of what a copy holds; unused keys are left out.

    Args:
        content: of the copied keyring.
        shards: the copied files, by name.
        keep: says which recordings' keys are kept.

    Raises:
        FileFormatError: a shard is altered.
    """
    made = Rebuilt({}, [], (), (), 0)
    kept: list[str] = []
    dropped: list[str] = []
    try:
        for sid, key in content.shards.items():
            raw = shards.get(shard_name(sid, key))
            if raw is None:
                made.lost += 1
                continue
            shard = open_shard(key.key, sid, key.generation, raw)
            try:
                if shard.rest:
                    raise FileFormatError(
                        noted(
                            "archive_file_damaged",
                            "A shard of the keyring in the backup is altered.",
                        )
                    )
                left = _of_rows(shard, _sorted(shard, keep, kept, dropped))
            finally:
                shard.wipe()
            if left:
                head, fresh, plain = new_shard(made.keys, left, ON_A_MEDIUM)
                made.births.append((replace(head, incomplete=shard.head.incomplete), fresh, plain))
    except BaseException:
        made.wipe()
        raise
    made.kept, made.dropped = tuple(kept), tuple(dropped)
    return made


def newest(
    content: KeyringContent, shards: Mapping[str, bytes], among: Container[str]
) -> tuple[str, RecordingEntry, bytes] | None:
    """Return the recording that began last, with entry and private key; None if there is none.

    Args:
        content: of the copied keyring.
        shards: the copied files, by name.
        among: the recordings that come into question.

    Raises:
        FileFormatError: a shard is altered.
    """
    found: tuple[int, str, RecordingEntry, bytes] | None = None
    for sid, key in content.shards.items():
        raw = shards.get(shard_name(sid, key))
        if raw is None:
            continue
        shard = open_shard(key.key, sid, key.generation, raw)
        for row, (rid, entry) in enumerate(_entries(shard)):
            if entry.due_day is not None and rid in among and (entry.day or 0) >= _day_of(found):
                at = row * ENTRY_BYTES + RID_BYTES
                private = bytes(shard.plain[at : at + KEY_BYTES])
                found = entry.day or 0, rid, entry, private
        shard.wipe()
    return found[1:] if found is not None else None


def _day_of(found: tuple[int, str, RecordingEntry, bytes] | None) -> int:
    return found[0] if found is not None else 0


def _sorted(shard: OpenShard, keep: Keep, kept: list[str], dropped: list[str]) -> list[int]:
    """Name a shard's recordings as kept or dropped; return the rows of those kept."""
    rows = []
    for row, (rid, entry) in enumerate(_entries(shard)):
        if entry.due_day is None:
            continue  # unused
        stays = keep(rid, entry, not shard.head.incomplete)
        (kept if stays else dropped).append(rid)
        if stays:
            rows.append(row)
    return rows


def _of_rows(shard: OpenShard, rows: Iterable[int]) -> bytearray:
    left = bytearray()
    with memoryview(shard.plain) as view:
        for row in rows:
            left += view[row * ENTRY_BYTES : (row + 1) * ENTRY_BYTES]
    return left


def write_shards(paths: tuple[Path, Path], births: Iterable[Birth], disk: Disk) -> None:
    """Write shards that no keyring names yet; raises OSError or VaultError."""
    ShardFiles(keys_beside(paths[0]), disk).make(births)


def _newest(sid: bytes, key: ShardKey, raws: Iterable[bytes | None]) -> OpenShard | None:
    """Return the copy of a shard that came furthest; None if none opens."""
    best: OpenShard | None = None
    for raw in raws:
        try:
            shard = open_shard(key.key, sid, key.generation, raw or b"")
        except FileFormatError:
            continue
        if best is not None and _age(best) >= _age(shard):
            shard.wipe()
            continue
        if best is not None:
            best.wipe()
        best = shard
    return best


def _age(shard: OpenShard) -> tuple[int, int]:
    return shard.head.revision, shard.index


def _entries(shard: OpenShard) -> Iterable[tuple[str, RecordingEntry]]:
    for at in range(0, len(shard.plain), ENTRY_BYTES):
        rid = bytes(memoryview(shard.plain)[at : at + RID_BYTES]).hex()
        yield rid, read_state(shard.plain, at + STATE_AT)[1]
