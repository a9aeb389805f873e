"""Say what the keyring holds, and seal and open one copy of it."""

import msgspec
from msgspec import Struct, field

from appliance.errors import FileFormatError, in_short
from appliance.model.kind import Kind
from appliance.model.sentences.faults import noted
from appliance.structs import msgpack_decoder
from appliance.vault.opening.erase_all import EraseAllDone, EraseAllOrder
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keys import Wrap
from appliance.vault.opening.root import OpenCopy, open_copy, seal_copy
from appliance.vault.opening.shard import Anchor, ShardKey


class OperatorEntry(Struct):
    """A person who may log in."""

    id: str  # random; the audit names people by it alone
    name: str
    roles: tuple[str, ...]
    wrap: Wrap
    totp: bool = False  # a code is asked for
    totp_last: int = 0  # the last time step used
    one_time_until: float = 0.0  # UTC; 0: the person chose the password
    backup: tuple[bytes, ...] = ()  # digests of backup codes that were not used yet
    totp_secret: bytes = b""  # of the authenticator, by ``keys.seal_authenticator``
    given: float | None = None  # counted seconds at which another person gave them a password


class AuditMark(Struct, frozen=True):
    """An entry of the audit up to which nothing is left to be done: reading begins behind it."""

    seq: int
    hash: str  # hex
    month: str  # of the file that it is in
    offset: int  # bytes of that file, the entry included
    day: str
    key: bytes  # public, in force behind it
    sure: float  # UTC, of the newest entry by a trusted clock
    edge: tuple[bytes, ...]  # of the tree over the entries up to it: its whole subtrees' roots


class AuditState(Struct):
    """What the keyring knows about the audit beside its present key."""

    first: bytes = b""  # public half of the first key, as the recovery sheet's page names it
    next_key: bytes = b""  # Ed25519 seed, made ahead for the next day
    settled: AuditMark | None = None


class DeviceState(Struct, frozen=True):
    """What the keyring knows of browsers in which people have logged in before."""

    key: bytes = b""  # signs their tokens; made at the first login
    revoked: tuple[bytes, ...] = ()  # tokens' random parts, the newest last


class SheetState(Struct, frozen=True):
    """The recovery sheet that opens this keyring's reading key; the secret on it is nowhere."""

    number: int = 1  # counted in this vault
    made: float = 0.0  # UTC
    sealed: bytes = b""  # VK, by ``keys.seal_to_sheet``; empty: VK follows from the secret


class SheetEntry(Struct, frozen=True):
    """A time at which a person was let in by the recovery sheet."""

    at: float  # UTC, the believed time
    operator: str  # the id
    sheet: int  # its number
    counted: float | None = None  # counted seconds then; None: unknown


class MediumState(Struct, frozen=True):
    """What the keyring knows of a medium with a backup."""

    number: int  # of the last finished copy; 0: none yet
    begun: int  # of the last copy that was begun: the medium may hold some of it
    at: float  # UTC, the believed time of the last finished copy
    counted: float | None  # counted seconds then; None: unknown
    first_seq: int  # the audit's newest entry when the first copy was begun
    seq: int  # and when the last finished one was
    generation: int  # of the root then
    recordings: int
    size: int  # bytes of the copy
    unknown: bool = False  # what was written there since: the box was restored, and knows no more
    far: bool = False  # on a server
    waits: bool = False  # for a person: a restore left recordings away that it may still hold


class MailState(Struct, frozen=True):
    """Where the box sends mail about itself, with the password for it."""

    server: str
    port: int
    tls: bool  # from the first byte; False: by STARTTLS
    user: str  # empty: the server asks for none
    secret: str  # the mail server's password
    sender: str
    recipients: tuple[str, ...]
    daily: bool  # also when all is well

    def __repr__(self) -> str:
        return "MailState(…)"


