"""Modulate and demodulate FSK at 1200 baud (ITU-T V.23, Bell 202)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import Wave, sine_peak
from appliance.signals.tones import BAUD, V23, FskStandard


def message_bits(
    message: bytes, *, seizure: int = 300, marks: int = 180, tail: int = 10
) -> list[int]:
    """Return the bits of a message as they go on the line.

    ``seizure`` alternating bits (0 while a call is up), ``marks`` ones, then each byte with a
    start and a stop bit, lowest bit first, then ``tail`` ones.
    """
    bits = [index % 2 for index in range(seizure)] + [1] * marks
    for byte in message:
        bits += [0, *((byte >> place) & 1 for place in range(8)), 1]
    return bits + [1] * tail


def modulate_bits(
    bits: Iterable[int], standard: FskStandard = V23, *, dbm0: float = -13.5, tilt_db: float = 0.0
) -> Wave:
    """Modulate bits with continuous phase; ``tilt_db`` is the level of space over mark."""
    ones = np.fromiter(bits, np.int8).astype(bool)
    frequency = np.where(ones, standard.mark, standard.space)
    count = int(ones.size * RATE / BAUD)
    time = np.arange(count) / RATE
    index = np.minimum((time * BAUD).astype(np.intp), ones.size - 1)
    begun: NDArray[np.float64] = np.concatenate(([0.0], np.cumsum(frequency[:-1]))) / BAUD
    turns = begun[index] + frequency[index] * (time - index / BAUD)
    peak = np.where(ones, sine_peak(dbm0), sine_peak(dbm0 + tilt_db))
    wave: Wave = peak[index] * np.sin(2 * np.pi * turns)
    return wave


def modulate(
    message: bytes,
    standard: FskStandard = V23,
    *,
    dbm0: float = -13.5,
    seizure: int = 300,
    marks: int = 180,
) -> Wave:
    """Modulate a caller ID message, seizure and marks first."""
    return modulate_bits(message_bits(message, seizure=seizure, marks=marks), standard, dbm0=dbm0)


@dataclass(frozen=True, slots=True)
class FskByte:
    """A byte as received, right or wrong; ``sample`` is the middle of its start bit."""

    value: int
    sample: int


_BIT = RATE / BAUD
_SPAN = 20
"""Samples that decide one bit: it and its two neighbours, exactly three bits."""

_BYTE_BITS = 10


def _three_bits(standard: FskStandard) -> Floats:
    """Return filters for all sequences of three bits, ordered by the middle one."""
    waves = []
    for first, middle, last in sorted(product((0, 1), repeat=3), key=lambda bits: bits[1]):
        step = np.array([(standard.space, standard.mark)[bit] for bit in (first, middle, last)])
        time = np.arange(_SPAN) + 0.5
        index = (time / _BIT).astype(np.intp)
        begun = np.concatenate(([0.0], np.cumsum(step[:-1]))) * _BIT
        turns = 2 * np.pi / RATE * (begun[index] + step[index] * (time - index * _BIT))
        waves.append(np.exp(1j * turns))
    stacked = np.stack(waves, axis=1)
    return np.concatenate((stacked.real, stacked.imag), axis=1).astype(np.float32)


class Demodulator:
    """Turns one message's sound into bytes, frame by frame, from its marks on.

    The phase runs on from bit to bit, so a bit is decided together with its neighbours: the most
    likely of the eight waveforms of three bits gives the middle bit.
    """

    def __init__(self, standard: FskStandard, start: int = 0) -> None:
        """Listen for a standard; ``start`` is the count of the first sample that will come."""
        self._filters = _three_bits(standard)
        self._sound: Floats = np.zeros(_SPAN - 1, np.float32)
        self._soft: list[float] = []  # per sample: above 0 for mark, below for space
        self._first = start - _SPAN // 2 + 1  # count of the sample of _soft[0]
        self._at = 1.0  # index into _soft: start of the search for the next byte
        self._expected: float | None = None  # index of the next start bit, if bytes follow closely

    def demodulate(self, sound: Floats) -> list[FskByte]:
        """Demodulate samples; return the bytes now complete."""
        joined = np.concatenate((self._sound, sound))
        self._sound = joined[joined.size - _SPAN + 1 :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, _SPAN)
        taps = np.ascontiguousarray(windows) @ self._filters
        np.multiply(taps, taps, out=taps)
        powers = taps[:, :8] + taps[:, 8:]
        marks, spaces = powers[:, 4:].max(axis=1), powers[:, :4].max(axis=1)
        self._soft.extend((np.sqrt(marks) - np.sqrt(spaces)).tolist())
        out = list(self._bytes())
        self._forget()
        return out

    def _bytes(self) -> Iterator[FskByte]:
        while True:
            start = self._start_bit()
            if start is None:
                return
            middle = self._sharpened(start)
            value = 0
            for place in range(8):
                value |= (self._bit(middle + (place + 1) * _BIT) > 0) << place
            yield FskByte(value, self._first + round(middle))
            self._at = middle + 8.7 * _BIT
            self._expected = middle + _BYTE_BITS * _BIT

    def _start_bit(self) -> float | None:
        """Return the middle of the next start bit; None until its byte is complete."""
        end = len(self._soft) - _BYTE_BITS * _BIT - 4
        if self._expected is not None:
            if self._expected > end:
                return None
            if self._bit(self._expected) < 0:
                return self._expected
            self._expected = None
        soft = self._soft
        index = max(1, int(self._at))
        while index < end:
            if soft[index] < 0 <= soft[index - 1]:
                edge = index - soft[index] / (soft[index] - soft[index - 1])
                middle = edge + _BIT / 2
                if self._bit(middle) < 0:
                    return middle
            index += 1
        self._at = max(self._at, float(index))
        return None

    def _sharpened(self, middle: float) -> float:
        """Shift to where start bit, eight bits and stop bit are clearest together."""

        def clarity(shift: float) -> float:
            at = middle + shift
            bits = sum(abs(self._bit(at + place * _BIT)) for place in range(1, 9))
            return bits - self._bit(at) + self._bit(at + 9 * _BIT)

        return middle + max((-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5), key=clarity)

    def _bit(self, at: float) -> float:
        index = int(at)
        part = at - index
        return self._soft[index] * (1 - part) + self._soft[index + 1] * part

    def _forget(self) -> None:
        """Drop samples already read."""
        done = int(self._at if self._expected is None else min(self._at, self._expected)) - 8
        if done > 0:
            del self._soft[:done]
            self._first += done
            self._at -= done
            self._expected = None if self._expected is None else self._expected - done
