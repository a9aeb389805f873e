"""Compute a WAV's header, and the samples that lie under a range of its bytes."""

import struct
from dataclasses import dataclass

from appliance.model.audio import RATE

HEADER = 44
"""Bytes before the first sample."""

_SAMPLE = 2
"""Bytes of one s16 sample of one channel."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of bytes: part of the header, then samples, cut at both ends."""

    header: bytes
    start: int  # first sample to read
    count: int  # samples to read, of all channels
    skip: int  # bytes of those to drop at the start
    length: int  # bytes of those to return


@dataclass(frozen=True, slots=True)
class Wav:
    """The shape of a 16-bit PCM file at 8 kHz."""

    channels: int
    samples: int

    @property
    def data_bytes(self) -> int:
        """Return the bytes behind the header."""
        return self.samples * self.channels * _SAMPLE

    @property
    def total(self) -> int:
        """Return the bytes of the whole file."""
        return HEADER + self.data_bytes

    def header(self) -> bytes:
        """Return the 44 bytes of a RIFF WAVE header (PCM, s16 little-endian)."""
        block = self.channels * _SAMPLE
        form = struct.pack(
            "<4sIHHIIHH", b"fmt ", 16, 1, self.channels, RATE, RATE * block, block, 16
        )
        riff = struct.pack("<4sI4s", b"RIFF", HEADER - 8 + self.data_bytes, b"WAVE")
        return riff + form + struct.pack("<4sI", b"data", self.data_bytes)

    def span(self, start: int, length: int) -> Span:
        """Return the span of ``length`` bytes from ``start``, up to the end of the file."""
        start = min(start, self.total)
        end = min(start + length, self.total)
        head = self.header()[start:end]
        first, last = max(start, HEADER) - HEADER, max(end, HEADER) - HEADER
        block = self.channels * _SAMPLE
        sample = first // block
        count = -(-last // block) - sample if last > first else 0
        return Span(head, sample, count, first - sample * block, last - first)
