"""Define the messages between the keeper and its reading child.

Both ends are the same installation, so there is no version.
"""

import socket
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from appliance.errors import FileFormatError, LinkError
from appliance.keeper.people import framing
from appliance.keeper.people.framing import STRUCT_LIMIT
from appliance.keeper.reading.timeline import PlaceInCall
from appliance.model.proof import Withdrawal
from appliance.model.records import (
    CallerAnswer,
    CallMeta,
    ConsentReceipt,
    Origin,
    RecordingMark,
    Unreal,
    Verdict,
)
from appliance.model.rule import SealedRule
from appliance.model.sentences.faults import noted
from appliance.structs import msgpack_decoder
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.row import Row
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.words import WordsPlace

Format = Literal["wav", "flac"]


class ReadingAsk(Struct, frozen=True, forbid_unknown_fields=True, tag_field="ask"):
    """Base of the keeper's requests."""


class Summarise(ReadingAsk, frozen=True, tag="summarise"):
    """Summarise a recording; quick for a whole end and one purpose."""

    rid: str
    key: bytes


class LoadRows(ReadingAsk, frozen=True, tag="load"):
    """Open a shard's rows and list them; the answer is ``Loaded``.

    The raw bytes are the rows' seeds, 32 bytes each, and then the whole shelf.
    """

    sid: bytes
    slots: tuple[int, ...]
    rids: bytes  # 16 bytes each
    began: tuple[int, ...]  # ms, as the shard has it


class MakeRow(ReadingAsk, frozen=True, tag="make_row"):
    """Read a recording and list it; the answer is ``Made``, the sealed row follows."""

    rid: str
    key: bytes
    sid: bytes
    slot: int
    entry: RecordingEntry


class DropRows(ReadingAsk, frozen=True, tag="drop_rows"):
    """List some slots of a shard no more: their recordings are erased."""

    sid: bytes
    slots: tuple[int, ...]


class ListUnderNumber(ReadingAsk, frozen=True, tag="add_number"):
    """List a recording under a number that a person added; its sealed row stays as it is."""

    rid: str
    sid: bytes
    slot: int
    number: str


class GetRow(ReadingAsk, frozen=True, tag="row"):
    """Ask for a row; the answer is ``SearchPage`` with it, or without any."""

    rid: str
    sid: bytes
    slot: int


Slots = dict[bytes, tuple[int, ...]]
"""Recordings, as the slots of their shards."""


class Find(ReadingAsk, frozen=True, tag="find", kw_only=True):
    """Search the rows that are loaded; empty fields match everything."""

    text: str = ""
    line: str = ""
    purpose: str = ""
    answer: CallerAnswer | None = None
    since: float | None = None  # UTC
    before: float | None = None
    page: int = 1
    per_page: int = 25
    oldest_first: bool = False
    without: Slots = {}  # as if they were not there
    only: Slots | None = None  # None: all
    none_of: Slots = {}
    doubted: Slots = {}
    """Their rows may name purposes that were taken back since."""
    settled: Slots | None = None
    """Of the doubtful ones, those that have the purpose; None: say which are doubtful."""


class Assess(ReadingAsk, frozen=True, tag="assess"):
    """Read every frame of a recording and judge it by what the audit knows."""

    rid: str
    key: bytes
    known: AuditFacts


class Prove(ReadingAsk, frozen=True, tag="prove"):
    """Judge a recording by what the audit knows, and read what it seals; answer ``SealedFacts``."""

    rid: str
    key: bytes
    known: AuditFacts


class OpenSound(ReadingAsk, frozen=True, tag="open"):
    """Check a recording before its first byte; the answer is its ``Shape``."""

    rid: str
    key: bytes
    known: AuditFacts


class ReadSound(ReadingAsk, frozen=True, tag="sound"):
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
    place: PlaceInCall


class BeginExport(ReadingAsk, frozen=True, tag="export"):
    """Check a call's recordings and begin to make a file of its whole sound."""

    parts: tuple[ExportPart, ...]  # in the order of the call
    form: Format


class NextPiece(ReadingAsk, frozen=True, tag="piece"):
    """Go on with an export: the answer is a ``Piece``, its bytes follow."""

    export: int


class EndExport(ReadingAsk, frozen=True, tag="end"):
    """Drop an export, finished or not; safe twice."""

    export: int


class OpenWords(ReadingAsk, frozen=True, tag="words"):
    """Open words that a person typed; they follow the answer as raw UTF-8."""

    sealed: bytes
    place: WordsPlace
    key: bytes  # the case's


class Forget(ReadingAsk, frozen=True, tag="forget"):
    """Close recordings and forget their keys: they are being erased."""

    rids: tuple[str, ...]


AnyAsk = (
    Summarise
    | LoadRows
    | MakeRow
    | DropRows
    | ListUnderNumber
    | GetRow
    | Find
    | Assess
    | Prove
    | OpenSound
    | ReadSound
    | BeginExport
    | NextPiece
    | EndExport
    | OpenWords
    | Forget
)


