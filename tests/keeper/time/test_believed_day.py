"""The day that lines wait for is the believed one, whatever the clocks say."""

from datetime import UTC, datetime

import pytest

from appliance.clock import DAY, HOUR
from appliance.keeper.time.believed_clock import believed_day
from tests.clocks import Move
from tests.keeper.time.moving import World


def day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def test_nobody_knows_the_day_before_somebody_confirmed_the_time() -> None:
    world = World(right=False)
    world.start()
    assert believed_day(world.time) == ""


@pytest.mark.usefixtures("move")
def test_a_clock_that_is_set_ahead_brings_no_day() -> None:
    world = World()
    world.start()
    assert believed_day(world.time) == day(world.now)
    world.off_by = 400.0 * DAY
    world.time.look()
    assert believed_day(world.time) == day(world.now)


@pytest.mark.usefixtures("move")
def test_a_clock_that_is_ahead_after_a_boot_brings_no_day() -> None:
    world = World()
    world.start()
    world.off_by = 400.0 * DAY
    world.right = False
    world.start()
    assert believed_day(world.time) <= day(world.now)


@pytest.mark.parametrize(
    ("zone", "hour", "begun"),
    [("EST5", 2, False), ("EST5", 6, True), ("CET-1", 23, False), ("CET-1", 0, True)],
)
def test_a_day_has_come_once_it_has_begun_here_and_in_utc(
    move: Move, zone: str, hour: int, begun: bool
) -> None:
    move(zone)
    midnight = datetime(2027, 1, 11, tzinfo=UTC).timestamp()
    now = midnight + (hour if hour < 12 else hour - 24) * HOUR
    world = World(now=now, booted=now).start()
    assert (believed_day(world.time) >= "2027-01-11") is begun
