"""The lines: what the recorder tells and takes. Most are served by the recorder itself.

The keeper forwards ``GetLines``, ``PlaceTrialCall`` and ``PressButton`` from the panel to
``recorder.sock``; the others are between the two processes.
"""

from typing import Literal

from msgspec import Struct

from appliance.link.operations import Allowed, Done, Operation, Role
from appliance.model.records import LineStatus


class Lines(Struct, frozen=True, forbid_unknown_fields=True):
    """How every line is now."""

    lines: tuple[LineStatus, ...]
    recorder: bool = True  # False: the recorder cannot be reached


class GetLines(Operation[Lines], frozen=True, tag="lines.get"):
    """Ask how every line is."""

    roles = Allowed.LOGGED_IN
    served_by = "recorder"
    keeps_awake = False


TrialCaller = Literal["agrees", "refuses", "silent", "hands_over"]


class PlaceTrialCall(Operation[Done], frozen=True, tag="lines.place_trial_call"):
    """Let a caller of the simulated exchange ring, in real time."""

    roles = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
    caller: TrialCaller


class PressButton(Operation[Done], frozen=True, tag="lines.press"):
    """Do what the box's button does."""

    roles = frozenset({Role.OPERATOR})
    served_by = "recorder"
    line: str
    button: Literal["pause", "private", "ask"]


class LendList(Operation[Done], frozen=True, tag="lines.lend_list"):
    """Lend the recorder the list key and the tags of numbers that are never recorded.

    Held in memory only. An empty ``tags`` says that the list is known to be empty.
    """

    roles = Allowed.PROCESS
    served_by = "recorder"
    key: bytes
    tags: tuple[int, ...]


class RecorderNews(Struct, frozen=True, forbid_unknown_fields=True):
    """What the recorder tells while it is watched."""

    kind: Literal["lines", "opened", "sealed", "withdrawn", "noted"]
    recording: str = ""
    frames: int = 0
    sha256: str = ""
    lines: tuple[LineStatus, ...] = ()


class WatchRecorder(Operation[RecorderNews], frozen=True, tag="lines.watch"):
    """Hear about every recording and every change of a line."""

    roles = Allowed.PROCESS
    served_by = "recorder"
    streams = True


class TakeUp(Operation[Done], frozen=True, tag="lines.take_up"):
    """Ask the keeper to take up at once what lies there; it would do so by itself soon."""

    roles = Allowed.ANYBODY
