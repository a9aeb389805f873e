"""Choose a modem's voice format from its own list, and decode and encode it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from appliance.model.audio import RATE, Sound
from appliance.signals.pcm import decode_alaw, encode_alaw


class SampleCoding(StrEnum):
    """A coding of 8 bits a sample that this driver reads and writes."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"
    ALAW = "alaw"
    ULAW = "ulaw"


@dataclass(frozen=True, slots=True)
class VoiceFormat:
    """A format that a modem offers."""

    number: int  # as +VSM takes it
    coding: SampleCoding


VOICE_FORMAT = r"\d{1,3} *,.*"
"""A line of the answer to ``+VSM=?``, such as ``1,"UNSIGNED PCM",8,0,8000,0,0``."""

_LINE = re.compile(r'(\d{1,3}) *, *"([^"]*)" *,? *(.*)')
_NAMED: tuple[tuple[str, SampleCoding], ...] = (
    ("ULAW", SampleCoding.ULAW),
    ("MULAW", SampleCoding.ULAW),
    ("G711U", SampleCoding.ULAW),
    ("ALAW", SampleCoding.ALAW),
    ("G711A", SampleCoding.ALAW),
    ("UNSIGNED", SampleCoding.UNSIGNED),
    ("SIGNED", SampleCoding.SIGNED),
    ("LINEAR", SampleCoding.UNSIGNED),
    ("PCM", SampleCoding.UNSIGNED),
)
"""A part of a name, letters and digits alone -> its coding; the first that is found counts. An
8-bit format that only says LINEAR is unsigned, silence 0x80, on every modem that is known."""

_STANDARD: Mapping[int, SampleCoding] = {
    0: SampleCoding.SIGNED,
    1: SampleCoding.UNSIGNED,
    4: SampleCoding.ULAW,
    5: SampleCoding.ALAW,
}
"""Numbers that V.253 itself gives; from 128 on each maker has its own."""

_NOT_PCM = ("ADPCM", "GSM", "CELP", "CL1", "IMA", "G721", "G723", "G729", "SBC")


def read_format(line: str) -> VoiceFormat | None:
    """Read one line of a modem's list; None if this driver cannot use what it offers."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    number, name, rest = int(found[1]), _bare(found[2]), found[3]
    sized = re.match(r"(\d{1,2}) *,", rest)
    bits = None if sized is None else int(sized[1])
    other = bits not in {8, None} or ("16BIT" in name)
    if other or any(word in name for word in _NOT_PCM) or not _has_rate(rest):
        return None
    coding = next((coding for word, coding in _NAMED if word in name), _STANDARD.get(number))
    return None if coding is None else VoiceFormat(number, coding)


def choose_format(lines: Iterable[str], preferred: Iterable[str]) -> VoiceFormat | None:
    """Return the best format that a modem's list offers.

    Args:
        lines: the answer to ``+VSM=?``.
        preferred: codings, the best first.
    """
    offered = [each for each in map(read_format, lines) if each is not None]
    for coding in preferred:
        for each in offered:
            if each.coding == coding:
                return each
    return None


def _bare(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper().replace("µ", "U"))


def _has_rate(rest: str) -> bool:
    """Say whether 8,000 Hz is among the rates: listed, or within a range; a silent list has it."""
    numbers = [int(each) for each in re.findall(r"\d{4,5}", rest)]
    ranges = re.findall(r"(\d{4,5}) *- *(\d{4,5})", rest)
    within = any(int(low) <= RATE <= int(high) for low, high in ranges)
    return not numbers or RATE in numbers or within


# -- samples ---------------------------------------------------------------------------------------

_ULAW_BIAS = 33 << 2
"""G.711 adds 33 to a magnitude of 13 bits: 132 of 16-bit samples."""


def _ulaw_table() -> Sound:
    """Return the sample of each µ-law byte (ITU-T G.711 table 2): sent inverted, sign first."""
    codes = ~np.arange(256) & 0xFF
    exponent, mantissa = (codes >> 4) & 7, codes & 0x0F
    magnitude = ((2 * mantissa + 33) << (exponent + 2)) - _ULAW_BIAS
    table: Sound = np.where(codes & 0x80, -magnitude, magnitude).astype(np.int16)
    return table


_ULAW = _ulaw_table()
_ULAW_ORDER = np.argsort(_ULAW, kind="stable").astype(np.uint8)
_ULAW_STEPS = np.sort(_ULAW).astype(np.int32)


def _encode_ulaw(sound: Sound) -> bytes:
    wide = sound.astype(np.int32)
    above = np.clip(np.searchsorted(_ULAW_STEPS, wide), 1, 255)
    lower, upper = _ULAW_STEPS[above - 1], _ULAW_STEPS[above]
    nearest = np.where(wide - lower < upper - wide, above - 1, above)
    coded: bytes = _ULAW_ORDER[nearest].tobytes()
    return coded


def _decode_ulaw(data: bytes) -> Sound:
    sound: Sound = _ULAW[np.frombuffer(data, np.uint8)]
    return sound


def _encode_linear(sound: Sound, zero: int) -> bytes:
    rounded = np.clip((sound.astype(np.int32) + 128) >> 8, -128, 127)
    coded: bytes = ((rounded + zero) & 0xFF).astype(np.uint8).tobytes()
    return coded


def _decode_linear(data: bytes, zero: int) -> Sound:
    """Return samples, each in the middle of its step; both codes beside zero alone are silence.

    A converter that rounds down makes of the noise of a quiet line a flutter between the two, of
    -42 dBm0: as loud as a voice far away, so that no pause would ever be heard.
    """
    codes = np.frombuffer(data, np.uint8).astype(np.int32)
    centred = ((codes - zero + 128) & 0xFF) - 128
    if not (centred // 2 + (centred & 1)).any():  # -1 and 0 alone
        return np.zeros(centred.size, np.int16)
    sound: Sound = ((centred << 8) + 128).astype(np.int16)
    return sound


_ENCODE: Mapping[SampleCoding, Callable[[Sound], bytes]] = {
    SampleCoding.UNSIGNED: lambda sound: _encode_linear(sound, 128),
    SampleCoding.SIGNED: lambda sound: _encode_linear(sound, 0),
    SampleCoding.ALAW: encode_alaw,
    SampleCoding.ULAW: _encode_ulaw,
}
_DECODE: Mapping[SampleCoding, Callable[[bytes], Sound]] = {
    SampleCoding.UNSIGNED: lambda data: _decode_linear(data, 128),
    SampleCoding.SIGNED: lambda data: _decode_linear(data, 0),
    SampleCoding.ALAW: decode_alaw,
    SampleCoding.ULAW: _decode_ulaw,
}


def encode(coding: SampleCoding, sound: Sound) -> bytes:
    """Return ``[samples]`` in a modem's coding, a byte each."""
    return _ENCODE[coding](sound)


def decode(coding: SampleCoding, data: bytes) -> Sound:
    """Return the samples of a modem's bytes; any byte is valid."""
    return _DECODE[coding](data)
