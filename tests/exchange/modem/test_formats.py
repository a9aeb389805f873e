"""Check the voice formats of the emulated modems."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.exchange.modem.formats import Coding, make_codec
from appliance.model.audio import RATE, Sound
from appliance.signals.pcm import level_dbm0, sine_peak, to_sound

CODINGS: dict[Coding, float] = {
    "signed": 30.0,  # eight bits of a tone at -10 dBm0: 6 dB each
    "unsigned": 30.0,
    "alaw": 36.0,
    "ulaw": 36.0,
    "linear16": 88.0,
    "ima": 20.0,
}
"""Coding -> decibels that its noise must lie below a tone."""


def tone() -> Sound:
    return to_sound(sine_peak(-10.0) * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE))


@pytest.mark.parametrize("coding", CODINGS)
def test_a_tone_goes_there_and_back(coding: Coding) -> None:
    sound = tone()
    back = make_codec(coding).decode(make_codec(coding).encode(sound))
    assert back.dtype == np.int16
    assert back.size == sound.size
    noise = back.astype(np.float64) - sound
    assert level_dbm0(sound) - level_dbm0(noise - noise.mean()) > CODINGS[coding]


@pytest.mark.parametrize("coding", CODINGS)
@given(data=st.binary(max_size=400), cut=st.integers(0, 400))
def test_any_bytes_are_some_sound_however_they_are_cut(
    coding: Coding, data: bytes, cut: int
) -> None:
    whole = make_codec(coding).decode(data)
    codec = make_codec(coding)
    parts = [codec.decode(data[:cut]), codec.decode(data[cut:])]
    assert np.array_equal(np.concatenate(parts), whole)


def test_silence_is_the_byte_of_each_format() -> None:
    quiet = np.zeros(4, np.int16)
    assert make_codec("unsigned").encode(quiet) == b"\x80" * 4
    assert make_codec("signed").encode(quiet) == b"\0" * 4
    assert make_codec("alaw").encode(quiet) == b"\xd5" * 4
    assert make_codec("ulaw").encode(quiet) == b"\xff" * 4
    assert make_codec("linear16").encode(np.array([1, -2], np.int16)) == b"\x01\0\xfe\xff"


def test_ulaw_is_that_of_g711() -> None:
    """The values of ITU-T G.711, tables 2a and 2b, times four."""
    codes = bytes((0x80, 0x00, 0xFF, 0x7F, 0xF0, 0xA0))
    assert list(make_codec("ulaw").decode(codes)) == [32124, -32124, 0, 0, 120, 7932]
    assert make_codec("ulaw").encode(np.array([32124, -32124, 120], np.int16)) == b"\x80\x00\xf0"
