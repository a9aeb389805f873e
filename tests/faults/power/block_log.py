"""Serve a disk from a file and log each write and flush: a plugin of nbdkit's.

``nbdkit python block_log.py disk=FILE log=FILE``. The log is a sequence of entries: kind (W, Z or
F), offset, size, and the data of a W. An entry is in the log before its request is answered, so
whoever knows that something is on the disk finds it behind the log's end.

Requests are served one at a time. A write that was answered may still be lost, in whole or in
part, until a flush that came later is answered: so the log is read afterwards.
"""

import os
import struct
from typing import Any

import nbdkit  # type: ignore[import-not-found]  # nbdkit provides it

API_VERSION = 2
ENTRY = struct.Struct("<cQI")

files: dict[str, int] = {}


def config(key: str, value: str) -> None:
    """Take a parameter of the command line."""
    how = os.O_RDWR if key == "disk" else os.O_WRONLY | os.O_CREAT | os.O_APPEND
    files[key] = os.open(value, how, 0o600)


def config_complete() -> None:
    """Look whether all parameters are there."""
    if files.keys() != {"disk", "log"}:
        raise RuntimeError("give disk=FILE and log=FILE")


def thread_model() -> int:
    """Serve one request at a time."""
    return int(nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS)


def open(readonly: bool) -> int:
    """Begin a connection."""
    return 1


def get_size(handle: Any) -> int:
    """Return the disk's size in bytes."""
    return os.fstat(files["disk"]).st_size


def can_fua(handle: Any) -> int:
    """Say that a write may demand to be on the medium when it is answered."""
    return int(nbdkit.FUA_NATIVE)


def pread(handle: Any, buffer: Any, offset: int, flags: int) -> None:
    """Read."""
    buffer[:] = os.pread(files["disk"], len(buffer), offset)


def pwrite(handle: Any, buffer: Any, offset: int, flags: int) -> None:
    """Write."""
    os.pwrite(files["disk"], buffer, offset)
    _log(b"W", offset, len(buffer), bytes(buffer))
    if flags & nbdkit.FLAG_FUA:
        _log(b"F", 0, 0)


def zero(handle: Any, count: int, offset: int, flags: int) -> None:
    """Write zeros."""
    os.pwrite(files["disk"], bytes(count), offset)
    _log(b"Z", offset, count)
    if flags & nbdkit.FLAG_FUA:
        _log(b"F", 0, 0)


def flush(handle: Any, flags: int) -> None:
    """Put everything that was answered on the medium."""
    _log(b"F", 0, 0)


def _log(kind: bytes, offset: int, size: int, data: bytes = b"") -> None:
    os.write(files["log"], ENTRY.pack(kind, offset, size) + data)
