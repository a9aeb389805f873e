"""Define the messages between the keeper and its reading child.

A message is two little-endian 32-bit lengths, a msgpack struct of the first length and raw bytes
of the second. Both ends are the same installation, so there is no version. Lengths are bounded all
the same: a misbehaving child must not exhaust the keeper's memory.
"""

import socket
import struct
from typing import Literal

import msgspec
from msgspec import Struct

from appliance.errors import FileFormatError, LinkError
from appliance.keeper.reading.timeline import Place
from appliance.model.records import CallMeta, ConsentReceipt, Origin, RecordingMark, Verdict
from appliance.model.rule import SealedRule
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.words import WordsPlace

Format = Literal["wav", "flac"]

STRUCT_LIMIT = 16 * 2**20
"""Bytes of a message's struct: enough for many hours with a mark for every key."""

RAW_LIMIT = 2**23
"""Raw bytes of a message: more than a minute of two channels. A whole file comes in pieces."""

_LENGTHS = struct.Struct("<II")


class Ask(Struct, frozen=True, forbid_unknown_fields=True, tag_field="ask"):
    """Base of the keeper's requests."""


class Start(Ask, frozen=True, tag="start"):
    """The first message: the recordings' folder; the raw bytes are the private reading key.

    The key is raw because a struct would be encoded into memory that is never wiped. The answer is
    ``Ready``, followed by the catalogue's second key.
    """

    recordings: str


class Summarise(Ask, frozen=True, tag="summarise"):
    """Summarise a recording for the catalogue; quick for a whole end and one purpose."""

    rid: str
    key: bytes


class Assess(Ask, frozen=True, tag="assess"):
    """Read every frame of a recording and judge it by what the audit knows."""

    rid: str
    key: bytes
    known: AuditFacts


class OpenSound(Ask, frozen=True, tag="open"):
    """Check a recording before its first byte; the answer is its ``Shape``."""

    rid: str
    key: bytes
    known: AuditFacts


class ReadSound(Ask, frozen=True, tag="sound"):
    """Read ``count`` samples of all channels from ``start``: s16 little-endian, interleaved."""

    rid: str
    key: bytes
    known: AuditFacts
    start: int
    count: int


class ExportPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A recording of the call that is handed over."""

    rid: str
    key: bytes
    known: AuditFacts
    place: Place


class BeginExport(Ask, frozen=True, tag="export"):
    """Check a call's recordings and begin to make a file of its whole sound."""

    parts: tuple[ExportPart, ...]  # in the order of the call
    form: Format


class NextPiece(Ask, frozen=True, tag="piece"):
    """Go on with an export: the answer is a ``Piece``, its bytes follow."""

    export: int


class EndExport(Ask, frozen=True, tag="end"):
    """Drop an export, finished or not; safe twice."""

    export: int


class OpenWords(Ask, frozen=True, tag="words"):
    """Open words that somebody typed; they follow the answer as raw UTF-8."""

    sealed: bytes
    place: WordsPlace
    key: bytes  # the case's


class Forget(Ask, frozen=True, tag="forget"):
    """Close a recording and forget its keys: they are being erased."""

    rid: str


AnyAsk = (
    Start
    | Summarise
    | Assess
    | OpenSound
    | ReadSound
    | BeginExport
    | NextPiece
    | EndExport
    | OpenWords
    | Forget
)


class Answer(Struct, frozen=True, forbid_unknown_fields=True, tag_field="answer"):
    """Base of the child's answers; sound follows as raw bytes."""


class Ready(Answer, frozen=True, tag="ready"):
    """Done; any raw bytes follow."""


class Trouble(Answer, frozen=True, tag="trouble"):
    """Failed: the name of a ZgodaError and its sentence."""

    error: str
    message: str


class Summary(Answer, frozen=True, tag="summary", kw_only=True):
    """A recording, summarised for the catalogue."""

    meta: CallMeta
    receipt: ConsentReceipt
    channels: int
    samples: int
    frames: int
    ended: str  # RecordingEnd.reason, or "cut"
    verdict: Verdict  # of the contents alone, without looking for holes
    withdrawn: tuple[str, ...]  # purposes that ended during the call


class Assessed(Answer, frozen=True, tag="assessed", kw_only=True):
    """The verdict on a recording by contents and audit."""

    verdict: Verdict
    why: str
    frames: int
    origin: Origin = Origin.NOT_ATTESTED
    rule: SealedRule | None = None  # None: not opened, or damaged
    marks: tuple[RecordingMark, ...] = ()
    holes: tuple[tuple[int, int], ...] = ()  # samples missing: start, count


class Shape(Answer, frozen=True, tag="shape"):
    """A recording that passed the checks before its first byte."""

    channels: int
    samples: int


class Begun(Answer, frozen=True, tag="begun"):
    """An export that began: its number, and the file's bytes if they are known beforehand."""

    export: int
    total: int | None


class Piece(Answer, frozen=True, tag="piece"):
    """The next bytes of an export follow; none while the digest is still being taken."""

    last: bool


AnyAnswer = Ready | Trouble | Summary | Assessed | Shape | Begun | Piece

_ask: msgspec.msgpack.Decoder[AnyAsk] = msgspec.msgpack.Decoder(AnyAsk)
_answer: msgspec.msgpack.Decoder[AnyAnswer] = msgspec.msgpack.Decoder(AnyAnswer)


def send(connection: socket.socket, message: Ask | Answer, raw: bytes | bytearray = b"") -> None:
    """Send one message and the raw bytes behind it."""
    send_packed(connection, pack(message), raw)


def pack(message: Ask | Answer) -> bytes:
    """Encode a message; raises FileFormatError if what it tells of a recording is too much."""
    head = msgspec.msgpack.encode(message)
    if len(head) > STRUCT_LIMIT:
        raise FileFormatError("The recording holds more than can be told of it.")
    return head


def send_packed(connection: socket.socket, head: bytes, raw: bytes | bytearray = b"") -> None:
    """Send a packed message and the raw bytes behind it."""
    connection.sendall(_LENGTHS.pack(len(head), len(raw)) + head)
    connection.sendall(raw)


def receive_ask(connection: socket.socket) -> tuple[AnyAsk, bytes]:
    """Receive the keeper's next request and its raw bytes; raises EOFError once it is gone."""
    head, raw = _receive(connection)
    return _ask.decode(head), raw


def receive_answer(connection: socket.socket) -> tuple[AnyAnswer, bytes]:
    """Receive the child's answer and its raw bytes; raises EOFError once it is gone."""
    head, raw = _receive(connection)
    try:
        return _answer.decode(head), raw
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LinkError("The reading child answered nonsense.") from error


def _receive(connection: socket.socket) -> tuple[bytes, bytes]:
    head_length, raw_length = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size))
    if head_length > STRUCT_LIMIT or raw_length > RAW_LIMIT:
        raise LinkError("The reading child and the keeper do not understand each other.")
    return _exactly(connection, head_length), _exactly(connection, raw_length)


def _exactly(connection: socket.socket, count: int) -> bytes:
    buffer = bytearray(count)
    view = memoryview(buffer)
    at = 0
    while at < count:
        got = connection.recv_into(view[at:])
        if not got:
            raise EOFError
        at += got
    view.release()
    return bytes(buffer)
