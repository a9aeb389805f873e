"""Let an emulated modem tell the box of the hook."""

from collections.abc import Mapping, Sequence

from appliance.exchange.modem.plugged import plug_in
from tests.rig.far_end import Moment

MODEMS = ("conexant", "silabs", "generic")
"""Emulated modems that see the hook."""


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
