"""Remember of each recording in a shard what a sweep or a list needs: 18 bytes, no key.

The rows stand in the order of the shard's base, so a row's number finds the whole entry.
"""

import struct
from array import array
from collections.abc import Collection, Container, Iterator

from appliance.vault.format import RID_BYTES
from appliance.vault.opening.shard import ENTRY_BYTES, STATE_AT, OpenShard
from appliance.vault.opening.state import (
    BEGAN,
    ENDED,
    HELD,
    RESTRICTED,
    STATE_BYTES,
    TAKEN_UP,
    UNSURE,
    Glance,
    call_in,
    glance,
)

CALL_PREFIX = 4
"""Bytes of a call's id that are kept; the whole one is compared in the shard."""

PREFIX = 8
"""Bytes of a rid that are kept; the whole one is compared in the shard."""

_ROW = struct.Struct(f">{PREFIX}s{STATE_AT - PREFIX}xH{STATE_BYTES - 2}x")
"""A rid's beginning, then of its state the slot."""

_KEPT_MARKS = bytes(bool(flags & (HELD | RESTRICTED)) for flags in range(256))
_ENDED_MARKS = bytes(bool(flags & ENDED) for flags in range(256))

_SHOWN = TAKEN_UP | HELD | RESTRICTED | UNSURE | ENDED | BEGAN


class Columns:
    """The columns of one shard."""

    __slots__ = (
        *("_calls", "_due", "_flags", "_prefixes", "_slots", "_unused", "_verdicts"),
        *("earliest", "newest"),
    )

    def __init__(self, shard: OpenShard) -> None:
        """Take them from an open shard."""
        rows = list(_ROW.iter_unpack(shard.plain))
        states = [glance(shard.plain, at) for at in range(STATE_AT, len(shard.plain), ENTRY_BYTES)]
        self._prefixes = b"".join(prefix for prefix, _ in rows)
        self._slots: array[int] = array("H", [slot for _, slot in rows])
        self._flags = bytearray(state.flags & _SHOWN for state in states)
        self._verdicts = bytearray(state.verdict for state in states)
        self._due: array[int] = array("H", [state.due for state in states])
        self.newest = max((state.day for state in states), default=0)
        """The last day on which one of them began, as far as that is known."""
        at_states = range(STATE_AT, len(shard.plain), ENTRY_BYTES)
        self._calls = bytearray().join(call_in(shard.plain, at)[:CALL_PREFIX] for at in at_states)
        self._unused: dict[int, bytes] = {}
        for row, flags in enumerate(self._flags):
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

    def put(self, row: int, rid: bytes, state: Glance) -> None:
        """Replace a row's state; ``count`` follows the last of them."""
        self._flags[row], self._verdicts[row] = state.flags & _SHOWN, state.verdict
        self._due[row] = state.due
        self.newest = max(self.newest, state.day)
        self._unused.pop(row, None)
        if not state.flags & TAKEN_UP:
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

    def held_slots(self) -> tuple[int, ...]:
        """Return the slots of what is held."""
        return tuple(self._slots[row] for row in self.all_held() if self.held(row))

    def ended_slots(self) -> tuple[int, ...]:
        """Return the slots of what lost a purpose that it had."""
        return tuple(self._slots[row] for row in _marked(self._flags, _ENDED_MARKS))

    def all_held(self) -> Iterator[int]:
        """Yield the rows that are held or restricted; of very many rows, in no time."""
        yield from _marked(self._flags, _KEPT_MARKS)

    def taken_up(self) -> int:
        """Return how many were taken up."""
        return len(self) - len(self._unused)

    def slot(self, row: int) -> int:
        """Return a row's slot."""
        return self._slots[row]

    def shown(self, row: int) -> tuple[bool, bool, bool, int]:
        """Say whether a row is held, restricted, without a purpose that it had; and its verdict."""
        flags = self._flags[row]
        held, restricted, ended = (bool(flags & bit) for bit in (HELD, RESTRICTED, ENDED))
        return held, restricted, ended, self._verdicts[row]

    def slots(self) -> int:
        """Return the slots of what was taken up, as a set of bits."""
        found = 0
        for slot, flags in zip(self._slots, self._flags, strict=True):
            if flags & TAKEN_UP:
                found |= 1 << slot
        return found

    def count(self) -> None:
        """Find the first day after which one is due."""
        rows = set(zip(self._flags, self._due, strict=True))
        self.earliest = min((due for flags, due in rows if _may_go(flags)), default=1 << 16)


def _marked(flags: bytearray, marks: bytes) -> Iterator[int]:
    """Yield the rows whose flags a table marks."""
    marked, at = flags.translate(marks), -1
    while (at := marked.find(1, at + 1)) >= 0:
        yield at


def _found(column: bytes | bytearray, wanted: bytes) -> Iterator[int]:
    """Yield the rows of a column that hold these bytes."""
    at = column.find(wanted)
    while at >= 0:
        if at % len(wanted) == 0:
            yield at // len(wanted)
        at = column.find(wanted, at + 1)


def _may_go(flags: int) -> bool:
    dated = not flags & UNSURE or flags & BEGAN
    return bool(flags & TAKEN_UP and not flags & (HELD | RESTRICTED) and dated)
