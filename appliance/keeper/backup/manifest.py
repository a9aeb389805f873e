"""Write and read the list of what belongs to a copy, signed by the box."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from appliance.keeper.backup.medium import PARTS, RECORDINGS, BackupFailed, by_newer
from appliance.keeper.backup.place import Wanted
from appliance.model.sentences.faults import noted
from appliance.structs import from_json
from appliance.vault.origin import is_key

NAME = "manifest"
MOST_BYTES = 64 * 2**20

_SIGNED = b"zgoda backup v1\n"
_HEAD = re.compile(
    rb'\{"backup":1,"medium":"[0-9a-f]{32}","number":[0-9]{1,16},"made_at":[0-9.e+]{1,24},'
    rb'"clock_ok":(?:true|false),"vault":"[0-9a-f]{32}","key":"([0-9a-f]{64})",'
)
_NEWER = re.compile(rb'\{"backup":([1-9][0-9]{0,3}),')
_KEY = re.compile(rb'"key":"([0-9a-f]{64})"')
_CLOSING = re.compile(rb'\{"sig":"([\w-]{86})"\}\n')

Size = Annotated[int, Meta(ge=0, le=2**50)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
CopyName = Annotated[
    str, Meta(pattern=r"^(keyring\.age|index\.age|ledger|[0-9a-f]{16}\.[0-9]{1,10}\.0)$")
]


class Manifest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What belongs to the copy in force; sizes and digests are those of the files as they lie."""

    backup: Annotated[int, Meta(ge=1, le=1)] = 1
    medium: Name
    number: Annotated[int, Meta(ge=1, le=2**53)]
    made_at: Annotated[float, Meta(ge=0, lt=253_402_300_800)]  # UTC
    clock_ok: bool
    vault: Name
    key: Digest  # the box key's public half
    generation: Annotated[int, Meta(ge=1, le=2**53)]
    audit_seq: Annotated[int, Meta(ge=0, le=2**53)]
    audit_hash: Annotated[str, Meta(pattern="^[0-9a-f]{0,64}$")]
    copy: dict[CopyName, tuple[Size, Digest]]
    recordings: dict[Name, tuple[Size, Digest]]
    parts: dict[Name, tuple[Size, Digest]]

    @property
    def folder(self) -> str:
        """Return the folder of the copy."""
        return copy_folder(self.number)

    @property
    def size(self) -> int:
        """Return the bytes of everything that belongs to it."""
        files = (*self.copy.values(), *self.recordings.values(), *self.parts.values())
        return sum(size for size, _ in files)

    @property
    def files(self) -> Wanted:
        """Return the files that belong to it, by folder, with size and digest."""
        keys = {name: sized for name, sized in self.copy.items() if name.endswith(".0")}
        return {
            (self.folder,): {n: sized for n, sized in self.copy.items() if n not in keys},
            (self.folder, "keys"): keys,
            (RECORDINGS,): self.recordings,
            (PARTS,): {f"{name}.age": sized for name, sized in self.parts.items()},
        }


def copy_folder(number: int) -> str:
    """Return the folder of a copy's own files."""
    return f"copy-{number}"


def encode(manifest: Manifest, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign a manifest with the box key and return its bytes."""
    body = msgspec.json.encode(manifest)
    signature = urlsafe_b64encode(sign(_SIGNED + body)).rstrip(b"=")
    return body + b'\n{"sig":"' + signature + b'"}\n'


def decode(raw: bytes, own: bytes | None = None) -> Manifest:
    """Read a manifest whose signature fits the key that it names; nothing else is decoded.

    Args:
        raw: the file.
        own: the only key that may have signed; any may if None.

    Raises:
        BackupFailed: ``damaged``: cut, altered, or not what a box writes; ``other_box``;
            ``version``: of a newer program.
    """
    body, _, closing = raw.partition(b"\n")
    head, found = _HEAD.match(body), _CLOSING.fullmatch(closing)
    if found is not None and _is_newer(body, urlsafe_b64decode(found[1] + b"=="), own):
        raise by_newer()
    if head is None or found is None:
        raise _damaged()
    key, signature = bytes.fromhex(head[1].decode()), urlsafe_b64decode(found[1] + b"==")
    if own is not None and key != own:
        raise BackupFailed(
            "other_box",
            noted("backup_others", "The medium holds another box's backup: use another."),
        )
    try:
        if not is_key(key):
            raise _damaged()
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _SIGNED + body)
        manifest = from_json(body, Manifest)
    except (InvalidSignature, msgspec.DecodeError, RecursionError, ValueError) as error:
        raise _damaged() from error
    if msgspec.json.encode(manifest) != body:
        raise _damaged()
    return manifest


def _is_newer(body: bytes, signature: bytes, own: bytes | None) -> bool:
    """Say whether a newer version made a manifest: a higher number leads it, and it is signed.

    A number alone says nothing: whoever has had the medium in hand can write one, and backups would
    end.
    """
    number, named = _NEWER.match(body), _KEY.search(body)
    if number is None or int(number[1]) <= 1 or named is None:
        return False
    key = bytes.fromhex(named[1].decode())
    if not is_key(key) or (own is not None and key != own):
        return False
    try:
        said = b"zgoda backup v%s\n" % number[1] + body
        Ed25519PublicKey.from_public_bytes(key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _damaged() -> BackupFailed:
    return BackupFailed(
        "damaged", noted("backup_altered", "The backup's manifest is damaged, or it was altered.")
    )
