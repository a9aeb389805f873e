"""Say how the lines are, and press a line's button."""

from collections.abc import Callable

from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import lines as ask
from appliance.model.records import LineStatus
from appliance.recorder.line.inbox import Press


class LinesDesk:
    """The handlers of the lines as a whole."""

    def __init__(
        self, statuses: Callable[[], tuple[LineStatus, ...]], press: Callable[[str, Press], None]
    ) -> None:
        """Begin.

        Args:
            statuses: returns how every line is.
            press: presses a line's button; raises Refused if there is no such line.
        """
        self._statuses, self._press = statuses, press

    @handles(ask.GetLines)
    def _get_lines(self, operation: ask.GetLines) -> ask.Lines:
        return ask.Lines(self._statuses())

    @handles(ask.PressButton)
    def _press_button(self, operation: ask.PressButton) -> Done:
        self._press(operation.line, Press(operation.button))
        return Done()
