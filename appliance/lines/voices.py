"""The voices of the simulated parties, given to the exchange from outside."""

from dataclasses import dataclass

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound, samples
from appliance.signals.pcm import Wave, rms_of

_ACTIVE_DB = 25.0
"""Frames so far below the loudest are a pause, not speech."""


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """What both parties can say: ``[samples]`` at 8 kHz each; they begin again at the end."""

    far: Sound
    near: Sound


def murmur(seed: int = 0, seconds: float = 20.0) -> Voices:
    """Return voices that are no words: noise in the speech band, in bursts as of syllables."""
    random = np.random.default_rng(seed)
    return Voices(_murmur(random, seconds), _murmur(random, seconds))


def _murmur(random: np.random.Generator, seconds: float) -> Sound:
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


class Talker:
    """One party's voice at a level, going on where it stopped."""

    def __init__(self, sound: Sound, dbm0: float, *, at: float = 0.0, faster: float = 1.0) -> None:
        """Level the voice.

        Args:
            sound: what is said.
            dbm0: level while speaking.
            at: where to begin, as a part of the whole.
            faster: speed and pitch, to make somebody else of the same sound.
        """
        wave = sound.astype(np.float64)
        if faster != 1.0:
            places = np.arange(0, wave.size - 1, faster)
            wave = np.interp(places, np.arange(wave.size), wave)
        active = active_rms(wave)
        self._wave = wave * (rms_of(dbm0) / active) if active else wave
        self._at = int(at * wave.size)
        self.faster = faster

    @property
    def at(self) -> int:
        """Return the sample of the original sound with which ``say`` goes on."""
        return round(self._at % max(1, self._wave.size) * self.faster)

    def back(self, count: int) -> None:
        """Take back the last ``count`` samples: somebody fell silent before they were said."""
        self._at -= count

    def say(self, count: int) -> Wave:
        """Return the next ``count`` samples of speech."""
        places = np.arange(self._at, self._at + count) % max(1, self._wave.size)
        self._at += count
        said: Wave = self._wave[places] if self._wave.size else np.zeros(count)
        return said


def active_rms(wave: Wave) -> float:
    """Return the root mean square over the frames in which somebody speaks."""
    whole = wave[: wave.size // FRAME * FRAME].reshape(-1, FRAME)
    power = (whole * whole).mean(axis=1)
    if not power.size or not power.max():
        return 0.0
    return float(np.sqrt(power[power > power.max() * 10 ** (-_ACTIVE_DB / 10)].mean()))
