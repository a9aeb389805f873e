"""Seal a call: take a key from the pool, write frames, forget the key.

This half of the vault cannot open what it wrote: the content key is sealed into the ticket, first
to the office's reading key and then to the recording's own key, and wiped when the file closes.
"""

import errno
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.digest import sha256
from appliance.errors import FileTaken, StorageFull, VaultError
from appliance.model.records import CallMeta, ConsentReceipt, RecordingEnd, RecordingMark
from appliance.model.rule import SealedRule
from appliance.model.sentences.faults import noted
from appliance.vault.agreement import check_holders
from appliance.vault.disk import Disk, failure, fill_random, wipe
from appliance.vault.format import (
    AUDIO_BYTES,
    FRAME_BYTES,
    HEADER_BYTES,
    KEY_BYTES,
    MAX_FRAMES,
    MOST_SAMPLES,
    PAYLOAD_BYTES,
    PLAIN_BYTES,
    SUITE_X25519,
    Frame,
    FrameType,
    Header,
    Ticket,
    nonce,
    pack_frame,
    pieces_of_rule,
)
from appliance.vault.origin import OriginKey
from appliance.vault.pool import PoolKey
from appliance.vault.tickets import SecondHolder, with_tickets

LABEL_HEADER = b"header"
LABEL_PAYLOAD = b"payload"
ROOM_TO_START = 256 * 2**20
ROOM_TO_GO_ON = 64 * 2**20
"""Free bytes needed to start a recording, and to continue one."""

_json = msgspec.json.Encoder()


def opening_frames(rule: SealedRule) -> int:
    """Return the number of frames before the first that may hold sound, as a ticket states it.

    Raises:
        ValueError: the rule is larger than the format allows.
    """
    return 2 + len(pieces_of_rule(_json.encode(rule)))


@dataclass(frozen=True, slots=True)
class SealReport:
    """A closed recording, as reported to the keeper."""

    rid: str
    frames: int
    sha256: str  # of the whole file, hex


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """The keys that every recording of a box is sealed with."""

    vault_id: bytes
    reading_key: bytes  # the office's, public
    origin: OriginKey


