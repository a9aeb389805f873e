"""Pack and strictly parse the recording file, byte by byte as ``docs/format.md`` says.

Nothing here holds a key. Sizes and counts are capped before any cryptography sees the bytes.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from appliance.errors import FileFormatError, by_newer
from appliance.model.sentences.faults import noted

MAGIC = b"ZGODAREC"
VERSION = 3
SUITE_X25519 = 1
"""HPKE base mode with DHKEM(X25519), HKDF-SHA256, ChaCha20-Poly1305; 2 is kept for the hybrid."""
CODEC_ALAW = 1
HEADER_BYTES = 4096
FRAME_BYTES = 4096
MAC_BYTES = 32
ORIGIN_BYTES = 32
SIGNATURE_BYTES = 64
SIGNED_BYTES = HEADER_BYTES - MAC_BYTES - SIGNATURE_BYTES - ORIGIN_BYTES
"""The header's first bytes, which the recorder signs; its public key and the signature follow."""

TAG_BYTES = 16
FRAME_HEADER_BYTES = 16
PLAIN_BYTES = FRAME_BYTES - TAG_BYTES
PAYLOAD_BYTES = PLAIN_BYTES - FRAME_HEADER_BYTES
AUDIO_BYTES = 4000
KEY_BYTES = 32
RID_BYTES = 16
HOLDER_BYTES = 16
"""Of the id by which a header names a second holder: the beginning of their key's SHA-256."""

NOBODY = bytes(HOLDER_BYTES)
LAYER_BYTES = {SUITE_X25519: 48}
"""Suite -> bytes that an HPKE layer adds: encapsulated key and tag."""
TICKET_FIELDS = struct.Struct(">HH8sB3sIB")
LEAST_OPENING, MOST_OPENING = 3, 18
"""Frames before the first that may hold sound: META, CONSENT, one to sixteen of RULE."""

MOST_RULE_BYTES = (MOST_OPENING - 2) * PAYLOAD_BYTES
MAX_FRAMES = 2**20
"""The most frames of a recording: four GiB, twice what its longest sound fills in two channels."""
MOST_SAMPLES = 1_000_000_000
"""The end of the last sample: 34 h 43 min, which a WAV file of two channels can still hold."""
LONGEST_KEPT_DAYS = 3653
"""The most days that a ticket may keep a recording: ten years, the longest retention."""

_HEADER = struct.Struct(">8sBBBBH16s16sH")
_SECOND = struct.Struct(">16s16sH")
"""Behind the ticket: a second holder, the id of their key pair, the length of their ticket."""

_FRAME = struct.Struct(">BBHQI")


class FormatFault(StrEnum):
    """The ways a file can be wrong, as the test vectors name them."""

    FOREIGN = "foreign"  # not a recording at all
    SHORT = "short"  # no whole header
    VERSION = "version"  # made by a unknown version, suite or codec
    HEADER = "header"  # an impossible field in the header
    TICKET = "ticket"  # the ticket does not open with these keys
    MAC = "mac"  # the header was altered
    ORIGIN = "origin"  # the signature does not fit the key that the header names
    FRAME = "frame"  # a frame does not open where it stands
    CONTENT = "content"  # a frame opens, but its content is impossible


