"""Say what the rig asks of whatever tells the box of the hook, at the other end of a cable."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tests.rig.far_end import Moment


class FarHook(Protocol):
    """A line monitor or a modem, between the line and a serial port of the box."""

    part: Mapping[str, str | int]
    """The hook's part of the box's configuration."""

    shows_state: bool
    """The box can ask it for the hook; of another the box has to see a call first."""

    environment: Mapping[str, str]
    """In which the box runs, so that the port is a whole one."""

    def plug(self) -> None:
        """Let its port appear, for the first time or again."""

    def unplug(self) -> None:
        """Let its port vanish; safe to call twice."""

    def look(self, moments: Sequence[Moment], wires: int) -> None:
        """See what has been on the wires since the last look, up to a sample; tell the box."""
