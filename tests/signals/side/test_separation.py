import numpy as np
import pytest

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.scene import Circuit
from appliance.model.audio import FRAME, RATE
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import Wave, to_sound
from appliance.signals.side.separation import DELAY, Separator
from tests.signals.sounds import babble, quiet

PROMPT = to_sound(babble(1.5, -18))
USUAL = Circuit()


def separated(
    circuit: Circuit, far: Wave, near: Wave, separator: Separator, turn: int = 1
) -> tuple[Wave, Wave]:
    """Return voltage and far wave of a call that begins with a prompt."""
    wires = Wires(circuit, np.random.SeedSequence(1))
    frames: list[Floats] = []
    for start in range(0, far.size, FRAME):
        span = slice(start, start + FRAME)
        said = PROMPT[span] if start < PROMPT.size else None
        box = None if said is None else said.astype(np.float64)
        frames.append(np.stack(wires.carry(far[span], near[span], box, Loop.TALK)))
    line = np.concatenate(frames, axis=1).astype(np.float32)
    line[1] *= turn
    waves = []
    for start in range(0, far.size, FRAME):
        frame = line[:, start : start + FRAME]
        separator.learn(frame, PROMPT[start : start + FRAME] if start < PROMPT.size else None)
        waves.append(separator.far_wave(frame))
    return line[0].astype(np.float64), np.concatenate(waves).astype(np.float64)


def loss_db(volts: Wave, wave: Wave) -> float:
    """Return how much weaker the far wave is, after the prompt."""
    tail = slice(2 * RATE, None)
    return float(10 * np.log10(np.mean(volts[tail] ** 2) / np.mean(wave[tail] ** 2)))


@pytest.mark.parametrize(
    "circuit",
    [
        USUAL,
        Circuit(network="resistive"),
        Circuit(phone="resistive", second_phone=True),
        Circuit(loss_db=7.0, receive_dbr=-7.0),
    ],
    ids=["usual", "resistive", "second phone", "long loop"],
)
def test_the_office_is_not_in_the_far_wave(circuit: Circuit) -> None:
    talk = np.concatenate((quiet(2.0), babble(1.0, -16, 180.0, seed=4)))
    volts, wave = separated(circuit, np.zeros(talk.size), talk, Separator())
    assert loss_db(volts, wave) > 20


def test_the_caller_is_as_strong_in_the_far_wave_as_in_the_voltage() -> None:
    talk = np.concatenate((quiet(2.0), babble(1.0, -16, 180.0, seed=4)))
    volts, wave = separated(USUAL, talk, np.zeros(talk.size), Separator())
    assert abs(loss_db(volts, wave)) < 3
    late = np.correlate(wave[-RATE // 2 :], volts[-RATE // 2 - DELAY : -DELAY])
    assert late[0] > 0


def test_it_is_learnt_while_the_office_talks_over_the_prompt() -> None:
    talk = babble(3.0, -16, 180.0, seed=4)
    volts, wave = separated(USUAL, np.zeros(talk.size), talk, Separator())
    assert loss_db(volts, wave) > 20


@pytest.mark.parametrize("dbm0", [-30.0, -20.0, -12.0, 0.0, 3.0])
def test_a_caller_who_talks_over_the_prompt_does_not_make_it_wrong(dbm0: float) -> None:
    separator = Separator()
    far, near = babble(3.0, dbm0, 180.0, seed=4), quiet(3.0)
    far[2 * RATE :] = 0
    near[2 * RATE :] = babble(1.0, -16, 150.0, seed=5)
    volts, wave = separated(USUAL, far, near, separator)
    assert not separator.active or loss_db(volts, wave) > 15


def test_a_sensor_that_is_the_wrong_way_round_teaches_nothing() -> None:
    separator = Separator()
    separated(USUAL, quiet(2.0), quiet(2.0), separator, turn=-1)
    assert not separator.active


def test_without_a_current_there_is_no_far_wave() -> None:
    separator = Separator()
    chance = np.random.default_rng(1)
    for start in range(0, PROMPT.size, FRAME):
        said = PROMPT[start : start + FRAME]
        line = np.stack((said.astype(np.float64), chance.normal(0, 8, FRAME)))
        separator.learn(line.astype(np.float32), said)
        assert not separator.far_wave(line.astype(np.float32)).any()
    assert not separator.active
