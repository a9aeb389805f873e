"""Let a player wait a moment until the keeper gives it more sound."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask

from appliance.errors import Refused

PieceT = TypeVar("PieceT")

MOMENT = 0.25
"""Seconds in which the keeper has a further second of sound for a player."""

MOMENTS = 4
"""Times that a request waits: several pages of one person share what there is."""

MOST_EACH = 4
"""Requests of one person that wait: a player that was sought in leaves some behind."""

MOST_WAITING = 8
"""Requests that wait at once: each holds one of the panel's threads, as an open page does."""


class WaitingPlayers:
    """The requests of this panel that wait for sound."""

    def __init__(self, wait: Callable[[float], object]) -> None:
        """Begin with none; ``wait`` lets a time pass, or less where the panel stops."""
        self._wait = wait
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()  # guards _waiting

    def read(self, person: str, ask: Callable[[], PieceT]) -> PieceT:
        """Ask until there is sound, if this person may wait.

        Raises:
            Refused: as ``ask`` does; ``sound_ahead`` once it is not waited for any more.
        """
        for _ in range(MOMENTS):
            try:
                return ask()
            except Refused as refusal:
                if refusal.code != "sound_ahead" or not self._begin(person):
                    raise
            try:
                self._wait(MOMENT)
            finally:
                self._end(person)
        return ask()

    def _begin(self, person: str) -> bool:
        with self._lock:
            if self._waiting[person] >= MOST_EACH or self._waiting.total() >= MOST_WAITING:
                return False
            self._waiting[person] += 1
            return True

    def _end(self, person: str) -> None:
        with self._lock:
            self._waiting[person] -= 1
            self._waiting += Counter()  # drops who waits no more


def install(app: Flask, wait: Callable[[float], object]) -> None:
    """Install what an application's players wait by."""
    app.extensions["waiting_players"] = WaitingPlayers(wait)


def waiting_players(app: Flask) -> WaitingPlayers:
    """Return what an application's players wait by."""
    return cast(WaitingPlayers, app.extensions["waiting_players"])
