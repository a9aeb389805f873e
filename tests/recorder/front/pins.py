"""gpiozero's mock pins, whose every change can be waited for."""

import queue
from dataclasses import dataclass, field
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from appliance.config.settings import Front as Wiring
from appliance.model.lamps import Light
from appliance.recorder.front.button import ButtonPress
from appliance.recorder.front.devices import LampsAndButton

WIRING = Wiring()
COLOURS = {WIRING.green: "green", WIRING.amber: "amber", WIRING.red: "red"}

QUICK = {Light.BLINKING: (0.004, 0.004), Light.WINK: (0.002, 0.02)}
"""As the real rhythm, but a hundred times as fast."""


@dataclass
class Pins:
    """A board of mock pins."""

    changes: "queue.Queue[tuple[str, bool]]" = field(default_factory=queue.Queue)
    factory: Any = None

    def __post_init__(self) -> None:
        changes = self.changes

        class Pin(MockPin):  # type: ignore[misc] # gpiozero has no hints
            """Tells each change of an output."""

            def _change_state(self, value: bool) -> bool:
                changed = bool(super()._change_state(value))
                if changed and self._function == "output":
                    number = int(self.info.name.removeprefix("GPIO"))
                    changes.put((COLOURS[number], value))
                return changed

        self.factory = MockFactory(revision="a02082", pin_class=Pin)

    def next(self) -> tuple[str, bool]:
        """Wait for a lamp to change, and say which and to what."""
        return self.changes.get(timeout=10)

    def lit(self) -> set[str]:
        """Return the lamps that are lit now."""
        return {colour for number, colour in COLOURS.items() if self.pin(number).state}

    def pin(self, number: int) -> Any:
        """Return a pin."""
        return self.factory.pin(number)

    def press(self) -> None:
        """Put a finger on the button."""
        self.pin(WIRING.button).drive_low()

    def release(self) -> None:
        """Take it away."""
        self.pin(WIRING.button).drive_high()


def devices(
    pins: Pins, pressed: "queue.Queue[ButtonPress]", hold_seconds: float = 1.0
) -> LampsAndButton:
    """Take lamps and button on mock pins, in a quick rhythm."""
    return LampsAndButton(
        WIRING, pins.factory, pressed.put, shapes=QUICK, hold_seconds=hold_seconds
    )
