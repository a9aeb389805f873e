"""The line clock of a sound card, with the machine's clock moved by hand."""

import numpy as np

from appliance.lines.stream.clock import SoundClock
from appliance.model.audio import RATE

BLOCK = 0.02


def run(
    clock: SoundClock,
    start: float,
    blocks: int,
    *,
    late: float = 0.0,
    drift: float = 0.0,
    seed: int = 1,
) -> tuple[list[int], float]:
    """Let blocks arrive from ``start`` on; return what was lost each time, and when it ended."""
    chance = np.random.default_rng(seed)
    clock.opened(BLOCK, start, 0)
    lost = []
    now = start
    for count in range(2, blocks + 2):
        now = start + (count - 1) * BLOCK * (1 + drift) + late + chance.uniform(0, 0.015)
        lost.append(clock.arrived(count * BLOCK, now))
    return lost, now


def test_it_starts_at_nought_and_goes_with_the_machine_while_no_card_is_there() -> None:
    clock = SoundClock(100.0)

    assert clock.position(100.0) == 0
    assert clock.position(101.5) == 1.5 * RATE


def test_it_never_goes_back() -> None:
    clock = SoundClock(100.0)
    clock.position(101.0)

    assert clock.position(100.5) == RATE


def test_sound_begins_where_the_machine_says_and_never_before_what_was_heard() -> None:
    clock = SoundClock(0.0)

    assert clock.opened(0.02, 5.0, 0) == round(4.98 * RATE)
    assert clock.opened(0.02, 5.0, 6 * RATE) == 6 * RATE


def test_jitter_is_no_loss_and_the_position_stays_with_the_sound() -> None:
    clock = SoundClock(0.0)

    lost, now = run(clock, 1.0, 500)

    assert sum(lost) == 0
    assert abs(clock.position(now) - now * RATE) < 0.02 * RATE


def test_a_card_whose_clock_is_off_loses_nothing() -> None:
    for drift in (-0.001, -0.0003, 0.0003, 0.001):
        clock = SoundClock(0.0)
        lost, now = run(clock, 1.0, 30_000, drift=drift)
        assert sum(lost) == 0
        heard = 1.0 + (now - 1.0) / (1 + drift)
        assert abs(clock.position(now) - heard * RATE) < 0.03 * RATE


def test_blocks_that_come_late_and_then_at_once_lose_nothing() -> None:
    clock = SoundClock(0.0)
    clock.opened(BLOCK, 1.0, 0)
    for count in range(2, 50):
        assert clock.arrived(count * BLOCK, 1.0 + (count - 1) * BLOCK) == 0
    # The reader was held up for a second; what came meanwhile waits and is read at once.
    for count in range(50, 100):
        assert clock.arrived(100 * BLOCK, 3.0 + count * 0.001) == 0
    for count in range(101, 150):
        assert clock.arrived(count * BLOCK, 1.0 + (count - 1) * BLOCK) == 0


def test_what_was_thrown_away_is_missed_once() -> None:
    clock = SoundClock(0.0)
    clock.opened(BLOCK, 1.0, 0)
    lost = []
    for count in range(2, 200):
        pause = 0.5 if count >= 100 else 0.0
        lost.append(clock.arrived(count * BLOCK, 1.0 + (count - 1) * BLOCK + pause))

    (missed,) = [samples for samples in lost if samples]

    assert abs(missed - 0.5 * RATE) < 0.005 * RATE
    assert lost.index(missed) <= 98 + 12  # known within a quarter of a second


def test_the_clock_jumps_over_what_was_lost() -> None:
    clock = SoundClock(0.0)
    clock.opened(BLOCK, 1.0, 0)
    for count in range(2, 100):
        pause = 0.3 if count >= 50 else 0.0
        clock.arrived(count * BLOCK, 1.0 + (count - 1) * BLOCK + pause)
    now = 1.0 + 98 * BLOCK + 0.3

    assert abs(clock.position(now) - now * RATE) < 0.01 * RATE
