"""Find the caller's keys under our prompt and the office's speech, on a tap."""

import numpy as np
import pytest

from appliance.exchange.scene import Circuit
from appliance.model.audio import RATE
from appliance.model.events import DigitPressed, Event, KeyBegan
from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave
from tests.deep import deep, spread
from tests.hearing.lines_heard import Line, prompt_of
from tests.signals.sounds import babble

PROMPT = prompt_of(babble(1.5, -18), 1.4)  # from 0.5 s to 2 s
LONG = prompt_of(babble(4.0, -14), 3.9)


def digits(events: list[tuple[int, Event]]) -> list[DigitPressed]:
    return [event for _, event in events if isinstance(event, DigitPressed)]


def talk(seconds: float, dbm0: float, seed: int) -> Wave:
    return babble(seconds, dbm0, 150.0 + 10 * seed, seed=seed)


@pytest.mark.parametrize("seed", spread(range(6), 3))
@pytest.mark.parametrize("talk_dbm0", [-20.0, -14.0])
def test_a_far_key_is_heard_while_the_office_talks(talk_dbm0: float, seed: int) -> None:
    line = Line(3.5, seed=seed)
    key = "0147*2"[seed]
    line.put(line.near, 2.1, talk(1.2, talk_dbm0, seed))
    line.put(line.far, 2.513 + 0.03 * seed, key_wave(key, 100, dbm0=-9, twist_db=2))
    (digit,) = digits(line.heard(PROMPT))
    assert (digit.key, digit.side, digit.grade) == (key, Side.FAR, Grade.A)
    assert abs(digit.ms - 100) < 8


@pytest.mark.parametrize("seed", spread(range(4), 2))
@pytest.mark.parametrize("ppm", [0.0, 40.0])
def test_a_far_key_is_heard_under_our_prompt_while_the_office_talks(ppm: float, seed: int) -> None:
    line = Line(5.0, Circuit(loss_db=0.0, prompt_ppm=ppm), seed)
    line.put(line.near, 1.0, talk(3.5, -20.0, seed))
    line.put(line.far, 2.5 + 0.4 * seed, key_wave("5", 100, dbm0=-26, twist_db=2))
    (digit,) = digits(line.heard(LONG))
    assert (digit.key, digit.side, digit.grade) == ("5", Side.FAR, Grade.A)


@pytest.mark.parametrize(
    "echo", [(0, 20.0), (50, 6.0), (400, 6.0), *map(deep, [(100, 12.0), (250, 8.0)])]
)
@pytest.mark.parametrize("talk_dbm0", [None, deep(-24.0), -12.0])
@pytest.mark.parametrize("dbm0", [-4.0, deep(-14.0), -28.0])
def test_a_near_key_is_never_a_far_one(
    echo: tuple[int, float], talk_dbm0: float | None, dbm0: float
) -> None:
    """Somebody else of the office may talk meanwhile, on another phone."""
    line = Line(4.0, Circuit(second_phone=True, echo_ms=echo[0], echo_loss_db=echo[1]), 2)
    if talk_dbm0 is not None:
        line.put(line.near, 2.1, talk(1.5, talk_dbm0, 3))
    line.put(line.near, 2.6, key_wave("1", 150, dbm0=dbm0, twist_db=2))
    assert [digit for digit in digits(line.heard(PROMPT)) if digit.side is Side.FAR] == []


@pytest.mark.parametrize("lag_ms", spread([-90, -50, -20, 0, 20, 50, 90, 150], 4))
@pytest.mark.parametrize("near_key", ["1", "2", deep("5")])
def test_both_pressing_at_once_is_no_far_key_alone(lag_ms: int, near_key: str) -> None:
    line = Line(4.0)
    line.put(line.far, 2.5, key_wave("1", 100, dbm0=-8, deviation=0.004))
    line.put(line.near, 2.5 + lag_ms / 1000, key_wave(near_key, 100, dbm0=-4))
    found = digits(line.heard(PROMPT))
    sides = {digit.side for digit in found}
    assert Side.FAR not in sides or Side.NEAR in sides


def test_a_near_key_right_after_the_callers_is_told_while_it_is_held() -> None:
    line = Line(4.0)
    line.put(line.far, 2.5, key_wave("1", 100, dbm0=-8))
    line.put(line.near, 2.6, key_wave("1", 800, dbm0=-4))
    events = line.heard(PROMPT)
    first, second = digits(events)
    assert (first.side, second.side) == (Side.FAR, Side.NEAR)
    assert abs(second.ms - 800) < 10
    began = [at for at, e in events if isinstance(e, KeyBegan) and e.side is Side.NEAR]
    assert began[0] < 2.75 * RATE


def test_talk_of_the_office_alone_is_no_key() -> None:
    for seed in range(4):
        line = Line(6.0, Circuit(echo_ms=100, echo_loss_db=10.0), seed)
        line.put(line.near, 2.1, talk(3.8, -10.0, seed))
        assert digits(line.heard(PROMPT)) == []


def test_every_key_that_begins_ends() -> None:
    line = Line(6.0, Circuit(echo_ms=80, echo_loss_db=8.0))
    chance = np.random.default_rng(3)
    for start in np.arange(2.1, 5.6, 0.2):
        who = line.far if chance.random() < 0.5 else line.near
        length = float(chance.integers(40, 190))
        line.put(who, start, key_wave(str(chance.integers(10)), length, dbm0=-8))
    line.put(line.near, 2.1, talk(3.6, -18.0, 1))
    began = [(e.sample, e.key) for _, e in line.heard(PROMPT) if isinstance(e, KeyBegan)]
    ended = [(e.sample, e.key) for e in digits(line.heard(PROMPT))]
    assert set(began) <= set(ended)
    assert len(began) > 5


@pytest.mark.parametrize("seed", spread(range(4), 2))
@pytest.mark.parametrize("start", spread(list(np.arange(1.0, 4.2, 0.2)), 5))
def test_the_echo_of_a_near_key_missed_under_our_words_is_no_far_key(
    start: float, seed: int
) -> None:
    circuit = Circuit(
        loss_db=0.0, network="resistive", phone="resistive", echo_ms=100, echo_loss_db=8.0
    )
    line = Line(5.0, circuit, seed)
    line.put(line.near, start, key_wave("1", 82, dbm0=-20, twist_db=2))
    words = prompt_of(babble(4.0, -14, 110.0 + 10 * seed, seed=seed), 3.9)
    assert [digit for digit in digits(line.heard(words)) if digit.side is Side.FAR] == []
