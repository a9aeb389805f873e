"""Slows down whoever guesses passwords: per name, longer each time, at most 100 guesses.

The counts live in memory: switching the box off and on, which needs somebody beside it, forgets
them. Guesses are also slow by themselves, since one Argon2id runs at a time.
"""

import threading
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import Refused

FREE = 3
"""Wrong passwords in a row that cost no waiting: typing errors."""

LONGEST = 15 * 60
"""Seconds: the longest wait between two guesses."""

MOST = 100
"""Wrong passwords in a row for one name until the keeper starts afresh (NIST SP 800-63B)."""

NAMES = 1000
"""Names that are remembered; beyond them the one with the fewest failures is forgotten.

Were it the oldest, a thousand names made up would buy three more guesses at a real one.
"""


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    last: float = 0.0


class Throttle:
    """Counts wrong passwords by name; safe between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: dict[str, _Tries] = {}
        self._lock = threading.Lock()

    def admit(self, name: str) -> None:
        """Let a guess for a name go on, or not; a guess counts as wrong until ``passed``.

        Counting it beforehand keeps guesses sent side by side from sharing one wait.

        Raises:
            Refused: ``throttled``, with the seconds to wait.
        """
        now = self._clock.monotonic()
        with self._lock:
            tries = self._tries.setdefault(name, _Tries())
            if tries.failures >= MOST:
                raise Refused(
                    "throttled",
                    f"{MOST} wrong passwords in a row: this name is locked until the box is"
                    " switched off and on.",
                )
            left = tries.last + _wait(tries.failures) - now
            if left > 0:
                raise Refused("throttled", f"Too many wrong passwords; wait {int(left) + 1} s.")
            tries.failures, tries.last = tries.failures + 1, now
            if len(self._tries) > NAMES:
                del self._tries[min(self._tries, key=self._worth)]

    def _worth(self, name: str) -> tuple[int, float]:
        tries = self._tries[name]
        return tries.failures, tries.last

    def passed(self, name: str) -> None:
        """Forget the wrong passwords of a name: the right one was given."""
        with self._lock:
            self._tries.pop(name, None)


def _wait(failures: int) -> float:
    """Return the seconds that must pass after so many wrong passwords in a row."""
    if failures < FREE:
        return 0.0
    return float(min(2 ** (failures - FREE + 1), LONGEST)) if failures < 20 else float(LONGEST)
