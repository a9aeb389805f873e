"""Check the level and speed of simulated voices, and that no call copies them."""

import tracemalloc

import numpy as np
import pytest

from appliance.exchange.circuit.voices import Talker, active_rms
from appliance.model.audio import RATE, Sound
from appliance.signals.pcm import rms_of
from tests.exchange.murmur import murmur

VOICE = murmur(seed=3, seconds=20.0).far


@pytest.mark.parametrize("faster", [1.0, 0.9, 1.12])
@pytest.mark.parametrize("at", [0.0, 0.5, 0.99])
def test_a_voice_is_said_at_its_level_and_speed_and_begins_again(faster: float, at: float) -> None:
    wave = VOICE.astype(np.float64)
    if faster != 1.0:
        wave = np.interp(np.arange(0, wave.size - 1, faster), np.arange(wave.size), wave)
    wave *= rms_of(-20.0) / active_rms(wave)
    talker = Talker(VOICE, -20.0, at=at, faster=faster)
    said = np.concatenate([talker.speech(count).whole() for count in (160, 37, 25 * RATE)])
    places = np.arange(int(at * wave.size), int(at * wave.size) + said.size)
    assert np.allclose(said, wave[places % wave.size], atol=1e-6)


@pytest.mark.parametrize("faster", [1.0, 1.12])
@pytest.mark.parametrize("size", [0, 1, 100])
def test_whoever_has_no_voice_is_silent(size: int, faster: float) -> None:
    assert not Talker(np.zeros(size, np.int16), -20.0, faster=faster).speech(160).whole().any()


@pytest.mark.parametrize("faster", [1.0, 1.12])
def test_a_minute_of_voice_costs_a_call_next_to_nothing(faster: float) -> None:
    """Eight lines had two or three such minutes each, as large numbers: 90 MB at once."""
    minute: Sound = np.tile(VOICE, 3)
    tracemalloc.start()
    try:
        talker = Talker(minute, -20.0, faster=faster)
        kept, _ = tracemalloc.get_traced_memory()
        talker.speech(RATE)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 50_000
    assert most < 2_000_000, "it was 15 MB"


@pytest.mark.parametrize("faster", [1.0, 1.12])
def test_speech_is_the_same_however_it_is_cut_and_takes_no_memory_before_it_is_heard(
    faster: float,
) -> None:
    said = Talker(VOICE, -20.0, at=0.9, faster=faster).speech(5 * RATE).whole()
    talker = Talker(VOICE, -20.0, at=0.9, faster=faster)
    tracemalloc.start()
    try:
        speech = talker.speech(5 * RATE)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    pieces = [speech[np.arange(at, at + 160)] for at in range(0, 5 * RATE, 160)]
    assert np.array_equal(np.concatenate(pieces), said)
    assert kept < 5_000, "it was 320 kB"