class SftpState(Struct, frozen=True):
    """Where backups go by SFTP, with the box's key for the server, and the server's own."""

    server: str
    port: int
    user: str
    folder: str  # there; empty: where the user begins
    every: str  # day, week, hand
    key: bytes = b""  # Ed25519 seed
    host_key: str = ""  # the only one that is taken, as in known_hosts; empty: none was accepted
    medium: str = ""  # id of the medium there
    whose: str = ""  # own, other; empty: nobody has said

    @property
    def elsewhere(self) -> str:
        """Return the server's name, unless somebody has said that it is the office's own."""
        return "" if self.whose == "own" else self.server

    def __repr__(self) -> str:
        return "SftpState(…)"


class DrillState(Struct, frozen=True):
    """The last time that the recovery sheet was proved on a real recording."""

    at: float  # UTC, the believed time
    counted: float | None  # counted seconds then


class KeyringContent(Struct, kw_only=True):
    """The keyring's content. Change it only inside ``Keyring.changing``."""

    vault_id: bytes
    reading_key: bytes  # public
    audit_key: bytes  # Ed25519 seed, of the audit's present day
    list_key: bytes  # L
    ledger_key: bytes
    box_key: bytes  # Ed25519 seed: signs the pool
    lowest_level: int = 0  # of the eraser since the vault was made
    root_made: float = 0.0  # UTC, the believed time
    shards: dict[bytes, ShardKey] = {}  # id -> key, in the order in which they were made
    seen: dict[bytes, tuple[int, int, int]] = {}  # shard -> generation, revision, records
    exempt: tuple[int, ...] = ()  # tags of numbers never recorded
    operators: dict[str, OperatorEntry] = {}
    cases: dict[str, bytes] = {}  # case -> private key, without which its words do not open
    backup_recipient: bytes = b""  # public
    authority: bytes = b""  # CA: private key, PEM
    old_reading_keys: tuple[bytes, ...] = ()  # private, each sealed to the one after it
    kind: Kind = ""  # of the data folder, once it is known
    sheet_confirmed: bool = False
    sheet: SheetState = SheetState()
    sheet_entries: tuple[SheetEntry, ...] = ()  # the newest last
    anchor: Anchor | None = None  # the audit's newest entry when this was written
    origins: dict[str, str] = {}  # fingerprint of a recorder's key -> the boot it belongs to
    audit: AuditState = field(default_factory=AuditState)
    devices: DeviceState = DeviceState()
    erase_all: EraseAllOrder | None = None
    erased_all: EraseAllDone | None = None
    media: dict[str, MediumState] = {}  # id -> what is known of a medium with a backup
    drill: DrillState | None = None
    mail: MailState | None = None
    sftp: SftpState | None = None

    @property
    def backups_elsewhere(self) -> str:
        """Return the server that backups go to, unless it is the office's own."""
        return self.sftp.elsewhere if self.sftp is not None else ""

    def copy(self) -> "KeyringContent":
        """Return a content of its own, to be changed."""
        same: KeyringContent = _decode(_encode(self))
        return same


_encode = msgspec.msgpack.Encoder().encode
_decode = msgpack_decoder(KeyringContent).decode


def encode_content(content: KeyringContent) -> bytes:
    """Return a content's bytes, as a backup carries them."""
    return _encode(content)


def decode_content(plain: bytes) -> KeyringContent:
    """Read a content's bytes; raises FileFormatError if they are something else."""
    try:
        return _decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = f"The keyring holds something else than keys: {in_short(error)}."
        raise FileFormatError(noted("archive_file_damaged", why)) from error


def content_of(copy: OpenCopy) -> KeyringContent:
    """Decode a copy's content; raises FileFormatError if it is something else."""
    return decode_content(copy.plain)


def seal_keyring(
    content: KeyringContent, root: bytes, level: int, generation: int, revision: int
) -> bytes:
    """Return one copy's bytes."""
    return seal_copy(_encode(content), root, level, generation, revision)


def open_keyring(raw: bytes, eraser: Eraser) -> tuple[int, int, KeyringContent]:
    """Open one copy: generation, revision, content; raises as ``open_copy``."""
    copy = open_copy(raw, eraser)
    return copy.generation, copy.revision, content_of(copy)
