"""Check each impairment of networks and wires, frame by frame."""

import numpy as np
import pytest

from appliance.exchange.circuit import impairments as imp
from appliance.exchange.scene import Circuit
from appliance.model.audio import FRAME, RATE
from appliance.signals.pcm import Wave, rms_of

FRAMES = 500


def sine(hertz: float, dbm0: float, frames: int = FRAMES) -> Wave:
    time = np.arange(frames * FRAME) / RATE
    wave: Wave = np.sqrt(2) * rms_of(dbm0) * np.sin(2 * np.pi * hertz * time)
    return wave


def after(impairment: imp.Impairment, wave: Wave) -> Wave:
    return np.concatenate([impairment(frame) for frame in wave.reshape(-1, FRAME)])


def dbm0(wave: Wave) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(wave * wave)) / rms_of(0.0)))


def random() -> np.random.Generator:
    return np.random.default_rng(7)


def test_lost_packets_are_concealed_by_the_last_one_and_fade_to_silence() -> None:
    wave = sine(800.0, -10.0)
    all_but_first = imp.LostPackets(0.0, random())
    all_but_first(wave[:FRAME])
    all_but_first._part = 1.0
    lost = after(all_but_first, wave[FRAME : FRAME * 6]).reshape(-1, FRAME)
    power = [float(np.mean(frame * frame)) for frame in lost]
    assert power[0] > power[1] > power[2] > 0
    assert power[3] == power[4] == 0


def test_as_many_packets_are_lost_as_was_asked_for() -> None:
    wave = np.arange(5000 * FRAME, dtype=np.float64)
    got = after(imp.LostPackets(0.03, random()), wave).reshape(-1, FRAME)
    kept = np.all(got == wave.reshape(-1, FRAME), axis=1)
    assert 1 - kept.mean() == pytest.approx(0.03, abs=0.006)


@pytest.mark.parametrize("level", [-30.0, -16.0, -4.0])
def test_gain_control_brings_speech_to_one_level(level: float) -> None:
    got = after(imp.GainControl(), sine(800.0, level))
    assert dbm0(got[-RATE:]) == pytest.approx(-16.0, abs=0.5)


def test_gain_control_leaves_silence_alone() -> None:
    quiet = sine(800.0, -60.0)
    assert dbm0(after(imp.GainControl(), quiet)) == pytest.approx(-60.0, abs=0.1)


def test_hum_goes_on_across_frames() -> None:
    got = after(imp.Hum(-13.0), np.zeros(50 * FRAME))
    spectrum = np.abs(np.fft.rfft(got)) / got.size * np.sqrt(2)
    assert 20 * np.log10(spectrum[50] / rms_of(0.0)) == pytest.approx(-13.0, abs=0.1)
    assert 20 * np.log10(spectrum[150] / rms_of(0.0)) == pytest.approx(-27.0, abs=0.1)
    assert spectrum[100] < spectrum[50] / 1e6


def test_a_neighbour_rings_one_second_in_five() -> None:
    got = after(imp.Crosstalk(-30.0), np.zeros(10 * RATE))
    seconds = got.reshape(-1, RATE)
    assert [bool(second.any()) for second in seconds] == [i % 5 == 0 for i in range(10)]


def test_clicks_come_as_often_as_was_asked_for() -> None:
    got = after(imp.Clicks(2.0, random()), np.zeros(100 * RATE))
    begins = np.count_nonzero((np.abs(got[1:]) > 0) & (got[:-1] == 0))
    assert begins == pytest.approx(200, abs=40)


def test_a_drifting_clock_is_late_by_its_millionths() -> None:
    wave = sine(400.0, -10.0, 3000)
    got = after(imp.Drift(40.0), wave)
    at = np.arange(wave.size - 10 * FRAME, wave.size)
    late = np.interp(at - 40e-6 * at, np.arange(wave.size), wave)
    assert np.abs(got[at] - late).max() < 0.02 * np.abs(wave).max()


def test_each_prompt_breaks_off_two_seconds_in() -> None:
    words, pause = np.ones(3 * RATE), np.zeros(RATE)
    got = after(imp.PromptGap(200), np.concatenate((words, pause, words)))
    silent = np.flatnonzero(got.reshape(-1, FRAME)[:, 0] == 0) * FRAME / RATE
    assert silent[0] == 2.0
    assert silent[9] == pytest.approx(2.18)
    assert silent[10] == 3.0
    assert silent[-1] == pytest.approx(6.18)


def test_the_mobile_codec_keeps_length_and_pitch() -> None:
    wave = sine(941.0, -10.0, 50)
    got = imp.through_gsm(wave)
    assert got.size == wave.size
    spectrum = np.abs(np.fft.rfft(got[RATE // 2 :]))
    assert np.argmax(spectrum) * RATE / (got.size - RATE // 2) == pytest.approx(941.0, abs=3.0)
    assert not np.allclose(got, wave, atol=1.0)


def test_a_good_circuit_impairs_nothing() -> None:
    circuit = Circuit()
    assert imp.of_network(circuit, random()) == []
    assert imp.of_wires(circuit, random()) == []
    assert imp.of_prompt(circuit) == []
    assert imp.through([], np.ones(FRAME)).tolist() == [1.0] * FRAME
