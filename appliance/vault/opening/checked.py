"""Check a recording against the audit before its first byte leaves, and while it is read.

Every frame is authenticated under a key that hangs on the header, so nobody can change what a frame
says. A file could be cut, get holes, or be replaced by another one sealed to the same public keys.
Four checks of constant cost show that before anything is read: the audit knows the recording as
sealed, the file has its length and its header, and its last frame is FINAL. Where they cannot tell,
as for a recording that was cut when it was sealed, the digest of the whole file does.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Self

from appliance.errors import Tampered
from appliance.model.audio import Sound
from appliance.model.sentences.faults import noted
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, FrameType
from appliance.vault.opening.digest import MOST_BYTES, Digest, RunningDigest, digest_of
from appliance.vault.opening.unseal import Reader
from appliance.vault.opening.verdicts import AuditFacts

_UNKNOWN = "The audit does not know this recording as sealed."
_OTHER = "This recording is not the one that was sealed{}."


class CheckedReader:
    """An open recording that is the sealed one; raises Tampered as soon as it no longer is."""

    def __init__(self, reader: Reader, known: AuditFacts) -> None:
        self._reader = reader
        self._known = known
        self._holes: frozenset[int] = frozenset()  # frames that did not open when it was sealed

    @classmethod
    def open(
        cls, path: Path, reading_key: bytes | bytearray, recording_key: bytes, known: AuditFacts
    ) -> Self:
        """Open a recording and check it.

        Args:
            path: the file.
            reading_key: the office's private key.
            recording_key: the recording's private key.
            known: what the audit says about it.

        Raises:
            Tampered: it is not the sealed file, or the audit knows none.
            FileFormatError: it is the sealed file, but nothing opens it, or it says different
                things of a second holder.
        """
        if not known.sealed:
            raise Tampered(noted("recording_changed", _UNKNOWN))
        checked = cls(
            Reader.open(
                path, reading_key, recording_key, check=lambda fd: _check_outside(fd, known)
            ),
            known,
        )
        try:
            checked._check_end()
            checked._reader.check_holders()
        except BaseException:
            checked.close()
            raise
        checked._reader.on_damage = checked._damaged
        return checked

    @property
    def channels(self) -> int:
        """Return the number of channels."""
        return self._reader.channels

    @property
    def samples(self) -> int:
        """Return the recording's length."""
        return self._reader.samples

    def read(self, start: int, count: int) -> Sound:
        """Return ``[channels, count]`` samples from ``start``; raises Tampered."""
        return self._reader.read(start, count)

    def digesting(self) -> RunningDigest:
        """Begin to digest the whole file, for ``compare``."""
        return self._reader.digesting()

    def compare(self, found: Digest) -> None:
        """Compare the whole file with the sealed one; raises Tampered."""
        _compare(found, self._known)

    def close(self) -> None:
        """Close the file and wipe its keys."""
        self._reader.close()

    def _check_end(self) -> None:
        """Look for FINAL where the sealed file ends; without it the whole file has to prove it."""
        reader = self._reader
        last = reader.peek(reader.blocks - 1) if reader.blocks and not reader.partial else None
        ends = last is not None and last.type is FrameType.FINAL
        if not ends:
            self._assess()

    def _damaged(self, index: int) -> None:
        """Stop at a frame that does not open, unless it did not when the file was sealed."""
        if index not in self._holes:
            self._assess()
            if index not in self._holes:
                raise Tampered(
                    noted("recording_changed", _OTHER.format(f": frame {index} was changed"))
                )

    def _assess(self) -> None:
        """Digest the whole file; if it is the sealed one, its holes were always there."""
        reader = self._reader
        digesting = reader.digesting()
        while digesting.step(MOST_BYTES):
            pass
        self.compare(digesting.found())
        failed: set[int] = set()
        watching, reader.on_damage = reader.on_damage, failed.add
        try:
            for index in range(reader.blocks):
                reader.peek(index)
        finally:
            reader.on_damage = watching
        self._holes = frozenset(failed)


def _check_outside(fd: int, known: AuditFacts) -> None:
    """Compare the file's length and header with the sealed ones, before any key is used."""
    frames = max(os.fstat(fd).st_size - HEADER_BYTES, 0) // FRAME_BYTES
    if frames != known.sealed_frames:
        raise Tampered(
            noted(
                "recording_changed",
                _OTHER.format(f": {frames} frames instead of {known.sealed_frames}"),
            )
        )
    if known.sealed_head is None:
        _compare(digest_of(fd), known)  # an entry of an earlier version names no header
        return
    head = hashlib.sha256(os.pread(fd, HEADER_BYTES, 0)).hexdigest()
    if not hmac.compare_digest(head, known.sealed_head):
        raise Tampered(noted("recording_changed", _OTHER.format(": its header was changed")))


def _compare(found: Digest, known: AuditFacts) -> None:
    if not hmac.compare_digest(found.sha256, known.sealed_sha256 or ""):
        raise Tampered(noted("recording_changed", _OTHER.format("")))
