"""Keep the codes that let one new browser log in before the strangers.

Root makes one at the box when strangers fill the common limit. It is good for ten minutes, for one
person and one login, and proves nothing by itself: the password is asked as always.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from hmac import compare_digest

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.vault.opening.keys import ALPHABET

SECONDS = 600.0
"""A code is good for so long."""

GROUPS, GROUP = 2, 5
"""Of a code: ten letters of 5 bits."""

MOST_WRONG = 10
"""Wrong passwords that end a code."""


@dataclass(slots=True)
class _Code:
    digest: bytes
    since: float  # monotonic
    wrong: int = 0


class LetInCodes:
    """The codes, one a person. Threads may share them; nothing is on the disk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._lock = threading.Lock()

    def make(self, operator: str) -> str:
        """Make a code for an operator in place of any other; return it, once."""
        letters = ["".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)]
        with self._lock:
            self._codes[operator] = _Code(_digest("".join(letters)), self._clock.monotonic())
        return "-".join(letters)

    def fits(self, operator: str, typed: str) -> bool:
        """Say whether a typed code is the operator's, in any spelling, and still good."""
        with self._lock:
            code = self._good(operator)
            return code is not None and compare_digest(code.digest, _digest(typed))

    def admit(self, operator: str) -> None:
        """Raise Refused unless an operator has a code that is still good."""
        with self._lock:
            if self._good(operator) is None:
                raise Refused("wrong_let_in_code")

    def wrong(self, operator: str) -> None:
        """Count a wrong password; after ten the code is over."""
        with self._lock:
            code = self._codes.get(operator)
            if code is not None:
                code.wrong += 1

    def right(self, operator: str) -> None:
        """End a code: it was used to log in."""
        with self._lock:
            self._codes.pop(operator, None)

    def _good(self, operator: str) -> _Code | None:
        code = self._codes.get(operator)
        if code is None:
            return None
        if code.wrong >= MOST_WRONG or self._clock.monotonic() - code.since >= SECONDS:
            del self._codes[operator]
            return None
        return code


def _digest(code: str) -> bytes:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).digest()
