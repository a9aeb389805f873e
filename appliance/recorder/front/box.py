"""Have lamps and button where the settings name their pins, and follow the settings."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.clock import Clock
from appliance.config.settings import Front as Wiring
from appliance.model.lamps import Need
from appliance.model.records import LineStatus
from appliance.recorder.front.button import ButtonPress, presses
from appliance.recorder.line.inbox import Press

if TYPE_CHECKING:
    from appliance.recorder.front.front import FrontPanel


class BoxFront:
    """Lamps and button of the box; nothing is shown where no pins are named."""

    def __init__(
        self,
        work: Path,
        clock: Clock,
        statuses: Callable[[], tuple[LineStatus, ...]],
        heard: Callable[[], tuple[LineStatus, ...]],
        press: Callable[[str, Press], None],
    ) -> None:
        """Begin without pins; ``wire`` takes them.

        Args:
            work: a folder for what the pins' library needs.
            clock: tells when pins that could not be had are tried again.
            statuses: returns how every line is, for the lamps.
            heard: returns the same of lines that work, for the button.
            press: presses a line's button; called from the front's own thread.
        """
        self._work, self._clock = work, clock
        self._statuses, self._heard, self._press = statuses, heard, press
        self.now: FrontPanel | None = None
        """The pins that are taken; None: the settings name none."""

    def wire(self, wiring: Wiring | None) -> None:
        """Give the pins back that there were, and prepare to take others; ``start`` does."""
        self.close()
        if wiring is not None:
            from appliance.recorder.front.front import FrontPanel  # noqa: PLC0415 - gpiozero takes 3 MB

            self.now = FrontPanel(wiring, self._work, self._clock, self._pressed)

    def start(self) -> None:
        """Take the pins, and show how every line is."""
        if self.now is not None:
            self.now.start()
            self.show()

    def show(self) -> None:
        """Show how every line is; from any thread, never waits."""
        if self.now is not None:
            self.now.show(self._statuses())

    def need(self, need: Need) -> None:
        """Show what the box needs besides; from any thread, never waits."""
        if self.now is not None:
            self.now.need(need)

    @property
    def fault(self) -> str:
        """Return in a sentence what is wrong with the pins; empty if nothing is."""
        return self.now.fault if self.now is not None else ""

    def close(self) -> None:
        """Put all lamps out and give the pins back; safe to call twice."""
        before, self.now = self.now, None
        if before is not None:
            before.close()

    def _pressed(self, press: ButtonPress) -> None:
        """Do what a press of the box's button means."""
        for name, meant in presses(press, self._heard()):
            self._press(name, meant)
