"""Remove from a medium what belongs to no copy: what was erased must not stay there.

What somebody has put into its folders goes, too, and holds nothing up; no link is followed.
"""

from collections.abc import Callable, Iterator
from functools import partial

from appliance.keeper.backup.manifest import Manifest
from appliance.keeper.backup.medium import PARTS, PLACES, RECORDINGS, BackupFailed
from appliance.keeper.backup.place import CopyPlace
from appliance.model.sentences.faults import noted

DEEPEST = 16
"""Folders within each other that are removed; no box makes more than two."""


def remove_others(medium: CopyPlace, made: Manifest) -> None:
    """Remove recordings, parts and copies that a manifest does not name.

    What cannot be removed does not keep the rest.

    Raises:
        BackupFailed: ``damaged``: something stays, within too many folders.
        OSError: something stays.
    """
    first: OSError | BackupFailed | None = None
    for step in _steps(medium, made):
        try:
            step()
        except (OSError, BackupFailed) as error:
            first = first or error
    if first is not None:
        raise first


def remove_folder(medium: CopyPlace, *names: str) -> None:
    """Remove a folder with all that it holds; raises as ``remove_others``."""
    if len(names) > DEEPEST:
        raise BackupFailed(
            "damaged",
            noted(
                "backup_crowded", "Somebody has put too many folders onto the medium: use another."
            ),
        )
    for name in medium.folders(*names):
        remove_folder(medium, *names, name)
    medium.clear(*names)
    medium.remove_folder(*names)


def _steps(medium: CopyPlace, made: Manifest) -> Iterator[Callable[[], None]]:
    for folder in medium.folders():
        if folder.startswith("copy-") and folder != made.folder:
            yield partial(remove_folder, medium, folder)
    wanted = {RECORDINGS: set(made.recordings), PARTS: {f"{name}.age" for name in made.parts}}
    for place in PLACES:
        for name in medium.sizes(place).keys() - wanted[place]:
            yield partial(medium.remove, place, name)
        for name in medium.folders(place):
            yield partial(remove_folder, medium, place, name)
        yield partial(medium.clear_unfinished, place)
        yield partial(medium.sync_folder, place)
    yield medium.clear_unfinished
    yield medium.sync_folder
