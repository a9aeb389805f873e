"""Read and write pcap files of LAPD.

Source: the Internet-Draft *PCAP Capture File Format*. Either order of bytes, microseconds or
nanoseconds:

    magic (4) · version (2, 2) · 0 (8) · longest record (4) · about an FCS, link type (2, 2)
    then of each frame: seconds (4) · fraction (4) · length kept (4) · length (4) · record
"""

import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from appliance.lines.isdn.captures.link_types import LINUX_LAPD, READERS, record_of
from appliance.lines.isdn.captures.source import LONGEST_RECORD, OpenCapture
from appliance.lines.isdn.frames import DFrame

_MICROSECONDS, _NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
_DIVISORS = {_MICROSECONDS: 1, _NANOSECONDS: 1000}
MAGICS = frozenset(struct.pack(order + "I", magic) for magic in _DIVISORS for order in ("<", ">"))
"""The first four bytes of such files."""

_LINK_TYPE, _HAS_FCS = 0xFFFF, 0x04000000
_SECOND = 1_000_000


def read(source: OpenCapture, magic: bytes) -> Iterator[DFrame]:
    """Yield the frames behind the magic.

    Raises:
        FileFormatError: it is damaged, breaks off, or holds something else than LAPD.
    """
    order = "<" if int.from_bytes(magic, "little") in _DIVISORS else ">"
    (number,) = struct.unpack(order + "I", magic)
    divisor = _DIVISORS[number]
    last = struct.unpack(order + "HHIIII", source.read(20))[5]
    link_type, fcs = last & _LINK_TYPE, 2 * (last >> 28) if last & _HAS_FCS else 0
    if link_type not in READERS:
        source.refuse(
            f"holds frames of link type {link_type}; LAPD (203) and Linux LAPD (177) can be read"
        )
    while head := source.read_or_end(16):
        seconds, fraction, kept, _length = struct.unpack(order + "IIII", head)
        if kept > LONGEST_RECORD:
            source.is_damaged()
        at_us = seconds * _SECOND + fraction // divisor
        record = source.read(kept)
        frame = READERS[link_type](at_us, record[: max(0, kept - fcs)])
        source.frames += 1
        if frame is not None:
            yield frame


def write(file: BinaryIO, frames: Iterable[DFrame], link_type: int = LINUX_LAPD) -> None:
    """Write frames; only Linux LAPD says of each who sent it."""
    file.write(struct.pack("<IHHIIII", _MICROSECONDS, 2, 4, 0, 0, 65535, link_type))
    for frame in frames:
        record = record_of(frame, link_type)
        seconds, fraction = divmod(frame.at_us, _SECOND)
        file.write(struct.pack("<IIII", seconds, fraction, len(record), len(record)) + record)
