"""Slow password guesses per name: longer each time, one a day after 100 failures.

A hundred wrong passwords in a row lock a name (NIST SP 800-63B). A new password from an
administrator unlocks it at once. An office may have only one person, whom a stranger on the network
must not lock out for good, so one more guess is admitted each day.

The counts are in memory: switching the box off and on, which needs physical access, resets them.
Guesses are also slow by themselves, since one Argon2id runs at a time.

Each name, real or not, has one of a fixed number of places, found by a hash under a random key. So
made-up names need no memory, push no real name out and behave like real ones. Two names rarely
share a place and a wait.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import Refused

FREE = 3
"""Wrong passwords in a row without a wait: typing errors."""

LONGEST = 15 * 60
"""Seconds: the longest wait between two guesses."""

MOST = 100
"""Wrong passwords in a row that lock a name."""

LOCKED = 24 * 3600
"""Seconds from the last guess at a locked name to the next one admitted."""

PLACES = 2**14
"""Places for names; a guesser needs some ten thousand guesses to fill half of them."""


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    last: float = 0.0
    before: float = 0.0  # ``last`` of the guess before


class Throttle:
    """The counts of wrong passwords by name. Threads may share them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)
        self._tries: dict[int, _Tries] = {}
        self._lock = threading.Lock()

    def admit(self, name: str) -> None:
        """Admit or refuse a guess for a name; it counts as wrong until ``passed``.

        Counting it beforehand keeps parallel guesses from sharing one wait.

        Raises:
            Refused: ``throttled``, with the seconds to wait, or ``locked_out``.
        """
        now = self._clock.monotonic()
        with self._lock:
            tries = self._tries.setdefault(self._place(name), _Tries())
            left = tries.last + _wait(tries.failures) - now
            if left > 0:
                raise _refusal(tries.failures, left)
            tries.failures, tries.before, tries.last = tries.failures + 1, tries.last, now

    def spare(self, name: str) -> None:
        """Take back the last guess: the password was right, and a code is still to come."""
        with self._lock:
            tries = self._tries.get(self._place(name))
            if tries is not None and tries.failures:
                tries.failures, tries.last = tries.failures - 1, tries.before

    def passed(self, name: str) -> None:
        """Reset a name's failures: the right password was given, or there is a new one."""
        with self._lock:
            self._tries.pop(self._place(name), None)

    def _place(self, name: str) -> int:
        found = hashlib.blake2b(
            name.encode(errors="replace"), digest_size=8, key=self._key
        ).digest()
        return int.from_bytes(found) % PLACES


def _wait(failures: int) -> float:
    """Return the seconds to wait after so many wrong passwords in a row."""
    if failures >= MOST:
        return float(LOCKED)
    if failures < FREE:
        return 0.0
    return float(min(2 ** (failures - FREE + 1), LONGEST)) if failures < 20 else float(LONGEST)


def _refusal(failures: int, left: float) -> Refused:
    if failures < MOST:
        return Refused("throttled", f"Too many wrong passwords; wait {int(left) + 1} s.")
    return Refused(
        "locked_out",
        f"{MOST} wrong passwords in a row: this name is locked. An administrator can give a new"
        f" password, or wait {int(left / 3600) + 1} h for one more try.",
    )
