"""See the lamps and press the button, at gpio-sim's other end of the pins."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

SIMULATED = "gpio-sim.*/gpiochip*"
LAMPS: Mapping[str, int] = {"green": 17, "amber": 27, "red": 22}
BUTTON = 23
_EVERY = 0.02
_PRESSED_SECONDS = 0.15

_nothing = threading.Event()


@dataclass(frozen=True)
class Span:
    """A lamp's state, and for how many seconds it stayed so while somebody watched."""

    lit: bool
    seconds: float


class Pins:
    """The header's pins, from outside the board."""

    def __init__(self, devices: Path = Path("/sys/devices/platform")) -> None:
        """Find the simulated chip."""
        (self._chip,) = devices.glob(SIMULATED)

    def lit(self, colour: str) -> bool:
        """Say whether a lamp shines now."""
        return self._value(LAMPS[colour])

    def lamps(self) -> Mapping[str, bool]:
        """Return all lamps."""
        return {colour: self.lit(colour) for colour in LAMPS}

    def watch(self, seconds: float) -> Mapping[str, list[Span]]:
        """Watch the lamps; return each one's states, one after the other."""
        began = monotonic()
        seen: dict[str, list[tuple[bool, float]]] = {
            colour: [(lit, began)] for colour, lit in self.lamps().items()
        }
        while (now := monotonic()) < began + seconds:
            for colour, lit in self.lamps().items():
                if lit is not seen[colour][-1][0]:
                    seen[colour].append((lit, now))
            _nothing.wait(_EVERY)
        return {colour: _spans(changes, now) for colour, changes in seen.items()}

    def press(self, seconds: float = _PRESSED_SECONDS) -> None:
        """Press the button: it joins its pin to ground."""
        pull = self._chip / f"sim_gpio{BUTTON}" / "pull"
        pull.write_text("pull-down", "ascii")
        _nothing.wait(seconds)
        pull.write_text("pull-up", "ascii")

    def _value(self, pin: int) -> bool:
        return (self._chip / f"sim_gpio{pin}" / "value").read_text("ascii").strip() == "1"


def _spans(changes: list[tuple[bool, float]], end: float) -> list[Span]:
    ends = [at for _, at in changes[1:]] + [end]
    return [Span(lit, until - at) for (lit, at), until in zip(changes, ends, strict=True)]
