"""A capture in one of pcap's forms, old or new.

An input is the file's bytes.
"""

import io
import struct

from appliance.errors import FileFormatError
from appliance.lines.isdn.captures import pcap
from appliance.lines.isdn.captures.capture import frames_of
from appliance.lines.isdn.captures.link_types import LAPD, LINUX_LAPD
from appliance.lines.isdn.frames import DFrame
from tests.fuzz.feeding import Target, memory_file

_SETUP = bytes.fromhex("02ff0308010505")


def take(raw: bytes) -> None:
    """Read it to its end."""
    for frame in frames_of(memory_file("pcap").holds(raw)):
        assert len(frame.data) <= len(raw)
        assert isinstance(frame.at_us, int)


def _written(link_type: int) -> bytes:
    file = io.BytesIO()
    frame = DFrame(1_764_081_000_250_000, True, _SETUP)
    pcap.write(file, (frame, frame), link_type)
    return file.getvalue()


def _block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def _new(order: str, units: bytes) -> bytes:
    section = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    options = struct.pack(order + "HH", 9, 1) + units + bytes(3)
    interface = struct.pack(order + "HHI", LAPD, 0, 0) + options
    packet = struct.pack(order + "IIIII", 0, 0x61, 5, len(_SETUP), len(_SETUP)) + _SETUP
    return (
        _block(order, 0x0A0D0D0A, section) + _block(order, 1, interface) + _block(order, 6, packet)
    )


def seeds() -> dict[str, bytes]:
    """Return old and new forms, either order of bytes, cut, of something else."""
    alone = _written(LAPD)
    swapped = struct.pack(">IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, LAPD)
    new = _new("<", b"\x06")
    return {
        "alone": alone,
        "linux": _written(LINUX_LAPD),
        "swapped": swapped + struct.pack(">IIII", 7, 250, 7, 7) + _SETUP,
        "ethernet": alone[:20] + b"\x01" + alone[21:],
        "cut": alone[:-3],
        "new": new,
        "new_swapped": _new(">", b"\xff"),
        "new_odd_units": _new("<", b"\x7f"),
        "new_cut": new[:-5],
        "new_two": new + _block("<", 3, struct.pack("<I", 7) + _SETUP),
        "empty": b"",
    }


TARGET = Target("pcap", take, (FileFormatError,), seeds, longest=1024)
"""Read with everything that ``zgoda isdn`` reads."""
