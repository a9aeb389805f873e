"""Caller ID in keys against the hook: on it, off it, and where nobody knows."""

import pytest

from appliance.model.audio import Sides
from appliance.model.events import CallerId, DigitPressed, Event
from appliance.recorder.hearing import Hearing
from appliance.signals.dtmf import keys_wave
from tests.recorder.lines_heard import heard_on
from tests.signals.sounds import on_line, quiet

BOTH: Sides = ("both",)


def heard(keys: str, off_hook: bool | None) -> list[Event]:
    hearing = Hearing("line", "PL", BOTH)
    if off_hook is not None:
        hearing.hook_changed(off_hook=off_hook)
    return heard_on(on_line(quiet(0.5), keys_wave(keys, 70, 70), quiet(0.5)), BOTH, hearing)


def callers(events: list[Event]) -> list[str | None]:
    return [one.number for one in events if isinstance(one, CallerId)]


def pressed(events: list[Event]) -> str:
    return "".join(one.key for one in events if isinstance(one, DigitPressed))


@pytest.mark.parametrize(
    ("off_hook", "told", "keys"),
    [(False, ["221234567"], ""), (None, ["221234567"], "A221234567C"), (True, [], "A221234567C")],
)
def test_keys_are_an_identity_until_the_phone_is_known_to_be_lifted(
    off_hook: bool | None, told: list[str], keys: str
) -> None:
    events = heard("A221234567C", off_hook)
    assert callers(events) == told
    assert pressed(events) == keys


@pytest.mark.parametrize(
    ("off_hook", "told", "keys"),
    [(False, ["221234567"], ""), (None, [], "221234567#"), (True, [], "221234567#")],
)
def test_plain_digits_are_an_identity_only_on_hook(
    off_hook: bool | None, told: list[str], keys: str
) -> None:
    events = heard("221234567#", off_hook)
    assert callers(events) == told
    assert pressed(events) == keys
