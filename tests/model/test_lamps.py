"""Show the state of all lines on the lamps: green is never ready where nobody is asked."""

import pytest
from msgspec import structs

from appliance.model.lamps import LampPattern, Light, Needs, lamp_pattern
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle


def lines(*states: str) -> tuple[LineStatus, ...]:
    return tuple(LineStatus(line=str(i), state=state) for i, state in enumerate(states))


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (("idle",), LampPattern(green=Light.STEADY)),
        (("asking",), LampPattern(amber=Light.BLINKING)),
        (("recording",), LampPattern(red=Light.STEADY)),
        (("paused",), LampPattern(red=Light.BLINKING)),
        (("fault",), LampPattern(red=Light.WINK)),
        (("idle", "fault"), LampPattern(green=Light.STEADY, red=Light.WINK)),
        (("idle", "recording"), LampPattern(red=Light.STEADY)),
        (("asking", "recording"), LampPattern(amber=Light.BLINKING, red=Light.STEADY)),
        ((), LampPattern(red=Light.WINK)),
    ],
)
def test_lamps(states: tuple[str, ...], shown: LampPattern) -> None:
    assert lamp_pattern(lines(*states)) == shown


@pytest.mark.parametrize("why", list(Obstacle))
def test_green_never_says_ready_where_nobody_is_asked(why: Obstacle) -> None:
    silent = LineStatus(line="Reception", state="idle", obstacle=why)
    as_meant = why in {Obstacle.KIND, Obstacle.DAY}
    green = Light.WINK if why is Obstacle.DAY else Light.OFF
    red = Light.OFF if as_meant else Light.WINK
    assert lamp_pattern((silent,)) == LampPattern(green=green, red=red)
    both = lamp_pattern((silent, *lines("idle")))
    assert both == LampPattern(green=Light.STEADY, red=Light.OFF if as_meant else Light.WINK)


def test_a_box_that_waits_for_its_first_day_is_no_fault_until_something_is_missing() -> None:
    waits = LineStatus(line="Reception", state="idle", obstacle=Obstacle.DAY)
    assert lamp_pattern((waits, waits)) == LampPattern(green=Light.WINK)
    assert lamp_pattern((waits, *lines("asking"))) == LampPattern(amber=Light.BLINKING)
    assert lamp_pattern((waits, *lines("fault"))) == LampPattern(red=Light.WINK)
    assert lamp_pattern((waits,), Needs(somebody=True)) == LampPattern(red=Light.WINK)
    for changed in ({"complete": False}, {"state": "fault"}, {"state": "unknown"}):
        assert lamp_pattern((structs.replace(waits, **changed),)) == LampPattern(red=Light.WINK)


@pytest.mark.parametrize(
    ("states", "red"),
    [(("idle",), Light.WINK), (("recording",), Light.STEADY), (("paused",), Light.BLINKING)],
)
def test_a_lamp_winks_while_an_administrator_is_needed(states: tuple[str, ...], red: Light) -> None:
    assert lamp_pattern(lines(*states), Needs(somebody=True)).red is red
    assert lamp_pattern(lines("idle"), Needs(secret=True)).red is Light.OFF


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (("idle",), LampPattern(green=Light.STEADY, amber=Light.WINK)),
        (("fault",), LampPattern(amber=Light.WINK, red=Light.WINK)),
        (("asking", "idle"), LampPattern(amber=Light.BLINKING)),
        (("recording",), LampPattern(red=Light.STEADY)),
        (("paused",), LampPattern(red=Light.BLINKING)),
        (("asking", "recording"), LampPattern(amber=Light.BLINKING, red=Light.STEADY)),
        ((), LampPattern(amber=Light.WINK, red=Light.WINK)),
    ],
)
def test_a_box_without_a_secret_winks_while_nothing_goes_on(
    states: tuple[str, ...], shown: LampPattern
) -> None:
    assert lamp_pattern(lines(*states), Needs(secret=True)) == shown
