"""Keep the keyring's root in two slots of a file: plain (E0), under a board's secret (E1).

Flash memory may keep an overwritten file, and certificates say so.
"""

import hashlib
import hmac
import os
import struct
from pathlib import Path

from appliance.errors import EraserFailed, FileFormatError, KeyLost, MadeByNewer, by_newer
from appliance.model.sentences.faults import noted
from appliance.vault import container
from appliance.vault.disk import Disk, fill_random, wipe
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.eraser import Level
from appliance.vault.opening.shard import Anchor

SLOT_BYTES = 4096
_MAGIC = b"ZGODAROT"
_VERSION = 0
_SLOT = struct.Struct(">8sBB6xQ80s")
_DIGEST = 32
_SEALED = KEY_BYTES + container.OVERHEAD
_LABEL = b"zgoda root v1"
_KNOWN = (0, 1)


class FileEraser:
    """The two slots of a file."""

    def __init__(
        self, path: Path, board_secret: bytes | None = None, *, disk: Disk | None = None
    ) -> None:
        self.level: Level = "E1" if board_secret else "E0"
        """The level at which it makes roots; that of a root is its slot's."""
        self._path = path
        self._board_secret = board_secret
        self._disk = disk or Disk()

    def generations(self) -> tuple[int, ...]:
        """Return the generations that have a root, lowest first."""
        return tuple(sorted(self._load()))

    def read(self, generation: int) -> bytes:
        """Return the root of a generation.

        Raises:
            KeyLost: no slot holds it.
            MadeByNewer: a slot is of a newer version.
            FileFormatError: the roots cannot be read.
        """
        level, sealed = self._held(generation)
        if level == 0:
            return sealed[:KEY_BYTES]
        if self._board_secret is None:
            raise FileFormatError(
                noted(
                    "board_key_needed",
                    f"{self._path.name} needs the board's secret to be opened.",
                    file=self._path.name,
                )
            )
        return container.unseal(self._board_secret, _LABEL, sealed)

    def slot_level(self, generation: int) -> int:
        """Return the level, a number, of the slot that holds a root; raises as ``read``."""
        return self._held(generation)[0]

    def prepare(self, generation: int) -> bytes:
        """Make a new root in the spare slot and read it back.

        Raises:
            EraserFailed: the slot did not take it; the root in use is untouched.
        """
        root = bytearray(KEY_BYTES)
        fill_random(root)
        try:
            slots = self._slots()
            spare = 1 if self._generation(slots[0]) == generation - 1 else 0
            self._put(spare, self._pack(generation, root))
            if not hmac.compare_digest(self.read(generation), root):
                raise EraserFailed(
                    noted(
                        "main_key_changed", "The eraser gave back another root than it was given."
                    )
                )
        except (OSError, FileFormatError, KeyLost) as error:
            raise EraserFailed(
                noted(
                    "main_key_refused",
                    f"The eraser did not take a new root: {error}.",
                    because=error,
                )
            ) from error
        made = bytes(root)
        wipe(root)
        return made

    def wipe_others(self, generation: int) -> None:
        """Overwrite every root but this generation's, and read back that it is gone.

        Raises:
            EraserFailed: an old root may still be there.
        """
        try:
            for index, slot in enumerate(self._slots()):
                if any(slot) and self._generation(slot) != generation:
                    self._put(index, bytes(SLOT_BYTES))
            if self.generations() != (generation,):
                raise EraserFailed(noted("main_key_stays", "The eraser still holds an old root."))
        except (OSError, FileFormatError) as error:
            raise EraserFailed(
                noted(
                    "main_key_stays",
                    f"The old root could not be overwritten: {error}.",
                    because=error,
                )
            ) from error

    def wipe_all(self) -> None:
        """Overwrite every root; raises EraserFailed."""
        try:
            for index, slot in enumerate(self._slots()):
                if any(slot):
                    self._put(index, bytes(SLOT_BYTES))
            if any(map(any, self._slots())):
                raise EraserFailed(noted("main_key_stays", "The eraser still holds a root."))
        except (OSError, FileFormatError) as error:
            raise EraserFailed(
                noted(
                    "main_key_stays", f"The root could not be overwritten: {error}.", because=error
                )
            ) from error

    def anchor(self, vault_id: bytes) -> Anchor | None:
        """Return None: a file beside the audit proves nothing about it."""
        return None

    def keep_anchor(self, vault_id: bytes, anchor: Anchor) -> None:
        """Keep nothing, as ``anchor`` says."""

    def _held(self, generation: int) -> tuple[int, bytes]:
        held = self._load().get(generation)
        if held is None:
            raise KeyLost(
                noted(
                    "main_key_gone", f"{self._path.name} holds no root of generation {generation}."
                )
            )
        return held

    def _pack(self, generation: int, root: bytearray) -> bytes:
        if self._board_secret is None:
            level, sealed = 0, bytes(root)
        else:
            level, sealed = 1, container.seal(self._board_secret, _LABEL, bytes(root))
        body = _SLOT.pack(_MAGIC, level, _VERSION, generation, sealed)
        return (body + hashlib.sha256(body).digest()).ljust(SLOT_BYTES, b"\0")

    def _put(self, index: int, slot: bytes) -> None:
        """Overwrite one slot in place and read it back from the medium."""
        fresh = not self._path.exists()
        fd = self._disk.open(self._path)
        try:
            self._disk.write(fd, slot, index * SLOT_BYTES)
            self._disk.sync_all(fd)
            # The page cache proves nothing: drop it, so that the medium is read.
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            self._disk.close(fd)
        if fresh:
            self._disk.sync_folder(self._path.parent)
        if self._slots()[index] != slot:
            raise EraserFailed(
                noted("main_key_changed", "The eraser gave back something else than it was given.")
            )

    def _slots(self) -> tuple[bytes, bytes]:
        try:
            raw = self._disk.read(self._path, 2 * SLOT_BYTES)
        except FileNotFoundError:
            raw = b""
        raw = raw.ljust(2 * SLOT_BYTES, b"\0")
        return raw[:SLOT_BYTES], raw[SLOT_BYTES:]

    def _load(self) -> dict[int, tuple[int, bytes]]:
        """Return generation -> (level, sealed root) of the slots that are whole."""
        held = {}
        for slot in self._slots():
            generation = self._generation(slot)
            if generation is not None:
                _, level, _, _, sealed = _SLOT.unpack_from(slot)
                held[generation] = (level, sealed[:_SEALED])
        return held

    def _generation(self, slot: bytes) -> int | None:
        """Return a slot's generation, None if it is empty or torn; raises MadeByNewer."""
        body, digest = slot[: _SLOT.size], slot[_SLOT.size : _SLOT.size + _DIGEST]
        magic, level, version, generation, _ = _SLOT.unpack(body)
        if magic != _MAGIC or hashlib.sha256(body).digest() != digest:
            return None
        if version > _VERSION:
            raise MadeByNewer(
                noted("made_by_newer_program", by_newer(self._path, version, _VERSION))
            )
        if level not in _KNOWN:
            return None
        return int(generation)