class Malformed(FileFormatError):
    """A recording that violates the format; ``failure`` names the class."""

    def __init__(self, failure: FormatFault, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class FrameType(IntEnum):
    """The types of frame."""

    META = 1
    CONSENT = 2
    AUDIO = 3
    EVENT = 4
    FINAL = 5
    RULE = 6


@dataclass(frozen=True, slots=True)
class Header:
    """The readable part of a recording; it says nothing about a person."""

    channels: int
    rid: bytes
    vault_id: bytes
    ticket: bytes
    suite: int = SUITE_X25519
    codec: int = CODEC_ALAW
    origin: bytes = b""  # the public half of the key that signed it
    holder: bytes = NOBODY  # a second one, who can open it beside the office
    second_rid: bytes = NOBODY  # the id of that holder's key pair
    second_ticket: bytes = b""

    def pack(self) -> bytes:
        """Return the part of the header that is signed."""
        body = self._fields + len(self.ticket).to_bytes(2, "big") + self.ticket
        body += _SECOND.pack(self.holder, self.second_rid, len(self.second_ticket))
        return (body + self.second_ticket).ljust(SIGNED_BYTES, b"\0")

    @property
    def has_second(self) -> bool:
        """Say whether it holds a ticket for a second holder."""
        return self.holder != NOBODY

    @property
    def bound(self) -> bytes:
        """Return the fields that both layers of both tickets are bound to."""
        return self._fields + self.holder + self.second_rid

    @property
    def _fields(self) -> bytes:
        fields = (self.suite, self.codec, self.channels, FRAME_BYTES, self.rid, self.vault_id)
        return _HEADER.pack(MAGIC, VERSION, *fields, 0)[:-2]


@dataclass(frozen=True, slots=True)
class Ticket:
    """The facts about a recording that the keeper needs before any login."""

    due_day: int  # days since 1970-01-01, UTC
    call_id: str  # 16 hex digits
    clock_ok: bool
    boot_id: str  # 6 hex digits: the start of the kernel's boot id
    uptime: int  # whole seconds since that boot
    kept_days: int = 0  # from the day on which the recording began to the due day
    opening: int = LEAST_OPENING  # frames before the first that may hold sound

    @property
    def day(self) -> int:
        """Return the day on which the recording began, by the recorder's clock."""
        return self.due_day - self.kept_days

    def pack(self) -> bytes:
        """Return the 21 bytes of the ticket's fields.

        Raises:
            ValueError: a number does not fit.
        """
        call, boot = bytes.fromhex(self.call_id), bytes.fromhex(self.boot_id)
        try:
            return TICKET_FIELDS.pack(
                self.day, self.kept_days, call, self.clock_ok, boot, self.uptime, self.opening
            )
        except struct.error as error:
            raise ValueError(f"The ticket cannot say {self.due_day}, {self.uptime}.") from error


LAST_DAY = 2**16 - 1
"""The last day on which a recording can begin by a ticket: in the year 2149."""


_OLDER = (
    "This recording has format %d, which trials wrote before the first release; this program reads "
    "format 3 alone."
)


def ticket_bytes(suite: int) -> int:
    """Return the length of a ticket: two HPKE layers, the fields, the content key."""
    return 2 * LAYER_BYTES[suite] + TICKET_FIELDS.size + KEY_BYTES


def parse_header(raw: bytes) -> Header:
    """Read the first 4096 bytes of a recording.

    Raises:
        Malformed: short, foreign, of an unknown version, or with an impossible field.
    """
    if raw[: len(MAGIC)] != MAGIC[: len(raw)]:
        raise Malformed(
            FormatFault.FOREIGN,
            noted("recording_file_damaged", "This is not a recording of Zgoda."),
        )
    if len(raw) < HEADER_BYTES:
        raise Malformed(
            FormatFault.SHORT,
            noted(
                "recording_file_damaged",
                f"The header ends after {len(raw)} of {HEADER_BYTES} bytes.",
            ),
        )
    _, version, suite, codec, channels, frame, rid, vault_id, length = _HEADER.unpack_from(raw)
    if 0 < version < VERSION:
        raise Malformed(FormatFault.VERSION, noted("recording_file_damaged", _OLDER % version))
    if version > VERSION:
        raise Malformed(
            FormatFault.VERSION,
            noted("made_by_newer_program", by_newer("This recording", version, VERSION)),
        )
    if version != VERSION or suite not in LAYER_BYTES or codec != CODEC_ALAW:
        raise Malformed(
            FormatFault.VERSION,
            noted(
                "recording_file_damaged",
                f"Version {version}, suite {suite}, codec {codec} is unknown to this program.",
            ),
        )
    if channels not in {1, 2} or frame != FRAME_BYTES or length != ticket_bytes(suite):
        raise Malformed(
            FormatFault.HEADER,
            noted("recording_file_damaged", "The header holds a size that cannot be."),
        )
    end = _HEADER.size + length
    ticket, (holder, second_rid, second) = raw[_HEADER.size : end], _second(raw, end, length)
    origin = raw[SIGNED_BYTES : SIGNED_BYTES + ORIGIN_BYTES]
    return Header(channels, rid, vault_id, ticket, suite, codec, origin, holder, second_rid, second)


def _second(raw: bytes, at: int, whole: int) -> tuple[bytes, bytes, bytes]:
    """Read what stands behind the ticket: a second holder, the id of their pair, their ticket.

    All three are there or none is, and zeros follow.
    """
    holder, rid, length = _SECOND.unpack_from(raw, at)
    begins = at + _SECOND.size
    if length not in {0, whole} or len({holder != NOBODY, rid != NOBODY, length > 0}) > 1:
        raise Malformed(
            FormatFault.HEADER,
            noted("recording_file_damaged", "The header names a second holder by half."),
        )
    if any(raw[begins + length : SIGNED_BYTES]):
        raise Malformed(
            FormatFault.HEADER,
            noted("recording_file_damaged", "The header holds bytes where zeros must stand."),
        )
    return holder, rid, raw[begins : begins + length]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, opened. ``sample`` counts from the recording's first sample."""

    type: FrameType
    sample: int
    samples: int
    payload: bytes


def pack_frame(into: bytearray, frame: Frame) -> None:
    """Write a frame's plain text into a buffer of ``PLAIN_BYTES``; zeros fill the rest."""
    used = FRAME_HEADER_BYTES + len(frame.payload)
    _FRAME.pack_into(into, 0, frame.type, 0, len(frame.payload), frame.sample, frame.samples)
    into[FRAME_HEADER_BYTES:used] = frame.payload
    into[used:] = bytes(PLAIN_BYTES - used)


def parse_frame(plain: bytes, channels: int, index: int, opening: int) -> Frame:
    """Read a frame's plain text.

    Args:
        plain: what the frame's block opened to.
        channels: of the recording.
        index: which frame, from 0.
        opening: frames before the first that may hold sound, from the ticket.

    Raises:
        Malformed: no writer that follows the format can have written it.
    """
    kind, flags, length, sample, samples = _FRAME.unpack_from(plain)
    end = FRAME_HEADER_BYTES + length
    try:
        frame = Frame(FrameType(kind), sample, samples, plain[FRAME_HEADER_BYTES:end])
    except ValueError:
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", f"Frame {index} is of unknown type {kind}."),
        ) from None
    audio = frame.type is FrameType.AUDIO
    if sample + samples > MOST_SAMPLES:
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", f"Frame {index} lies behind the longest recording."),
        )
    if audio and not 0 < length == samples * channels <= AUDIO_BYTES:
        raise Malformed(
            FormatFault.CONTENT,
            noted(
                "recording_file_damaged", f"Frame {index} says {samples} samples in {length} bytes."
            ),
        )
    early = index < opening and sample > 0
    if flags or length > PAYLOAD_BYTES or any(plain[end:]) or early or (samples and not audio):
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", f"Frame {index} holds values where zeros must stand."),
        )
    _check_place(frame, index, opening)
    return frame


