"""Find a piece of sound in a recording."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]


def likeness(sound: Wave, piece: Wave) -> float:
    """Return the largest normalised correlation of ``piece`` with any part of ``sound``."""
    return likenesses(sound, [piece])[0]


def likenesses(sound: Wave, pieces: Sequence[Wave]) -> list[float]:
    """Return how like each piece is to that part of ``sound`` which is most like it."""
    size = 1 << (sound.size + max(piece.size for piece in pieces)).bit_length()
    spectrum = np.fft.rfft(sound, size)
    power = np.concatenate([[0.0], np.cumsum(sound**2)])
    found = []
    for piece in pieces:
        crossed = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)
        places = sound.size - piece.size + 1
        energy = power[piece.size :][:places] - power[:places]
        like = np.abs(crossed[:places]) / np.sqrt((energy + 1.0) * (piece**2).sum())
        found.append(float(like.max()))
    return found
