"""Frame the messages between the keeper and the processes that it starts.

A message is two little-endian 32-bit lengths, a packed struct of the first length and raw bytes of
the second. Lengths are bounded: a misbehaving child must not exhaust the keeper's memory.
"""

import socket
import struct

from appliance.errors import LinkError
from appliance.model.sentences.faults import noted

STRUCT_LIMIT = 16 * 2**20
"""Bytes of a message's struct: enough for many hours with a mark for every key."""

RAW_LIMIT = 2**23
"""Raw bytes of a message: more than a minute of two channels. A whole file comes in pieces."""

_LENGTHS = struct.Struct("<II")


def send(connection: socket.socket, head: bytes, raw: bytes | bytearray = b"") -> None:
    """Send a packed struct and the raw bytes behind it."""
    connection.sendall(_LENGTHS.pack(len(head), len(raw)) + head)
    connection.sendall(raw)


def receive(connection: socket.socket) -> tuple[bytes, bytearray]:
    """Receive a packed struct and the raw bytes behind it; raises EOFError once nobody is there.

    Raises:
        LinkError: they are longer than any message.
    """
    head_length, raw_length = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size))
    if head_length > STRUCT_LIMIT or raw_length > RAW_LIMIT:
        raise LinkError(
            noted("helper_ended", "The keeper and its child do not understand each other.")
        )
    return bytes(_exactly(connection, head_length)), _exactly(connection, raw_length)


def _exactly(connection: socket.socket, count: int) -> bytearray:
    buffer = bytearray(count)
    view = memoryview(buffer)
    at = 0
    while at < count:
        got = connection.recv_into(view[at:])
        if not got:
            raise EOFError
        at += got
    view.release()
    return buffer
