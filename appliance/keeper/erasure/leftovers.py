"""Find the files that no key opens any more."""

from collections.abc import Iterator
from pathlib import Path

from appliance.config.folders import Folders
from appliance.vault.opening.keyring import Keyring


def keyless(folders: Folders, keyring: Keyring) -> Iterator[Path]:
    """Yield the recordings, markers and shelves whose keys the keyring does not have."""
    known = {*keyring.unused(), *(rid for rid, _ in keyring.taken_up())}
    shards = {sid.hex() for sid in keyring.content.shards}
    sealed = [(at, known) for at in (folders.new, folders.recordings, folders.withdrawn)]
    for folder, names in (*sealed, (folders.shelves, shards)):
        if folder.is_dir():
            for path in folder.iterdir():
                if path.name not in names and not path.is_dir():
                    yield path
