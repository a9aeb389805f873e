"""A WAV file that is nowhere: its header, and which samples lie under which bytes."""

import struct
from dataclasses import dataclass

from appliance.model.audio import RATE

HEADER = 44
"""Bytes before the first sample."""

_SAMPLE = 2
"""Bytes of one s16 sample of one channel."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a range of bytes is made of: header bytes, then samples with bytes cut off."""

    header: bytes
    start: int  # first sample to read
    count: int  # samples to read, of all channels
    skip: int  # bytes of those to leave out at the beginning
    length: int  # bytes of those to give


@dataclass(frozen=True, slots=True)
class Wav:
    """The shape of a 16-bit PCM file of 8 kHz."""

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
        """Return what the bytes from ``start`` on are made of, as far as the file reaches."""
        start = min(start, self.total)
        end = min(start + length, self.total)
        head = self.header()[start:end]
        first, last = max(start, HEADER) - HEADER, max(end, HEADER) - HEADER
        block = self.channels * _SAMPLE
        sample = first // block
        count = -(-last // block) - sample if last > first else 0
        return Span(head, sample, count, first - sample * block, last - first)
