"""Let keeper and recorder tell each other what the other cannot know."""

from typing import Annotated, Literal

from msgspec import Meta

from appliance.link.operations import Done, Message, Operation, WithoutRole
from appliance.model.lamps import Need
from appliance.model.records import AuditPlace, LineStatus


class OriginPublic(Message, frozen=True):
    """The public half of the key with which the recorder signs recordings in this boot."""

    key: bytes  # Ed25519, 32 bytes


class GetOrigin(Operation[OriginPublic], frozen=True, tag="lines.origin"):
    """Ask the recorder for the key that it signs recordings with."""

    roles = WithoutRole.PROCESS
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

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    streams = True


class TakeUp(Operation[Done], frozen=True, tag="lines.take_up"):
    """Have the keeper take up finished recordings and notes now rather than soon."""

    roles = WithoutRole.ANYBODY


class LendList(Operation[Done], frozen=True, tag="lines.lend_list"):
    """Lend the recorder the list key and the tags of numbers that are never recorded.

    The recorder holds them in memory only. Empty ``tags`` mean that the list is known to be empty.
    """

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    key: bytes
    tags: tuple[int, ...]


class TellNeed(Operation[Done], frozen=True, tag="lines.tell_need"):
    """Tell the recorder what the box needs besides: its lamps show it."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    need: Need  # what waits for an administrator


class TellDay(Operation[Done], frozen=True, tag="lines.tell_day"):
    """Tell the recorder the day that the keeper believes; a line may wait for one."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    day: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
    """Such as 2027-01-11; empty while nobody has confirmed the time."""


class TellSpeakers(Operation[Done], frozen=True, tag="lines.tell_speakers"):
    """Tell the recorder which file of those who speak on lines is the one that holds."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]  # of ``settings/speakers.json``


class TellEntry(Operation[Done], frozen=True, tag="lines.tell_entry"):
    """Tell the recorder which entry of the audit stands before the calls to come."""

    roles = WithoutRole.PROCESS
    served_by = "recorder"
    place: AuditPlace
