"""A capture in EyeSDN's form.

An input is the file's bytes.
"""

import io

from appliance.errors import FileFormatError
from appliance.lines.isdn.captures import eyesdn
from appliance.lines.isdn.captures.capture import frames_of
from appliance.lines.isdn.frames import DFrame
from tests.fuzz.feeding import Target, memory_file


def take(raw: bytes) -> None:
    """Read it to its end, and write what it holds again."""
    frames = list(frames_of(memory_file("eyesdn").holds(raw)))
    assert sum(len(frame.data) for frame in frames) <= len(raw)
    if raw.startswith(eyesdn.MAGIC):
        file = io.BytesIO()
        eyesdn.write(file, frames)
        assert list(frames_of(memory_file("eyesdn").holds(file.getvalue()))) == frames


def _written(*frames: DFrame) -> bytes:
    file = io.BytesIO()
    eyesdn.write(file, frames)
    return file.getvalue()


def seeds() -> dict[str, bytes]:
    """Return frames, escaped octets, another channel, a cut one, damage."""
    setup = DFrame(1_764_081_000_250_000, True, bytes.fromhex("02ff0308010505"))
    odd = DFrame(0xFEFFFE, False, b"\xff\xfe\xfd\xfc" * 4)
    whole = _written(setup, odd)
    return {
        "whole": whole,
        "channel": whole + b"\xff" + bytes(8) + b"\x01\x00\x00\x01\x2a",
        "cut": whole[:-3],
        "damaged": whole + b"\xff\x00\xff",
        "magic": eyesdn.MAGIC,
        "empty": b"",
    }


TARGET = Target("eyesdn", take, (FileFormatError,), seeds, longest=1024)
"""Read with everything that ``zgoda isdn`` reads."""
