"""Limit the guesses of strangers: by address, for all together, and by name and address.

Nothing here locks a name. A wait that belonged to the name alone would let anybody who polls keep
its owner out, so the growing wait belongs to a name at one address. The counts are in memory:
switching the box off and on, which needs a person beside it, resets them.

A refused guess costs nothing and leaves nothing, so the memory grows with the guesses admitted
alone: at most 240 an hour, forgotten after a day. Names are kept as keyed digests, since people
type passwords into the wrong field.
"""

import hashlib
import ipaddress
import secrets
import threading
from dataclasses import dataclass

from appliance.clock import DAY, HOUR, Clock
from appliance.errors import Refused

FREE = 3
"""Wrong passwords for a name from an address without a wait: typing errors."""

LONGEST = 15 * 60
"""Seconds: the longest wait between two guesses at a name from an address."""

ADDRESS = (5, 12)
"""Guesses of one address: at once, and then an hour."""

ALL = (30, 240)
"""Guesses of all strangers together: at once, and then an hour."""

_UNKNOWN = "unknown"
_ROUNDING = 1e-6


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float  # monotonic

    def fill(self, limit: tuple[int, int], now: float) -> None:
        most, an_hour = limit
        self.left = min(float(most), self.left + (now - self.at) * an_hour / HOUR)
        self.at = now


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    last: float = 0.0
    before: float = 0.0  # ``last`` of the guess before


def network_of(address: str) -> str:
    """Return what one household holds: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return _UNKNOWN
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))


class Strangers:
    """The counts of strangers' guesses. Threads may share them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._all = _Bucket(ALL[0], clock.monotonic())
        self._addresses: dict[str, _Bucket] = {}
        self._tries: dict[tuple[bytes, str], _Tries] = {}

    def count_guess(self, address: str, name: str) -> None:
        """Count a guess; it stands as wrong until ``passed`` or ``give_back``.

        Counting it beforehand keeps parallel guesses from sharing one wait.

        Args:
            address: the browser's, as the panel names it.
            name: folded.

        Raises:
            Refused: ``throttled``.
        """
        now, place = self._clock.monotonic(), network_of(address)
        with self._lock:
            mine = self._addresses.get(place, _Bucket(ADDRESS[0], now))
            mine.fill(ADDRESS, now)
            self._all.fill(ALL, now)
            key = (self._digest(name), place)
            tries = self._tries.get(key, _Tries())
            left = max(
                tries.last + _wait(tries.failures) - now,
                _until_one(mine, ADDRESS),
                _until_one(self._all, ALL),
            )
            if left > _ROUNDING:
                wait = int(left) + 1
                raise Refused("throttled", seconds=wait)
            mine.left, self._all.left = mine.left - 1, self._all.left - 1
            tries.failures, tries.before, tries.last = tries.failures + 1, tries.last, now
            self._tries.pop(key, None)  # the one tried last stands last
            self._addresses[place], self._tries[key] = mine, tries
            self._forget(now)

    def give_back(self, address: str, name: str) -> None:
        """Take back the last guess: it was right and a code is to come, or it was not made."""
        place = network_of(address)
        with self._lock:
            tries = self._tries.get((self._digest(name), place))
            if tries is not None and tries.failures:
                tries.failures, tries.last = tries.failures - 1, tries.before
            self._return(place)

    def passed(self, address: str, name: str) -> None:
        """Reset a name's failures at an address: the right password was given there."""
        place = network_of(address)
        with self._lock:
            self._tries.pop((self._digest(name), place), None)
            self._return(place)

    def reset(self, name: str) -> None:
        """Reset a name's failures everywhere: there is a new password."""
        digest = self._digest(name)
        with self._lock:
            for key in [key for key in self._tries if key[0] == digest]:
                del self._tries[key]

    @property
    def remembered(self) -> int:
        """Return how many entries the counts hold."""
        with self._lock:
            return len(self._tries) + len(self._addresses)

    def _return(self, place: str) -> None:
        """Return a guess to the two buckets: it was none."""
        if place in self._addresses:
            mine = self._addresses[place]
            mine.left = min(float(ADDRESS[0]), mine.left + 1)
        self._all.left = min(float(ALL[0]), self._all.left + 1)

    def _forget(self, now: float) -> None:
        """Forget what does not matter any more: full buckets, failures of the day before."""
        for place, bucket in list(self._addresses.items()):
            bucket.fill(ADDRESS, now)
            if bucket.left >= ADDRESS[0]:
                del self._addresses[place]
        while self._tries and next(iter(self._tries.values())).last <= now - DAY:
            del self._tries[next(iter(self._tries))]

    def _digest(self, name: str) -> bytes:
        return hashlib.blake2b(
            name.encode(errors="replace"), digest_size=16, key=self._key
        ).digest()


def _until_one(bucket: _Bucket, limit: tuple[int, int]) -> float:
    """Return the seconds until a bucket has a whole guess."""
    return (1 - bucket.left) * HOUR / limit[1]


def _wait(failures: int) -> float:
    """Return the seconds to wait after so many wrong passwords in a row."""
    if failures < FREE:
        return 0.0
    return float(min(2 ** (failures - FREE + 1), LONGEST)) if failures < 20 else float(LONGEST)
