"""Watch all lines live: their states, who is on them and how loud they are.

The recorder serves both operations to the keeper. The keeper serves them to browsers and leaves out
what an operator's roles do not allow. Every process holds what it knows of a caller in memory alone
and drops it once the call can no longer come to a recording.
"""

from typing import Literal

from appliance.link.operations import Message, Operation, Role, WithoutRole
from appliance.model.lamps import Need
from appliance.model.records import LineStatus

SEES_WHO = frozenset({Role.LISTENER, Role.OPERATOR, Role.PRIVACY_OFFICER})
"""Roles that see who is on a line. An administrator looks after lines, not callers."""

Identity = Literal["known", "withheld", "listed", "unknown"]
"""``listed``: the number is never recorded, and never shown either."""


class OnLine(Message, frozen=True):
    """The other party of a line, from CLIP or from the office's dialling."""

    line: str
    direction: Literal["incoming", "outgoing"]
    identity: Identity
    number: str | None = None
    name: str | None = None


class LineLevel(Message, frozen=True):
    """A line's level: fast to rise, slow to fall, both parties and our prompt together."""

    line: str
    dbm0: float


class LiveNews(Message, frozen=True):
    """One update of a live view.

    ``state`` holds all that is known of all lines and replaces the state before; ``levels`` holds
    the measured levels and nothing else.
    """

    kind: Literal["state", "levels"]
    lines: tuple[LineStatus, ...] = ()
    people: tuple[OnLine, ...] = ()
    levels: tuple[LineLevel, ...] = ()
    recorder: bool = True  # False: the recorder cannot be reached
    older: bool = False  # the lines follow older settings than they should
    need: Need = Need.NOTHING  # what waits for an administrator, and a lamp winks
    taken_up: int = 0  # recordings and notes that the keeper has taken up since its start


class GetLive(Operation[LiveNews], frozen=True, tag="live.get"):
    """Ask once for the state of all lines."""

    roles = WithoutRole.LOGGED_IN
    served_by = "recorder"
    keeps_awake = False


class WatchLive(Operation[LiveNews], frozen=True, tag="live.watch"):
    """Watch all lines: the state, then every change, and levels during calls."""

    roles = WithoutRole.LOGGED_IN
    served_by = "recorder"
    streams = True
