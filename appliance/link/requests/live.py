"""The live view: how every line is just now, who is on it and how loud it is.

Both operations are served by the recorder, to which the keeper passes them on, and by the keeper,
which tells a browser only what its operator's roles allow. What is told of a caller is held in
memory alone, by everybody who handles it, and is gone from every later answer when the call can
no longer come to a recording.
"""

from typing import Literal

from msgspec import Struct

from appliance.link.operations import Allowed, Operation, Role
from appliance.model.records import LineStatus

SEES_WHO = frozenset({Role.LISTENER, Role.OPERATOR, Role.PRIVACY_OFFICER})
"""Roles that are told who is on a line. An administrator looks after lines, not callers."""

Identity = Literal["known", "withheld", "listed", "unknown"]
"""``listed``: the number is never to be recorded, and is not told either."""


class OnLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is on a line, as caller ID or the office's dialling told."""

    line: str
    direction: Literal["incoming", "outgoing"]
    identity: Identity
    number: str | None = None
    name: str | None = None


class LineLevel(Struct, frozen=True, forbid_unknown_fields=True):
    """How loud a line is: quick to rise, slow to fall, both parties and our prompt together."""

    line: str
    dbm0: float


class LiveNews(Struct, frozen=True, forbid_unknown_fields=True):
    """What a live view is told.

    ``state`` holds everything that is known of all lines and replaces what was told before;
    ``levels`` holds the measured lines and nothing else.
    """

    kind: Literal["state", "levels"]
    lines: tuple[LineStatus, ...] = ()
    people: tuple[OnLine, ...] = ()
    levels: tuple[LineLevel, ...] = ()
    recorder: bool = True  # False: the recorder cannot be reached


class GetLive(Operation[LiveNews], frozen=True, tag="live.get"):
    """Ask once for the state of all lines."""

    roles = Allowed.LOGGED_IN
    served_by = "recorder"
    keeps_awake = False


class WatchLive(Operation[LiveNews], frozen=True, tag="live.watch"):
    """Watch all lines: first the state, then every change, and levels while somebody talks."""

    roles = Allowed.LOGGED_IN
    served_by = "recorder"
    streams = True
