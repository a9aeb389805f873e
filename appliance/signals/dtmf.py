"""DTMF keys (ITU-T Q.23, Q.24; ETSI ES 201 235): a generator and a streaming detector."""

import math

import numpy as np

from appliance.model.audio import RATE
from appliance.signals.pcm import Wave, sine_peak
from appliance.signals.tones import frequencies_of

_RAMP = 8
"""Samples of a soft edge (1 ms): a real key pad does not click."""


def key_wave(
    key: str, ms: float = 100.0, *, dbm0: float = -10.0, twist_db: float = 2.0, deviation: float = 0
) -> Wave:
    """Return the two tones of one key.

    ``dbm0`` is the level of both together, ``twist_db`` high minus low group, ``deviation`` the
    relative error of both frequencies (0.015 is 1.5 % too high). Raises ValueError for no key.
    """
    low, high = frequencies_of(key)
    ratio = 10 ** (twist_db / 10)
    low_peak = sine_peak(dbm0 - 10 * math.log10(1 + ratio))
    high_peak = low_peak * math.sqrt(ratio)
    count = round(ms * RATE / 1000)
    turns = 2 * np.pi * (1 + deviation) / RATE * np.arange(count)
    wave: Wave = low_peak * np.sin(low * turns) + high_peak * np.sin(high * turns)
    edge = np.minimum(1.0, (np.arange(count) + 0.5) / _RAMP)
    return wave * edge * edge[::-1]


def keys_wave(
    keys: str,
    tone_ms: float = 80.0,
    pause_ms: float = 80.0,
    *,
    dbm0: float = -10.0,
    twist_db: float = 2.0,
    deviation: float = 0,
) -> Wave:
    """Return several keys, each followed by a pause."""
    pause = np.zeros(round(pause_ms * RATE / 1000))
    parts = [np.zeros(0)]
    for key in keys:
        parts += [
            key_wave(key, tone_ms, dbm0=dbm0, twist_db=twist_db, deviation=deviation),
            pause,
        ]
    return np.concatenate(parts)
