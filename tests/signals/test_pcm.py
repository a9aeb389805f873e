import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.signals import pcm


def test_every_code_survives_decoding_and_encoding() -> None:
    codes = bytes(range(256))
    assert pcm.encode_alaw(pcm.decode_alaw(codes)) == codes


@pytest.mark.parametrize(
    ("code", "value"),
    [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504), (0x00, -5504)],
)
def test_codes_mean_what_g711_says(code: int, value: int) -> None:
    assert pcm.decode_alaw(bytes([code])).tolist() == [value]


def test_each_sample_gets_the_nearest_code_of_its_segment() -> None:
    every = np.arange(-32768, 32768).astype(np.int16)
    carried = pcm.through_alaw(every).astype(np.int32)
    error = np.abs(carried - every)
    magnitude = np.abs(every.astype(np.int32))
    step = np.maximum(16, 2 ** np.floor(np.log2(np.maximum(magnitude, 1)) - 4))
    assert (error <= step / 2 + 1).all()
    assert (np.diff(carried) >= 0).all()


def test_alaw_keeps_a_sine_37_db_above_its_error() -> None:
    sine = pcm.to_sound(pcm.sine_peak(-10) * np.sin(2 * np.pi * 1020 / 8000 * np.arange(8000)))
    error = pcm.through_alaw(sine).astype(float) - sine
    assert pcm.level_dbm0(sine) - pcm.level_dbm0(error) > 37


@given(st.binary(max_size=200))
def test_any_bytes_decode(codes: bytes) -> None:
    assert pcm.decode_alaw(codes).size == len(codes)


def test_zero_dbm0_is_a_sine_3_14_db_below_full_scale() -> None:
    assert pcm.sine_peak(3.14) == pytest.approx(32768)
    sine = pcm.sine_peak(0) * np.sin(2 * np.pi * 1000 / 8000 * np.arange(8000))
    assert pcm.level_dbm0(sine) == pytest.approx(0, abs=0.01)
    assert pcm.rms_of(0) == pytest.approx(np.sqrt(np.mean(sine**2)))


def test_nothing_has_the_lowest_level() -> None:
    assert pcm.level_dbm0(np.zeros(0, np.int16)) == pcm.FLOOR_DBM0
    assert pcm.level_dbm0(np.zeros(160, np.int16)) == pcm.FLOOR_DBM0


def test_what_is_too_loud_is_clipped() -> None:
    assert pcm.to_sound(np.array([1e6, -1e6, 0.4])).tolist() == [32767, -32768, 0]
