"""Ask for the lines' states, and press their button.

The keeper forwards both from the panel to ``recorder.sock``.
"""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, WithoutRole
from appliance.model.records import LineStatus


class Lines(Message, frozen=True):
    """The states of all lines."""

    lines: tuple[LineStatus, ...]
    recorder: bool = True  # False: the recorder cannot be reached


class GetLines(Operation[Lines], frozen=True, tag="lines.get"):
    """Ask for the states of all lines."""

    roles = WithoutRole.LOGGED_IN
    served_by = "recorder"
    keeps_awake = False


Button = Literal["pause", "private", "ask"]


class PressButton(Operation[Done], frozen=True, tag="lines.press"):
    """Press the box's button."""

    roles = frozenset({Role.OPERATOR})
    served_by = "recorder"
    line: str
    button: Button
