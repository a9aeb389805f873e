"""Seal the keyring under a root of the eraser, and keep its two copies.

A copy is written whole to a temporary file, synced, renamed, and read back. ``generation`` is that
of the root, ``revision`` counts the writes, ``level`` is that of the slot that holds the root. The
newest copy that opens counts.
"""

import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import (
    EraserFailed,
    FileFormatError,
    KeyLost,
    MadeByNewer,
    VaultError,
    by_newer,
)
from appliance.model.sentences.faults import noted
from appliance.vault import container
from appliance.vault.disk import Disk
from appliance.vault.opening.eraser import LEVELS, Eraser

MAGIC = b"ZGODAKEY"
VERSION = 4
MOST_BYTES = 256 * 2**20
"""Of a copy; of version 1, whose copies held every key. Later ones stay far below it."""

_HEADER = struct.Struct(">8sBB6xQQ")
_LABEL = b"zgoda keyring v4"


@dataclass(frozen=True, slots=True)
class OpenCopy:
    """A copy that opened."""

    level: int
    generation: int
    revision: int
    plain: bytes = field(repr=False)


def version_of(raw: bytes) -> int:
    """Return a keyring's version; raises FileFormatError if it is none."""
    if len(raw) < _HEADER.size or not raw.startswith(MAGIC):
        raise FileFormatError(noted("archive_file_damaged", "This is not a keyring of Zgoda."))
    return raw[len(MAGIC)]


def seal_copy(plain: bytes, root: bytes, level: int, generation: int, revision: int) -> bytes:
    """Return one copy's bytes."""
    header = _HEADER.pack(MAGIC, VERSION, level, generation, revision)
    return header + container.seal(root, _LABEL, plain, header)


def open_copy(raw: bytes, eraser: Eraser) -> OpenCopy:
    """Open one copy with the root of its generation.

    Raises:
        FileFormatError: foreign, truncated, altered, or the root does not fit or lies at another
            level.
        MadeByNewer: of a newer version.
        KeyLost: the eraser has no root of its generation.
    """
    version = version_of(raw)
    if version > VERSION:
        raise MadeByNewer(noted("made_by_newer_program", by_newer("The keyring", version, VERSION)))
    if version != VERSION:
        raise FileFormatError(
            noted(
                "archive_file_damaged",
                f"The keyring is of version {version}, unknown to this program.",
            )
        )
    header = raw[: _HEADER.size]
    _, _, level, generation, revision = _HEADER.unpack(header)
    if level >= len(LEVELS):
        raise FileFormatError(
            noted(
                "archive_file_damaged", "The keyring names a level of its eraser that is unknown."
            )
        )
    try:
        slot = eraser.slot_level(generation)
    except KeyLost as error:
        if level <= LEVELS.index(eraser.level):
            raise
        raise KeyLost(
            noted(
                "keyring_other_level",
                f"It was sealed at level {LEVELS[level]}, and the configured eraser is of level "
                f"{eraser.level}: set the eraser that it was sealed with",
                level=LEVELS[level],
                other=eraser.level,
            )
        ) from error
    if slot != level:
        raise FileFormatError(
            noted(
                "keyring_levels",
                f"The keyring was sealed at level E{level} and its root lies at level E{slot}: one "
                "of them was replaced.",
                level=f"E{level}",
                other=f"E{slot}",
            )
        )
    plain = container.unseal(eraser.read(generation), _LABEL, raw[_HEADER.size :], header)
    return OpenCopy(level, generation, revision, plain)


def next_root(eraser: Eraser, generation: int, root: Callable[[], bytes]) -> bytes:
    """Let the eraser make the root that follows the one in use.

    Args:
        eraser: has to hold the root in use, or nothing could overwrite that one afterwards.
        generation: of the root in use; 0 if this is the first.
        root: returns the one in use, which the eraser may have to be asked for.

    Raises:
        EraserFailed: no new root could be made, or the eraser is another one than before.
    """
    if generation:
        try:
            same = hmac.compare_digest(eraser.read(generation), root())
        except (KeyLost, FileFormatError) as error:
            raise EraserFailed(
                noted(
                    "main_key_gone", f"The root in use is no longer there: {error}", because=error
                )
            ) from error
        except OSError as error:
            raise EraserFailed(
                noted(
                    "main_key_refused",
                    f"The eraser did not take a new root: {error.strerror}.",
                    because=error,
                )
            ) from error
        if not same:
            raise EraserFailed(
                noted("main_key_gone", "The eraser holds another root than the one in use.")
            )
    return eraser.prepare(generation + 1)


class KeyringCopies:
    """The two files of a keyring."""

    def __init__(self, paths: tuple[Path, Path], disk: Disk) -> None:
        self.paths = paths
        self._disk = disk

    def newest(self, eraser: Eraser) -> OpenCopy:
        """Return the newest copy that opens.

        Raises:
            FileFormatError: none does; the message says why for each.
            MadeByNewer: none does, and one is of a newer version.
            OSError: one cannot be read.
        """
        opened, reasons, newer = [], [], None
        for path, raw in zip(self.paths, self.raw(), strict=True):
            if raw is None:
                reasons.append(f"{path.name} is not there")
                continue
            try:
                opened.append(open_copy(raw, eraser))
            except (FileFormatError, KeyLost) as error:
                newer = error if isinstance(error, MadeByNewer) else newer
                reasons.append(f"{path.name}: {str(error).rstrip('.')}")
        if newer is not None and not opened:
            raise newer
        if not opened:
            raise FileFormatError(
                noted("keyring_unopened", f"No copy of the keyring opens ({'; '.join(reasons)}).")
            )
        return max(opened, key=lambda copy: (copy.generation, copy.revision))

    def write(self, raw: bytes) -> None:
        """Replace both copies and read each back; raises OSError or VaultError."""
        for path in self.paths:
            self._disk.replace(path, raw)
            if self._disk.read(path, MOST_BYTES) != raw:
                raise VaultError(
                    noted(
                        "keyring_misread",
                        f"{path.name} reads back differently than it was written.",
                        file=path.name,
                    )
                )

    def raw(self) -> list[bytes | None]:
        """Return each file's bytes, None where there is no file."""
        return [self._read(path) for path in self.paths]

    def _read(self, path: Path) -> bytes | None:
        try:
            return self._disk.read(path, MOST_BYTES)
        except FileNotFoundError:
            return None
