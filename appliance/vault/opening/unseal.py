"""Open a recording, seek in it, read its sound; the keeper's half of the vault.

Opening needs both private keys: the office's reading key and the recording's own. The recording's
own key alone opens the ticket's outer layer, which retention needs.
"""

import hmac
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC

from appliance.model.audio import Sound
from appliance.model.records import CallMeta, ConsentReceipt, Unreal
from appliance.model.rule import SealedRule
from appliance.model.sentences.faults import noted
from appliance.signals.pcm import decode_alaw
from appliance.vault.agreement import check_holders, check_second
from appliance.vault.disk import open_ordinary, wipe
from appliance.vault.format import (
    FRAME_BYTES,
    HEADER_BYTES,
    KEY_BYTES,
    LEAST_OPENING,
    MAC_BYTES,
    MAX_FRAMES,
    MOST_OPENING,
    TICKET_FIELDS,
    FormatFault,
    Frame,
    FrameType,
    Header,
    Malformed,
    Ticket,
    nonce,
    parse_frame,
    parse_header,
)
from appliance.vault.opening.digest import RunningDigest
from appliance.vault.opening.survey import Survey, decode, decode_rule, survey
from appliance.vault.origin import is_signed
from appliance.vault.seal import LABEL_HEADER, LABEL_PAYLOAD, derive_into
from appliance.vault.tickets import HPKE, OFFICES, SECOND


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A ticket without its outer layer: enough for retention, not for listening."""

    fields: Ticket
    content: bytes  # the content key, still sealed to the reading key
    info: bytes  # that it was sealed with


def open_ticket(header: Header, recording_key: bytes, *, second: bool = False) -> OpenTicket:
    """Open a ticket's outer layer with the recording's private key.

    Args:
        header: of the recording.
        recording_key: the private half of the pair that the ticket is sealed to.
        second: open the second holder's ticket, not the office's.

    Raises:
        Malformed: there is no such ticket, the key does not fit, or the header was altered.
    """
    private = X25519PrivateKey.from_private_bytes(recording_key)
    sealed = header.second_ticket if second else header.ticket
    labels = SECOND if second else OFFICES
    if not sealed:
        raise Malformed(
            FormatFault.TICKET,
            noted("recording_file_damaged", "The recording has no ticket for a second holder."),
        )
    try:
        plain = HPKE.decrypt(sealed, private, info=labels.ticket + header.bound)
    except InvalidTag:
        raise Malformed(
            FormatFault.TICKET,
            noted(
                "recording_file_damaged",
                "The ticket does not open with the recording's key: the header is altered.",
            ),
        ) from None
    day, kept, call, flags, boot, uptime, opening = TICKET_FIELDS.unpack_from(plain)
    if flags > 1:
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", f"The ticket holds unknown flags ({flags})."),
        )
    if not LEAST_OPENING <= opening <= MOST_OPENING:
        raise Malformed(
            FormatFault.CONTENT,
            noted(
                "recording_file_damaged", f"The ticket says that {opening} frames hold no sound."
            ),
        )
    fields = Ticket(day + kept, call.hex(), bool(flags), boot.hex(), uptime, kept, opening)
    return OpenTicket(fields, plain[TICKET_FIELDS.size :], labels.content + header.bound)


def read_header(path: Path) -> Header:
    """Read a recording's header; this needs no key.

    Raises:
        Malformed: foreign, short, of an unknown version, or with an impossible field.
    """
    with open_ordinary(path) as file:
        return parse_header(file.read(HEADER_BYTES) or b"")


class Reader:
    """An open recording; a file that still grows is read as far as it reached at opening."""

    def __init__(self, fd: int, header: Header, ticket: Ticket, payload_key: bytearray) -> None:
        self.header = header
        self.ticket = ticket
        self._fd = fd
        self._payload_key = payload_key
        self._cipher = ChaCha20Poly1305(payload_key)
        size = os.fstat(fd).st_size - HEADER_BYTES
        self.blocks = min(size // FRAME_BYTES, MAX_FRAMES)  # whole frames
        self.partial = size % FRAME_BYTES > 0  # a piece of a frame stands at the end
        self.on_damage: Callable[[int], None] = _accept
        """Told the index of each frame that does not open; may raise to stop the reader."""

    @classmethod
    def open(
        cls,
        path: Path,
        reading_key: bytes | bytearray,
        recording_key: bytes,
        *,
        check: Callable[[int], None] | None = None,
        second: bool = False,
    ) -> Self:
        """Open a recording with the office's and the recording's private keys.

        Args:
            path: the file.
            reading_key: the office's private key.
            recording_key: the recording's private key.
            second: the keys are a second holder's, whose ticket is opened; it has to name the call
                and the day that META does.
            check: gets the open file's descriptor before anything is read; may raise to refuse it.

        Raises:
            Malformed: foreign, short, altered, or the keys do not fit.
        """
        with open_ordinary(path) as file:
            fd = os.dup(file.fileno())
        try:
            if check is not None:
                check(fd)
            raw = os.pread(fd, HEADER_BYTES, 0)
            header = parse_header(raw)
            ticket = open_ticket(header, recording_key, second=second)
            content_key, payload_key = _content_key(raw, ticket, reading_key), bytearray(KEY_BYTES)
            derive_into(content_key, raw[: HEADER_BYTES - MAC_BYTES], LABEL_PAYLOAD, payload_key)
            wipe(content_key)
            reader = cls(fd, header, ticket.fields, payload_key)
            if second and (meta := reader.peek_at_meta()) is not None:
                check_second(ticket.fields, meta)
            return reader
        except BaseException:
            os.close(fd)
            raise

    def close(self) -> None:
        """Close the file and wipe the keys; safe twice."""
        wipe(self._payload_key)
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def channels(self) -> int:
        """Return the number of channels."""
        return self.header.channels

    @cached_property
    def meta(self) -> CallMeta:
        """Return META; raises Malformed if that frame is damaged."""
        return decode(self.frame(0), CallMeta)

    @cached_property
    def receipt(self) -> ConsentReceipt:
        """Return the consent receipt; raises Malformed if that frame is damaged."""
        return decode(self.frame(1), ConsentReceipt)

    @cached_property
    def rule(self) -> SealedRule:
        """Return the rule that the call was recorded under; raises Malformed if it is damaged."""
        return decode_rule([self.frame(index) for index in range(2, self.ticket.opening)])

    @property
    def unreal(self) -> Unreal:
        """Return why the line was no telephone line; empty too where the rule is damaged."""
        try:
            return self.rule.heard.unreal
        except Malformed:
            return ""

    @property
    def signer(self) -> bytes:
        """Return the public key that signed the recording."""
        return self.header.origin

    @cached_property
    def survey(self) -> Survey:
        """Walk over all frames, once.

        Raises:
            Malformed: a frame opens, but its content is impossible, or header, META and rule do not
                say the same of a second holder.
        """
        made = survey(self.blocks, self.partial, self.peek, self.ticket.opening)
        self.check_holders()
        return made

    def check_holders(self) -> None:
        """Hold header, META and rule to what each says of a second holder; skip damaged ones.

        Raises:
            Malformed: they do not say the same.
        """
        if self.blocks < self.ticket.opening:
            return
        meta = self.peek_at_meta()
        pieces = [self.peek(index) for index in range(2, self.ticket.opening)]
        whole = [piece for piece in pieces if piece is not None]
        if meta is not None and len(whole) == len(pieces):
            check_holders(self.header, meta, decode_rule(whole))

    def peek_at_meta(self) -> CallMeta | None:
        """Return META; None if its frame is damaged, or missing."""
        frame = self.peek(0)
        return None if frame is None else decode(frame, CallMeta)

    def digesting(self) -> RunningDigest:
        """Begin to digest the open file; raises FileFormatError if it is too large."""
        return RunningDigest(self._fd)

    @property
    def samples(self) -> int:
        """Return the recording's length; quick if its end is whole."""
        last = self.peek(self.blocks - 1) if self.blocks else None
        return self.survey.samples if last is None else last.sample + last.samples

    def frame(self, index: int) -> Frame:
        """Open one frame.

        Raises:
            Malformed: it does not open at this index, or its content is impossible.
        """
        block = os.pread(self._fd, FRAME_BYTES, HEADER_BYTES + index * FRAME_BYTES)
        for last in (False, True):
            try:
                plain = self._cipher.decrypt(nonce(index, last=last), block, None)
            except InvalidTag:
                continue
            frame = parse_frame(plain, self.channels, index, self.ticket.opening)
            if last is not (frame.type is FrameType.FINAL):
                raise Malformed(
                    FormatFault.CONTENT,
                    noted(
                        "recording_file_damaged", f"Frame {index} is wrongly marked as the last."
                    ),
                )
            return frame
        raise Malformed(
            FormatFault.FRAME, noted("recording_file_damaged", f"Frame {index} is damaged.")
        )

    def peek(self, index: int) -> Frame | None:
        """Open one frame; None if it is damaged."""
        try:
            return self.frame(index)
        except Malformed as error:
            if error.failure is not FormatFault.FRAME:
                raise
            self.on_damage(index)
            return None

    def read(self, start: int, count: int) -> Sound:
        """Return ``[channels, count]`` samples from ``start``; silence where none are stored."""
        sound = np.zeros((self.channels, count), np.int16)
        for frame in self._sounding(start, start + count):
            codes = decode_alaw(frame.payload).reshape(self.channels, frame.samples)
            skip, at = max(0, start - frame.sample), max(0, frame.sample - start)
            piece = codes[:, skip : skip + count - at]
            sound[:, at : at + piece.shape[1]] = piece
        return sound

    def _sounding(self, start: int, stop: int) -> Iterator[Frame]:
        """Yield the AUDIO frames that hold samples between ``start`` and ``stop``."""
        for index in range(self._seek(start), self.blocks):
            frame = self.peek(index)
            if frame is None:
                continue
            if frame.sample >= stop or frame.type is FrameType.FINAL:
                return
            if frame.type is FrameType.AUDIO and frame.sample + frame.samples > start:
                yield frame

    def _seek(self, sample: int) -> int:
        """Return the index of the last readable AUDIO frame that begins at or before a sample.

        Frame headers carry their first sample, which never falls; damaged frames are skipped.
        """
        low, high = self.ticket.opening, max(self.blocks, self.ticket.opening)
        found = low
        while low < high:
            middle = probe = (low + high) // 2
            while probe < high and (frame := self.peek(probe)) is None:
                probe += 1
            if probe == high or frame is None or frame.sample > sample:
                high = middle
                continue
            if frame.type is FrameType.AUDIO:
                found = probe
            low = probe + 1
        return found


