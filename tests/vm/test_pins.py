"""gpio-sim moves lamps and button through gpiozero and lgpio, as a board's header would."""

import pytest

from tests.vm.far.pins import Span
from tests.vm.office import Office, SeenCall

pytestmark = pytest.mark.vm

_HALF, _OFF_BY = 0.5, 0.15  # seconds

_FOLLOWS_SECONDS = 0.1
"""So soon a lamp follows the news of a state, from which on it is watched."""


def steady(spans: list[Span], lit: bool) -> bool:
    """Say whether a lamp was in one state all the time, or as soon as it had followed the news."""
    followed = spans[1:] if spans[0].seconds <= _FOLLOWS_SECONDS and spans[1:] else spans
    return [span.lit for span in followed] == [lit]


def blinks(spans: list[Span]) -> bool:
    """Say whether a lamp went on and off every half second; the ends may be cut."""
    whole = [span.seconds for span in spans[1:-1]]
    return len(whole) >= 3 and all(abs(seconds - _HALF) < _OFF_BY for seconds in whole)


def test_the_recorder_drives_real_pins_and_holds_them(office: Office) -> None:
    assert "simulated" not in office.box.log
    assert "pins" not in office.box.log


def test_green_shines_while_the_next_caller_would_be_asked(call: SeenCall) -> None:
    for when in ("idle", "over"):
        seen = call.lamps[when]
        assert steady(seen["green"], True), (when, seen)
        assert steady(seen["amber"], False), (when, seen)
        assert steady(seen["red"], False), (when, seen)


def test_amber_blinks_while_it_asks(call: SeenCall) -> None:
    seen = call.lamps["asking"]

    assert blinks(seen["amber"]), seen
    assert steady(seen["green"], False), seen
    assert steady(seen["red"], False), seen


def test_red_shines_while_it_records(call: SeenCall) -> None:
    for when in ("recording", "resumed"):
        seen = call.lamps[when]
        assert steady(seen["red"], True), (when, seen)
        assert steady(seen["green"], False), (when, seen)


def test_the_button_pauses_and_red_blinks(call: SeenCall) -> None:
    seen = call.lamps["paused"]

    assert blinks(seen["red"]), seen
    assert steady(seen["green"], False), seen


def test_the_button_resumes_and_the_pause_is_not_in_the_recording(call: SeenCall) -> None:
    at = call.states.index("paused")

    assert call.states[at + 1] == "recording"