class SealedFile:
    """A recording being written, one synced frame at a time, and never reopened.

    Order: ``begin``, any number of ``audio`` and ``mark``, then ``end``. After an I/O
    error the file stays as it is and every further step raises ``VaultError``: the rest of the
    call goes into a new file whose META names this one as predecessor.
    """

    def __init__(
        self, path: Path, disk: Disk, channels: int, opening: int, content_key: bytearray
    ) -> None:
        self.rid = path.name
        self.channels = channels
        self._opening = opening
        self._header: Header | None = None
        self._path = path
        self._disk = disk
        self._content_key = content_key
        self._payload_key = bytearray(KEY_BYTES)
        self._plain = bytearray(PLAIN_BYTES)
        self._block = bytearray(FRAME_BYTES)
        self._digest = hashes.Hash(hashes.SHA256())
        self._fd: int | None = None
        self._frames = 0
        self._position = 0
        self._has_sound = False

    @classmethod
    def create(
        cls,
        new: Path,
        keys: SealingKeys,
        key: PoolKey,
        ticket: Ticket,
        channels: int,
        *,
        disk: Disk | None = None,
        second: SecondHolder | None = None,
    ) -> Self:
        """Begin the recording in the file made ahead for it; its header is on the medium then.

        Args:
            new: the folder of the files made ahead.
            keys: the box's.
            key: the recording's own, from the pool.
            ticket: also states how many frames ``begin`` will write.
            channels: 1 or 2.
            disk: writes.
            second: another holder, whom the rule that ``begin`` gets has to name.

        Raises:
            StorageFull: less than 256 MiB are free, or the disk filled up.
            FileTaken: this recording has no file that can be used; nothing was written.
            VaultError: the file could not be written; the keeper erases what there is of it.
        """
        disk = disk or Disk()
        content_key = bytearray(KEY_BYTES)
        file = cls(new / key.rid, disk, channels, ticket.opening, content_key)
        try:
            _need_room(disk, new, ROOM_TO_START)
            file._fd = _claim(disk, file._path)
            fill_random(content_key)
            header = file._make_header(keys, key, ticket, second)
            disk.write(file._fd, header, 0)
            disk.sync_all(file._fd)
        except OSError as error:
            file.close()
            raise (
                error if isinstance(error, VaultError) else failure(error, "A recording")
            ) from error
        except VaultError:
            file.close()
            raise
        file._digest.update(header)
        return file

    @property
    def frames(self) -> int:
        """Return the number of frames on the medium."""
        return self._frames

    @property
    def usable(self) -> bool:
        """Say whether more can be written."""
        return self._fd is not None

    def begin(self, meta: CallMeta, receipt: ConsentReceipt, rule: SealedRule) -> None:
        """Write the opening in one go: the call, the consent receipt, the rule in its pieces.

        Nothing of it is sound, so one sync carries it all, however long the rule is.

        Raises:
            VaultError: it was written already, does not fit, its length is not the ticket's, or it
                says something else of a second holder than the header.
        """
        try:
            if self._header is not None:
                check_holders(self._header, meta, rule)
            pieces = pieces_of_rule(_json.encode(rule))
        except ValueError as error:
            raise VaultError(noted("recording_unkept", str(error))) from error
        if self._frames or 2 + len(pieces) != self._opening:
            raise VaultError(
                noted(
                    "recording_unkept",
                    "The opening of a recording is written once, as its ticket says.",
                )
            )
        frames = [
            (FrameType.META, _json.encode(meta)),
            (FrameType.CONSENT, _json.encode(receipt)),
            *((FrameType.RULE, piece) for piece in pieces),
        ]
        blocks = bytearray()
        for index, (kind, payload) in enumerate(frames):
            self._seal(Frame(kind, 0, 0, payload), index)
            blocks += self._block
        self._put(blocks)

    def audio(self, sample: int, codes: bytes) -> None:
        """Write one block of at most 4000 A-law bytes, channel after channel.

        Args:
            sample: index of the first sample, counted from the recording's first.
            codes: 0.5 s of one channel, or 0.25 s of the first and then of the second.

        Raises:
            StorageFull: less than 64 MiB are free, or the recording has its longest length; the
                file can still be ended.
            ValueError: the block is empty, too large, uneven, or starts before the last one ended.
        """
        count, uneven = divmod(len(codes), self.channels)
        if not 0 < len(codes) <= AUDIO_BYTES or uneven or sample < self._position:
            raise ValueError(f"{len(codes)} bytes at sample {sample} are no block of sound.")
        if sample + count > MOST_SAMPLES or self._frames >= MAX_FRAMES - 1:
            raise StorageFull(
                noted(
                    "recording_unkept",
                    "The recording has its longest length; its file takes no more.",
                )
            )
        _need_room(self._disk, self._path.parent, ROOM_TO_GO_ON)
        self._has_sound = True  # from here on, however the write ends
        self._write(FrameType.AUDIO, codes, sample=sample, samples=count)
        self._position = sample + count

    def mark(self, mark: RecordingMark) -> None:
        """Write an event: a pause, a blanked key, a gap."""
        self._write(FrameType.EVENT, _json.encode(mark), sample=self._position)

    def end(self, end: RecordingEnd) -> SealReport:
        """Write the last frame, close the file and wipe its keys."""
        self._write(FrameType.FINAL, _json.encode(end), sample=self._position)
        self.close()
        return SealReport(self.rid, self._frames, self._digest.finalize().hex())

    def withdraw(self, withdrawn: Path) -> None:
        """Withdraw the recording: leave a marker for the keeper, overwrite the header, close.

        The marker comes first: from then on the keeper erases the recording in any case. A file
        without a sample of sound is then cut off behind its header, which tells the keeper that
        nothing was recorded. Each step is tried even if another fails, since marker and header
        each mean a withdrawal to the keeper.

        Raises:
            VaultError: one of them could not be written.
        """
        fd = self._open_fd()
        failed: OSError | None = None
        try:
            for step in (
                partial(leave_marker, withdrawn, self.rid, self._disk),
                partial(self._cut_behind_header, fd),
                partial(self._overwrite_header, fd),
            ):
                try:
                    step()
                except OSError as error:
                    failed = failed or error
        finally:
            self.close()
        if failed is not None:
            raise failure(failed, "The withdrawal") from failed

    def _cut_behind_header(self, fd: int) -> None:
        if not self._has_sound:
            self._disk.truncate(fd, HEADER_BYTES)
            self._disk.sync_all(fd)

    def _overwrite_header(self, fd: int) -> None:
        self._disk.write(fd, bytes(HEADER_BYTES), 0)
        self._disk.sync(fd)

    def close(self) -> None:
        """Wipe the keys and close the file; without ``end`` it counts as cut. Safe twice."""
        wipe(self._content_key, self._payload_key, self._plain)
        fd, self._fd = self._fd, None
        if fd is not None:
            self._disk.close(fd)

    def _make_header(
        self, keys: SealingKeys, key: PoolKey, ticket: Ticket, second: SecondHolder | None
    ) -> bytes:
        """Seal the content key into tickets, sign; derive the MAC key and the payload key."""
        blank = Header(self.channels, bytes.fromhex(key.rid), keys.vault_id, b"", SUITE_X25519)
        self._header = with_tickets(blank, ticket, self._content_key, keys.reading_key, key, second)
        open_part = keys.origin.signed(self._header.pack())
        mac_key = bytearray(KEY_BYTES)
        derive_into(self._content_key, open_part, LABEL_HEADER, mac_key)
        derive_into(self._content_key, open_part, LABEL_PAYLOAD, self._payload_key)
        mac = HMAC(mac_key, hashes.SHA256())
        wipe(mac_key)
        mac.update(open_part)
        return open_part + mac.finalize()

    def _write(self, kind: FrameType, payload: bytes, *, sample: int = 0, samples: int = 0) -> None:
        """Seal one frame behind the opening and write it; it is on the medium afterwards."""
        if not self._opening <= self._frames < MAX_FRAMES:
            raise VaultError(
                noted(
                    "recording_unkept",
                    f"{kind.name} cannot be frame {self._frames} of a recording.",
                )
            )
        self._seal(Frame(kind, sample, samples, payload), self._frames)
        self._put(self._block)

    def _seal(self, frame: Frame, index: int) -> None:
        """Encrypt one frame into ``_block``."""
        self._open_fd()
        if len(frame.payload) > PAYLOAD_BYTES:
            size = len(frame.payload)
            raise VaultError(
                noted(
                    "recording_unkept",
                    f"{frame.type.name} of {size} bytes does not fit into a frame.",
                )
            )
        pack_frame(self._plain, frame)
        cipher = ChaCha20Poly1305(self._payload_key)
        last = frame.type is FrameType.FINAL
        cipher.encrypt_into(nonce(index, last=last), self._plain, None, self._block)

    def _put(self, blocks: bytearray) -> None:
        """Write sealed blocks behind the others and wait until they are on the medium."""
        fd = self._open_fd()
        try:
            self._disk.write(fd, blocks, HEADER_BYTES + self._frames * FRAME_BYTES)
            self._disk.sync(fd)
        except OSError as error:
            # After a failed sync the kernel may mark lost pages clean: never trust this file again.
            self.close()
            raise failure(error, "The recording") from error
        self._digest.update(blocks)
        self._frames += len(blocks) // FRAME_BYTES

    def _open_fd(self) -> int:
        if self._fd is None:
            raise VaultError(
                noted("recording_unkept", "The recording is closed; it is never written to again.")
            )
        return self._fd


