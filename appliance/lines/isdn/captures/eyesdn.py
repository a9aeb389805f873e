"""Read and write EyeSDN captures, as ISDN cards and monitors write them.

Source: the format as Wireshark's reader (wiretap) and mISDN's ``misdn_log`` have it.

    "EyeSDN", then of each frame:
    FF · microseconds (3) · seconds (5) · channel (1) · origin (1) · length (2) · frame

Behind each FF, the bytes FE and FF stand as FE and the byte less 2. Channel 0 is the D-channel. The
origin's bit 0 is 0 for network to user, and 1 for user to network; its other bits name a protocol
other than ISDN.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from appliance.lines.isdn.captures.source import OpenCapture
from appliance.lines.isdn.frames import DFrame

MAGIC = b"EyeSDN"
"""The first bytes."""

_BEGIN, _ESCAPE, _LESS = 0xFF, 0xFE, 2
_HEADER = 12
_FROM_USER = 1
_SECOND = 1_000_000


def read(source: OpenCapture) -> Iterator[DFrame]:
    """Yield the frames of the D-channel behind the magic.

    Raises:
        FileFormatError: it is damaged, or breaks off.
    """
    while (byte := source.byte()) >= 0:
        if byte != _BEGIN:
            source.is_damaged()
        head = _unescaped(source, _HEADER)
        data = _unescaped(source, int.from_bytes(head[10:12], "big"))
        source.frames += 1
        channel, origin = head[8], head[9]
        if channel == 0 and origin in {0, _FROM_USER}:
            seconds, fraction = int.from_bytes(head[3:8], "big"), int.from_bytes(head[:3], "big")
            yield DFrame(seconds * _SECOND + fraction, not origin & _FROM_USER, data)


def write(file: BinaryIO, frames: Iterable[DFrame]) -> None:
    """Write frames."""
    file.write(MAGIC)
    for frame in frames:
        seconds, fraction = divmod(frame.at_us, _SECOND)
        origin = bytes((0, not frame.from_network))
        head = fraction.to_bytes(3, "big") + seconds.to_bytes(5, "big") + origin
        file.write(bytes((_BEGIN,)) + _escaped(head + len(frame.data).to_bytes(2, "big")))
        file.write(_escaped(frame.data))


def _unescaped(source: OpenCapture, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        byte = source.byte()
        if byte == _ESCAPE:
            byte = source.byte() + _LESS
            if byte not in {_ESCAPE, _BEGIN}:
                _ends_or_is_damaged(source, byte - _LESS)
            found.append(byte)
        elif byte in {_BEGIN, -1}:
            _ends_or_is_damaged(source, byte)
        else:
            found.append(byte)
    return bytes(found)


def _ends_or_is_damaged(source: OpenCapture, byte: int) -> None:
    if byte < 0:
        source.breaks_off()
    source.is_damaged()


def _escaped(raw: bytes) -> bytes:
    escape = bytes((_ESCAPE,))
    raw = raw.replace(escape, escape + bytes((_ESCAPE - _LESS,)))
    return raw.replace(bytes((_BEGIN,)), escape + bytes((_BEGIN - _LESS,)))
