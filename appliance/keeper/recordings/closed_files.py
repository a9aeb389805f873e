"""Tell recordings from files that hold none, by size and header, before any is taken up."""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, LEAST_OPENING, MOST_OPENING
from appliance.vault.opening.digest import MOST_BYTES
from appliance.vault.opening.verdicts import is_overwritten

LEAST = HEADER_BYTES + (LEAST_OPENING + 1) * FRAME_BYTES
"""A shorter file has no frame behind its opening and so no sound."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClosedFiles:
    """What the files are that nobody writes to any more; of the withdrawn ones, the empty alone."""

    whole: list[Path] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)  # without a sample of sound
    emptied: list[str] = field(default_factory=list)  # withdrawn, as their header alone says
    impossible: list[str] = field(default_factory=list)  # larger than a recording can be


def sort_files(
    closed: Iterable[Path], withdrawn: Collection[str], opening: Callable[[Path], int | None]
) -> ClosedFiles:
    """Separate recordings from files that only began and from overwritten ones.

    A file with its opening but no sound is no recording, withdrawn or not, nor is one that is
    larger than any can be. A header of zeros with frames behind it is a withdrawal whose marker
    could not be written.

    Args:
        closed: the files.
        withdrawn: the names of those with a marker.
        opening: returns how many frames stand before a file's first sound; None if nothing says.
    """
    found = ClosedFiles()
    for path in closed:
        if not path.exists():
            continue
        size, marked = path.stat().st_size, path.name in withdrawn
        zeros = size >= HEADER_BYTES and is_overwritten(path)
        if size > MOST_BYTES and not marked:
            _log.warning("%s is larger than a recording can be; it is erased.", path.name)
            found.impossible.append(path.name)
        elif zeros and size > HEADER_BYTES:
            found.emptied.extend([path.name] * (not marked))
        elif zeros or size < LEAST or _only_opened(path, size, opening):
            found.begun.append(path.name)
        elif not marked:
            found.whole.append(path)
    return found


def _only_opened(path: Path, size: int, opening: Callable[[Path], int | None]) -> bool:
    """Say whether a file has no whole frame behind its opening, by its ticket."""
    if size >= HEADER_BYTES + (MOST_OPENING + 1) * FRAME_BYTES:
        return False
    frames = opening(path)
    return frames is not None and size < HEADER_BYTES + (frames + 1) * FRAME_BYTES