def leave_marker(withdrawn: Path, rid: str, disk: Disk | None = None) -> None:
    """Mark a recording for erasure by the keeper; durable when this returns."""
    disk = disk or Disk()
    marker = disk.open(withdrawn / rid)
    try:
        disk.sync_all(marker)
        try:
            disk.sync_folder(withdrawn)
        except PermissionError:  # on the box the recorder may add to this folder, not read it
            disk.sync_system_of(marker)
    finally:
        disk.close(marker)


def derive_into(key: bytearray, open_part: bytes, label: bytes, into: bytearray) -> None:
    """Derive a recording's key from its content key, bound to its header."""
    salt = sha256(open_part)
    HKDF(hashes.SHA256(), KEY_BYTES, salt, label).derive_into(key, into)


_NO_USE = frozenset(
    {errno.ENOENT, errno.EEXIST, errno.EAGAIN, errno.EACCES, errno.EPERM}
    | {errno.ELOOP, errno.ENXIO, errno.EISDIR}
)
"""Why a file made ahead cannot be used: gone, begun, closed by the keeper, in use, or no file."""


def _claim(disk: Disk, path: Path) -> int:
    try:
        return disk.claim(path)
    except OSError as error:
        if error.errno in _NO_USE:
            why = error.strerror or "unknown"
            raise FileTaken(
                noted("recording_unkept", f"The file made for a recording cannot be used: {why}.")
            ) from error
        raise


def _need_room(disk: Disk, folder: Path, room: int) -> None:
    free = disk.free(folder)
    if free < room:
        raise StorageFull(
            noted(
                "little_room",
                f"Only {free // 2**20} MiB are free, {room // 2**20} MiB are needed.",
                free=free // 2**20,
                needed=room // 2**20,
            )
        )
