"""What the keeper and its reading child say to each other, over a pair of sockets.

A message is two little-endian 32-bit lengths, a msgpack struct of the first length and raw bytes
of the second. Both ends are the same installation, so there is no version; lengths are still
bounded, since a child that misbehaves must not take the keeper's memory.
"""

import socket
import struct
from typing import Literal

import msgspec
from msgspec import Struct

from appliance.errors import LinkError
from appliance.model.records import (
    CallMeta,
    ConsentReceipt,
    RecordingEnd,
    RecordingMark,
    Verdict,
)

STRUCT_LIMIT = 16 * 2**20
"""Bytes of a message's struct: a recording of many hours, a mark for every key."""

RAW_LIMIT = 2**31
"""Raw bytes of a message: 18 hours of two channels."""

_LENGTHS = struct.Struct("<II")


class Ask(Struct, frozen=True, forbid_unknown_fields=True, tag_field="ask"):
    """Base of what the keeper asks for."""


class Start(Ask, frozen=True, tag="start"):
    """The first message: the office's private reading key and where the recordings are."""

    reading_key: bytes
    recordings: str


class Inspect(Ask, frozen=True, tag="inspect"):
    """Read a whole recording but give none of its sound."""

    rid: str
    key: bytes


class ReadSound(Ask, frozen=True, tag="sound"):
    """Give ``count`` samples of all channels from ``start`` on, s16 little-endian, interleaved."""

    rid: str
    key: bytes
    start: int
    count: int


class Export(Ask, frozen=True, tag="export"):
    """Give the whole sound as a file."""

    rid: str
    key: bytes
    format: Literal["wav", "flac"]


class Forget(Ask, frozen=True, tag="forget"):
    """Let go of everything about a recording: its keys are being erased."""

    rid: str


AnyAsk = Start | Inspect | ReadSound | Export | Forget


class Answer(Struct, frozen=True, forbid_unknown_fields=True, tag_field="answer"):
    """Base of what the child answers; sound comes as raw bytes behind it."""


class Ready(Answer, frozen=True, tag="ready"):
    """Done; any raw bytes follow."""


class Trouble(Answer, frozen=True, tag="trouble"):
    """Not done: the name of a ZgodaError and its sentence."""

    error: str
    message: str


class Inspected(Answer, frozen=True, tag="inspected", kw_only=True):
    """What stands in a recording. ``verdict`` judges the contents alone, not the audit."""

    meta: CallMeta
    receipt: ConsentReceipt
    end: RecordingEnd | None  # None: cut
    marks: tuple[RecordingMark, ...]
    holes: tuple[tuple[int, int], ...]  # samples missing: start, count
    channels: int
    samples: int
    frames: int
    verdict: Verdict


AnyAnswer = Ready | Trouble | Inspected

_ask: msgspec.msgpack.Decoder[AnyAsk] = msgspec.msgpack.Decoder(AnyAsk)
_answer: msgspec.msgpack.Decoder[AnyAnswer] = msgspec.msgpack.Decoder(AnyAnswer)


def send(connection: socket.socket, message: Ask | Answer, raw: bytes | bytearray = b"") -> None:
    """Send one message and the raw bytes behind it."""
    head = msgspec.msgpack.encode(message)
    connection.sendall(_LENGTHS.pack(len(head), len(raw)) + head)
    connection.sendall(raw)


def receive_ask(connection: socket.socket) -> AnyAsk:
    """Return the keeper's next message; EOFError once it is gone."""
    return _ask.decode(_receive(connection)[0])


def receive_answer(connection: socket.socket) -> tuple[AnyAnswer, bytes]:
    """Return the child's answer and its raw bytes; EOFError once it is gone."""
    head, raw = _receive(connection)
    try:
        return _answer.decode(head), raw
    except msgspec.DecodeError as error:
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
