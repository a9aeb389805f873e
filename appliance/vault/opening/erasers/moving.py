"""Move a root from a file to a chip: open with the one, make the next root in the other."""

from pathlib import Path

from appliance.errors import EraserFailed, FileFormatError
from appliance.model.sentences.faults import noted
from appliance.vault.disk import Disk
from appliance.vault.opening.eraser import Eraser, Level
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from appliance.vault.opening.shard import Anchor


class MovingEraser:
    """A chip that is configured where a file still holds the root.

    The file counts only until the chip has taken over: once the chip holds the root of a later
    generation than the next, an older state of the card must not open any more.
    """

    def __init__(self, chosen: Eraser, path: Path, former: FileEraser, disk: Disk) -> None:
        """Take the eraser that is configured, and the file that was it before."""
        self._chosen = chosen
        self._path = path
        self._former = former
        self._disk = disk

    @property
    def level(self) -> Level:
        """Return the level at which it makes roots: the chip's."""
        return self._chosen.level

    def generations(self) -> tuple[int, ...]:
        """Return the generations that have a root in either place, lowest first."""
        return tuple(sorted({*self._chosen.generations(), *self._left()}))

    def read(self, generation: int) -> bytes:
        """Return the root of a generation; raises as ``Eraser.read``."""
        return self._holder(generation).read(generation)

    def slot_level(self, generation: int) -> int:
        """Return the level of the place that holds a root; raises as ``read``."""
        return self._holder(generation).slot_level(generation)

    def prepare(self, generation: int) -> bytes:
        """Make a new root in the chip; raises EraserFailed."""
        return self._chosen.prepare(generation)

    def wipe_others(self, generation: int) -> None:
        """Overwrite every root but this generation's; the file goes once the chip holds that.

        Raises:
            EraserFailed: an old root may still be there.
        """
        if generation not in self._chosen.generations():
            self._former.wipe_others(generation)
            return
        self._chosen.wipe_others(generation)
        self._drop_file()

    def wipe_all(self) -> None:
        """Overwrite every root in both places; raises EraserFailed."""
        self._chosen.wipe_all()
        self._drop_file()

    def anchor(self, vault_id: bytes) -> Anchor | None:
        """Return what the chip keeps."""
        return self._chosen.anchor(vault_id)

    def keep_anchor(self, vault_id: bytes, anchor: Anchor) -> None:
        """Keep it in the chip; raises EraserFailed."""
        self._chosen.keep_anchor(vault_id, anchor)

    def _holder(self, generation: int) -> Eraser:
        return self._former if generation in self._left() else self._chosen

    def _left(self) -> tuple[int, ...]:
        """Return the generations of the file that still count."""
        if not self._path.exists():
            return ()
        later = self._chosen.generations()
        return tuple(
            one
            for one in self._former.generations()
            if one not in later and all(other == one + 1 for other in later)
        )

    def _drop_file(self) -> None:
        """Overwrite the file, read it back, and remove it."""
        if not self._path.exists():
            return
        try:
            fd = self._disk.open(self._path)
            try:
                self._disk.write(fd, bytes(2 * SLOT_BYTES), 0)
                self._disk.sync_all(fd)
            finally:
                self._disk.close(fd)
            if any(self._disk.read(self._path, 2 * SLOT_BYTES)):
                raise EraserFailed(
                    noted("main_key_stays", "The file that held the root reads back as it was.")
                )
            self._disk.unlink(self._path)
        except (OSError, FileFormatError) as error:
            raise EraserFailed(
                noted(
                    "main_key_stays",
                    f"The old root could not be overwritten: {error}.",
                    because=error,
                )
            ) from error
