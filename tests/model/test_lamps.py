"""Show the state of all lines on the lamps: green is never ready where nobody is asked."""

from itertools import product

import pytest

from appliance.model.lamps import (
    Cause,
    LampPattern,
    Light,
    Need,
    Sign,
    gravest,
    lamp_pattern,
    signs,
)
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from tests.model.lamps import EVERY_LINE

ASKING = {"settling", "asking", "awaiting", "informing", "choosing", "confirming"}


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


def asks(line: LineStatus) -> bool:
    """Say it anew, so that a mistake in what is tested does not hide itself."""
    return line.state not in {"fault", "unknown"} and line.obstacle is None


def lacks_its_day_alone(line: LineStatus) -> bool:
    heard = line.state not in {"fault", "unknown"}
    return heard and line.obstacle is Obstacle.DAY and line.complete and line.agreed


def wanted(line: LineStatus, need: Need) -> LampPattern:
    """Say what a box with one line shows, from the words of docs/front.md."""
    if line.state == "recording":
        return LampPattern(red=Light.STEADY)
    if line.state == "paused":
        return LampPattern(red=Light.BLINKING)
    never = line.obstacle is Obstacle.KIND and line.state not in {"fault", "unknown"}
    well = asks(line) or lacks_its_day_alone(line) or never
    red = Light.OFF if well and not line.slow_sync_ms and need is Need.NOTHING else Light.WINK
    if line.state in ASKING:
        return LampPattern(amber=Light.BLINKING, red=red)
    if asks(line):
        return LampPattern(green=Light.STEADY, red=red)
    waits = lacks_its_day_alone(line) and red is Light.OFF
    return LampPattern(green=Light.WINK if waits else Light.OFF, red=red)


@pytest.mark.parametrize("need", list(Need))
def test_every_state_of_a_line_and_every_need_shine_as_they_are_written(need: Need) -> None:
    for line in EVERY_LINE:
        assert lamp_pattern((line,), need) == wanted(line, need), line


def test_no_green_while_no_line_asks_but_for_the_first_day() -> None:
    few = [line for line in EVERY_LINE if not line.notice and line.state in {"idle", "fault"}]
    for one, two, need in product(few, few[::7], (Need.NOTHING, Need.TIME)):
        pattern = lamp_pattern((one, two), need)
        if not (asks(one) or asks(two)):
            days = lacks_its_day_alone(one) or lacks_its_day_alone(two)
            assert pattern.green in ({Light.OFF, Light.WINK} if days else {Light.OFF}), (one, two)
        if pattern.green is Light.WINK:
            assert pattern.red is Light.OFF, (one, two)


def test_each_lamp_tells_one_cause_and_the_line_that_has_it() -> None:
    silent = LineStatus(line="Surgery", state="idle", obstacle=Obstacle.WORDS)
    slow = LineStatus(line="Reception", state="idle", slow_sync_ms=1_400)
    assert signs((slow, silent), Need.TIME) == (
        Sign("green", Light.STEADY, Cause.READY, slow),
        Sign("red", Light.WINK, Obstacle.WORDS, silent),
    )
    assert signs((slow,), Need.TIME)[1].cause is Cause.SLOW_DISK
    assert signs(lines("idle"), Need.TIME)[1].cause is Need.TIME
    assert signs(lines("fault"))[0].cause is Cause.FAULT
    assert signs(lines("unknown"))[0].cause is Cause.NOT_AT_REST
    assert signs(())[0].cause is Cause.NO_LINE


def test_no_two_causes_are_one_key_of_a_table() -> None:
    values = [each.value for kind in (Cause, Obstacle, Need) for each in kind]
    assert len(values) == len(set(values))


def test_the_gravest_need_is_told() -> None:
    assert gravest(Need.TIME, Need.ERASURE_FAILS, Need.NOTHING) is Need.ERASURE_FAILS
    assert gravest(Need.NOTHING, Need.NOTHING) is Need.NOTHING
    assert gravest(Need.NOTHING, Need.OLDER) is Need.OLDER
