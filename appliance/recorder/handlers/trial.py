"""Place scripted calls on simulated lines; end the silence after an emergency call there."""

from collections.abc import Callable, Sequence

from appliance.errors import Refused
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.trial import EndSilence, PlaceTrialCall
from appliance.recorder.line.build import BuiltLine
from appliance.recorder.numbers.callback import CallBacks


class TrialDesk:
    """Serves what only a simulated network allows."""

    def __init__(
        self,
        line: Callable[[str], BuiltLine],
        lines: Callable[[], Sequence[BuiltLine]],
        call_backs: CallBacks | None,
    ) -> None:
        """Begin.

        Args:
            line: finds a line and raises Refused if there is none.
            lines: returns all lines of the box.
            call_backs: the last emergency call of the box, where it is kept on disk.
        """
        self._line = line
        self._lines = lines
        self._call_backs = call_backs

    @handles(PlaceTrialCall)
    def _place(self, operation: PlaceTrialCall) -> Done:
        exchange = self._line(operation.line).exchange
        if exchange is None:
            raise Refused("not_simulated")
        if exchange.engaged:
            raise Refused("one_call")
        from appliance.exchange.script.files import named_scene  # noqa: PLC0415 - for simulated lines alone

        exchange.place(named_scene(operation.caller))
        return Done()

    @handles(EndSilence)
    def _end_silence(self, operation: EndSilence) -> Done:
        built = self._lines()
        if any(each.exchange is None for each in built):
            raise Refused("not_all_simulated")
        for each in built:
            each.thread.run_task(each.thread.forget_emergency)
        if self._call_backs is not None:
            self._call_backs.forget_call()
        return Done()
