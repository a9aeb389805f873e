"""A session with a card whose streams are made by hand."""

from types import SimpleNamespace

import pytest

from appliance.clock import SystemClock
from appliance.errors import LineError
from appliance.lines.sound.portaudio import CardStreams, Want
from appliance.lines.sound.session import CardSession
from appliance.lines.stream.output import Output
from appliance.model.audio import Sound
from tests.clocks import ManualClock


class Broken(Output):
    """Has a fault of ours."""

    def next_sound(self, count: int) -> Sound:
        raise ZeroDivisionError


def test_a_fault_of_ours_in_the_feeding_ends_the_hearing_too() -> None:
    """A line that hears and cannot speak would ask nobody any more, and look well."""
    hears = SimpleNamespace(get_read_available=lambda: 0)
    says = SimpleNamespace(get_write_available=lambda: 48_000)
    streams = CardStreams(hears, says, lambda: False)
    session = CardSession(
        Want("LineTap", 48_000, 2), streams, Broken(), SystemClock(), lambda: None
    )

    with pytest.raises(ZeroDivisionError):
        list(session.heard())

    assert session.finish()


def test_a_machine_that_slept_hears_nothing_of_what_was_waiting() -> None:
    """Hours may have passed, and another call be on the line."""
    hears = SimpleNamespace(
        get_read_available=lambda: 4800, read=lambda count, **_: bytes(4 * count)
    )
    says = SimpleNamespace(get_write_available=lambda: 48_000, write=lambda data, count: None)
    clock = ManualClock()
    session = CardSession(
        Want("LineTap", 48_000, 2),
        CardStreams(hears, says, lambda: False),
        Output(),
        clock,
        lambda: None,
    )
    heard = session.heard()
    assert next(heard).sound.shape[0] == 2
    clock.advance(3600)

    with pytest.raises(LineError, match="gives no sound"):
        next(heard)

    assert session.finish()
