"""Who is logged in: opaque tokens, of which only hashes are kept, and a lock after idle time.

Nothing of this is on the disk: a keeper that starts afresh is locked.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.link.operations import Role

IDLE_SECONDS = 15 * 60
"""A session ends after so long without a request."""

MOST_SESSIONS = 64
"""Sessions at once; a further login ends the one that has been idle for longest."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for an operation. ``operator`` is empty for somebody who is not logged in."""

    operator: str  # 8 hex digits
    name: str
    roles: frozenset[Role]
    session: str  # an id of the session, not its token

    @property
    def logged_in(self) -> bool:
        """Say whether somebody is logged in here."""
        return bool(self.operator)

    @property
    def actor(self) -> str:
        """Return the caller as the audit names them."""
        return self.operator or "nobody"


NOBODY = Caller("", "", frozenset(), "")
"""Whoever reaches the socket without a session."""


@dataclass(slots=True)
class _Open:
    caller: Caller
    used: float = field(default=0.0)


class Sessions:
    """The sessions that are open; safe between threads."""

    def __init__(
        self,
        clock: Clock,
        on_last_end: Callable[[], None],
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Begin without a session.

        Args:
            clock: its ``monotonic`` tells idle time.
            on_last_end: called when the last session has ended, whatever ended it.
            idle_seconds: after so long without a request a session ends.
        """
        self.idle_seconds = idle_seconds
        self._clock = clock
        self._on_last_end = on_last_end
        self._open: dict[str, _Open] = {}
        self._lock = threading.Lock()

    @property
    def empty(self) -> bool:
        """Say whether nobody is logged in."""
        with self._lock:
            return not self._open

    def open(self, operator: str, name: str, roles: frozenset[Role]) -> tuple[str, Caller]:
        """Open a session for somebody who has proved who they are; return its token once."""
        token = secrets.token_urlsafe(32)
        key = _hash(token)
        caller = Caller(operator, name, roles, key[:16])
        with self._lock:
            if len(self._open) >= MOST_SESSIONS:
                del self._open[min(self._open, key=lambda k: self._open[k].used)]
            self._open[key] = _Open(caller, self._clock.monotonic())
        return token, caller

    def find(self, token: str, *, touch: bool = True) -> Caller:
        """Return whose session a token opens.

        Args:
            token: as ``open`` gave it.
            touch: count this as use; False for what a page asks by itself.

        Raises:
            Refused: ``not_logged_in``: no such session, or it has been idle for too long.
        """
        self.expire()
        with self._lock:
            session = self._open.get(_hash(token))
            if session is None:
                raise Refused("not_logged_in", "Nobody is logged in here; log in again.")
            if touch:
                session.used = self._clock.monotonic()
            return session.caller

    def close_session(self, session: str) -> None:
        """End a session by its id; nothing happens if it has ended already."""
        self._end(lambda _, open_one: open_one.caller.session == session)

    def close_operator(self, operator: str) -> None:
        """End every session of one operator."""
        self._end(lambda _, session: session.caller.operator == operator)

    def close_all(self) -> None:
        """End every session."""
        self._end(lambda _key, _session: True)

    def expire(self) -> None:
        """End the sessions that have been idle for too long; to be called now and then."""
        latest = self._clock.monotonic() - self.idle_seconds
        self._end(lambda _, session: session.used <= latest)

    def _end(self, ends: Callable[[str, _Open], bool]) -> None:
        with self._lock:
            ending = [key for key, session in self._open.items() if ends(key, session)]
            for key in ending:
                del self._open[key]
            last = bool(ending) and not self._open
        if last:
            self._on_last_end()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
