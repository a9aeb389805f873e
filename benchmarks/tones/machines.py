"""Make the sounds of fax, modem and alarm signals that are no plain tones.

ITU-T T.30 (a fax's preamble and DIS in V.21), V.8 (ANSam), V.21 and Bell 103 at 300 baud, as SIA
alarm diallers use them, and a modem's data, which sounds like noise.
"""

import numpy as np

from appliance.model.audio import RATE, Sound
from appliance.signals.pcm import Wave, rms_of, sine_peak, to_sound

V21_HIGH = (1650.0, 1850.0)
BELL103_LOW = (1270.0, 1070.0)
"""Mark and space, in V.21 of the party that answers, in Bell 103 of the one that calls."""

_LEVEL = -12.0
_BAUD = 300


def fsk(seconds: float, tones: tuple[float, float], chance: np.random.Generator) -> Sound:
    """Return random bits at 300 baud, without a jump of phase, as ``(mark, space)``."""
    count = round(seconds * RATE)
    places = np.arange(count) * _BAUD // RATE
    bits = chance.integers(0, 2, int(places[-1]) + 1)
    return _swept(np.where(bits[places] == 1, tones[0], tones[1]))


def fax_preamble(seconds: float, chance: np.random.Generator) -> Sound:
    """Return a second of V.21 flags (01111110) and then a fax's capabilities."""
    flags = np.tile((0, 1, 1, 1, 1, 1, 1, 0), 38)
    bits = np.concatenate((flags, chance.integers(0, 2, round(seconds * _BAUD))))
    places = np.arange(round(seconds * RATE)) * _BAUD // RATE
    return _swept(np.where(bits[places] == 1, V21_HIGH[0], V21_HIGH[1]))


def ansam(seconds: float, *, modulated: bool = True) -> Sound:
    """Return V.8's answer tone: 2100 Hz, its phase turned every 450 ms, 15 Hz on top of it."""
    time = np.arange(round(seconds * RATE)) / RATE
    turned = np.where((time // 0.45) % 2 == 0, 1.0, -1.0)
    swing = 1.0 + 0.2 * modulated * np.sin(2 * np.pi * 15 * time)
    return to_sound(sine_peak(_LEVEL) * turned * swing * np.sin(2 * np.pi * 2100 * time))


def data(seconds: float, carrier: float, chance: np.random.Generator) -> Sound:
    """Return scrambled data of V.22: phase steps at 600 baud around a carrier."""
    count = round(seconds * RATE)
    symbols = np.arange(count) * 600 // RATE
    phase = np.cumsum(chance.integers(0, 4, int(symbols[-1]) + 1) * np.pi / 2)
    steps = np.interp(np.arange(count) * 600 / RATE, np.arange(phase.size), phase)
    turns = 2 * np.pi * carrier * np.arange(count) / RATE + steps
    return to_sound(sine_peak(_LEVEL) * np.sin(turns))


def joined(*parts: Sound | float) -> Sound:
    """Return sounds one after the other; a number is that many seconds of silence."""
    waves = [
        np.zeros(round(part * RATE), np.int16) if isinstance(part, float) else part
        for part in parts
    ]
    sound: Sound = np.concatenate(waves)
    return sound


def tone(hertz: float, seconds: float) -> Sound:
    """Return a plain tone."""
    return _swept(np.full(round(seconds * RATE), hertz))


def noise(seconds: float, chance: np.random.Generator) -> Sound:
    """Return noise at a modem's level."""
    return to_sound(rms_of(_LEVEL) * chance.standard_normal(round(seconds * RATE)))


def _swept(hertz: Wave) -> Sound:
    return to_sound(sine_peak(_LEVEL) * np.sin(2 * np.pi * np.cumsum(hertz) / RATE))
