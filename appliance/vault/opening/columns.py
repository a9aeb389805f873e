"""Remember of each recording in a shard what a sweep or a search needs: 11 bytes, no key.

The rows stand in the order of the shard's base, so a row's number finds the whole entry.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator

from appliance.vault.format import RID_BYTES
from appliance.vault.opening.entry import Place
from appliance.vault.opening.shard import ENTRY_BYTES, STATE_AT, OpenShard
from appliance.vault.opening.state import (
    BEGAN,
    HELD,
    RESTRICTED,
    TAKEN_UP,
    UNSURE,
    glance,
)

_PREFIX = 8
"""Bytes of a rid that are kept; the whole one is compared in the shard."""

_SHOWN = TAKEN_UP | HELD | RESTRICTED | UNSURE | BEGAN


class Columns:
    """The columns of one shard."""

    __slots__ = ("_due", "_flags", "_places", "_prefixes", "earliest", "unused")

    def __init__(self, shard: OpenShard) -> None:
        """Take them from an open shard."""
        view = memoryview(shard.plain)
        starts = range(0, len(view), ENTRY_BYTES)
        self._prefixes = b"".join(bytes(view[at : at + _PREFIX]) for at in starts)
        self._due = array("H", bytes(2 * len(starts)))
        self._flags = bytearray(len(starts))
        unused = []
        for row, at in enumerate(starts):
            self._set(row, *glance(view, at + STATE_AT))
            if not self._flags[row] & TAKEN_UP:
                unused.append(bytes(view[at : at + RID_BYTES]))
        self.unused: tuple[bytes, ...] = tuple(unused)
        """The rids that were not taken up."""
        self.count()

    def __len__(self) -> int:
        return len(self._due)

    def put(self, row: int, rid: bytes, flags: int, due: int) -> None:
        """Replace a row's state; ``count`` follows the last of them."""
        was = self._flags[row]
        self._set(row, flags, due)
        if was & TAKEN_UP and not flags & TAKEN_UP:
            self.unused = (*self.unused, rid)
        elif not was & TAKEN_UP and flags & TAKEN_UP:
            self.unused = tuple(one for one in self.unused if one != rid)

    def rows(self, rid: bytes) -> Iterator[int]:
        """Yield the rows that a rid can have: as a rule one or none."""
        at = self._prefixes.find(rid[:_PREFIX])
        while at >= 0:
            if at % _PREFIX == 0:
                yield at // _PREFIX
            at = self._prefixes.find(rid[:_PREFIX], at + 1)

    def due(self, day: int) -> list[int]:
        """Return the rows of what has to be erased on a day."""
        if self.earliest >= day:
            return []
        return [row for row, last in enumerate(self._due) if last < day and self._may_go(row)]

    def day(self, row: int) -> int:
        """Return a row's due day."""
        return self._due[row]

    def held(self, row: int) -> bool:
        """Say whether a row is held."""
        return bool(self._flags[row] & HELD)

    def taken_up(self) -> int:
        """Return how many were taken up."""
        return len(self) - len(self.unused)

    def places(self, leaving: Collection[int]) -> set[Place]:
        """Return the catalogue's places of all rows but those that are leaving."""
        left = Counter(place for row in leaving if (place := self._place(row)) is not None)
        return {place for place, count in self._places.items() if count > left[place]}

    def _set(self, row: int, flags: int, due: int) -> None:
        self._flags[row], self._due[row] = flags & _SHOWN, due

    def count(self) -> None:
        """Count what the rows add up to."""
        self._places = Counter(
            place for row in range(len(self)) if (place := self._place(row)) is not None
        )
        days = (last for row, last in enumerate(self._due) if self._may_go(row))
        self.earliest = min(days, default=1 << 16)
        """The first day on which one can be due, less one."""

    def _place(self, row: int) -> Place | None:
        flags = self._flags[row]
        if not flags & TAKEN_UP:
            return None
        return (None, True) if flags & (HELD | RESTRICTED) else (self._due[row], False)

    def _may_go(self, row: int) -> bool:
        flags = self._flags[row]
        dated = not flags & UNSURE or flags & BEGAN
        return bool(flags & TAKEN_UP and not flags & (HELD | RESTRICTED) and dated)
