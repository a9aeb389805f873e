"""Ask for the lines' states, press their button, place trial calls; watch the recorder.

The keeper forwards ``GetLines``, ``PlaceTrialCall`` and ``PressButton`` from the panel to
``recorder.sock``; the others are between the two processes.
"""

from typing import Annotated, Literal

from msgspec import Meta

from appliance.link.operations import Allowed, Done, Message, Operation, Role
from appliance.model.records import LineStatus


class Lines(Message, frozen=True):
    """The states of all lines."""

    lines: tuple[LineStatus, ...]
    recorder: bool = True  # False: the recorder cannot be reached


class GetLines(Operation[Lines], frozen=True, tag="lines.get"):
    """Ask for the states of all lines."""

    roles = Allowed.LOGGED_IN
    served_by = "recorder"
    keeps_awake = False


TrialCaller = Literal["agrees", "refuses", "silent", "hands_over"]
Button = Literal["pause", "private", "ask"]


class PlaceTrialCall(Operation[Done], frozen=True, tag="lines.place_trial_call"):
    """Have a caller of the simulated exchange ring, in real time."""

    roles = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
    served_by = "recorder"
    line: str
    caller: TrialCaller


class PressButton(Operation[Done], frozen=True, tag="lines.press"):
    """Press the box's button."""

    roles = frozenset({Role.OPERATOR})
    served_by = "recorder"
    line: str
    button: Button


class EndSilence(Operation[Done], frozen=True, tag="lines.end_silence"):
    """Ask callers again after an emergency call, in a trial alone: there it was none."""

    roles = PlaceTrialCall.roles
    served_by = "recorder"
    audit = "silence_ended"


class LendList(Operation[Done], frozen=True, tag="lines.lend_list"):
    """Lend the recorder the list key and the tags of numbers that are never recorded.

    The recorder holds them in memory only. Empty ``tags`` mean that the list is known to be empty.
    """

    roles = Allowed.PROCESS
    served_by = "recorder"
    key: bytes
    tags: tuple[int, ...]


class TellNeed(Operation[Done], frozen=True, tag="lines.tell_need"):
    """Tell the recorder whether something waits for an administrator: its lamps show it."""

    roles = Allowed.PROCESS
    served_by = "recorder"
    needed: bool


class TellDay(Operation[Done], frozen=True, tag="lines.tell_day"):
    """Tell the recorder the day that the keeper believes; a line may wait for one."""

    roles = Allowed.PROCESS
    served_by = "recorder"
    day: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
    """Such as 2027-01-11; empty while nobody has confirmed the time."""


class OriginPublic(Message, frozen=True):
    """The public half of the key with which the recorder signs recordings in this boot."""

    key: bytes  # Ed25519, 32 bytes


class GetOrigin(Operation[OriginPublic], frozen=True, tag="lines.origin"):
    """Ask the recorder for the key that it signs recordings with."""

    roles = Allowed.PROCESS
    served_by = "recorder"


class RecorderNews(Message, frozen=True):
    """One piece of the recorder's news."""

    kind: Literal["lines", "opened", "sealed", "withdrawn", "noted"]
    recording: str = ""
    frames: int = 0
    sha256: str = ""
    lines: tuple[LineStatus, ...] = ()


class WatchRecorder(Operation[RecorderNews], frozen=True, tag="lines.watch"):
    """Watch every recording and every change of a line."""

    roles = Allowed.PROCESS
    served_by = "recorder"
    streams = True


class TakeUp(Operation[Done], frozen=True, tag="lines.take_up"):
    """Have the keeper take up finished recordings and notes now rather than soon."""

    roles = Allowed.ANYBODY
