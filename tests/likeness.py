"""Find a piece of sound in a recording."""

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]


def likeness(sound: Wave, piece: Wave) -> float:
    """Return the largest normalised correlation of ``piece`` with any part of ``sound``."""
    size = 1 << (sound.size + piece.size).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    power = np.concatenate([[0.0], np.cumsum(sound**2)])
    places = sound.size - piece.size + 1
    energy = power[piece.size :][:places] - power[:places]
    return float((np.abs(crossed[:places]) / np.sqrt((energy + 1.0) * (piece**2).sum())).max())
