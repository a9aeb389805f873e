"""Measure and set the active level of speech, and find its end.

The active level is that of speech without its pauses, after the idea of ITU-T P.56, by a simpler
method: 20 ms frames count as speech if they are at most 15.9 dB below the level of all frames
that count, found by iteration; short pauses inside words therefore do not count.
"""

import math

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, Sound
from appliance.signals.pcm import FLOOR_DBM0, Wave, dbm0_of_power, to_sound

PROMPT_DBM0 = -18.0
"""Active level of a prompt on its way to the line."""

SILENT_DBM0 = -50.0
"""A prompt with weaker speech than this counts as silent."""

_MARGIN = 10 ** (-15.9 / 10)
_END_MARGIN = 10 ** (-26 / 10)  # the end of a vowel fades; weaker sound is inaudible on a line
_ROUNDS = 20
_STEP = 40  # samples: 5 ms, the precision of an end


def _powers(sound: Sound | Wave, step: int) -> NDArray[np.float64]:
    whole = sound[: sound.size // step * step].astype(np.float64).reshape(-1, step)
    powers: NDArray[np.float64] = np.mean(whole * whole, axis=1)
    return powers


def active_power(sound: Sound | Wave) -> float:
    """Return the mean square of the speech in ``[samples]``; 0 for silence."""
    powers = _powers(sound, FRAME)
    active = float(powers.mean()) if powers.size else 0.0
    for _ in range(_ROUNDS):
        speaking = powers[powers > active * _MARGIN]
        if not speaking.size or math.isclose(float(speaking.mean()), active):
            break
        active = float(speaking.mean())
    return active


def active_dbm0(sound: Sound) -> float:
    """Return the active level of ``[samples]``; ``FLOOR_DBM0`` for silence."""
    power = active_power(sound)
    return dbm0_of_power(power) if power else FLOOR_DBM0


def active_end(sound: Sound) -> int:
    """Return the sample, to 5 ms, at which the last speech ends; 0 for silence."""
    powers = _powers(sound, _STEP)
    loud = np.flatnonzero(powers > active_power(sound) * _END_MARGIN)
    return (int(loud[-1]) + 1) * _STEP if loud.size else 0


def levelled(sound: Sound, dbm0: float = PROMPT_DBM0) -> Sound:
    """Scale ``[samples]`` to an active level, or to less if peaks would clip."""
    gain = 10 ** ((dbm0 - active_dbm0(sound)) / 20)
    peak = float(np.abs(sound.astype(np.int32)).max(initial=1))
    return to_sound(sound.astype(np.float64) * min(gain, 32767 / peak))
