"""Send a prompt through a modelled telephone: its band, A-law, its level and its noise."""

import numpy as np
import soxr
from numpy.typing import NDArray

from appliance.model.audio import RATE, Sound
from appliance.prompts.levels import levelled
from appliance.signals.pcm import dbm0_of_power

LOW_HZ, HIGH_HZ = 300, 3400
LEVEL_DBM0, NOISE_DBM0 = -18.0, -55.0
LISTENER_RATE = 16_000
_TAPS = 257
_A = 87.6  # of the A-law


def received(sound: Sound, seed: int = 1) -> NDArray[np.float32]:
    """Return what a listener at the other end gets, at 16 kHz."""
    band = _through_band(levelled(sound, LEVEL_DBM0).astype(np.float64))
    noise = np.random.default_rng(seed).standard_normal(band.size)
    noise *= 10 ** ((NOISE_DBM0 - dbm0_of_power(1.0)) / 20)
    coded = _a_law((band + _through_band(noise)) / 32768)
    wide = soxr.resample(coded, RATE, LISTENER_RATE, quality="VHQ")
    heard: NDArray[np.float32] = wide.astype(np.float32)
    return heard


def _through_band(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    at = np.arange(_TAPS) - _TAPS // 2
    low, high = 2 * LOW_HZ / RATE, 2 * HIGH_HZ / RATE
    taps = (high * np.sinc(high * at) - low * np.sinc(low * at)) * np.hamming(_TAPS)
    return np.convolve(wave, taps, "same")


def _a_law(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """Code and decode, in 8 bits, by the continuous law."""
    scale = 1 + np.log(_A)
    size = np.minimum(np.abs(wave), 1)
    small = size < 1 / _A
    code = np.where(small, _A * size / scale, (1 + np.log(np.maximum(_A * size, 1))) / scale)
    code = (np.floor(code * 128) + 0.5) / 128
    back = np.where(code < 1 / scale, code * scale / _A, np.exp(code * scale - 1) / _A)
    decoded: NDArray[np.float64] = np.sign(wave) * back
    return decoded