class ReadingAnswer(Struct, frozen=True, forbid_unknown_fields=True, tag_field="answer"):
    """Base of the child's answers; sound follows as raw bytes."""


class Ready(ReadingAnswer, frozen=True, tag="ready"):
    """Done; any raw bytes follow."""


class Trouble(ReadingAnswer, frozen=True, tag="trouble"):
    """Failed: the name of a ZgodaError and its sentence."""

    error: str
    message: str


class Summary(ReadingAnswer, frozen=True, tag="summary", kw_only=True):
    """A recording, summarised."""

    meta: CallMeta
    receipt: ConsentReceipt
    channels: int
    samples: int
    frames: int
    ended: str  # RecordingEnd.reason, or "cut"
    verdict: Verdict  # of the contents alone, without looking for holes
    withdrawn: tuple[str, ...]  # purposes that ended during the call
    unreal: Unreal = ""


class Loaded(ReadingAnswer, frozen=True, tag="loaded"):
    """A shard's rows are listed, but for those that have to be made again."""

    missing: tuple[int, ...]  # slots


class Made(ReadingAnswer, frozen=True, tag="made"):
    """A recording is listed; its sealed row follows."""

    due_day: int  # by the recording's own clock


class FoundRow(Struct, frozen=True):
    """A row, and which recording it is of."""

    sid: bytes
    rid: str
    row: Row


class SearchPage(ReadingAnswer, frozen=True, tag="found"):
    """A page of the rows that a search found, newest first."""

    rows: tuple[FoundRow, ...]
    total: int
    page: int = 1
    pages: int = 1
    lines: tuple[str, ...] = ()  # of all rows but those that are to be left out
    purposes: tuple[str, ...] = ()  # the same
    doubtful: tuple[bytes, ...] = ()
    """Recordings that fit but for the purpose, of which their rows do not know."""


class Assessment(ReadingAnswer, frozen=True, tag="assessed", kw_only=True):
    """The verdict on a recording by contents and audit."""

    verdict: Verdict
    why: str
    frames: int
    origin: Origin = Origin.NOT_ATTESTED
    rule: SealedRule | None = None  # None: not opened, or damaged
    marks: tuple[RecordingMark, ...] = ()
    holes: tuple[tuple[int, int], ...] = ()  # samples missing: start, count


class SealedFacts(ReadingAnswer, frozen=True, tag="proved", kw_only=True):
    """What a recording seals, letter for letter; it is the file that was sealed."""

    frames: int
    sha256: str
    meta: str
    receipt: str
    rule: str
    samples: int
    ended: str
    second: bool  # the header names a second holder
    withdrawn: tuple[Withdrawal, ...] = ()
    origin: Origin = Origin.NOT_ATTESTED


class Shape(ReadingAnswer, frozen=True, tag="shape"):
    """A recording that passed the checks before its first byte."""

    channels: int
    samples: int


class Begun(ReadingAnswer, frozen=True, tag="begun"):
    """An export that began: its number, and the file's bytes if they are known beforehand."""

    export: int
    total: int | None


class Piece(ReadingAnswer, frozen=True, tag="piece"):
    """The next bytes of an export follow; none while the digest is still being taken."""

    last: bool


AnyAnswer = (
    Ready
    | Trouble
    | Summary
    | Loaded
    | Made
    | SearchPage
    | Assessment
    | SealedFacts
    | Shape
    | Begun
    | Piece
)

_to_ask: Callable[[bytes], AnyAsk] = msgpack_decoder(AnyAsk).decode
_to_answer: Callable[[bytes], AnyAnswer] = msgpack_decoder(AnyAnswer).decode


def send(
    connection: socket.socket, message: ReadingAsk | ReadingAnswer, raw: bytes | bytearray = b""
) -> None:
    """Send one message and the raw bytes behind it."""
    send_packed(connection, pack(message), raw)


def pack(message: Struct) -> bytes:
    """Encode a message; raises FileFormatError if what it tells of a recording is too much."""
    head = msgspec.msgpack.encode(message)
    if len(head) > STRUCT_LIMIT:
        raise FileFormatError(
            noted("archive_file_damaged", "The recording holds more than can be told of it.")
        )
    return head


send_packed = framing.send


def receive_ask(connection: socket.socket) -> tuple[AnyAsk, bytearray]:
    """Receive the keeper's next request and its raw bytes; raises EOFError once it is gone."""
    head, raw = framing.receive(connection)
    return _to_ask(head), raw


def receive_answer(connection: socket.socket) -> tuple[AnyAnswer, bytes]:
    """Receive the child's answer and its raw bytes; raises EOFError once it is gone."""
    head, raw = framing.receive(connection)
    try:
        return _to_answer(head), bytes(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LinkError(noted("helper_ended", "The reading child answered nonsense.")) from error
