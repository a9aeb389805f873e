"""Code a voice modem's sound as its formats do: linear, A-law, µ-law, IMA ADPCM."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from appliance.model.audio import Sound
from appliance.signals.pcm import decode_alaw, encode_alaw

Coding = Literal["signed", "unsigned", "linear16", "alaw", "ulaw", "ima"]


class Codec(Protocol):
    """Codes one direction of a stream; it may remember what went before."""

    def encode(self, sound: Sound) -> bytes:
        """Return ``[samples]`` of 16 bits in this coding."""

    def decode(self, data: bytes) -> Sound:
        """Return the samples of some bytes; a last, halved sample waits for its other half."""


@dataclass(frozen=True, slots=True)
class _ByteCodec:
    """One byte a sample, each for itself."""

    to_bytes: Callable[[Sound], bytes]
    to_sound: Callable[[bytes], Sound]

    def encode(self, sound: Sound) -> bytes:
        return self.to_bytes(sound)

    def decode(self, data: bytes) -> Sound:
        return self.to_sound(data)


@dataclass(slots=True)
class _Linear16:
    """Two bytes a sample, the lower one first."""

    _half: bytes = b""

    def encode(self, sound: Sound) -> bytes:
        return sound.astype("<i2").tobytes()

    def decode(self, data: bytes) -> Sound:
        data = self._half + data
        whole = len(data) // 2 * 2
        self._half = data[whole:]
        decoded: Sound = np.frombuffer(data[:whole], "<i2").astype(np.int16)
        return decoded


_INDEX_STEPS = (-1, -1, -1, -1, 2, 4, 6, 8)
_LAST_STEP = 88


_STEPS = (
    *(7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55),
    *(60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307),
    *(337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411),
    *(1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358),
    *(5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500),
    *(20350, 22385, 24623, 27086, 29794, 32767),
)
"""The 89 step sizes of IMA ADPCM."""


@dataclass(slots=True)
class _Ima:
    """IMA ADPCM: half a byte a sample, the lower half first."""

    _value: int = 0
    _index: int = 0
    _rest: list[int] = field(default_factory=list)  # a half byte that waits for another

    def encode(self, sound: Sound) -> bytes:
        codes = [*self._rest, *(self._code(int(sample)) for sample in sound)]
        self._rest = codes[len(codes) // 2 * 2 :]
        pairs = zip(codes[0::2], codes[1::2], strict=False)
        return bytes(low | high << 4 for low, high in pairs)

    def decode(self, data: bytes) -> Sound:
        halves = [half for byte in data for half in (byte & 0x0F, byte >> 4)]
        return np.array([self._take(code) for code in halves], np.int16)

    def _code(self, sample: int) -> int:
        step = _STEPS[self._index]
        magnitude = min(7, abs(sample - self._value) * 4 // step)
        code = magnitude | (8 if sample < self._value else 0)
        self._take(code)
        return code

    def _take(self, code: int) -> int:
        step = _STEPS[self._index]
        change = (2 * (code & 7) + 1) * step // 8
        value = self._value - change if code & 8 else self._value + change
        self._value = max(-32768, min(32767, value))
        self._index = max(0, min(_LAST_STEP, self._index + _INDEX_STEPS[code & 7]))
        return self._value


def _signed(sound: Sound) -> bytes:
    return (sound >> 8).astype(np.int8).tobytes()


def _from_signed(data: bytes) -> Sound:
    decoded: Sound = np.frombuffer(data, np.int8).astype(np.int16) << 8
    return decoded


def _unsigned(sound: Sound) -> bytes:
    return ((sound >> 8) + 128).astype(np.uint8).tobytes()


def _from_unsigned(data: bytes) -> Sound:
    return ((np.frombuffer(data, np.uint8).astype(np.int32) - 128) << 8).astype(np.int16)


_ULAW_BIAS, _ULAW_MOST = 0x84, 32635


def _ulaw(sound: Sound) -> bytes:
    """Code samples as ITU-T G.711 µ-law."""
    wide = sound.astype(np.int32)
    magnitude = np.minimum(np.abs(wide), _ULAW_MOST) + _ULAW_BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = magnitude >> (exponent + 3) & 0x0F
    codes = ~(np.where(wide < 0, 0x80, 0) | exponent << 4 | mantissa)
    return bytes(codes.astype(np.uint8))


def _from_ulaw(data: bytes) -> Sound:
    code = ~np.frombuffer(data, np.uint8).astype(np.int32)
    magnitude = (((code & 0x0F) << 3) + _ULAW_BIAS << (code >> 4 & 7)) - _ULAW_BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


_CODECS: Mapping[Coding, Callable[[], Codec]] = {
    "signed": lambda: _ByteCodec(_signed, _from_signed),
    "unsigned": lambda: _ByteCodec(_unsigned, _from_unsigned),
    "alaw": lambda: _ByteCodec(encode_alaw, decode_alaw),
    "ulaw": lambda: _ByteCodec(_ulaw, _from_ulaw),
    "linear16": _Linear16,
    "ima": _Ima,
}


def make_codec(coding: Coding) -> Codec:
    """Return a codec for one direction of one stream."""
    return _CODECS[coding]()
