"""Errands that the courier is handed, and what it tells of them."""

import pytest

from appliance.errors import Refused
from appliance.keeper.errands import AWAY, PAUSES, UNHEARD, Errands, Retries, known_end
from tests.clocks import ManualClock


def may_begin(retries: Retries) -> bool:
    return retries.due


def test_the_courier_has_one_at_a_time_and_tells_of_that_one_alone() -> None:
    clock = ManualClock()
    errands = Errands[str](clock.monotonic, number=40)
    first = errands.take("first")
    assert (first, errands.told(first)) == (41, "first")
    drawn = errands.next_number()
    assert errands.take("second", drawn) == drawn == 42
    with pytest.raises(Refused, match="no_errand"):
        errands.told(first)
    errands.drop()
    with pytest.raises(Refused, match="no_errand"):
        errands.told(drawn)


def test_an_errand_that_nobody_tells_of_is_found_out() -> None:
    clock = ManualClock()
    errands = Errands[str](clock.monotonic)
    assert errands.unheard is None
    errands.take("one")
    clock.advance(UNHEARD - 1)
    assert errands.unheard is None
    clock.advance(1)
    assert errands.unheard == "one"


def test_a_courier_is_away_once_it_is_waited_for_and_says_nothing() -> None:
    clock = ManualClock()
    errands = Errands[str](clock.monotonic)
    clock.advance(2 * AWAY)
    assert not errands.away, "nobody waits for it"
    errands.hear()
    clock.advance(AWAY - 1)
    assert not errands.away
    clock.advance(1)
    assert errands.away


def test_each_failure_in_a_row_makes_the_next_attempt_wait_the_longer() -> None:
    clock = ManualClock()
    retries = Retries(clock.monotonic)
    assert may_begin(retries)
    for pause in (*PAUSES, PAUSES[-1]):
        retries.fail()
        clock.advance(pause - 1)
        assert not may_begin(retries)
        clock.advance(1)
        assert may_begin(retries)
    retries.begin_anew(60.0)
    assert not may_begin(retries)
    clock.advance(60)
    retries.fail()
    clock.advance(PAUSES[0])
    assert may_begin(retries), "it counts from the beginning"
    retries.fail(halts=True)
    clock.advance(10 * PAUSES[-1])
    assert not may_begin(retries)
    retries.begin_anew()
    assert may_begin(retries)


def test_the_couriers_own_words_are_not_kept() -> None:
    assert known_end("", {"late"}) == ""
    assert known_end("late", {"late"}) == "late"
    assert known_end("whatever it likes", {"late"}) == "odd"
