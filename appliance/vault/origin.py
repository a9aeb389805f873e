"""Sign recordings with the recorder's key of this boot, and check such signatures.

HPKE names no sender and the pool is public, so anybody who can write a file could seal one. The
signature tells the recorder's files from all others. It covers the ticket and so the content key,
which the recorder alone knows: one signature stands for every frame.
"""

import logging
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.digest import sha256
from appliance.vault.disk import Disk, fill_random, wipe
from appliance.vault.format import HEADER_BYTES, KEY_BYTES, MAC_BYTES, ORIGIN_BYTES, SIGNED_BYTES

_P = 2**255 - 19
_EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER = frozenset({0, 1, _P - 1, _P, _P + 1, _EIGHTH, _P - _EIGHTH})
"""The y of keys under which a signature proves nothing (RFC 8032's curve has eight such points)."""

_MOUNTS = Path("/proc/self/mountinfo")

log = logging.getLogger(__name__)


class OriginKey:
    """The recorder's signing key; it never outlives the boot."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    @classmethod
    def new(cls) -> "OriginKey":
        """Make a key in memory."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of_seed(cls, seed: bytes | bytearray) -> "OriginKey":
        """Return the key that 32 bytes stand for."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def of_this_boot(cls, path: Path, *, mounts: Path = _MOUNTS) -> "OriginKey":
        """Return the key that an earlier start left, or make one and leave it for the next.

        A key on a medium that outlives the boot could be taken along with the card. So only a
        folder in memory (tmpfs) keeps it; elsewhere each start makes a key of its own.

        Args:
            path: the key's file, in the recorder's runtime folder.
            mounts: the kernel's list of mounts.
        """
        if not _in_memory(path.parent, mounts):
            return cls.new()
        seed = bytearray(_kept(path) or b"")
        if not seed:
            seed = bytearray(KEY_BYTES)
            fill_random(seed)
            try:
                Disk().replace(path, bytes(seed), 0o600)
            except OSError as error:  # recording goes on; a restart makes another key
                log.warning("the origin key is in memory alone: %s", error.strerror)
        try:
            return cls.of_seed(seed)
        finally:
            wipe(seed)

    def signed(self, part: bytes) -> bytes:
        """Return the signed part of a header with key and signature behind it."""
        return part + self.public + self._private.sign(part)


def fingerprint(public: bytes) -> str:
    """Return the name of an origin key in audit and keyring: 64 hex digits."""
    return sha256(public).hex()


def is_key(public: bytes) -> bool:
    """Say whether a public key can prove anything."""
    y = int.from_bytes(public, "little") % 2**255
    return len(public) == ORIGIN_BYTES and y not in SMALL_ORDER


def is_signed(header: bytes) -> bool:
    """Say whether a header's signature fits the key that the header names."""
    public = header[SIGNED_BYTES : SIGNED_BYTES + ORIGIN_BYTES]
    signature = header[SIGNED_BYTES + ORIGIN_BYTES : HEADER_BYTES - MAC_BYTES]
    if not is_key(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, header[:SIGNED_BYTES])
    except (InvalidSignature, ValueError):
        return False
    return True


def _kept(path: Path) -> bytes | None:
    """Return the seed that an earlier start of ours left; None if there is none to trust."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        found = os.fstat(fd)
        ours = found.st_uid == os.geteuid() and not found.st_mode & 0o077
        if not (stat.S_ISREG(found.st_mode) and ours and found.st_size == KEY_BYTES):
            return None
        return os.pread(fd, KEY_BYTES, 0)
    finally:
        os.close(fd)


def _in_memory(folder: Path, mounts: Path) -> bool:
    """Say whether a folder lies on a file system that ends with the boot; in doubt it does not."""
    try:
        device = os.stat(folder).st_dev
        listed = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in listed:
        place, _, kind = line.partition(" - ")
        if place.split()[2:3] == [wanted]:
            return kind.split()[:1] in (["tmpfs"], ["ramfs"])
    return False
