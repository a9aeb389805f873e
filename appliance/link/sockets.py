"""Connect Unix sockets at paths of any length; identify the user at the other end."""

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

_ADDRESS_LIMIT = 100
"""Bytes; the kernel takes 107, and a path through /proc stays far below."""

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: struct ucred of unix(7)


@contextlib.contextmanager
def address(path: Path) -> Iterator[str]:
    """Yield an address for a socket's path, through the open folder if the path is too long."""
    if len(os.fsencode(path)) <= _ADDRESS_LIMIT:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def peer_uid(connection: socket.socket) -> int:
    """Return the user id of the process at the other end, as the kernel knows it."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    uid: int = _CREDENTIALS.unpack(raw)[1]
    return uid