def _accept(index: int) -> None:
    """Let a damaged frame be a hole."""


def content_key(
    path: Path, reading_key: bytes | bytearray, recording_key: bytes, *, second: bool = False
) -> bytearray:
    """Return a recording's content key, for a text beside its sound. The caller wipes it.

    Raises:
        Malformed: foreign, short, altered, or the keys do not fit.
    """
    with open_ordinary(path) as file:
        raw = file.read(HEADER_BYTES) or b""
    ticket = open_ticket(parse_header(raw), recording_key, second=second)
    return _content_key(raw, ticket, reading_key)


def _content_key(raw: bytes, ticket: OpenTicket, reading_key: bytes | bytearray) -> bytearray:
    """Open the content key, check the header's MAC with it, and its signature."""
    private = X25519PrivateKey.from_private_bytes(reading_key)
    try:
        content = HPKE.decrypt(ticket.content, private, info=ticket.info)
    except InvalidTag:
        raise Malformed(
            FormatFault.TICKET,
            noted(
                "recording_file_damaged", "The ticket does not open with this office's reading key."
            ),
        ) from None
    content_key, mac_key = bytearray(content), bytearray(KEY_BYTES)
    open_part = raw[: HEADER_BYTES - MAC_BYTES]
    derive_into(content_key, open_part, LABEL_HEADER, mac_key)
    mac = HMAC(mac_key, hashes.SHA256())
    mac.update(open_part)
    if not hmac.compare_digest(mac.finalize(), raw[HEADER_BYTES - MAC_BYTES :]):
        raise Malformed(
            FormatFault.MAC,
            noted("recording_file_damaged", "The header was altered: its MAC does not fit."),
        )
    if not is_signed(raw):
        raise Malformed(
            FormatFault.ORIGIN,
            noted(
                "recording_file_damaged", "Its signature is not by the key that it names: forged."
            ),
        )
    wipe(mac_key)
    return content_key
