"""Let an emulated modem tell the box of the hook."""

from collections.abc import Mapping, Sequence

from appliance.exchange.modem.plugged import plug_in
from tests.rig.far_end import Moment
from tests.rig.hook.source import FarHook

MODEMS = ("conexant", "silabs", "generic")
"""Emulated modems that see the hook."""

BLIND = ("usr5637", "conexant-no-trv")
"""Emulated modems that do not: optocouplers see it beside them."""


class ModemHook:
    """A modem beside the office's phones."""

    shows_state = True
    environment: Mapping[str, str] = {}

    def __init__(self, name: str) -> None:
        self._modem = plug_in(name)
        self.part: Mapping[str, str | int] = {"driver": "modem", **self._modem.options}

    def plug(self) -> None:
        self._modem.start()

    def unplug(self) -> None:
        self._modem.pull()

    def look(self, moments: Sequence[Moment], wires: int) -> None:
        for moment in moments:
            self._modem.step(moment.seen)


class CallerModem:
    """A modem that sees no hook and tells who calls, beside a monitor that sees it."""

    def __init__(self, name: str, monitor: FarHook) -> None:
        self._monitor, self._modem = monitor, plug_in(name)
        beside = {"caller": "modem", "caller_port": self._modem.options["port"]}
        self.part: Mapping[str, str | int] = {**monitor.part, **beside}
        self.shows_state = monitor.shows_state
        self.environment = monitor.environment

    def plug(self) -> None:
        self._monitor.plug()
        self._modem.start()

    def unplug(self) -> None:
        self._monitor.unplug()
        self._modem.pull()

    def look(self, moments: Sequence[Moment], wires: int) -> None:
        self._monitor.look(moments, wires)
        for moment in moments:
            self._modem.step(moment.seen)
