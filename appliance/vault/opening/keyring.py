"""Keep every key that erasing removes, in shards under a small root keyring.

The keyring is small and written whole, twice, under a root. A recording's private key and entry lie
in a shard, whose key the keyring holds. An erasure writes what is left of a shard under a new key,
and the keyring under a new root: nothing that was ever written under a key of the present keyring
holds an erased one.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.errors import FileFormatError, VaultError
from appliance.model.sentences.faults import in_words
from appliance.vault.disk import Disk, failure, wipe
from appliance.vault.format import RID_BYTES
from appliance.vault.opening.content import KeyringContent, content_of, seal_keyring
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.eraser import LEVELS, Eraser, Level
from appliance.vault.opening.recordings import ShardRecordings
from appliance.vault.opening.root import KeyringCopies, OpenCopy, next_root
from appliance.vault.opening.shard import SHARD_KEYS, Anchor, Birth, ShardKey, new_shard
from appliance.vault.opening.shard_files import ShardFiles, keys_beside
from appliance.vault.opening.shards import Shards
from appliance.vault.opening.state import pack_state, read_state

Change = Callable[[KeyringContent], None]

Update = Callable[[str, RecordingEntry], RecordingEntry]
"""Returns a recording's new entry, given its name and the present one."""


class Keyring(ShardRecordings):
    """The open keyring. Threads may share it: ``content`` is replaced, never altered in place."""

    def __init__(
        self, paths: tuple[Path, Path], eraser: Eraser, content: KeyringContent, disk: Disk
    ) -> None:
        self._files = ShardFiles(keys_beside(paths[0]), disk)
        super().__init__(Shards(self._files))
        self._copies = KeyringCopies(paths, disk)
        self._eraser = eraser
        self._content = content
        self._level = self._generation = self._revision = 0
        self._known_root = 0, b""
        self.eraser_fails = False
        """Whether the eraser did not answer when it was last asked to keep the audit's anchor."""
        self._changes = 0
        self._anchor: Callable[[], Anchor | None] = lambda: None
        self.stamp: Change = _nothing
        """Changes each draft just before it is sealed: the audit drops its old keys."""

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
            raise VaultError(in_words("keyring_there"))
        content.lowest_level = LEVELS.index(eraser.level)
        keyring = cls(paths, eraser, content, disk or Disk())
        keyring.rotate(lambda _: None)
        return keyring

    @classmethod
    def open(cls, paths: tuple[Path, Path], eraser: Eraser, *, disk: Disk | None = None) -> Self:
        """Open the newest copy that opens, and rewrite the other one; read the shards.

        Raises:
            FileFormatError: no copy opens; the message says why for each.
            VaultError: the other copy could not be rewritten.
        """
        disk = disk or Disk()
        copy = KeyringCopies(paths, disk).newest(eraser)
        keyring = cls(paths, eraser, content_of(copy), disk)
        keyring._believe(copy)
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

    @property
    def level(self) -> Level:
        """Return the level of the slot that holds the root, whatever is configured."""
        return LEVELS[self._level]

    @property
    def changes(self) -> int:
        """Return a number that is another one whenever recordings may have changed."""
        return self._changes

    @property
    def lost_shards(self) -> int:
        """Return how many shards no copy opens of."""
        return len(self._shards.lost)

    @property
    def mended(self) -> int:
        """Return of how many shards a copy was missing or damaged, and was made anew."""
        return self._shards.mended

    @property
    def needs_comparing(self) -> bool:
        """Say whether shards are lost, lost records, or are older than the keyring saw them."""
        seen, now = self._content.seen, self.progress()
        older = any(now[sid] < seen[sid] for sid in now.keys() & seen.keys())
        return older or bool(self._shards.lost) or self.incomplete

    def see_shards(self, draft: KeyringContent) -> None:
        """Note in a draft how far each shard came."""
        draft.seen = self.progress()

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
            draft = self._draft()
            yield draft
            self._save(draft, self._root(), self._generation)

    def rotate(self, change: Change) -> None:
        """Change the content and seal it under a new root.

        The old root stays in its slot until ``Eraser.wipe_others``.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: it could not be written; the content on disk counts.
        """
        self.erase((), change)

    def levels(self, rids: Iterable[str]) -> dict[str, Level]:
        """Return the lowest level that each recording's key had; without a key it is left out."""
        with self._lock:
            found = self._shards.find_all(rids).items()
            return {rid: LEVELS[min(self._level, shard.head.level)] for rid, (shard, _) in found}

    @property
    def lowest_level(self) -> Level:
        """Return the lowest level that any key of this vault had."""
        return LEVELS[min(self._level, self._content.lowest_level)]

    def offered(self) -> tuple[str, ...]:
        """Return the unused names that a pool may show: born at no lower level than today's."""
        shards = [shard for shard in self._now() if shard.head.level >= self._level]
        return tuple(rid.hex() for shard in shards for rid in shard.columns.unused)

    def change(self, rids: Iterable[str], how: Update) -> frozenset[str]:
        """Change recordings' entries; durable in both copies on return.

        Each shard's changes are made whole or not at all.

        Args:
            rids: a name without a key is passed over.
            how: gives the new entry.

        Returns:
            The recordings that have a key.

        Raises:
            VaultError: some could not be written; what is on the disk counts.
        """
        with self._lock:
            found = self._shards.find_all(rids)
            changes: dict[bytes, dict[int, RecordingEntry]] = {}
            for rid, (shard, row) in found.items():
                entry = self._shards.entry(shard, row)
                fresh = read_state(pack_state(0, how(rid, entry)))[1]
                if fresh != entry:
                    changes.setdefault(shard.head.sid, {})[row] = fresh
            if changes:
                self._changes += 1
                try:
                    self._shards.change(changes, self._anchor())
                except OSError as error:
                    raise failure(error, "The keyring") from error
                except FileFormatError as error:
                    raise VaultError(in_words("keyring_unwritten", because=error)) from error
            return frozenset(found)

    def erase(self, rids: Collection[str], change: Change | None = None) -> None:
        """Remove recordings' keys and seal the rest under a new root: the commit of an erasure.

        Args:
            rids: the key of one that no shard names may be in a lost shard: then those go.
            change: of the rest, in the same commit.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: one is held, or it could not be written.
        """
        with self._lock:
            draft = self._draft()
            leaving = self._rows(rids)
            self._refuse_held(leaving)
            fresh = []
            try:
                for sid, rows in leaving.items():
                    fresh += self._rest(sid, rows, draft.shards)
                self._make(fresh)
            finally:
                wipe(*(plain for _, _, plain in fresh))
            if sum(map(len, leaving.values())) < len(set(rids)):
                # It may lie in a shard that is lost here and found on an older card.
                for sid in self._shards.lost:
                    del draft.shards[sid]
            if change is not None:
                change(draft)
            self._save(draft, self._next_root(), self._generation + 1)

    def erase_all(self, named: Collection[str], change: Change) -> None:
        """Remove every recording's key, used or not: the commit of that.

        Args:
            named: recordings that may be erased although they are on hold.
            change: of the rest, in the same commit.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: another recording is on hold, or it could not be written.
        """
        with self._lock:
            if not set(self.held()) <= set(named):
                raise VaultError(in_words("on_hold_now"))
            draft = self._draft()
            draft.shards = {}
            change(draft)
            self._save(draft, self._next_root(), self._generation + 1)

    def refill(self, count: int) -> dict[str, bytes]:
        """Make keys for recordings to come; return the public halves by name.

        Raises:
            VaultError: they could not be written; none was made.
        """
        made: dict[str, bytes] = {}
        with self._lock:
            draft = self._draft()
            fresh = []
            try:
                for at in range(0, count, SHARD_KEYS):
                    plain = bytearray()
                    for slot in range(min(SHARD_KEYS, count - at)):
                        rid, key = os.urandom(RID_BYTES), X25519PrivateKey.generate()
                        plain += rid + key.private_bytes_raw() + pack_state(slot, RecordingEntry())
                        made[rid.hex()] = key.public_key().public_bytes_raw()
                    fresh.append(new_shard(draft.shards, plain, self._level))
                self._make(fresh)
            finally:
                wipe(*(plain for _, _, plain in fresh))
            self._save(draft, self._root(), self._generation)
        return made

    def anchored_by(self, anchor: Callable[[], Anchor | None]) -> None:
        """Name the audit's newest entry in everything that is written from now on."""
        self._anchor = anchor

    @property
    def anchor(self) -> Anchor | None:
        """Return the newest entry of the audit that the keyring, a shard or the eraser names."""
        named = [self._content.anchor, *(shard.anchor for shard in self._now())]
        named.append(self._eraser.anchor(self._content.vault_id))
        return max((one for one in named if one is not None), key=lambda a: a.seq, default=None)

    def keep_anchor(self) -> None:
        """Let the eraser keep the audit's newest entry; raises EraserFailed."""
        newest = self._anchor()
        if newest is not None:
            self.eraser_fails = True
            self._eraser.keep_anchor(self._content.vault_id, newest)
            self.eraser_fails = False

    def sign(self, said: bytes) -> bytes:
        """Sign with the box key."""
        return Ed25519PrivateKey.from_private_bytes(self._content.box_key).sign(said)

    @property
    def box_key(self) -> bytes:
        """Return the public half of the box key."""
        key = Ed25519PrivateKey.from_private_bytes(self._content.box_key)
        return key.public_key().public_bytes_raw()

    def mend(self) -> None:
        """Rewrite both copies if they differ."""
        with self._lock:
            one, other = self._copies.raw()
            if one != other:
                self._save(self._draft(), self._root(), self._generation)

    def clean(self) -> None:
        """Remove the shards' files that are not in use, once no other root is left.

        Raises:
            VaultError: one could not be removed.
        """
        try:
            with self._lock:
                self._files.clean(self._content.shards)
        except OSError as error:
            raise failure(error, "The folder of the keys") from error

    def _rest(self, sid: bytes, rows: set[int], keys: dict[bytes, ShardKey]) -> list[Birth]:
        """Return what is left of a shard, under a new key that goes among the keys."""
        try:
            return self._shards.without(sid, rows, keys)
        except FileFormatError as error:
            raise VaultError(in_words("keyring_unwritten", because=error)) from error

    def _make(self, fresh: list[Birth]) -> None:
        try:
            self._files.make(fresh)
        except OSError as error:
            raise failure(error, "The keyring") from error

    def _root(self) -> bytes:
        """Return the root in use; one that was read once opens no more than this content holds.

        So a chip that does not answer stops erasing, and not the taking up of calls.
        """
        if self._known_root[0] != self._generation:
            self._known_root = self._generation, self._eraser.read(self._generation)
        return self._known_root[1]

    def _next_root(self) -> bytes:
        return next_root(self._eraser, self._generation, self._root)

    def _draft(self) -> KeyringContent:
        return self._content.copy()

    def _save(self, draft: KeyringContent, root: bytes, generation: int) -> None:
        """Write both copies and read them back; on failure believe the disk, not memory."""
        draft.anchor = self._anchor() or draft.anchor
        self.stamp(draft)
        known = generation == self._generation
        level = self._level if known else self._eraser.slot_level(generation)
        revision = self._revision + 1
        try:
            self._copies.write(seal_keyring(draft, root, level, generation, revision))
        except OSError as error:
            self._believe_disk()
            raise failure(error, "The keyring") from error
        except VaultError:
            self._believe_disk()
            raise
        self._content = draft
        self._level, self._generation, self._revision = level, generation, revision
        self._known_root = generation, root
        self._changes += 1
        self._shards.adopt(draft.shards)

    def _believe_disk(self) -> None:
        """Reload the newest readable copy after a failure half way."""
        try:
            self._believe(self._copies.newest(self._eraser))
        except (FileFormatError, OSError):
            return  # Not even reading works: keep what is in memory; the caller gets the reason.

    def _believe(self, copy: OpenCopy) -> None:
        self._content = content_of(copy)
        self._level, self._generation, self._revision = copy.level, copy.generation, copy.revision
        self._changes += 1
        self._shards.adopt(self._content.shards)


def _nothing(draft: KeyringContent) -> None:
    pass
