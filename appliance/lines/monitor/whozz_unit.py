"""Set a Whozz Calling unit up and watch its presence: commands out, settings in, no I/O.

Theory of operation. A unit's settings are single letters, upper or lower case, in a memory that
wears out: a letter is sent only if the unit lists the other case, once after each opening of the
port, and three times at most.

    open ──► list ──► all as wanted ──────────────────────► confirmed
                 └──► send what differs, 50 ms apart ──► list again ─┴─► lacks what is needed: fault

The same question shows that the unit is there, since it has no heartbeat: often while a phone is
off-hook, seldom otherwise. Several lines share one unit, and with it this.
"""

import re
from collections import Counter
from collections.abc import Callable

from appliance.lines.profiles import WhozzProfile
from appliance.model.sentences.faults import device_fault

_MOST_WRITES = 3
"""Of a letter while the box runs: a loose plug must not wear a memory out."""

_SETTINGS = re.compile(rb"\$?V\d{1,2}\.\d{1,2}\w? +([A-Za-z]{3,20})(?: [ -~]*)?")


def listed_settings(text: bytes) -> str | None:
    """Return the letters of a unit's answer to its query; None for any other line."""
    found = _SETTINGS.fullmatch(text)
    return None if found is None else found[1].decode("ascii")


class WhozzUnit:
    """The settings and the presence of one unit."""

    def __init__(self, profile: WhozzProfile, monotonic: Callable[[], float]) -> None:
        """Begin before the first opening.

        Args:
            profile: the unit's figures.
            monotonic: seconds, for pauses and patience.
        """
        self._profile = profile
        self._monotonic = monotonic
        self.confirmed = False  # since the port was opened
        self._met = False
        self._lacks = ""
        self._todo = ""
        self._tried: set[str] = set()  # since the port was opened
        self._written: Counter[str] = Counter()
        self._at_rest: dict[int, bool] = {}
        self._opened = self._heard = 0.0
        self._sent = float("-inf")
        self._asked: float | None = None  # the first question since the unit's last word
        self._again: float | None = None  # and the last one

    def opened(self, line: int) -> None:
        """Start again with the opened port; a line that joins an open one changes nothing.

        Args:
            line: that says so. The first one that says it again starts the unit again.
        """
        if self._at_rest and line not in self._at_rest:
            self._at_rest[line] = False
            return
        now = self._monotonic()
        self.confirmed = self._met = False
        self._lacks = self._todo = ""
        self._tried.clear()
        self._opened = self._heard = now
        self._asked = self._again = None
        self._sent = float("-inf")
        self._at_rest = {line: False}

    def command(self, line: int, *, at_rest: bool) -> bytes:
        """Return the command to send now, or nothing.

        Args:
            line: that asks.
            at_rest: its phone is not off-hook, as far as is known: nothing is recorded.
        """
        now = self._monotonic()
        self._at_rest[line] = at_rest
        if now - self._sent < self._profile.between_ms / 1000:
            return b""
        if self._todo:
            letter, self._todo = self._todo[0], self._todo[1:]
            self._sent = now
            self._tried.add(letter)
            self._written[letter] += 1
            return letter.encode()
        if not self._due(now):
            return b""
        self._sent = self._again = now
        if self._asked is None:
            self._asked = now
        return self._profile.query.encode()

    def take_settings(self, text: bytes) -> bool:
        """Take a line; say whether it lists the unit's settings."""
        letters = listed_settings(text)
        if letters is None:
            return False
        if self._asked is not None:  # or another line of the unit has taken it already
            self._judge(letters)
        return True

    def spoke(self) -> None:
        """Take note that the unit sent something that only such a unit sends."""
        self._met, self._heard = True, self._monotonic()
        self._asked = self._again = None

    def trouble(self) -> str:
        """Say what is wrong with the unit; nothing if it is as it should be."""
        if self._lacks:
            return self._lacks
        now = self._monotonic()
        if not self._met:
            silent = now - self._opened >= self._profile.start_seconds
            return device_fault("monitor_nobody", dialect=self._profile.dialect) if silent else ""
        unanswered = self._asked is not None and (now - self._asked >= self._profile.answer_seconds)
        return device_fault("monitor_silent") if unanswered else ""

    def _judge(self, letters: str) -> None:
        differ = [w for w in self._profile.wanted if w.swapcase() in letters]
        self._todo = "".join(
            letter
            for letter in differ
            if letter not in self._tried and self._written[letter] < _MOST_WRITES
        )
        if self._todo:
            return
        missing = [letter for letter in self._profile.needed if letter not in letters]
        self.confirmed = not missing
        letters = ", ".join(missing)
        self._lacks = device_fault("monitor_lacks", letters=letters) if missing else ""

    def _due(self, now: float) -> bool:
        profile = self._profile
        if self._again is not None:
            return now - self._again >= profile.ask_seconds
        if not self.confirmed:
            return not self._lacks or now - self._heard >= profile.ask_seconds
        calm = all(self._at_rest.values())
        return now - self._heard >= (profile.lost_seconds if calm else profile.ask_seconds)
