"""Generate sounds for the tests of the detectors."""

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.dtmf.detector import Digit, DtmfDetector, KeyDown, key_wave
from appliance.signals.pcm import Wave, rms_of, sine_peak, to_sound


def sine(frequency: float, seconds: float, dbm0: float = -15.0) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    return sine_peak(dbm0) * np.sin(2 * np.pi * frequency * time)


def pair(low: float, high: float, seconds: float, dbm0: float = -15.0) -> Wave:
    """Return two tones, each at this level."""
    return sine(low, seconds, dbm0) + sine(high, seconds, dbm0)


def quiet(seconds: float) -> Wave:
    return np.zeros(round(seconds * RATE))


def noise(seconds: float, dbm0: float, seed: int = 1) -> Wave:
    return np.random.default_rng(seed).normal(0, rms_of(dbm0), round(seconds * RATE))


def on_line(*parts: Wave, noise_dbm0: float = -65.0, seed: int = 1) -> Sound:
    """Join waves, pad the last frame and add line noise."""
    wave = np.concatenate(parts)
    wave = np.concatenate((wave, np.zeros(-wave.size % FRAME)))
    return to_sound(wave + noise(wave.size / RATE, noise_dbm0, seed))


def babble(seconds: float, dbm0: float = -20.0, pitch: float = 120.0, seed: int = 1) -> Wave:
    """Return harmonics under two formants, in syllables: a voice to any detector."""
    chance = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    moving = pitch * (1 + 0.15 * np.sin(2 * np.pi * 0.8 * time + chance.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(moving) / RATE
    wave = np.zeros(time.size)
    for harmonic in range(1, int(3400 / pitch)):
        at = harmonic * pitch
        weight = 1 / (1 + ((at - 550) / 300) ** 2) + 0.4 / (1 + ((at - 1700) / 400) ** 2)
        wave += weight * np.sin(harmonic * phase + harmonic)
    syllables = np.sin(2 * np.pi * 2.5 * time + chance.uniform(0, 6)) > -0.7
    wave *= np.convolve(syllables, np.ones(160) / 160, "same")
    scaled: Wave = wave * rms_of(dbm0) / np.sqrt(np.mean(wave[syllables] ** 2))
    return scaled


def frames_of(sound: Sound) -> list[Sound]:
    return [sound[start : start + FRAME] for start in range(0, sound.size, FRAME)]


def detected(detector: DtmfDetector, sound: Sound) -> list[KeyDown | Digit]:
    """Return the keys that become known in whole frames, at most ``History.AHEAD`` samples."""
    frames = detector.history.load(sound).reshape(-1, FRAME)
    powers = (np.einsum("ij,ij->i", frames, frames) / FRAME).tolist()
    if len(powers) > 1:
        detector.foresee()
    out: list[KeyDown | Digit] = []
    for power in powers:
        detector.history.advance(FRAME)
        out += detector.step(power)
    return out


def keys_wave(
    keys: str,
    tone_ms: float = 80.0,
    pause_ms: float = 80.0,
    *,
    dbm0: float = -10.0,
    twist_db: float = 2.0,
    deviation: float = 0,
) -> Wave:
    """Generate several keys, each followed by a pause."""
    pause = np.zeros(round(pause_ms * RATE / 1000))
    parts = [np.zeros(0)]
    for key in keys:
        parts += [
            key_wave(key, tone_ms, dbm0=dbm0, twist_db=twist_db, deviation=deviation),
            pause,
        ]
    return np.concatenate(parts)
