"""Caller ID in keys against the hook: on it, off it, and where nobody knows."""

import pytest

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import Sides
from appliance.model.events import CallerId, DigitPressed, Event
from tests.hearing.lines_heard import heard_on
from tests.signals.sounds import keys_wave, on_line, quiet

BOTH: Sides = ("both",)


def heard(keys: str, off_hook: bool | None) -> list[Event]:
    hearing = LineDetectors("line", "PL", BOTH)
    if off_hook is not None:
        hearing.hook_changed(off_hook=off_hook)
    return heard_on(on_line(quiet(0.5), keys_wave(keys, 70, 70), quiet(0.5)), BOTH, hearing)


def callers(events: list[Event]) -> list[str | None]:
    return [one.number for one in events if isinstance(one, CallerId)]


def pressed(events: list[Event]) -> str:
    return "".join(one.key for one in events if isinstance(one, DigitPressed))


@pytest.mark.parametrize(
    ("sent", "off_hook", "told"),
    [
        ("A221234567C", False, True),
        ("A221234567C", None, True),  # a letter begins it: nobody dials that
        ("A221234567C", True, False),
        ("221234567#", False, True),
        ("221234567#", None, False),  # somebody may have pressed it
        ("221234567#", True, False),
    ],
)
def test_keys_are_an_identity_as_far_as_the_hook_lets_nobody_else_press_them(
    sent: str, off_hook: bool | None, told: bool
) -> None:
    events = heard(sent, off_hook)
    assert callers(events) == ["221234567"] * told
    assert pressed(events) == ("" if off_hook is False else sent)
