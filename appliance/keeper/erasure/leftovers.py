"""Find the files that no key opens any more."""

from collections.abc import Iterator
from pathlib import Path

from appliance.config.folders import Folders
from appliance.vault.opening.keyring import Keyring


def keyless(folders: Folders, keyring: Keyring) -> Iterator[Path]:
    """Yield the recordings, markers and shelves whose keys the keyring does not have."""
    known = {*keyring.unused(), *(rid for rid, _ in keyring.taken_up())}
    shards = {sid.hex() for sid in keyring.content.shards}
    places = (folders.recordings, known), (folders.withdrawn, known), (folders.shelves, shards)
    for folder, names in places:
        if folder.is_dir():
            for path in folder.iterdir():
                if path.name not in names and not path.is_dir():
                    yield path
