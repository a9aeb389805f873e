"""Hold logins whose password was right until their code arrives.

The password has opened the reading key and is not asked again. Until the code arrives the key is
sealed under the token, whose only copy the browser has: the keeper's memory alone does not open
it.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.keeper.people.gate import Asker
from appliance.vault import container
from appliance.vault.opening.content import OperatorEntry

PATIENCE = 180.0
"""Seconds to find the phone and type the code."""

MOST = 4
"""Half logins of one operator at once; one more ends the oldest of these."""

TRIES = 5
"""Wrong codes until the password is asked again."""

_LABEL = b"zgoda half login v1"


@dataclass(slots=True)
class _Half:
    entry: OperatorEntry  # as it was when the password was proved
    sealed: bytes
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
        self, entry: OperatorEntry, reading: bytearray, asker: Asker, cookie: str = ""
    ) -> str:
        """Seal the reading key of an operator whose password was right; return the token.

        Args:
            entry: the operator.
            reading: the reading key.
            asker: where the password came from; its code counts there, too.
            cookie: the browser's device cookie.
        """
        token = secrets.token_urlsafe(32)
        sealed = container.seal(_key(token), _LABEL, reading, entry.id.encode())
        self.expire()
        with self._lock:
            mine = [k for k, half in self._waiting.items() if half.entry.id == entry.id]
            if len(mine) >= MOST:
                del self._waiting[min(mine, key=lambda k: self._waiting[k].since)]
            now = self._clock.monotonic()
            self._waiting[_hash(token)] = _Half(entry, sealed, asker, cookie, now)
        return token

    def whose(self, token: str) -> tuple[str, Asker, str]:
        """Return who holds a token, where the password came from, and the device cookie there.

        Raises:
            Refused: ``expired``: the token is unknown or too old.
        """
        half = self._find(token)
        return half.entry.id, half.asker, half.cookie

    def finish(self, token: str) -> tuple[OperatorEntry, bytearray]:
        """Return operator and reading key, once, after a right code; the caller wipes the key."""
        half = self._find(token)
        with self._lock:
            if self._waiting.pop(_hash(token), None) is None:
                raise Refused("expired", "This login was finished already.")
        bound = half.entry.id.encode()
        return half.entry, bytearray(container.unseal(_key(token), _LABEL, half.sealed, bound))

    def wrong(self, token: str) -> None:
        """Count a wrong code; after a few the login starts over."""
        with self._lock:
            half = self._waiting.get(_hash(token))
            if half is not None:
                half.wrong += 1
                if half.wrong >= TRIES:
                    del self._waiting[_hash(token)]

    def end(self, token: str) -> None:
        """End a half login: its browser has begun another one."""
        with self._lock:
            self._waiting.pop(_hash(token), None)

    def end_those_of(self, operator: str) -> None:
        """End an operator's half logins: the password was changed, or the person removed."""
        with self._lock:
            for key in [k for k, half in self._waiting.items() if half.entry.id == operator]:
                del self._waiting[key]

    def _find(self, token: str) -> _Half:
        self.expire()
        with self._lock:
            half = self._waiting.get(_hash(token))
        if half is None:
            raise Refused("expired", "The login took too long; type the password again.")
        return half

    def expire(self) -> None:
        """End half logins that are too old; call it now and then."""
        earliest = self._clock.monotonic() - PATIENCE
        with self._lock:
            for key in [k for k, half in self._waiting.items() if half.since <= earliest]:
                del self._waiting[key]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(token: str) -> bytes:
    """Derive the sealing key from the token, independent of the hash that finds it."""
    return container.derive(token.encode(), b"", _LABEL)