def _check_place(frame: Frame, index: int, opening: int) -> None:
    """Refuse META unless it is first, then CONSENT, then RULE; and any of them behind those."""
    if index >= opening:
        misplaced = frame.type in {FrameType.META, FrameType.CONSENT, FrameType.RULE}
    else:
        first = {0: FrameType.META, 1: FrameType.CONSENT}
        misplaced = frame.type is not first.get(index, FrameType.RULE)
    if misplaced:
        raise Malformed(
            FormatFault.CONTENT,
            noted("recording_file_damaged", f"Frame {index} must not be {frame.type.name}."),
        )
    if frame.type is FrameType.RULE:
        length, last = len(frame.payload), index == opening - 1
        if not length or (length < PAYLOAD_BYTES and not last):
            raise Malformed(
                FormatFault.CONTENT,
                noted("recording_file_damaged", f"Frame {index} ends the rule too early."),
            )


def pieces_of_rule(rule: bytes) -> list[bytes]:
    """Cut an encoded rule into the payloads of its RULE frames.

    Raises:
        ValueError: it is empty, or larger than the format allows.
    """
    if not 0 < len(rule) <= MOST_RULE_BYTES:
        raise ValueError(f"A rule of {len(rule)} bytes cannot be sealed.")
    return [rule[at : at + PAYLOAD_BYTES] for at in range(0, len(rule), PAYLOAD_BYTES)]


def nonce(index: int, *, last: bool) -> bytes:
    """Return a frame's nonce: 11 bytes big-endian of its index, then 1 for the last frame."""
    return index.to_bytes(11, "big") + bytes([last])
