import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.signals.caller_id.fsk import Demodulator, message_bits, modulate, modulate_bits
from appliance.signals.pcm import Wave, level_dbm0
from appliance.signals.tones import BELL_202, V23, FskStandard
from tests.signals.sounds import noise

BOTH = pytest.mark.parametrize("standard", [V23, BELL_202], ids=lambda s: s.name)


def received(wave: Wave, standard: FskStandard, chunk: int = 160) -> bytes:
    demodulator = Demodulator(standard)
    return bytes(
        byte.value
        for start in range(0, wave.size, chunk)
        for byte in demodulator.demodulate(wave[start : start + chunk].astype(np.float32))
    )


@BOTH
@settings(max_examples=20, deadline=None)
@given(message=st.binary(min_size=1, max_size=40), chunk=st.sampled_from([80, 160, 333]))
def test_what_is_sent_is_received(standard: FskStandard, message: bytes, chunk: int) -> None:
    wave = modulate_bits(message_bits(message, seizure=0, marks=40, tail=40), standard)
    assert received(wave, standard, chunk) == message


@BOTH
def test_bytes_far_apart_and_close_together_are_received(standard: FskStandard) -> None:
    bits = [1] * 40
    for gap, byte in enumerate(b"Zgoda"):
        bits += message_bits(bytes([byte]), seizure=0, marks=gap * 3, tail=0)
    assert received(modulate_bits([*bits, *[1] * 40], standard), standard) == b"Zgoda"


@BOTH
def test_noise_of_8_db_spoils_nothing(standard: FskStandard) -> None:
    message = bytes(range(32, 96))
    wave = modulate_bits(message_bits(message, seizure=0, marks=60, tail=40), standard, dbm0=-13)
    assert received(wave + noise(wave.size / 8000, -21), standard) == message


def test_a_byte_is_dated_by_the_middle_of_its_start_bit() -> None:
    wave = modulate_bits(message_bits(b"U", seizure=0, marks=60, tail=40))
    (byte,) = Demodulator(V23, start=1000).demodulate(wave.astype(np.float32))
    assert byte.sample == pytest.approx(1000 + 60.5 * 8000 / 1200, abs=3)


@settings(max_examples=20, deadline=None)
@given(arrays.arrays(np.float32, st.integers(1, 2000), elements=st.floats(-32768, 32767, width=32)))
def test_any_samples_can_be_demodulated(sound: Wave) -> None:
    for byte in Demodulator(V23).demodulate(sound.astype(np.float32)):
        assert 0 <= byte.value <= 255


def test_the_modulator_keeps_level_and_length() -> None:
    wave = modulate(b"abc", dbm0=-20)
    assert level_dbm0(wave) == pytest.approx(-20, abs=0.05)
    assert wave.size == (300 + 180 + 30 + 10) * 8000 // 1200
    assert np.abs(np.diff(wave)).max() < 2 * np.pi * V23.space / 8000 * np.abs(wave).max() * 1.01
