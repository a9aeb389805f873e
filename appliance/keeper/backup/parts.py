"""Name the files that a backup carries sealed, beside recordings and keys."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from msgspec import Meta, Struct

from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.structs import from_json
from appliance.vault.container import derive
from appliance.vault.decoding import decoding

SEED = "seed.toml"
"""The configuration that the keeper was started with."""

MOST_PARTS = 1_000_000
"""Files that an index may name."""

_LABEL = b"zgoda backup parts v1"
_PROMPT = r"prompts/(own|spoken)/[a-z]{2,8}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}\.flac"
_PATH = "|".join(
    (
        r"audit/[0-9]{4}-[0-9]{2}\.log",
        r"audit/(heads|stamps)/[0-9]{4}-[0-9]{2}-[0-9]{2}\.json",
        r"settings/zgoda\.toml",
        r"settings/versions/[0-9]{6,12}\.toml",
        r"said/[0-9a-f]{64}",
        r"prompts/(own|spoken)/index\.toml",
        _PROMPT,
        r"seed\.toml",
    )
)
KNOWN = re.compile(_PATH)
"""Every path that a part can have; anything else would be written where it does not belong."""


class BackupPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the data folder, and the name of the part that carries it."""

    path: Annotated[str, Meta(pattern=rf"^(?:{_PATH})$")]
    part: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    size: Annotated[int, Meta(ge=0, le=2**40)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


def files(folders: Folders) -> Iterator[tuple[str, Path]]:
    """Yield path and file of everything that belongs in a backup, whatever else lies there."""
    for top in (folders.audit, folders.settings, folders.said, folders.prompts):
        for file in sorted(top.rglob("*")):
            path = file.relative_to(folders.data).as_posix()
            if KNOWN.fullmatch(path) and file.is_file() and not file.is_symlink():
                yield path, file


def names(box_key: bytes, recipient: bytes) -> "PartNames":
    """Return what names parts: nobody can tell by a name what a part holds.

    Args:
        box_key: the box key's seed.
        recipient: the public key that parts are sealed to; with another one all names change.
    """
    return PartNames(derive(box_key, b"", _LABEL), recipient)


class PartNames:
    """The names of parts."""

    def __init__(self, key: bytes, recipient: bytes) -> None:
        self._key, self._recipient = key, recipient

    def of(self, path: str, sha256: str) -> str:
        """Return the name of a file's part, given its digest."""
        mac = HMAC(self._key, hashes.SHA256())
        mac.update(self._recipient + bytes.fromhex(sha256) + path.encode())
        return mac.finalize()[:16].hex()


def encode_index(parts: Mapping[str, BackupPart]) -> bytes:
    """Return an index's bytes."""
    return msgspec.json.encode(list(parts.values()))


def decode_index(raw: bytes) -> list[BackupPart]:
    """Read an index; raises FileFormatError for a path that is unknown or named twice."""
    with decoding("The backup's index"):
        found = from_json(raw, list[BackupPart])
    if len(found) > MOST_PARTS or len({one.path for one in found}) < len(found):
        raise FileFormatError(
            noted("backup_altered", "The backup's index names a file twice, or too many.")
        )
    return found


def digest_of_text(raw: bytes) -> str:
    """Return the SHA-256 of bytes in hex."""
    return hashlib.sha256(raw).hexdigest()
