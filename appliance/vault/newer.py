"""Refuse a folder with a file of a newer version before anything in it is opened.

Keyring and shards have two copies each. One that alone says to be newer has a damaged byte, or was
cut off while a newer program wrote: the other opens, as it would beside any damage.
"""

from collections.abc import Iterable
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, MadeByNewer, PoolEmpty, by_newer
from appliance.model.sentences.faults import noted
from appliance.vault import pool
from appliance.vault.disk import open_ordinary

KNOWN = {b"ZGODAKEY": 4, b"ZGODASHD": 1}
"""The beginning of a keyring, a shard -> the highest version that this program reads.

A byte with the version follows it, in every version.
"""


def refuse_newer(folders: Folders) -> None:
    """Refuse keyring, shards and pool of a newer version; what cannot be read is passed over.

    Raises:
        MadeByNewer: every copy of one is.
    """
    for copies in (folders.keyring, *_shards(folders.keys)):
        heads = {path: first_bytes(path, 9) for path in copies}
        known = {path: KNOWN[head[:-1]] for path, head in heads.items() if head[:-1] in KNOWN}
        newer = [path for path in known if heads[path][-1] > known[path]]
        if newer and len(newer) == len(known):
            raise MadeByNewer(
                noted(
                    "made_by_newer_program",
                    by_newer(newer[0], heads[newer[0]][-1], known[newer[0]]),
                )
            )
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
