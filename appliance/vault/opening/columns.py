"""Remember of each recording in a shard what a sweep or a search needs: 15 bytes, no key.

The rows stand in the order of the shard's base, so a row's number finds the whole entry.
"""

import struct
from array import array
from collections import Counter
from collections.abc import Collection, Container, Iterator

from appliance.vault.format import RID_BYTES
from appliance.vault.opening.entry import Place
from appliance.vault.opening.shard import ENTRY_BYTES, STATE_AT, OpenShard
from appliance.vault.opening.state import (
    BEGAN,
    HELD,
    RESTRICTED,
    STATE_BYTES,
    TAKEN_UP,
    UNSURE,
    call_in,
)

CALL_PREFIX = 4
"""Bytes of a call's id that are kept; the whole one is compared in the shard."""

PREFIX = 8
"""Bytes of a rid that are kept; the whole one is compared in the shard."""

_ROW = struct.Struct(f">{PREFIX}s{STATE_AT - PREFIX + 2}xH4xH{STATE_BYTES - 10}x")
"""A rid's beginning, then of its state the flags and the due day."""

_KEPT_MARKS = bytes(bool(flags & (HELD | RESTRICTED)) for flags in range(256))

_SHOWN = TAKEN_UP | HELD | RESTRICTED | UNSURE | BEGAN


class Columns:
    """The columns of one shard."""

    __slots__ = ("_calls", "_due", "_flags", "_places", "_prefixes", "_unused", "earliest")

    def __init__(self, shard: OpenShard) -> None:
        """Take them from an open shard."""
        rows = list(_ROW.iter_unpack(shard.plain))
        self._prefixes = b"".join(prefix for prefix, _, _ in rows)
        self._flags = bytearray(flags & _SHOWN for _, flags, _ in rows)
        self._due: array[int] = array("H", [due for _, _, due in rows])
        states = range(STATE_AT, len(shard.plain), ENTRY_BYTES)
        self._calls = bytearray().join(call_in(shard.plain, at)[:CALL_PREFIX] for at in states)
        self._unused: dict[int, bytes] = {}
        for row, (_, flags, _) in enumerate(rows):
            if not flags & TAKEN_UP:
                at = row * ENTRY_BYTES
                self._unused[row] = bytes(memoryview(shard.plain)[at : at + RID_BYTES])
        self.count()

    def __len__(self) -> int:
        return len(self._due)

    def put_call(self, row: int, call: bytes) -> None:
        """Replace the call that a row belongs to."""
        at = row * CALL_PREFIX
        self._calls[at : at + CALL_PREFIX] = call[:CALL_PREFIX]

    def of_call(self, call: bytes) -> Iterator[int]:
        """Yield the rows that can belong to a call: as a rule one or none."""
        yield from _found(self._calls, call[:CALL_PREFIX])

    def put(self, row: int, rid: bytes, flags: int, due: int) -> None:
        """Replace a row's state; ``count`` follows the last of them."""
        self._flags[row], self._due[row] = flags & _SHOWN, due
        self._unused.pop(row, None)
        if not flags & TAKEN_UP:
            self._unused[row] = rid

    @property
    def unused(self) -> Collection[bytes]:
        """Return the rids that were not taken up."""
        return self._unused.values()

    def among(self, wanted: Container[bytes]) -> list[int]:
        """Return the rows whose rids can be among those that begin like this."""
        starts = range(0, len(self._prefixes), PREFIX)
        return [at // PREFIX for at in starts if self._prefixes[at : at + PREFIX] in wanted]

    def rows(self, rid: bytes) -> Iterator[int]:
        """Yield the rows that a rid can have: as a rule one or none."""
        yield from _found(self._prefixes, rid[:PREFIX])

    def due(self, day: int) -> list[int]:
        """Return the rows of what has to be erased on a day."""
        if self.earliest >= day:
            return []
        rows = zip(self._flags, self._due, strict=True)
        return [row for row, (flags, last) in enumerate(rows) if last < day and _may_go(flags)]

    def day(self, row: int) -> int:
        """Return a row's due day."""
        return self._due[row]

    def held(self, row: int) -> bool:
        """Say whether a row is held."""
        return bool(self._flags[row] & HELD)

    def all_held(self) -> Iterator[int]:
        """Yield the rows that are held or restricted; of very many rows, in no time."""
        marks, at = self._flags.translate(_KEPT_MARKS), -1
        while (at := marks.find(1, at + 1)) >= 0:
            yield at

    def taken_up(self) -> int:
        """Return how many were taken up."""
        return len(self) - len(self._unused)

    def places(self, leaving: Collection[int]) -> set[Place]:
        """Return the catalogue's places of all rows but those that are leaving."""
        left = Counter(_place(self._flags[row], self._due[row]) for row in leaving)
        return {one for one, count in self._places.items() if one and count > left[one]}

    def count(self) -> None:
        """Count what the rows add up to."""
        self._places: Counter[Place | None] = Counter()
        self.earliest = 1 << 16
        """The first day after which one is due."""
        for (flags, due), count in Counter(zip(self._flags, self._due, strict=True)).items():
            self._places[_place(flags, due)] += count
            if _may_go(flags):
                self.earliest = min(self.earliest, due)


def _found(column: bytes | bytearray, wanted: bytes) -> Iterator[int]:
    """Yield the rows of a column that hold these bytes."""
    at = column.find(wanted)
    while at >= 0:
        if at % len(wanted) == 0:
            yield at // len(wanted)
        at = column.find(wanted, at + 1)


def _place(flags: int, due: int) -> Place | None:
    if not flags & TAKEN_UP:
        return None
    return (None, True) if flags & (HELD | RESTRICTED) else (due, False)


def _may_go(flags: int) -> bool:
    dated = not flags & UNSURE or flags & BEGAN
    return bool(flags & TAKEN_UP and not flags & (HELD | RESTRICTED) and dated)
