"""Lamps and button on gpiozero's mock pins."""

import queue
from collections.abc import Iterator

import gpiozero
import pytest
from gpiozero.exc import GPIOPinInUse

from appliance.config.settings import Front as Wiring
from appliance.model.lamps import LampPattern, Light
from appliance.recorder.front.button import ButtonPress
from appliance.recorder.front.devices import HOLD_SECONDS, SHAPES, LampsAndButton
from tests.recorder.front.pins import WIRING, Pins, devices

SOON = 0.005


@pytest.fixture
def pins() -> Pins:
    return Pins()


@pytest.fixture
def pressed() -> "queue.Queue[ButtonPress]":
    return queue.Queue()


@pytest.fixture
def front(pins: Pins, pressed: "queue.Queue[ButtonPress]") -> Iterator[LampsAndButton]:
    made = devices(pins, pressed)
    yield made
    made.close()


def test_the_rhythms_are_the_designs() -> None:
    assert sum(SHAPES[Light.WINK]) == 5.0
    assert SHAPES[Light.WINK][0] <= 0.2
    assert SHAPES[Light.BLINKING] == (0.5, 0.5)
    assert HOLD_SECONDS == 1.0


def test_all_lamps_are_dark_at_first(front: LampsAndButton, pins: Pins) -> None:
    assert pins.lit() == set()
    assert front.simulated


def test_lamps_that_a_killed_recorder_left_on_are_put_out_at_once(
    pins: Pins, pressed: "queue.Queue[ButtonPress]"
) -> None:
    left = pins.factory.pin(WIRING.green)
    left.output_with_state(1)
    assert pins.lit() == {"green"}
    made = devices(pins, pressed)
    assert pins.lit() == set()
    made.close()


def test_a_steady_lamp_is_lit_and_stays(front: LampsAndButton, pins: Pins) -> None:
    front.show(LampPattern(green=Light.STEADY))
    assert pins.lit() == {"green"}
    front.show(LampPattern(green=Light.STEADY))
    front.show(LampPattern(red=Light.STEADY))
    assert pins.lit() == {"red"}
    assert [pins.next() for _ in range(3)] == [("green", True), ("green", False), ("red", True)]


@pytest.mark.parametrize("light", [Light.BLINKING, Light.WINK])
def test_a_rhythm_goes_on_by_itself(front: LampsAndButton, pins: Pins, light: Light) -> None:
    front.show(LampPattern(amber=light))
    assert [pins.next() for _ in range(6)] == [("amber", True), ("amber", False)] * 3
    front.show(LampPattern())
    assert pins.lit() == set()


def test_a_rhythm_is_not_broken_by_the_same_pattern(
    front: LampsAndButton, pins: Pins, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.show(LampPattern(green=Light.STEADY, red=Light.WINK))
    monkeypatch.setattr(gpiozero.LED, "blink", None)  # would fail if it were begun anew
    front.show(LampPattern(green=Light.STEADY, red=Light.WINK))


def test_closing_puts_all_lamps_out(pins: Pins, pressed: "queue.Queue[ButtonPress]") -> None:
    front = devices(pins, pressed)
    front.show(LampPattern(green=Light.STEADY, amber=Light.BLINKING, red=Light.STEADY))
    front.close()
    assert pins.lit() == set()


def test_a_short_press_is_told_at_its_release(
    front: LampsAndButton, pins: Pins, pressed: "queue.Queue[ButtonPress]"
) -> None:
    pins.press()
    assert pressed.empty()
    pins.release()
    assert pressed.get(timeout=10) is ButtonPress.SHORT


def test_a_long_press_is_told_while_it_is_held_and_once(
    pins: Pins, pressed: "queue.Queue[ButtonPress]"
) -> None:
    front = devices(pins, pressed, SOON)
    try:
        pins.press()
        assert pressed.get(timeout=10) is ButtonPress.LONG
        pins.release()
        pins.press()
        assert pressed.get(timeout=10) is ButtonPress.LONG
        pins.release()
        assert pressed.empty()
    finally:
        front.close()


def test_a_button_held_at_the_start_says_nothing(
    pins: Pins, pressed: "queue.Queue[ButtonPress]"
) -> None:
    pins.pin(WIRING.button).pull = "up"
    pins.press()
    front = devices(pins, pressed, SOON)
    front.close()
    assert pressed.empty()


def test_a_pin_that_is_taken_gives_the_others_back(
    pins: Pins, pressed: "queue.Queue[ButtonPress]"
) -> None:
    taken = gpiozero.LED(WIRING.red, pin_factory=pins.factory)
    with pytest.raises(GPIOPinInUse):
        devices(pins, pressed)
    taken.close()
    devices(pins, pressed).close()


def test_two_lamps_on_one_pin_cannot_be(pins: Pins) -> None:
    with pytest.raises(GPIOPinInUse):
        LampsAndButton(Wiring(green=5, amber=5), pins.factory, lambda _: None)
