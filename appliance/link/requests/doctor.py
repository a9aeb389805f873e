"""Examine the box, say what is missing and how to mend it; watch one line at work.

Whoever watches a line sees figures and what happens on it, never its sound or a number. The
recorder measures while somebody watches and keeps nothing of it afterwards.
"""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, WithoutRole
from appliance.model.findings import Finding
from appliance.model.records import LineStatus


class Findings(Message, frozen=True):
    """The findings of an examination."""

    found: tuple[Finding, ...]

    @property
    def amiss(self) -> bool:
        """Say whether something must be mended."""
        return any(each.level == "fail" for each in self.found)


class FindingCount(Message, frozen=True):
    """What the last examination found, in short."""

    fail: int  # must be mended
    warn: int  # should be looked at
    found: tuple[Finding, ...] = ()  # those that must be mended; for administrators alone
    warned: tuple[Finding, ...] = ()  # those that should be looked at; for administrators alone

    @property
    def amiss(self) -> bool:
        """Say whether something must be mended."""
        return self.fail > 0


class CountFindings(Operation[FindingCount], frozen=True, tag="doctor.count"):
    """Ask what an examination of the last minute has found; change nothing.

    Everybody may know that there is something to mend; what it is, administrators alone. Silences
    are counted for those alone who may see them.
    """

    roles = WithoutRole.LOGGED_IN
    keeps_awake = False


class ExamineLines(Operation[Findings], frozen=True, tag="doctor.lines"):
    """Have the recorder examine its lines and their devices."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"


class Examine(Operation[Findings], frozen=True, tag="doctor.examine"):
    """Examine the whole box; change nothing.

    For administrators alone: they can mend what is found. The findings name paths, devices and how
    well the box is protected, which nobody else needs.
    """

    roles = frozenset({Role.ADMINISTRATOR})


Happened = Literal[
    "off_hook", "on_hook", "ring", "caller_id", "flash", "loop_break", "disconnect", "reversal",
    "fault", "restored", "gap",
]  # fmt: skip
"""What a watcher is told of: that a caller's number was sent, and not which."""


class LineEvent(Message, frozen=True):
    """Something that happened on a line."""

    at: float  # UTC
    what: Happened


Channel = Literal["both", "far", "near", "voltage", "current"]

GradeWord = Literal["A", "B", "C", "none"]


class ChannelFigures(Message, frozen=True, kw_only=True):
    """Figures of one channel, as ``signals.condition`` defines them."""

    channel: Channel
    dbm0: float
    headroom_db: float
    hum_dbm0: float
    hum_hz: int
    hum_percent: float
    offset_percent: float
    clipped: int
    silent: bool


CheckStage = Literal["none", "lift", "dial_tone", "playing", "done", "stopped"]
"""No check; it waits for the phone to be lifted, then for the dial tone; it plays and listens; it
is done; it was broken off."""

CheckStopped = Literal[
    "", "call", "key", "no_dial_tone", "hung_up", "emergency", "expired", "ended", "no_sound",
    "lost", "disturbed",
]  # fmt: skip
"""What broke a check off, or left it without a result."""


class ToneCheck(Message, frozen=True, kw_only=True):
    """A check of the way out and back: tones are played and measured on the idle line."""

    stage: CheckStage = "none"
    stopped: CheckStopped = ""
    at: float = 0.0  # UTC of the result
    round_trip_ms: int = 0
    level_db: float = 0.0  # against what was sent
    sent: tuple[float, ...] = ()  # dBm0
    heard: tuple[float, ...] = ()
    dial_tone_db: float = 0.0  # by how much the dial tone moved between the tones
    found: tuple[Finding, ...] = ()


class LineMoment(Message, frozen=True, kw_only=True):
    """A line at one moment."""

    status: LineStatus
    now: float  # UTC
    hook: Literal["on", "off", "unknown"] = "unknown"
    hook_since: float = 0.0  # UTC; 0: not known
    figures: Literal["measured", "unheard", "private"] = "unheard"
    """``unheard``: no sound comes, or not for a second yet; ``private``: nothing is measured in a
    call that is not to be recorded."""
    channels: tuple[ChannelFigures, ...] = ()
    alike: bool = False
    """Both channels are one signal."""
    happened: tuple[LineEvent, ...] = ()  # while somebody watched; the newest first
    found: tuple[Finding, ...] = ()  # what the figures show
    in_the_way: tuple[Finding, ...] = ()  # of grade A or B
    grade: GradeWord = "none"
    check: ToneCheck = ToneCheck()
    checkable: bool = False
    """Tones can be played on this line."""

    @property
    def line(self) -> str:
        """Return its name."""
        return self.status.line

    @property
    def state(self) -> str:
        """Return the dialogue's state."""
        return self.status.state


class LookAtLine(Operation[LineMoment], frozen=True, tag="doctor.look_at_line"):
    """Look at a line once; it is measured for some seconds after."""

    roles = Examine.roles
    served_by = "recorder"
    keeps_awake = False
    line: str


class WatchLine(Operation[LineMoment], frozen=True, tag="doctor.watch_line"):
    """Watch a line: how it is now, then every change, and figures twice a second."""

    roles = Examine.roles
    served_by = "recorder"
    streams = True
    line: str


class BeginToneCheck(Operation[Done], frozen=True, tag="doctor.begin_tone_check"):
    """Wait for the phone to be lifted on an idle line, then play tones and measure them.

    Refused where somebody is on the line, where no tone can be played on it, and for half an hour
    after a call for help.
    """

    roles = Examine.roles
    served_by = "recorder"
    audit = "line_checked"
    line: str


class EndToneCheck(Operation[Done], frozen=True, tag="doctor.end_tone_check"):
    """Break a check off: the box is silent at once."""

    roles = Examine.roles
    served_by = "recorder"
    line: str
