"""Say what a box must hold, in plain dictionaries: nothing here reads a file or a key."""

import hashlib
from dataclasses import dataclass, field

import numpy as np

from appliance.clock import DAY, day_of
from appliance.link.operations import Role
from tests.stateful.recorder import Part

SLACK = 600.0
"""Seconds of doubt about midnight."""


@dataclass
class Call:
    """One recording."""

    rid: str
    call: str
    """The id that all recordings of one call share."""
    digest: str
    channels: int
    complete: bool
    kept: dict[str, int]
    """Purpose -> days; what the caller ended during the call is not among them."""
    first_kept: int
    """Days of the longest purpose, those ended during the call included."""
    true: float
    believed: float
    boot: str
    honest: bool
    """The recorder's clock was right, and the box believed the true time."""
    withdrawn: bool = False
    held: bool = False
    restricted: bool = False
    state: str = "closed"
    """closed: the keeper has not seen it; living; erasing; erased."""
    ground: str = ""
    listed: bool = False
    file: bytes = field(default=b"", repr=False)

    @property
    def alive(self) -> bool:
        """Say whether it was taken up and not erased."""
        return self.state == "living"

    @property
    def gone(self) -> bool:
        """Say whether its key is erased."""
        return self.state in {"erasing", "erased"}

    def least_day(self) -> int:
        """Return the earliest day on which it can be believed to have begun."""
        return day_of(min(self.true, self.believed) - SLACK)

    def most_day(self) -> int:
        """Return the latest one: a box without a chip is a day late at most, and says so."""
        return day_of(max(self.true, self.believed) + SLACK) + 2

    def lengths(self) -> set[int]:
        """Return for how many days it is kept; a box that was locked since may know more."""
        return {max(self.kept.values())} | (set() if self.listed else {self.first_kept})


@dataclass
class Person:
    """Somebody who may log in."""

    operator: str
    password: str
    roles: frozenset[Role]
    one_time_until: float = 0.0
    totp: str = ""
    totp_last: int = 0


@dataclass
class Session:
    """A login."""

    token: str
    opened: float
    used: float
    one_time: bool = False


@dataclass
class Office:
    """Everything that is known."""

    calls: dict[str, Call] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    former: list[tuple[str, str]] = field(default_factory=list)
    """Names and passwords that must open nothing any more."""
    notes: int = 0
    confirmed: str = ""
    """The boot in which an administrator last confirmed the time."""
    boots: int = 1
    """Boots since then, this one included."""
    lied: bool = False
    """Whether the wall clock has been ahead since then: the box may have taken its word a little,
    and with it the days of what was recorded in that boot; they only become later."""
    least_time: float = 0.0
    """What the box believed at the last step."""

    @property
    def living(self) -> list[Call]:
        """Return the calls that were taken up and not erased."""
        return [call for call in self.calls.values() if call.alive]

    def rows(self) -> list[list[Call]]:
        """Return the living recordings as people see them: those of one call are one."""
        found: dict[str, list[Call]] = {}
        for call in self.living:
            found.setdefault(call.call, []).append(call)
        return list(found.values())

    def together(self, call: Call) -> list[Call]:
        """Return the recordings that an act on one of them concerns."""
        return next(row for row in self.rows() if call in row)

    def unlocked(self) -> bool:
        """Say whether anybody is logged in with a password of their own."""
        return any(not one.one_time for one in self.sessions.values())

    def with_role(self, *roles: Role) -> str | None:
        """Return somebody logged in who has one of some roles."""
        for name, session in self.sessions.items():
            if not session.one_time and self.people[name].roles & set(roles):
                return name
        return None


def digest_of(part: Part, channels: int) -> str:
    """Return the digest of a part's sound, as it must play."""
    whole = np.concatenate(part.sound, axis=1) if part.sound else np.zeros((channels, 0), np.int16)
    return hashlib.sha256(np.ascontiguousarray(whole).tobytes()).hexdigest()


def most_ahead(office: Office) -> float:
    """Return by how many seconds a lying clock may have moved the believed time on."""
    return min(office.boots, 30) * DAY + SLACK
