"""Show calls as the link names them, from rows, recordings and the keyring's state."""

from collections.abc import Sequence

from msgspec import structs

from appliance.keeper.reading.protocol import FoundRow, Summary
from appliance.model.audio import RATE
from appliance.model.records import CallMeta, CallRecord, ListedCall, Verdict
from appliance.vault.opening.entry import RecordingEntry, dated, taken_back
from appliance.vault.opening.recordings import ListedState
from appliance.vault.opening.row import Row


def in_list(found: FoundRow, state: ListedState | None) -> ListedCall:
    """Return a row as a list shows it; the keyring's state outranks its own verdict.

    A row was made before purposes were taken back, or after it, so then it names none of them.
    """
    row, due_ended = found.row, state.due_ended if state else None
    return ListedCall(
        recording=found.rid,
        call=row.call,
        line=row.line,
        direction="outgoing" if row.outgoing else "incoming",
        started_at=row.started_at,
        clock_ok=row.clock_ok,
        seconds=row.seconds,
        number=row.number,
        name=row.name,
        withheld=row.withheld,
        purposes=row.purposes if due_ended is None else (),
        due_day=row.due_day if due_ended is None else due_ended,
        ended=row.ended,
        verdict=_verdict(state.verdict if state else "", row),
        held=state is not None and state.held,
        restricted=state is not None and state.restricted,
        unreal=row.unreal,
    )


def whole(recording: str, summary: Summary, entry: RecordingEntry) -> CallRecord:
    """Return a call as its recording tells it, without purposes that were taken back since.

    Raises:
        FileFormatError: one was that the recording does not have.
    """
    meta = dated(summary.meta, entry)
    if gone := taken_back(meta, entry).union(summary.withdrawn):
        left = tuple(p for p in meta.purposes if p not in gone)
        days = {p: day for p, day in meta.due_days.items() if p not in gone}
        meta = structs.replace(meta, purposes=left, due_days=days)
    return CallRecord(
        recording=recording,
        meta=meta,
        receipt=summary.receipt,
        seconds=round(summary.samples / RATE, 3),
        verdict=Verdict(entry.verdict or summary.verdict),
        ended=summary.ended,
        frames=summary.frames,
        held=entry.held,
        restricted=entry.restricted,
        unreal=summary.unreal,
    )


def without_withdrawn(calls: Sequence[CallRecord]) -> list[CallRecord]:
    """Take from each recording what was withdrawn in one that continues it.

    A write failed between them, and the recorder could say no more in the first. One consent covers
    both: its receipt stands in both, and nobody else knows it. A recording of another party
    continues none.

    Args:
        calls: the recordings of one call, in its order.
    """
    left = {one.recording: one for one in calls}
    for one in reversed(calls):
        after = left[one.recording]
        before = left.get(one.meta.predecessor or "")
        if before is not None and before.receipt == after.receipt is not None:
            still = after.meta.purposes
            days = {p: day for p, day in before.meta.due_days.items() if p in still}
            meta = structs.replace(before.meta, purposes=tuple(days), due_days=days)
            left[before.recording] = structs.replace(before, meta=meta)
    return list(left.values())


def remembered(found: FoundRow, entry: RecordingEntry) -> CallRecord:
    """Return a call whose recording cannot be read any more, without its receipt."""
    row = found.row
    day = row.due_day if entry.due_day is None else entry.due_day
    purposes = () if entry.ended_purposes else row.purposes
    meta = CallMeta(
        call=row.call,
        line=row.line,
        direction="outgoing" if row.outgoing else "incoming",
        started_at=row.started_at,
        clock_ok=row.clock_ok,
        recording_at_ms=0,
        number=row.number,
        name=row.name,
        withheld=row.withheld,
        purposes=purposes,
        due_days=dict.fromkeys(purposes, day),
    )
    return CallRecord(
        recording=found.rid,
        meta=meta,
        receipt=None,
        seconds=row.seconds,
        verdict=_verdict(entry.verdict, row),
        ended=row.ended,
        frames=0,
        held=entry.held,
        restricted=entry.restricted,
        unreal=row.unreal,
    )


def _verdict(kept: str, row: Row) -> Verdict:
    return Verdict(kept or row.verdict or Verdict.COMPLETE)
