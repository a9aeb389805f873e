"""Make voices without words, for lines on which nobody has to be understood."""

import numpy as np

from appliance.exchange.circuit.voices import PartyVoices
from appliance.model.audio import RATE, Sound, samples


def murmur(seed: int = 0, seconds: float = 20.0) -> PartyVoices:
    """Return voices that are no words: noise in the speech band, in bursts as of syllables."""
    random = np.random.default_rng(seed)
    return PartyVoices(_voice(random, seconds), _voice(random, seconds))


def _voice(random: np.random.Generator, seconds: float) -> Sound:
    count = samples(seconds)
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= (frequency > 300) * np.minimum(1.0, (500 / np.maximum(frequency, 1.0)) ** 1.5)
    spectrum[frequency > 3400] = 0
    syllable = np.interp(
        np.arange(count) / samples(0.12),
        np.arange(count // samples(0.12) + 2),
        random.uniform(0.15, 1.0, count // samples(0.12) + 2),
    )
    wave = np.fft.irfft(spectrum, count) * syllable
    sound: Sound = (8000 * wave / np.abs(wave).max()).astype(np.int16)
    return sound
