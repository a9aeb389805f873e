"""Follow a line being calibrated event by event: when it speaks and when not."""

import numpy as np
import pytest

from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.terms import Hook, PartyCue, Side, Tone
from appliance.recorder.calibration.probe import ToneProbe, probe_prompt
from appliance.signals.pcm import to_sound
from tests.model.faults import said
from tests.recorder.calibration.calibration_bench import WORDS, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_call_that_was_dialled_here_hears_nothing_and_counts_nothing(bench: Bench) -> None:
    bench.pass_(10)
    bench.hook(Hook.OFF)
    assert bench.stage() == "dialled"
    bench.pass_(10)
    assert bench.stub.done == []
    bench.hook(Hook.ON)
    assert bench.stage() == "waiting"


def test_who_calls_back_after_a_call_for_help_hears_nothing(bench: Bench) -> None:
    bench.ring()
    bench.hook(Hook.OFF)
    bench.called_for_help = True  # on whichever line, even after the lift
    bench.pass_(10)
    assert bench.stub.done == []
    assert said(bench.now.faults).startswith("An emergency number was called")


@pytest.mark.parametrize(
    "sign", [ev.ToneHeard(0, Tone.FAX_CNG), ev.PartyChanged(0, PartyCue.FLASH)]
)
@pytest.mark.parametrize("seconds", [1.0, 3.0])
def test_a_machine_and_whoever_may_dial_after_a_flash_hear_nothing_more(
    bench: Bench, sign: ev.Event, seconds: float
) -> None:
    bench.ring()
    bench.hook(Hook.OFF)
    bench.pass_(seconds)  # it is about to speak, or speaks
    begun = list(bench.stub.done)
    bench.calibration.follow(sign)
    assert bench.stub.done == [*begun, *["stop"] * len(begun)]
    bench.calibration.follow(ev.KeyBegan(bench.sample, "1", Side.NEAR))
    bench.pass_(10)
    assert bench.stub.done.count("play") == len(begun)


def test_it_waits_to_speak_while_keys_are_pressed(bench: Bench) -> None:
    bench.ring()
    bench.hook(Hook.OFF)
    for _ in range(4):
        bench.pass_(1.5)
        bench.calibration.follow(ev.KeyBegan(bench.sample, "1", Side.UNSURE))
    assert bench.stub.done == []


def test_the_box_measures_itself_in_a_call_that_came_in(bench: Bench) -> None:
    bench.ring()
    bench.pass_(1)
    bench.hook(Hook.OFF)
    assert bench.stage() == "listening"
    bench.pass_(2.1)
    assert (bench.stub.done, bench.stage()) == (["play"], "speaking")
    bench.calibration.follow(ev.PromptMarked(bench.sample, 3000, 1.0, 0.0))
    assert bench.now.prompt_db == -2.0  # on top of what was expected
    probe = probe_prompt(WORDS).sound.astype(np.float64) / 2
    bench.pass_(probe.size / RATE, probe)
    assert abs((bench.now.tones_db or 0) - 20) < 0.1
    assert bench.stage() == "listening"
    bench.pass_(10)
    assert bench.stub.done == ["play"]  # not again before the keys


def test_a_key_silences_the_box_and_it_tries_again(bench: Bench) -> None:
    bench.ring()
    bench.hook(Hook.OFF)
    bench.pass_(2.1)
    bench.calibration.follow(ev.KeyBegan(bench.sample, "1", Side.UNSURE))
    assert bench.stub.done == ["play", "stop"]
    bench.pass_(2.1)
    assert bench.stub.done == ["play", "stop", "play"]


def test_hanging_up_silences_the_box(bench: Bench) -> None:
    bench.ring()
    bench.hook(Hook.OFF)
    bench.pass_(2.1)
    bench.hook(Hook.ON)
    assert bench.stub.done == ["play", "stop"]
    bench.pass_(10)
    assert bench.stub.done == ["play", "stop"]


def test_words_that_do_not_arrive_are_told(bench: Bench) -> None:
    bench.ring()
    bench.hook(Hook.OFF)
    bench.pass_(2.1)
    bench.calibration.follow(ev.PromptMarked(bench.sample, 0, -60.0, 0.0))
    assert bench.now.prompt_db is None
    assert "look at its wires" in said(bench.now.faults)


def test_a_quarter_of_an_hour_without_anybody_ends_it(bench: Bench) -> None:
    bench.sample = 899 * RATE
    bench.pass_(0.1)
    assert bench.stage() == "waiting"
    bench.sample = 901 * RATE
    bench.pass_(0.1)
    assert bench.stage() == "ended"
    assert bench.stub.watcher is None


def test_an_adapter_that_controls_its_gain_is_seen_by_the_tones() -> None:
    probe = probe_prompt(WORDS)
    heard = ToneProbe(probe)
    sound = probe.sound.astype(np.float64)
    sound[-RATE:] *= 10 ** (6 / 20)  # what is quiet is made louder
    for start in range(0, sound.size - FRAME, FRAME):
        part = to_sound(sound[start : start + FRAME])
        heard.measure(AudioFrame("l", start, part[None], ("both",), part))
    assert abs((heard.apart_db() or 0) - 14) < 0.1


def test_a_line_that_says_nothing_is_measured_by_its_tones_alone() -> None:
    probe = probe_prompt(np.zeros(0, np.int16))
    assert probe.mark == 0
    assert ToneProbe(probe).apart_db() is None
