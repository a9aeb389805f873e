"""Keep searches and choices for a session, so that no address names a person.

A form that searches is sent by POST, kept here, and answered with a redirect to the list under a
random id. Back and reload then work without sending the form again. What is kept lies in the
panel's memory alone; it ends with the session, or with time.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app

from appliance.clock import HOUR
from web import access

KEPT_SECONDS = HOUR
"""A search lives so long after its last use."""

UNUSED_SECONDS = 15 * 60
"""Without a request of its session for so long, everything of it goes; the session has ended."""

MOST_KEPT = 50
"""Searches and choices of one session; the longest unused go first."""

MOST_SESSIONS = 200
"""Sessions with something kept."""

Fields = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class _OfSession:
    used: float  # monotonic
    kept: "OrderedDict[str, tuple[str, Fields, float]]" = field(default_factory=OrderedDict)


class KeptAnswers:
    """What is kept, by session and random id. Threads may share it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Begin with nothing.

        Args:
            monotonic: seconds.
        """
        self._monotonic = monotonic
        self._sessions: OrderedDict[bytes, _OfSession] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, token: str, kind: str, fields: Fields) -> str:
        """Keep something of a session; return its id."""
        name, now = secrets.token_urlsafe(12), self._monotonic()
        with self._lock:
            mine = self._sessions.setdefault(_owner(token), _OfSession(now))
            mine.kept[name] = kind, dict(fields), now
            while len(mine.kept) > MOST_KEPT:
                mine.kept.popitem(last=False)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return name

    def find(self, token: str, kind: str, name: str) -> Fields | None:
        """Return what a session has kept under an id; None if it is over or another's."""
        now = self._monotonic()
        with self._lock:
            self._drop_old(now)
            mine = self._sessions.get(_owner(token))
            found = mine.kept.get(name) if mine is not None else None
            if mine is None or found is None or found[0] != kind:
                return None
            mine.kept[name] = kind, found[1], now
            mine.kept.move_to_end(name)
            return found[1]

    def touch(self, token: str) -> None:
        """Note a request of a session."""
        with self._lock:
            mine = self._sessions.get(_owner(token))
            if mine is not None:
                mine.used = self._monotonic()
                self._sessions.move_to_end(_owner(token))

    def forget_session(self, token: str) -> None:
        """Forget everything of a session: it has ended."""
        with self._lock:
            self._sessions.pop(_owner(token), None)

    def sweep(self) -> None:
        """Forget what is too old; call it now and then."""
        with self._lock:
            self._drop_old(self._monotonic())

    def __len__(self) -> int:
        return sum(len(mine.kept) for mine in self._sessions.values())

    def _drop_old(self, now: float) -> None:
        for owner, mine in list(self._sessions.items()):
            if now - mine.used > UNUSED_SECONDS:
                del self._sessions[owner]
                continue
            for name, (_, _, used) in list(mine.kept.items()):
                if now - used > KEPT_SECONDS:
                    del mine.kept[name]


def _owner(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def install(app: Flask, monotonic: Callable[[], float]) -> None:
    """Install what an application keeps; each request of a session keeps its own alive."""
    kept = KeptAnswers(monotonic)
    app.extensions["kept"] = kept

    def touch() -> None:
        token = access.token()
        if token:
            kept.touch(token)

    app.before_request(touch)


def of(app: Flask) -> KeptAnswers:
    """Return what an application keeps."""
    return cast(KeptAnswers, app.extensions["kept"])


def keep(kind: str, fields: Fields) -> str:
    """Keep something for this browser's session; return its id."""
    return of(current_app).keep(access.token() or "", kind, fields)


def find(kind: str, name: str) -> Fields | None:
    """Return what this browser's session has kept under an id, or None."""
    return of(current_app).find(access.token() or "", kind, name)


def forget_session() -> None:
    """Forget what was kept for this browser's session."""
    of(current_app).forget_session(access.token() or "")
