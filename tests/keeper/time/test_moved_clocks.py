"""Test retention through years of moved clocks, checked at every sweep."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.clock import DAY, HOUR
from tests.keeper.time.moving import NEVER_SET, Book, World

# -- any course of things ---------------------------------------------------------------------

DAYS_OFF = st.one_of(
    st.just(0.0),
    st.just(NEVER_SET / DAY),
    st.floats(2, 9000),
    st.floats(-330, -2),
)
"""How far a clock is off after a boot or a mistake. Less than a day ahead is taken on trust."""

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(0, 40)),
        st.tuples(st.just("hours"), st.integers(1, 60)),
        st.tuples(st.just("moved"), DAYS_OFF),
        st.tuples(st.just("network"), st.just(0)),
    ),
    max_size=12,
)

BOOTS = st.lists(
    st.tuples(
        st.floats(0, 2000),  # hours without power before it
        DAYS_OFF,
        st.booleans(),  # a time server is there from the start
        STEPS,
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.timeout(600)  # up to hundreds of boxes, each of months
@given(BOOTS)
@example([(0, 0, True, [("record", 3), ("hours", 60), ("hours", 60)])])
@example([(30, -300, False, [("record", 1), ("hours", 30)]), (0, 0, True, [("hours", 60)])])
@example([(30, 4000, False, [("record", 1), ("hours", 30), ("network", 0), ("hours", 60)])])
def test_never_early_never_late_whatever_is_done_to_the_clock(
    boots: list[tuple[float, float, bool, list[tuple[str, float]]]],
) -> None:
    """In each boot a time server is reached at last; until then the clock may be anything."""
    world = World().start()
    for off, days, network, steps in boots:
        world.power_off(off)
        world.moved(days)
        if network:
            world.network()
        world.start()
        for step, value in steps:
            if step == "record":
                world.record(int(value))
            elif step == "hours":
                world.hours(int(value))
            elif step == "network":
                world.network()
            else:
                world.moved(value)
        world.network()
        world.hours(2)
    world.hours(45 * 24)
    assert world.made == {}, "at last everything is gone"


@given(
    st.floats(0, 400),
    st.sampled_from([0.0, NEVER_SET / DAY, 4000.0, -340.0]),
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 30)), max_size=4),
)
def test_recordings_of_a_boot_without_a_keeper_are_never_erased_early(
    off: float, days: float, calls: list[tuple[int, int]]
) -> None:
    world = World().start()
    world.hours(3)
    world.power_off(off)
    world.moved(days)
    world.start(keeper=False)
    for hours, kept in calls:
        world.hours(hours)
        world.record(kept)
    world.network()
    world.start()
    world.hours(40 * 24)
    assert world.made == {}, "late by no more than the time in which nobody knew"


# -- the course of things that has a name -------------------------------------------------------


def kept_for(days: int = 3) -> World:
    """Return a world with one recording, made an hour ago with the right clock."""
    world = World().start()
    world.record(days)
    world.hours(1)
    return world


@pytest.mark.parametrize("years", [1, 4, 14, 74])
def test_a_clock_battery_that_says_a_wrong_year_erases_nothing(years: int) -> None:
    world = kept_for()
    world.power_off(1)
    world.moved(365 * years)
    world.start()
    world.hours(23)
    assert len(world.made) == 1
    assert world.told == ["retention_waits"], "said once a day"
    world.record(3)
    world.network()
    world.hours(82)
    assert world.made == {}


@pytest.mark.parametrize("days", [-1, -40, -300, NEVER_SET / DAY])
def test_a_clock_that_is_behind_extends_nothing(days: float) -> None:
    """As long as the box runs; without power it cannot know how long that was."""
    world = kept_for()
    world.moved(days)
    world.hours(30)
    world.record(1)
    world.hours(71)
    assert world.made == {}


def test_a_month_without_a_time_server_or_a_battery() -> None:
    """A box that is switched off every night and begins where it was: late, and never early."""
    world = kept_for(3)
    lost = 0.0
    for _ in range(30):
        world.power_off(12)
        lost += 12 * HOUR
        world.moved(-lost / DAY)
        world.start()
        world.hours(12)
    assert world.made == {}


def test_who_sets_the_clock_by_an_hour_moves_nothing() -> None:
    """Daylight saving, by hand, where UTC was meant; back again in autumn."""
    world = kept_for(5)
    world.off_by, world.right = HOUR, False
    world.hours(48)
    world.record(1)
    world.off_by = 0.0
    world.hours(100)
    assert world.made == {}


def test_the_new_year_the_leap_day_and_the_ends_of_months_are_days_like_others() -> None:
    leap_eve = 1_835_395_200.0  # 2028-02-28, noon
    for moment in (leap_eve, leap_eve + DAY, 1_798_718_400.0, 1_801_396_800.0):
        world = World(now=moment).start()
        for kept in (1, 2, 30, 31, 366):
            world.record(kept)
        world.hours(368 * 24)
        assert world.made == {}


def test_a_box_that_was_off_for_long_goes_on_once_somebody_has_looked() -> None:
    world = kept_for(3)
    world.power_off(30 * 24)
    world.right = False
    world.start()
    world.hours(5)
    assert len(world.made) == 1
    world.network()
    assert world.made == {}


def test_a_box_with_a_chip_that_was_off_for_long_asks_nobody() -> None:
    world = World(has_chip=True).start()
    world.record(3)
    world.hours(1)
    world.power_off(30 * 24)
    world.start()
    assert world.made == {}
    assert world.told == []


def test_a_lost_ledger_and_a_wrong_clock_together_erase_nothing() -> None:
    world = kept_for(90)
    world.book = Book()
    world.moved(400)
    world.start(not_before=world.now)
    world.hours(23)
    assert len(world.made) == 1
    assert world.told == ["retention_waits"]
    world.network()
    world.hours(90 * 24)
    assert world.made == {}
