"""Read pcapng files of LAPD, as Wireshark writes them.

Source: the Internet-Draft *PCAP Next Generation Capture File Format*. Blocks of other kinds, and
frames of interfaces of other kinds, are passed over.

    type (4) · length (4) · body · length (4)
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from appliance.lines.isdn.captures.link_types import READERS
from appliance.lines.isdn.captures.source import LONGEST_RECORD, OpenCapture
from appliance.lines.isdn.frames import DFrame

MAGIC = b"\n\r\r\n"
"""The first four bytes: the type of a section's header, the same in either order."""

MOST_INTERFACES = 256
"""Of one section."""

_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_END_OF_OPTIONS, _RESOLUTION, _OFFSET = 0, 9, 14
_POWER_OF_TWO = 0x80
_SECOND = 1_000_000


@dataclass(slots=True)
class _Interface:
    link_type: int
    units: int = _SECOND  # of time, a second
    offset: int = 0  # seconds


@dataclass(slots=True)
class _Section:
    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)


def read(source: OpenCapture, magic: bytes) -> Iterator[DFrame]:
    """Yield the frames behind the magic.

    Raises:
        FileFormatError: it is damaged, breaks off, or has no interface of LAPD.
    """
    section, head, found = _Section(), magic, False
    while head:
        if head == MAGIC:
            section = _new_section(source)
        else:
            (kind,) = struct.unpack(section.order + "I", head)
            body = _body(source, section.order)
            frame = _frame(source, section, kind, body)
            found = found or any(each.link_type in READERS for each in section.interfaces)
            if frame is not None:
                yield frame
        head = source.read_or_end(4)
    if not found:
        source.refuse("holds no LAPD; link types 203 and 177 can be read")


def _new_section(source: OpenCapture) -> _Section:
    length, order = source.read(4), _ORDERS.get(source.read(4))
    if order is None:
        source.is_damaged()
    _rest_of_block(source, struct.unpack(order + "I", length)[0], order, done=12)
    return _Section(order)


def _body(source: OpenCapture, order: str) -> bytes:
    return _rest_of_block(source, struct.unpack(order + "I", source.read(4))[0], order, done=8)


def _rest_of_block(source: OpenCapture, length: int, order: str, *, done: int) -> bytes:
    """Return a block's body from where it was read up to, and check that its length is repeated."""
    if length % 4 or not done + 4 <= length <= LONGEST_RECORD:
        source.is_damaged()
    body = source.read(length - done - 4)
    if source.read(4) != struct.pack(order + "I", length):
        source.is_damaged()
    return body


def _frame(source: OpenCapture, section: _Section, kind: int, body: bytes) -> DFrame | None:
    if kind == _INTERFACE:
        _add_interface(source, section, body)
    unpack = _PACKETS.get(kind)
    if unpack is None:
        return None
    source.frames += 1
    try:
        number, ticks, kept, start = unpack(section.order, body)
    except struct.error:
        source.is_damaged()
    if number >= len(section.interfaces) or start + kept > len(body):
        source.is_damaged()
    interface = section.interfaces[number]
    reader = READERS.get(interface.link_type)
    at_us = interface.offset * _SECOND + ticks * _SECOND // interface.units
    return None if reader is None else reader(at_us, body[start : start + kept])


def _add_interface(source: OpenCapture, section: _Section, body: bytes) -> None:
    if len(body) < 8 or len(section.interfaces) == MOST_INTERFACES:
        source.is_damaged()
    interface = _Interface(struct.unpack_from(section.order + "H", body)[0])
    for code, value in _options(section.order, body[8:]):
        if code == _RESOLUTION and len(value) == 1:
            power = value[0] & ~_POWER_OF_TWO
            interface.units = 2**power if value[0] & _POWER_OF_TWO else 10**power
        elif code == _OFFSET and len(value) == 8:
            (interface.offset,) = struct.unpack(section.order + "q", value)
    section.interfaces.append(interface)


def _options(order: str, raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(raw):
        code, length = struct.unpack_from(order + "HH", raw, at)
        if code == _END_OF_OPTIONS:
            return
        yield code, raw[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


_Unpacked = tuple[int, int, int, int]  # interface, time, length kept, where the record begins


def _packet(order: str, body: bytes) -> _Unpacked:
    number, high, low, kept = struct.unpack_from(order + "IIII", body)
    return number, high << 32 | low, kept, 20


def _old_packet(order: str, body: bytes) -> _Unpacked:
    number, _drops, high, low, kept = struct.unpack_from(order + "HHIII", body)
    return number, high << 32 | low, kept, 20


def _simple(order: str, body: bytes) -> _Unpacked:
    """Return a packet that has no time: 1970, as all of them."""
    (length,) = struct.unpack_from(order + "I", body)
    return 0, 0, min(length, len(body) - 4), 4


_PACKETS: Mapping[int, Callable[[str, bytes], _Unpacked]] = {
    _PACKET: _packet,
    _OLD_PACKET: _old_packet,
    _SIMPLE: _simple,
}
