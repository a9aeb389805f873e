"""Which part of a sound a set of frequencies explains: orthonormal columns to project it on."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from appliance.signals.goertzel import Floats, Matrix, read_only, sines, span_of


@lru_cache(16)
def projections(
    long_sets: tuple[tuple[float, ...], ...],
    short_sets: tuple[tuple[float, ...], ...],
    lengths: tuple[int, int],
) -> tuple[Floats, tuple[int, ...]]:
    """Return orthonormal columns for each set, hum first, and where each set's begin.

    ``lengths`` are those of the long window and of the short one, which is its end.
    The sets are at right angles to hum: what it leaves over must not look like a tone. All lines
    of a country share them.
    """
    hum = ((0.0, 60.0),)
    long, short = lengths
    long_hum, short_hum = span_of(hum, long), span_of(hum, short)
    columns = [long_hum, _padded(short_hum, long)]
    columns += [_orthonormal(frequencies, long_hum) for frequencies in long_sets]
    columns += [_padded(_orthonormal(frequencies, short_hum), long) for frequencies in short_sets]
    widths = [part.shape[1] for part in columns]
    starts = tuple(sum(widths[:index]) for index in range(len(widths)))
    return read_only(np.concatenate(columns, axis=1).astype(np.float32)), starts


def _orthonormal(frequencies: Sequence[float], hum: Matrix) -> Matrix:
    waves = sines(frequencies, hum.shape[0])
    return np.linalg.qr(waves - hum @ (hum.T @ waves))[0]


def _padded(basis: Matrix, length: int) -> Matrix:
    return np.concatenate((np.zeros((length - basis.shape[0], basis.shape[1])), basis))
