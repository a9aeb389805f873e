"""Hold logins whose password was right until their code arrives.

The password has opened the wrap and is not asked again. Until the code arrives the process that
opened it waits; with the half login it ends.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.keeper.people.gate import Asker
from appliance.keeper.people.prover import PasswordProof
from appliance.vault.opening.content import OperatorEntry

PATIENCE = 180.0
"""Seconds to find the phone and type the code."""

MOST = 4
"""Half logins of one operator at once; one more ends the oldest of these."""

TRIES = 5
"""Wrong codes until the password is asked again."""


@dataclass(slots=True)
class _Half:
    entry: OperatorEntry  # as it was when the password was proved
    proof: PasswordProof
    asker: Asker
    cookie: str  # of the browser, to be renewed at the end
    since: float
    wrong: int = 0


class HalfLogins:
    """The half logins, each for a while. Threads may share them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, _Half] = {}
        self._lock = threading.Lock()

    def begin(
        self, entry: OperatorEntry, proof: PasswordProof, asker: Asker, cookie: str = ""
    ) -> str:
        """Keep the proof of an operator whose password was right; return the token.

        Args:
            entry: the operator.
            proof: of the password; from now on it is ended here.
            asker: where the password came from; its code counts there, too.
            cookie: the browser's device cookie.
        """
        token = secrets.token_urlsafe(32)
        self.expire()
        with self._lock:
            mine = [k for k, half in self._waiting.items() if half.entry.id == entry.id]
            if len(mine) >= MOST:
                self._end(min(mine, key=lambda k: self._waiting[k].since))
            now = self._clock.monotonic()
            self._waiting[_hash(token)] = _Half(entry, proof, asker, cookie, now)
        return token

    def whose(self, token: str) -> tuple[str, Asker, str]:
        """Return who holds a token, where the password came from, and the device cookie there.

        Raises:
            Refused: ``login_expired``: the token is unknown or too old.
        """
        half = self._find(token)
        return half.entry.id, half.asker, half.cookie

    def proof(self, token: str) -> PasswordProof:
        """Return the proof, to check the code with; raises as ``whose``."""
        return self._find(token).proof

    def finish(self, token: str) -> tuple[OperatorEntry, PasswordProof]:
        """Return operator and proof, once, after a right code; the caller ends the proof."""
        half = self._find(token)
        with self._lock:
            if self._waiting.pop(_hash(token), None) is None:
                raise Refused("login_finished")
        return half.entry, half.proof

    def wrong(self, token: str) -> None:
        """Count a wrong code; after a few the login starts over."""
        with self._lock:
            half = self._waiting.get(_hash(token))
            if half is not None:
                half.wrong += 1
                if half.wrong >= TRIES:
                    self._end(_hash(token))

    def end(self, token: str) -> None:
        """End a half login: its browser has begun another one."""
        with self._lock:
            if _hash(token) in self._waiting:
                self._end(_hash(token))

    def close(self) -> None:
        """End all: the keeper ends."""
        with self._lock:
            for key in list(self._waiting):
                self._end(key)

    def end_those_of(self, operator: str) -> None:
        """End an operator's half logins: the password was changed, or the person removed."""
        with self._lock:
            for key in [k for k, half in self._waiting.items() if half.entry.id == operator]:
                self._end(key)

    def _find(self, token: str) -> _Half:
        self.expire()
        with self._lock:
            half = self._waiting.get(_hash(token))
        if half is None:
            raise Refused("login_expired")
        return half

    def expire(self) -> None:
        """End half logins that are too old; call it now and then."""
        earliest = self._clock.monotonic() - PATIENCE
        with self._lock:
            for key in [k for k, half in self._waiting.items() if half.since <= earliest]:
                self._end(key)

    def _end(self, key: str) -> None:
        self._waiting.pop(key).proof.end()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
