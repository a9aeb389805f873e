"""A key that leaked through a gateway and was regenerated is one key, as in the dialogue."""

from pathlib import Path

import numpy as np
import pytest

from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave
from tests.commands.test_hear import keys, lines, saved
from tests.signals.sounds import keys_wave, noise, quiet, sine


def made_again(leak_ms: float, gap_ms: float) -> Wave:
    """Return a key that leaked through a gateway at its own level, and the gateway's own one."""
    leaked = key_wave("1", leak_ms, dbm0=-14)
    return np.concatenate((leaked, quiet(gap_ms / 1000), key_wave("1", 100, dbm0=-10)))


@pytest.mark.parametrize("gap_ms", [30, 80])
@pytest.mark.parametrize("leak_ms", [20, 40, 55])
def test_a_leaked_tone_and_the_one_made_again_are_one_key(
    tmp_path: Path, leak_ms: int, gap_ms: int
) -> None:
    wave = np.concatenate((quiet(0.3), made_again(leak_ms, gap_ms), quiet(0.5)))
    (digit,) = lines(saved(tmp_path, wave))
    assert digit["at"] == pytest.approx(0.3 + (leak_ms + gap_ms) / 1000, abs=0.004)
    assert digit["ms"] == pytest.approx(100, abs=4)
    assert digit["dbm0"] == pytest.approx(-10, abs=0.5)


@pytest.mark.parametrize("sides", ["far,near", "near,far"])
def test_a_leak_is_one_of_the_callers_and_never_of_the_near_side(
    tmp_path: Path, sides: str
) -> None:
    wave = np.concatenate((quiet(0.3), made_again(40, 50), quiet(0.5)))
    path = saved(tmp_path, np.stack((wave, quiet(wave.size / 8000))))
    found = [one["side"] for one in lines(path, "--sides", sides)]
    assert found == (["far"] if sides == "far,near" else ["near", "near"])


@pytest.mark.parametrize("ms", [40, 50, 58, 60])
def test_keys_dialled_fast_are_as_many_as_were_pressed(tmp_path: Path, ms: int) -> None:
    """At 58 ms some are measured a little below, others a little above what a leak may have."""
    number = "1122233334444455"
    wave = np.concatenate((quiet(0.3), keys_wave(number, ms, ms), quiet(0.5)))
    wave += noise(wave.size / 8000, -40)
    assert keys(saved(tmp_path, wave)) == list(number)


def test_keys_that_a_gateway_makes_in_packets_are_as_many_as_were_pressed(tmp_path: Path) -> None:
    lengths = (40, 60, 40, 60)
    tones = [np.concatenate((key_wave("1", ms), quiet(0.06))) for ms in lengths]
    assert keys(saved(tmp_path, np.concatenate((quiet(0.3), *tones, quiet(0.5))))) == list("1111")


def test_a_short_key_long_before_the_same_one_is_a_press(tmp_path: Path) -> None:
    wave = np.concatenate((quiet(0.3), made_again(40, 120), quiet(0.5)))
    assert [one["ms"] for one in lines(saved(tmp_path, wave))] == pytest.approx([40, 100], abs=4)


def test_a_short_key_is_printed_before_what_was_heard_after_it(tmp_path: Path) -> None:
    short = np.concatenate((quiet(0.3), key_wave("1", 40), quiet(0.5)))
    wave = np.concatenate((short, sine(2100, 0.5), quiet(0.5)))
    assert [one["event"] for one in lines(saved(tmp_path, wave))] == ["digit", "tone"]
    wave = np.concatenate((wave, key_wave("1", 100), quiet(0.3)))
    assert [one["event"] for one in lines(saved(tmp_path, wave))] == ["digit", "tone", "digit"]
