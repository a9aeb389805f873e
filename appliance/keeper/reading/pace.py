"""Give the sound of a call no faster than ears can use it, whatever asks for it.

Whoever hears a sound can keep it; what a pace prevents is that a program has all calls in the time
of one. Sound that a listener has just been given costs nothing: a drawing, a player and a mark to
which somebody goes back ask for the same piece again and again.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.model.audio import RATE

AT_ONCE = 150
"""Seconds of a call's sound that a listener is given at once."""

TIMES = 4
"""Seconds of sound for each second behind those: a player plays twice as fast at most."""

LEAST = 1
"""Seconds of sound of the least piece, so that nobody asks for each sample by itself."""

UNIT = RATE // 8
"""Samples that are counted as one."""

_A_SECOND = RATE // UNIT

SoundUnit = tuple[str, int]
"""A recording, and the number of a unit of its sound."""


@dataclass(slots=True)
class Allowance:
    """What one listener may still be given of one call, in units of sound."""

    left: float = AT_ONCE * _A_SECOND
    since: float = 0.0  # of the steady clock
    given: dict[str, set[int]] = field(default_factory=dict)

    def grow(self, now: float) -> bool:
        """Add what time has brought; say whether it is whole again."""
        self.left = min(AT_ONCE * _A_SECOND, self.left + (now - self.since) * TIMES * _A_SECOND)
        self.since = now
        return self.left == AT_ONCE * _A_SECOND

    def had(self, unit: SoundUnit) -> bool:
        """Say whether a unit was given."""
        return unit[1] in self.given.get(unit[0], ())


class ListeningPace:
    """Counts the sound that each listener is given of each call. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._allowances: dict[tuple[str, str], Allowance] = {}  # by listener and call

    def take(self, listener: str, call: str, units: Sequence[SoundUnit]) -> int:
        """Count what a listener is given now; return how many of the units that is, in order.

        Raises:
            Refused: ``sound_ahead``: less than a second of sound would be given.
        """
        with self._lock:
            allowance = self._of(listener, call)
            new: list[SoundUnit] = []
            taken = 0
            for unit in units:
                if not allowance.had(unit):
                    if len(new) + 1 > allowance.left:
                        break
                    new.append(unit)
                taken += 1
            if taken < min(len(units), LEAST * _A_SECOND):
                raise Refused("sound_ahead", seconds=1)
            allowance.left -= len(new)
            for recording, number in new:
                allowance.given.setdefault(recording, set()).add(number)
            return taken

    def _of(self, listener: str, call: str) -> Allowance:
        """Return a listener's allowance of a call; drop those that are whole again."""
        now = self._clock.monotonic()
        whole = [key for key, one in self._allowances.items() if one.grow(now)]
        for key in whole:
            del self._allowances[key]
        return self._allowances.setdefault((listener, call), Allowance(since=now))
