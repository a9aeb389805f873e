"""Drive lamps and button as gpiozero's devices, on real pins or on mock ones."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from gpiozero import LED, Button

from appliance.config.settings import Front as Wiring
from appliance.model.lamps import LampPattern, Light
from appliance.recorder.front.button import ButtonPress
from appliance.recorder.front.pins import Factory

HOLD_SECONDS = 1.0
"""The button held for so long makes the call private, while it is still held."""

BOUNCE_SECONDS = 0.02
"""A contact bounces for some milliseconds; a finger is slower."""

SHAPES: Mapping[Light, tuple[float, float]] = {
    Light.BLINKING: (0.5, 0.5),
    Light.WINK: (0.1, 4.9),
}
"""Seconds lit and dark of the lights that change by themselves."""


class LampsAndButton:
    """The devices: real gpiozero ones, on real pins or on mock ones."""

    def __init__(
        self,
        wiring: Wiring,
        factory: Factory,
        pressed: Callable[[ButtonPress], None],
        *,
        shapes: Mapping[Light, tuple[float, float]] = SHAPES,
        hold_seconds: float = HOLD_SECONDS,
    ) -> None:
        """Take the pins; those already taken are given back if one cannot be had.

        Args:
            wiring: which pins.
            factory: whose pins.
            pressed: hears of the button, from gpiozero's threads; must only enqueue.
            shapes: seconds lit and dark.
            hold_seconds: how long a long press is.
        """
        self._factory = factory
        self._shapes = shapes
        self._shown = LampPattern()
        self._tell = pressed
        self._held = False
        with contextlib.ExitStack() as taken:
            taken.callback(factory.close)
            self._lamps: dict[str, Any] = {
                colour: taken.enter_context(LED(getattr(wiring, colour), pin_factory=factory))
                for colour in ("green", "amber", "red")
            }
            button = taken.enter_context(
                Button(
                    wiring.button,
                    bounce_time=BOUNCE_SECONDS,
                    hold_time=hold_seconds,
                    pin_factory=factory,
                )
            )
            button.when_pressed = self._pressed
            button.when_held = self._held_long
            button.when_released = self._released
            self._taken = taken.pop_all()

    @property
    def simulated(self) -> bool:
        """Say whether these are mock pins."""
        return "Mock" in type(self._factory).__name__

    def show(self, wanted: LampPattern) -> None:
        """Let the lamps shine so; those that do already go on without a break in their rhythm."""
        for colour, lamp in self._lamps.items():
            light: Light = getattr(wanted, colour)
            if light is not getattr(self._shown, colour):
                self._shine(lamp, light)
        self._shown = wanted

    def _shine(self, lamp: Any, light: Light) -> None:
        if light in self._shapes:
            lit, dark = self._shapes[light]
            lamp.blink(on_time=lit, off_time=dark)
        elif light is Light.STEADY:
            lamp.on()
        else:
            lamp.off()

    def close(self) -> None:
        """Put all lamps out and give the pins back."""
        with self._taken:
            for lamp in self._lamps.values():
                lamp.off()

    def _pressed(self) -> None:
        self._held = False

    def _held_long(self) -> None:
        self._held = True
        self._tell(ButtonPress.LONG)

    def _released(self) -> None:
        if not self._held:
            self._tell(ButtonPress.SHORT)
