"""A modem lets go of the line it holds."""

import numpy as np
import pytest

from appliance.lines.modem.letting_go import HoldWatch
from appliance.lines.modem.profile import LetGo
from appliance.model.audio import FRAME, RATE, Sound
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import sine_peak
from tests.deep import deep

RULE = LetGo(silent_seconds=20.0, silent_dbm0=-45.0, longest_minutes=1.0)


def watch(*, local_phone: bool = False) -> HoldWatch:
    return HoldWatch(RULE, "PL", local_phone=local_phone)


def tone(dbm0: float, hertz: float = 425.0, seconds: float = 1.0) -> Sound:
    at = np.arange(round(seconds * RATE)) / RATE
    return np.rint(sine_peak(dbm0) * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def murmur(seconds: float, dbm0: float = -20.0) -> Sound:
    random = np.random.default_rng(3)
    noise = random.standard_normal(round(seconds * RATE)) * sine_peak(dbm0) / 2
    return np.clip(noise, -32768, 32767).astype(np.int16)


def hear(one: HoldWatch, sound: Sound, *, spoken: bool = False) -> float:
    """Hear sound until the line is to be let go; return after how many seconds."""
    for at in range(0, sound.size - FRAME + 1, FRAME):
        one.hear(sound[at : at + FRAME], spoken=spoken)
        if one.why:
            return (at + FRAME) / RATE
    return float("inf")


def test_silence_lets_go_after_its_time_and_a_word_begins_it_anew() -> None:
    one = watch()
    hear(one, np.zeros(19 * RATE, np.int16))
    hear(one, murmur(0.5))
    assert hear(one, np.zeros(25 * RATE, np.int16)) == pytest.approx(20.0, abs=0.1)
    assert one.why == "20 s of silence"


def test_our_own_words_are_no_silence() -> None:
    one = watch()
    assert hear(one, np.zeros(30 * RATE, np.int16), spoken=True) == float("inf")


def test_dial_tone_lets_go_at_once() -> None:
    one = watch()
    assert hear(one, tone(-15, seconds=10)) < 0.5  # nobody dials so soon
    assert one.why == "a steady tone"
    one = watch()
    hear(one, murmur(3.0))
    assert hear(one, tone(-15, seconds=10)) < 5
    assert one.why == "dial tone"


@pytest.mark.parametrize("hertz", [(425.0,), (350.0, 440.0)])
@pytest.mark.parametrize("dbm0", [-40.0, -10.0])
def test_a_dial_tone_is_known_soon_in_any_country(hertz: tuple[float, ...], dbm0: float) -> None:
    one = watch()
    both = np.sum([tone(dbm0, each, 1.0).astype(np.int32) for each in hertz], axis=0)
    noise = murmur(1.0, dbm0 - 20)
    assert hear(one, np.clip(both + noise, -32768, 32767).astype(np.int16)) < 0.6


@pytest.mark.parametrize("hertz", [50.0, 100.0, 150.0, 1.0])
def test_mains_hum_is_no_dial_tone(hertz: float) -> None:
    assert hear(watch(), tone(-20, hertz, 4.0)) == float("inf")


@pytest.mark.parametrize("every", [RATE, deep(RATE // 4)])
def test_no_voice_is_a_steady_tone(every: int) -> None:
    for voice in simulated_voices():
        for at in range(0, voice.size - 3 * RATE, every):
            one = watch()
            assert hear(one, voice[at : at + 3 * RATE]) == float("inf"), at


def test_busy_tone_lets_go() -> None:
    one = watch()
    hear(one, murmur(3.0))
    beat = np.concatenate((tone(-15, seconds=0.5), np.zeros(RATE // 2, np.int16)))
    assert hear(one, np.tile(beat, 12)) < 10
    assert one.why in {"busy tone", "congestion tone"}


def test_nothing_is_held_beyond_the_absolute_limit() -> None:
    one = watch()
    assert hear(one, murmur(70)) == pytest.approx(60.0, abs=0.1)
    assert one.why == "1 minutes are over"


@pytest.mark.parametrize("code", ["d", "i", "b", "K", "l", "p"])
def test_codes_of_the_modem_let_go(code: str) -> None:
    one = watch()
    one.code(code)
    assert one.why


@pytest.mark.parametrize("code", [*"0123456789*#ABCD", "/", "~", "s", "q", "H", "h", "P", "R", "u"])
def test_keys_and_the_modems_own_hook_let_nothing_go(code: str) -> None:
    one = watch()
    one.code(code)
    assert not one.why


def test_a_phone_behind_the_modem_that_is_hung_up_lets_go() -> None:
    one = watch(local_phone=True)
    one.code("h")
    assert one.why == "the phone was hung up"
