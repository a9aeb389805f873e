"""Refuse a folder with a file of a newer version, before anything in it is opened or mended.

Two copies of a file may be of two versions, where the power failed while a newer program wrote
them. The older copy would still open, and mending would write it over the newer one.
"""

from collections.abc import Iterable
from pathlib import Path

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, MadeByNewer, by_newer
from appliance.vault.disk import open_ordinary

KNOWN = {b"ZGODAKEY": 3, b"ZGODASHD": 1, b"ZGODAPOL": 2}
"""The beginning of a keyring, a shard, the pool -> the highest version that this program reads.

A byte with the version follows it, in every version.
"""


def refuse_newer(folders: Folders) -> None:
    """Refuse keyring, shards and pool of a newer version; what cannot be read is passed over.

    Raises:
        MadeByNewer: one is.
    """
    for path in (*folders.keyring, folders.pool, *_in(folders.keys)):
        head = first_bytes(path, 9)
        if (known := KNOWN.get(head[:-1])) is not None and head[-1] > known:
            raise MadeByNewer(by_newer(path, head[-1], known))


def first_bytes(path: Path, count: int) -> bytes:
    """Return the beginning of an ordinary file; nothing of one that cannot be read."""
    try:
        with open_ordinary(path) as file:
            return file.read(count) or b""
    except (OSError, FileFormatError):
        return b""


def _in(folder: Path) -> Iterable[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:  # the recorder may not look into the keeper's folders
        return ()
