"""Convert samples, levels and A-law (ITU-T G.711).

0 dBm0 is a sine whose peak lies 3.14 dB below full scale. A ``Wave`` has the units of 16-bit
samples but is not rounded, so that waves can be added before they become ``Sound``.
"""

import math

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import Sound

Wave = NDArray[np.float64]
"""``[samples]`` or ``[channels, samples]`` in units of 16-bit PCM, unrounded."""

FULL_SCALE = 32768.0
"""Peak of the loudest sine: +3.14 dBm0."""

FLOOR_DBM0 = -99.0
"""The level reported for digital silence."""

_ZERO_RMS = FULL_SCALE * 10 ** (-3.14 / 20) / math.sqrt(2)


def _encoding_table() -> NDArray[np.uint8]:
    values = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.where(values < 0, ~values, values) >> 4  # 11 bits, in finest steps
    exponent = np.zeros_like(magnitude)
    for segment in range(1, 8):
        exponent += magnitude >= (8 << segment)
    mantissa = (magnitude >> np.maximum(exponent - 1, 0)) & 0x0F
    sign = np.where(values < 0, 0, 0x80)
    table: NDArray[np.uint8] = ((sign | exponent << 4 | mantissa) ^ 0x55).astype(np.uint8)
    return table


def _decoding_table() -> Sound:
    codes = np.arange(256) ^ 0x55
    exponent, mantissa = (codes >> 4) & 7, codes & 0x0F
    fine = (mantissa << 4) + 8
    magnitude = np.where(exponent > 0, (fine + 256) << np.maximum(exponent - 1, 0), fine)
    table: Sound = np.where(codes & 0x80, magnitude, -magnitude).astype(np.int16)
    return table


_ENCODED = _encoding_table()
_DECODED = _decoding_table()


def encode_alaw(sound: Sound) -> bytes:
    """Encode ``[samples]`` as one A-law byte each."""
    return _ENCODED[np.ascontiguousarray(sound, np.int16).view(np.uint16)].tobytes()


def decode_alaw(codes: bytes) -> Sound:
    """Decode A-law bytes to samples; any byte is valid."""
    decoded: Sound = _DECODED[np.frombuffer(codes, np.uint8)]
    return decoded


def through_alaw(sound: Sound) -> Sound:
    """Return samples as the network delivers them, encoded and decoded."""
    carried: Sound = _DECODED[_ENCODED[np.ascontiguousarray(sound, np.int16).view(np.uint16)]]
    return carried


def sine_peak(dbm0: float) -> float:
    """Return the peak of a sine at a level."""
    return FULL_SCALE * math.pow(10.0, (dbm0 - 3.14) / 20)


def rms_of(dbm0: float) -> float:
    """Return the root mean square of any signal at a level."""
    return _ZERO_RMS * math.pow(10.0, dbm0 / 20)


def dbm0_of_power(mean_square: float) -> float:
    """Return the level of a mean square; ``FLOOR_DBM0`` for zero."""
    if mean_square <= 0:
        return FLOOR_DBM0
    return max(FLOOR_DBM0, 10 * math.log10(mean_square / (_ZERO_RMS * _ZERO_RMS)))


def level_dbm0(sound: Sound | Wave) -> float:
    """Return the level of samples, DC included; ``FLOOR_DBM0`` for silence or no samples."""
    if sound.size == 0:
        return FLOOR_DBM0
    flat = np.asarray(sound, np.float64).ravel()
    return dbm0_of_power(float(np.dot(flat, flat)) / flat.size)


def to_sound(wave: Wave) -> Sound:
    """Round a wave to 16-bit samples, clipped at full scale."""
    sound: Sound = np.clip(np.rint(wave), -32768, 32767).astype(np.int16)
    return sound
