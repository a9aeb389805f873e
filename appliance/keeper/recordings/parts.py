"""Show the recordings of one call as one: its length, purposes and worst verdict."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from msgspec import structs

from appliance.errors import Refused, ZgodaError
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.catalogue.shown import without_withdrawn
from appliance.keeper.catalogue.unreadable import Unreadable
from appliance.keeper.reading.timeline import PlaceInCall, Timeline, TimelineRecording, lay_out
from appliance.model.audio import RATE
from appliance.model.records import CallRecord, ListedCall, Unreal, Verdict, least_real
from appliance.vault.opening.keyring import Keyring

_WORST = list(Verdict)


class CallParts:
    """The recordings of calls. Threads may share it."""

    def __init__(self, keyring: Keyring, catalogue: Catalogue, unreadable: Unreadable) -> None:
        self._keyring = keyring
        self._catalogue = catalogue
        self._unreadable = unreadable

    def of(self, recording: str) -> tuple[str, ...]:
        """Return all recordings of a recording's call, itself among them; works locked."""
        return self._keyring.parts(recording)

    def unreal(self, recording: str) -> Unreal:
        """Return why a call's line was no telephone line; empty too where nothing opens it now."""
        found: list[Unreal] = []
        for rid in self.of(recording):
            with suppress(ZgodaError):
                found.append(self._catalogue.listed(rid).unreal)
        return least_real(found)

    def read(self, recording: str) -> list[CallRecord]:
        """Return the recordings of a call that can be read, in its order.

        Raises:
            Refused: ``locked``, ``not_found``, or ``unreadable``: the one asked for.
        """
        unreadable = self._unreadable.get(recording)
        if unreadable is not None:
            raise Refused("unreadable")
        asked = self._catalogue.get(recording)
        others = [rid for rid in self.of(recording) if self._unreadable.get(rid) is None]
        return without_withdrawn(
            [asked if rid == recording else self._catalogue.get(rid) for rid in others]
        )


def timeline(calls: Sequence[CallRecord]) -> Timeline:
    """Lay a call's recordings out on its time."""
    return lay_out(
        [
            TimelineRecording(
                one.recording,
                PlaceInCall.of(one.meta),
                round(one.seconds * RATE),
                len(one.meta.sides),
            )
            for one in calls
        ]
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts."""
    return max(verdicts, key=_WORST.index)


def joined(calls: Sequence[CallRecord]) -> CallRecord:
    """Return a call's recordings as one record, under the name of the first.

    A purpose lasts as long as any recording is kept for it. A recording goes on its own last day,
    so the call does on that of the last.
    """
    first, last = calls[0], calls[-1]
    if len(calls) == 1:
        return first
    days: dict[str, int] = {}
    for one in calls:
        for purpose, day in one.meta.due_days.items():
            days[purpose] = max(day, days.get(purpose, day))
    purposes = dict.fromkeys(purpose for one in calls for purpose in one.meta.purposes)
    known = next((one.meta for one in calls if one.meta.number), first.meta)
    return structs.replace(
        first,
        meta=structs.replace(
            first.meta,
            purposes=tuple(purposes),
            due_days=days,
            number=known.number,
            name=known.name,
        ),
        seconds=round(timeline(calls).samples / RATE, 3),
        verdict=worst(one.verdict for one in calls),
        ended=last.ended,
        frames=sum(one.frames for one in calls),
        held=any(one.held for one in calls),
        restricted=any(one.restricted for one in calls),
        unreal=least_real(one.unreal for one in calls),
        parts=len(calls),
    )


def listed_whole(listed: ListedCall, call: CallRecord) -> ListedCall:
    """Return a listed recording as the whole call that it belongs to."""
    return structs.replace(
        listed,
        recording=call.recording,
        started_at=call.meta.started_at,
        seconds=call.seconds,
        number=call.meta.number or listed.number,  # which a person may have added
        name=call.meta.name,
        purposes=call.meta.purposes,
        due_day=max(call.meta.due_days.values(), default=listed.due_day),
        ended=call.ended,
        verdict=call.verdict,
        held=call.held,
        restricted=call.restricted,
        unreal=call.unreal,
        parts=call.parts,
    )
