"""Keep the open sessions: hashes of opaque tokens, ended by idle time and age.

A session ends twelve hours after its login even if used (NIST SP 800-63B, AAL2).

Nothing of this is on the disk: a restarted keeper is locked.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.link.operations import Role

IDLE_SECONDS = 15 * 60
"""A session ends after this time without a request."""

LONGEST_SECONDS = 12 * 3600
"""A session ends this long after its login."""

MOST_SESSIONS = 16
"""Sessions of one operator at once; one more login ends the longest idle one of these."""

MOST_WRONG = 5
"""Wrong passwords in a row, typed in a session, that end the session."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for an operation; ``operator`` is empty without a login."""

    operator: str  # 8 hex digits
    name: str
    roles: frozenset[Role]
    session: str  # an id of the session, not its token
    one_time: bool = False  # has to choose a password first
    user: int = -1  # id of the asking process's user, where no session tells who asks

    @property
    def actor(self) -> str:
        """Return the caller's name in the audit."""
        return self.operator or "nobody"


NOBODY = Caller("", "", frozenset(), "")
"""A caller without a session."""


@dataclass(slots=True)
class _Open:
    caller: Caller
    opened: float  # monotonic
    used: float  # monotonic
    wrong: int = 0  # passwords in a row


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """A session's age and remaining time, in seconds."""

    session: str
    open_for: float
    unused_for: float
    idle_left: float
    ends_in: float


class Sessions:
    """The open sessions. Threads may share them."""

    def __init__(
        self,
        clock: Clock,
        on_last_end: Callable[[], None],
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Begin without a session.

        Args:
            clock: its ``monotonic`` tells idle time.
            on_last_end: called when the last session has ended, for any reason.
            idle_seconds: without a request, after which a session ends.
        """
        self.idle_seconds = idle_seconds
        self._clock = clock
        self._on_last_end = on_last_end
        self._open: dict[str, _Open] = {}
        self._lock = threading.Lock()

    @property
    def empty(self) -> bool:
        """Say whether no session exists beyond those with a one-time password."""
        with self._lock:
            return self._nobody()

    def _nobody(self) -> bool:
        return all(one.caller.one_time for one in self._open.values())

    def open(
        self, operator: str, name: str, roles: frozenset[Role], *, one_time: bool = False
    ) -> tuple[str, Caller]:
        """Open a session for a proved operator; return its token, once."""
        token = secrets.token_urlsafe(32)
        key = _hash(token)
        given: frozenset[Role] = frozenset() if one_time else roles
        caller = Caller(operator, name, given, key[:16], one_time)
        now = self._clock.monotonic()
        with self._lock:
            self._open[key] = _Open(caller, now, now)
            mine = [k for k, one in self._open.items() if one.caller.operator == operator]
            idlest = min(mine, key=lambda k: self._open[k].used)
        if len(mine) > MOST_SESSIONS:
            self._end(lambda one, _: one == idlest)
        return token, caller

    def find(self, token: str, *, touch: bool = True) -> Caller:
        """Return whose session a token opens.

        Args:
            token: as ``open`` gave it.
            touch: count this as use; False for requests a page makes by itself.

        Raises:
            Refused: ``not_logged_in``: no such session, or it was idle or open too long.
        """
        self.expire()
        with self._lock:
            session = self._open.get(_hash(token))
            if session is None:
                raise Refused("not_logged_in")
            if touch:
                session.used = self._clock.monotonic()
            return session.caller

    def again(self, who: Caller) -> Caller:
        """Return the caller with the session's current roles; raises as ``find`` does."""
        with self._lock:
            for one in self._open.values():
                if one.caller.session == who.session:
                    return one.caller
        raise Refused("not_logged_in")

    def is_open(self, session: str) -> bool:
        """Say whether a session of this id is open."""
        with self._lock:
            return any(one.caller.session == session for one in self._open.values())

    def admit(self, session: str) -> None:
        """Raise Refused (``not_logged_in``) unless a session is still open."""
        if not self.is_open(session):
            raise Refused("not_logged_in")

    def wrong(self, session: str) -> None:
        """Count a wrong password of a person logged in; after five in a row the session ends."""
        with self._lock:
            for one in self._open.values():
                if one.caller.session == session:
                    one.wrong += 1
        self._end(lambda _, one: one.caller.session == session and one.wrong >= MOST_WRONG)

    def right(self, session: str) -> None:
        """Forget a session's wrong passwords."""
        with self._lock:
            for one in self._open.values():
                if one.caller.session == session:
                    one.wrong = 0

    def close_token(self, token: str) -> None:
        """End the session of a token, if it is still open."""
        key = _hash(token)
        self._end(lambda one, _: one == key)

    def close_session(self, session: str) -> None:
        """End a session by its id, if it is still open."""
        self._end(lambda _, open_one: open_one.caller.session == session)

    def close_operator(self, operator: str) -> None:
        """End every session of one operator."""
        self._end(lambda _, session: session.caller.operator == operator)

    def close_others(self, who: Caller) -> None:
        """End every session of an operator but the one that asks."""
        mine, this = who.operator, who.session
        self._end(lambda _, one: one.caller.operator == mine and one.caller.session != this)

    def change(
        self, operator: str, roles: frozenset[Role], *, one_time: bool | None = None
    ) -> None:
        """Give an operator's open sessions other roles, from their next request on."""
        with self._lock:
            for one in self._open.values():
                if one.caller.operator == operator:
                    kept = one.caller.one_time if one_time is None else one_time
                    one.caller = replace(
                        one.caller, roles=frozenset() if kept else roles, one_time=kept
                    )

    def of(self, operator: str) -> tuple[SessionTimes, ...]:
        """Return an operator's open sessions, the newest first."""
        self.expire()
        with self._lock:
            mine = [one for one in self._open.values() if one.caller.operator == operator]
            return tuple(self._left(one) for one in sorted(mine, key=lambda o: -o.opened))

    def _left(self, one: _Open) -> SessionTimes:
        now = self._clock.monotonic()
        ends_in = max(0.0, one.opened + LONGEST_SECONDS - now)
        idle_left = min(max(0.0, one.used + self.idle_seconds - now), ends_in)
        return SessionTimes(
            one.caller.session, now - one.opened, now - one.used, idle_left, ends_in
        )

    def close_all(self) -> None:
        """End every session."""
        self._end(lambda _key, _session: True)

    def expire(self) -> None:
        """End sessions that are idle or open too long; call it now and then."""
        now = self._clock.monotonic()
        idle, old = now - self.idle_seconds, now - LONGEST_SECONDS
        self._end(lambda _, session: session.used <= idle or session.opened <= old)

    def _end(self, ends: Callable[[str, _Open], bool]) -> None:
        with self._lock:
            ending = [key for key, session in self._open.items() if ends(key, session)]
            gone = [self._open.pop(key).caller for key in ending]
            last = not all(caller.one_time for caller in gone) and self._nobody()
        if last:
            self._on_last_end()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
