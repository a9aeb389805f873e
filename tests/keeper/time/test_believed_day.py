"""The day that lines wait for is the believed one, whatever the clocks say."""

from datetime import UTC, datetime

import pytest

from appliance.clock import DAY
from appliance.keeper.time.believed_clock import believed_day
from tests.keeper.time.moving import World


def day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def test_nobody_knows_the_day_before_somebody_confirmed_the_time() -> None:
    world = World(right=False)
    world.start()
    assert believed_day(world.time) == ""


def test_a_clock_that_is_set_ahead_brings_no_day(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.start()
    assert believed_day(world.time) == day(world.now)
    world.off_by = 400.0 * DAY
    world.time.look()
    assert believed_day(world.time) == day(world.now)


def test_a_clock_that_is_ahead_after_a_boot_brings_no_day() -> None:
    world = World()
    world.start()
    world.off_by = 400.0 * DAY
    world.right = False
    world.start()
    assert believed_day(world.time) <= day(world.now)
