"""A sound file: one to be heard, and the owner's own prompt.

An input is the file's bytes.
"""

import io
import struct
import wave

from appliance.commands.helpers.sound_file import Channels, blocks_of, channels_in
from appliance.errors import FileFormatError, PromptError
from appliance.model.policy import PromptKind
from appliance.prompts.owner import read_owner_prompt
from tests.fuzz.feeding import Target, memory_file


def take(raw: bytes) -> None:
    """Read it to its end as the ears do, mixed and by sides, then as a prompt."""
    path = memory_file("wav").holds(raw)
    for channels in (Channels(("both",)), Channels(("far", "near"), (0, 1))):
        if channels_in(path) >= len(channels.sides):
            for block in blocks_of(path, channels):
                assert block.shape[0] == len(channels.sides)
    read_owner_prompt(path, PromptKind.QUESTION)


def _written(channels: int, rate: int, count: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(channels)
        made.setsampwidth(2)
        made.setframerate(rate)
        tone = [(number * 997 % 20_001) - 10_000 for number in range(count * channels)]
        made.writeframes(struct.pack(f"<{len(tone)}h", *tone))
    return file.getvalue()


def _riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(it)) + it for name, it in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def seeds() -> dict[str, bytes]:
    """Return one and two channels, floats that are none, A-law, a wrong length, an odd rate."""
    mono = _written(1, 8000, 400)
    floats = struct.pack("<HHIIHH", 3, 1, 8000, 32_000, 4, 32)
    alaw = struct.pack("<HHIIHH", 6, 1, 8000, 8000, 1, 8)
    return {
        "mono": mono,
        "stereo": _written(2, 16_000, 200),
        "nan": _riff((b"fmt ", floats), (b"data", struct.pack("<3f", float("nan"), 9e30, 0.5))),
        "alaw": _riff((b"fmt ", alaw), (b"data", b"\xd5" * 200)),
        "cut": mono[:-100],
        "rate": _written(1, 7, 10),
        "empty": b"",
        "no_data": _riff((b"fmt ", alaw)),
    }


TARGET = Target(
    "wav", take, (FileFormatError, PromptError), seeds, longest=8192, stretch=200_000, mutations=150
)
