"""The place of the wires, found by the sound out of the sink."""

import numpy as np

from tests.rig.tap import Tap

RATE = 48000
WIDTH = 4  # two channels of 16 bits


class Clock:
    """A time that is set."""

    now = 5.0

    def __call__(self) -> float:
        return self.now


def noise(seconds: float) -> bytes:
    count = round(seconds * RATE) * 2
    return np.random.default_rng(7).normal(0, 9, count).astype("<i2").tobytes()


def test_what_comes_out_is_found_in_what_was_put_in() -> None:
    clock, sound = Clock(), noise(1.0)
    tap = Tap(RATE, 2, clock)
    assert tap.position() is None
    tap.sent(sound)
    tap.came_out(bytes(4000))  # silence from before
    assert tap.position() is None
    tap.came_out(sound[: 4800 * WIDTH])
    assert tap.position() == 0.1
    tap.came_out(sound[4800 * WIDTH : 24000 * WIDTH])
    assert (tap.position(), tap.breaks) == (0.5, 0)


def test_silence_put_in_between_is_a_break_and_so_is_what_is_left_out() -> None:
    clock, sound = Clock(), noise(1.0)
    tap = Tap(RATE, 2, clock)
    tap.sent(sound)
    tap.came_out(sound[: 4800 * WIDTH])
    tap.came_out(bytes(960 * WIDTH))
    tap.came_out(bytes(960 * WIDTH))
    tap.came_out(sound[4800 * WIDTH : 9600 * WIDTH])
    assert (tap.position(), tap.breaks) == (0.2, 1)
    tap.came_out(sound[9600 * WIDTH : 12000 * WIDTH])
    tap.came_out(sound[14400 * WIDTH : 19200 * WIDTH])
    assert (tap.position(), tap.breaks) == (0.4, 2)


def test_without_sound_time_goes_by_the_clock() -> None:
    clock, sound = Clock(), noise(1.0)
    tap = Tap(RATE, 2, clock)
    tap.sent(sound)
    tap.came_out(sound[: 4800 * WIDTH])
    clock.now += 0.05
    assert tap.position() == 0.1
    clock.now += 0.45
    assert tap.position() == 0.6


def test_old_sound_is_forgotten() -> None:
    clock = Clock()
    tap = Tap(RATE, 2, clock)
    sound = noise(10.0)
    for at in range(0, len(sound), 9600 * WIDTH):
        tap.sent(sound[at : at + 9600 * WIDTH])
    tap.came_out(sound[9 * RATE * WIDTH :])
    assert tap.position() == 10.0
    old = Tap(RATE, 2, clock)
    old.sent(sound)
    old.came_out(sound[: RATE * WIDTH])
    assert old.position() is None
