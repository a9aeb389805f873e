"""Bits as two frequencies at 1200 baud (ITU-T V.23, Bell 202): a modulator and a demodulator."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE
from appliance.signals.pcm import Wave, sine_peak
from appliance.signals.tones import BAUD, V23, FskStandard


def bits_of(message: bytes, *, seizure: int = 300, marks: int = 180, tail: int = 10) -> list[int]:
    """Return a message as it goes on the line.

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
    """Return bits as a wave of continuous phase; ``tilt_db`` is space against mark level."""
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
    """Return a caller ID message (see ``callerid``) as a wave, seizure and marks first."""
    return modulate_bits(bits_of(message, seizure=seizure, marks=marks), standard, dbm0=dbm0)
