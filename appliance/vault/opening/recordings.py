"""Answer what the shards know of recordings; nothing here writes."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.errors import KeyLost, VaultError
from appliance.model.sentences.faults import noted
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keys import public_half
from appliance.vault.opening.row import Rows
from appliance.vault.opening.shards import Shard, Shards
from appliance.vault.opening.state import VERDICTS


@dataclass(frozen=True, slots=True)
class ListedState:
    """What a list shows of a recording's state."""

    held: bool
    restricted: bool
    verdict: str  # empty: none that outranks its frames'
    due_ended: int | None = None  # the due day where purposes were taken back


MOST_PARTS = 64
"""Recordings that can belong to one call."""


class ShardRecordings:
    """The recordings of some shards. Threads may share it."""

    def __init__(self, shards: Shards) -> None:
        """Take the shards, which hold nobody apart themselves."""
        self._shards = shards
        self._lock = threading.RLock()

    def private(self, rid: str) -> bytes:
        """Return a recording's private key.

        Raises:
            KeyLost: it is not there: erased, or never was.
            FileFormatError: its shard cannot be read any more.
        """
        with self._lock:
            return self._shards.private(*self._found(rid))

    def public(self, rid: str) -> bytes:
        """Return the public half of a recording's key; raises as ``private``."""
        return public_half(self.private(rid))

    def entry(self, rid: str) -> RecordingEntry:
        """Return what is known of a recording beside its key; raises as ``private``."""
        with self._lock:
            return self._shards.entry(*self._found(rid))

    def get(self, rid: str) -> RecordingEntry | None:
        """Return a recording's entry, None without a key for it."""
        with self._lock:
            found = self._shards.find(rid)
            return self._shards.entry(*found) if found is not None else None

    def parts(self, rid: str) -> tuple[str, ...]:
        """Return all recordings of the call that one belongs to, in the order of the call.

        The recorder takes keys from the pool in the order in which they were made. Only recordings
        that were taken up count. One that names no call has no others beside it, nor has one of a
        call with more than ``MOST_PARTS``: no recorder writes so many.
        """
        with self._lock:
            found = self._shards.find(rid)
            entry = self._shards.entry(*found) if found is not None else None
            if entry is None or not entry.call or entry.due_day is None:
                return (rid,)
            named = self._shards.of_call(entry.call, MOST_PARTS)
            return tuple(name for _, name in named) or (rid,)

    def __contains__(self, rid: object) -> bool:
        with self._lock:
            return isinstance(rid, str) and self._shards.find(rid) is not None

    def unused(self) -> tuple[str, ...]:
        """Return the names in the pool, or taken from it and not taken up yet; oldest first."""
        return tuple(rid.hex() for shard in self._now() for rid in shard.columns.unused)

    def taken_up(self) -> Iterator[tuple[str, RecordingEntry]]:
        """Go through all recordings that were taken up; it opens every shard, one at a time."""
        for known in self._now():
            with self._lock:
                shard = self._shards.get(known.head.sid)
                there = list(self._shards.entries(shard)) if shard is not None else []
            yield from ((rid, entry) for rid, entry in there if entry.due_day is not None)

    def count_taken_up(self) -> int:
        """Return how many recordings were taken up, without opening a shard."""
        return sum(shard.columns.taken_up() for shard in self._now())

    def progress(self) -> dict[bytes, tuple[int, int, int]]:
        """Return how far each shard came; no later state of it is lower."""
        return {
            shard.head.sid: (shard.head.generation, shard.head.revision, shard.place.index)
            for shard in self._now()
        }

    @property
    def incomplete(self) -> bool:
        """Say whether records of a shard were lost."""
        return any(shard.head.incomplete for shard in self._now())

    def held(self) -> tuple[str, ...]:
        """Return the recordings on hold, and those whose use is restricted."""
        with self._lock:
            return tuple(
                self._shards.rid(shard, row)
                for shard in self._shards.all
                for row in shard.columns.all_held()
            )

    def held_slots(self) -> dict[bytes, tuple[int, ...]]:
        """Return the slots of the recordings on hold, by shard."""
        found = ((shard.head.sid, shard.columns.held_slots()) for shard in self._now())
        return {sid: slots for sid, slots in found if slots}

    def ended_slots(self) -> dict[bytes, tuple[int, ...]]:
        """Return the slots of the recordings of which a purpose was taken back, by shard."""
        found = ((shard.head.sid, shard.columns.ended_slots()) for shard in self._now())
        return {sid: slots for sid, slots in found if slots}

    def due(self, day: int) -> dict[str, int]:
        """Return the recordings to be erased on a day, each with its last day.

        Args:
            day: days since 1970-01-01; what is kept, of an unknown date, or in a shard that lost
                changes, is left out.
        """
        found = {}
        with self._lock:
            for shard in self._shards.all:
                for row in () if shard.head.incomplete else shard.columns.due(day):
                    found[self._shards.rid(shard, row)] = shard.columns.day(row)
        return found

    def shards(self) -> list[tuple[bytes, int]]:
        """Return the shards with recordings, the newest first, and the last day of each.

        A shard's day is that on which the newest of its recordings began; 0 if none is known.
        """
        there = [shard for shard in self._now() if shard.columns.taken_up()]
        days = [(shard.head.sid, shard.columns.newest) for shard in reversed(there)]
        return sorted(days, key=lambda one: -one[1])

    def rows(self, sid: bytes) -> Rows | None:
        """Return the recordings of a shard that were taken up, with the seeds of their rows.

        The caller wipes the seeds. None without such a shard.

        Raises:
            FileFormatError: it cannot be read any more.
        """
        with self._lock:
            return self._shards.rows(sid)

    def slots(self, sid: bytes) -> int:
        """Return the slots of a shard whose recordings were taken up, as a set of bits."""
        with self._lock:
            shard = self._shards.get(sid)
            return shard.columns.slots() if shard is not None else 0

    def named(self, sid: bytes, slots: int) -> list[str]:
        """Return the recordings in some slots of a shard, given as a set of bits."""
        with self._lock:
            shard = self._shards.get(sid)
            rows = range(len(shard.columns)) if shard is not None else ()
            wanted = [row for row in rows if shard and slots >> shard.columns.slot(row) & 1]
            return [self._shards.rid(shard, row) for row in wanted if shard]

    def where(self, rids: Iterable[str]) -> dict[str, tuple[bytes, int]]:
        """Return shard and slot of recordings; one without a key is left out."""
        with self._lock:
            found = self._shards.find_all(rids).items()
            return {rid: (shard.head.sid, shard.columns.slot(row)) for rid, (shard, row) in found}

    def taken_up_by_shard(self) -> dict[bytes, int]:
        """Return how many recordings of each shard were taken up."""
        return {shard.head.sid: shard.columns.taken_up() for shard in self._now()}

    def shown(self, sid: bytes, rid: str) -> ListedState | None:
        """Return what a list shows of a recording's state, without opening its shard.

        None if it has no key in that shard any more.
        """
        with self._lock:
            shard = self._shards.get(sid)
            if shard is None:
                return None
            for row in shard.columns.rows(bytes.fromhex(rid)):
                held, restricted, ended, verdict = shard.columns.shown(row)
                due_ended = shard.columns.day(row) if ended else None
                return ListedState(held, restricted, str(VERDICTS[verdict]), due_ended)
        return None

    def _now(self) -> list[Shard]:
        with self._lock:
            return list(self._shards.all)

    def _found(self, rid: str) -> tuple[Shard, int]:
        found = self._shards.find(rid)
        if found is None:
            raise KeyLost(noted("key_gone", f"There is no key for the recording {rid}."))
        return found

    def _rows(self, rids: Iterable[str]) -> dict[bytes, set[int]]:
        """Return the rows of recordings by shard."""
        rows: dict[bytes, set[int]] = {}
        for shard, row in self._shards.find_all(rids).values():
            rows.setdefault(shard.head.sid, set()).add(row)
        return rows

    def _refuse_held(self, leaving: dict[bytes, set[int]]) -> None:
        for shard in self._shards.all:
            for row in sorted(leaving.get(shard.head.sid, ())):
                if shard.columns.held(row):  # after the order was given
                    rid = self._shards.rid(shard, row)
                    raise VaultError(
                        noted(
                            "on_hold_now", f"{rid} was put on hold meanwhile; nothing was erased."
                        )
                    )
