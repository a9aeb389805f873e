"""Refuse a folder with a file of another version before anything in it is opened.

Keyring and shards have two copies each. One that alone says to be of another has a damaged byte, or
was cut off while a newer program wrote: the other opens, as it would beside any damage.
"""

from collections.abc import Iterable
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from appliance.config.folders import Folders
from appliance.errors import (
    FileFormatError,
    MadeByNewer,
    MadeByOlder,
    PoolEmpty,
    by_newer,
    by_older,
)
from appliance.model.sentences.faults import noted
from appliance.vault import pool
from appliance.vault.disk import open_ordinary

KNOWN = {b"ZGODAKEY": 4, b"ZGODASHD": 2}
"""The beginning of a keyring, a shard -> the version that this program reads.

A byte with the version follows it, in every version.
"""


def refuse_others(folders: Folders) -> None:
    """Refuse keyring and shards of another version, and a newer pool; pass over what is unreadable.

    Raises:
        MadeByNewer, MadeByOlder: every copy of one is.
    """
    for copies in (folders.keyring, *_shards(folders.keys)):
        heads = {path: first_bytes(path, 9) for path in copies}
        known = {path: KNOWN[head[:-1]] for path, head in heads.items() if head[:-1] in KNOWN}
        others = {path: heads[path][-1] for path in known if heads[path][-1] != known[path]}
        if others and len(others) == len(known):
            path, version = next(iter(others.items()))
            if version < known[path]:
                older = by_older(path, version, known[path])
                raise MadeByOlder(noted("made_by_older_program", older))
            newer = by_newer(path, version, known[path])
            raise MadeByNewer(noted("made_by_newer_program", newer))
    with suppress(OSError, PoolEmpty):
        try:
            pool.load(folders.pool)
        except MadeByNewer:
            raise
        except FileFormatError:
            return  # the keeper writes it anew


def first_bytes(path: Path, count: int) -> bytes:
    """Return the beginning of an ordinary file; nothing of one that cannot be read."""
    try:
        with open_ordinary(path) as file:
            return file.read(count) or b""
    except (OSError, FileFormatError):
        return b""


def _shards(folder: Path) -> Iterable[list[Path]]:
    """Return the copies of each shard; their names differ in the last part alone."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:  # the recorder may not look into the keeper's folders
        return []
    return [list(copies) for _, copies in groupby(paths, lambda path: path.stem)]
