"""Hold recordings past their day on a ground of Art. 17(3), until a review."""

from collections.abc import Sequence
from datetime import date

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.errors import Refused
from appliance.keeper.audit.acting import acts_on_record, on_record
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.silent import HELD, LIFTED
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.recordings.handing_over.silent_holds import silence_of
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import HoldEntry
from appliance.link.requests.calls import HoldCall, HoldWords
from appliance.model.limits import LONGEST_REASON
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring

_EPOCH = date(1970, 1, 1).toordinal()


def checked_reason(reason: str) -> str:
    """Accept a reason; raises Refused if it is empty or too long."""
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON:
        raise Refused("reason_length", most=LONGEST_REASON)
    return words


class Holds:
    """Sets and releases holds."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        words: Words,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._words = words
        self._catalogue = catalogue
        self._clock = clock

    def hold(self, asked: HoldCall, recordings: Sequence[str], author: str) -> None:
        """Hold a call, or change the reason of its hold; on record once nothing stands against it.

        Args:
            asked: names one of its recordings.
            recordings: all of them.
            author: the operator's id.

        Raises:
            Refused: ``not_found``, ``locked``, ``held_already``: and not to be held anew, or
                ``reason_length``, ``no_day``, ``review_past``.
            VaultError: it could not be put on record, or not be kept.
        """
        reason, review_day = checked_reason(asked.reason), self._review_day(asked.review)
        with self._words.writing():
            if not asked.anew and self._is_held(recordings):
                raise Refused("held_already")
            before = self._kept(recordings)
            cases = self._cases(recordings) if asked.silent else []
            named: Sequence[str | None] = cases or [None]
            acts = [
                Act(type=HELD, actor=author, rid=rid, case=case)
                for case in named
                for rid in recordings
            ]
            if cases and self._is_held(recordings) and not self.silence_of(recordings):
                # Whoever was told of the hold before sees it lifted, not gone without a trace.
                acts[:0] = [Act(type=LIFTED, actor=author, rid=rid) for rid in recordings]
            with acts_on_record(self._audit, acts):
                entry = HoldEntry(
                    recording=asked.recording,
                    ground=asked.ground,
                    author=author,
                    review=asked.review,
                    at=self._clock.now(),
                    words=self._words.seal(reason, "hold", before.words if before else None),
                    silence=cases[-1] if cases else "",
                )
                # The reason first: no hold without one.
                self._ledger.hold([structs.replace(entry, recording=rid) for rid in recordings])
                self._set(recordings, held=True, review_day=review_day)

    def mend(self) -> None:
        """Hold the rest of each call of which a recording is held; call it after a take-up.

        A recording can be taken up after its call was held, and a power cut can come between two
        shards. In doubt a call is kept.

        Raises:
            VaultError: ledger or keyring could not be written.
        """
        with self._words.writing():
            for hold in self._ledger.holds():
                entry = self._keyring.get(hold.recording)
                rids = self._keyring.parts(hold.recording)
                loose = [rid for rid in rids if not self._keyring.entry(rid).held]
                if entry is not None and entry.held and loose:
                    self._ledger.hold([structs.replace(hold, recording=rid) for rid in loose])
                    self._set(loose, held=True, review_day=entry.review_day)

    def of(self, recordings: Sequence[str]) -> HoldWords:
        """Return why a call is held; raises Refused."""
        kept = self._kept(recordings)
        if kept is None:
            raise Refused("not_held")
        reason, readable = self._words.open(kept.words, "hold")
        return HoldWords(
            recording=recordings[0],
            ground=kept.ground,
            author=kept.author,
            reason=reason,
            readable=readable,
            review=kept.review,
            at=kept.at,
        )

    def release(self, recordings: Sequence[str], actor: str) -> None:
        """Release a hold; the next sweep erases what is overdue. Its words lose their key.

        Raises:
            Refused: ``not_found``, ``locked``, or ``not_held``.
        """
        for rid in recordings:
            self._catalogue.entry(rid)
        with self._words.writing():
            if not self._is_held(recordings):
                raise Refused("not_held")
            kept = self._kept(recordings)
            silence = kept.silence or None if kept is not None else None
            with on_record(self._audit, LIFTED, actor, recordings, silence):
                self._set(recordings, held=False, review_day=None)
                self._ledger.release(recordings)
                if kept is not None:
                    self._words.end([kept.words.case], actor)

    def silent(self) -> frozenset[str]:
        """Return the recordings whose hold belongs to a silence."""
        silences = self._ledger.silences()
        if not silences:
            return frozenset()
        return frozenset(one.recording for one in self._ledger.holds() if one.silence in silences)

    def is_silent(self, recording: str) -> bool:
        """Say whether a recording's hold belongs to a silence."""
        return bool(self.silence_of([recording]))

    def silence_of(self, recordings: Sequence[str]) -> str:
        """Return the case of a silence that a call's hold belongs to; empty if there is none."""
        found = (silence_of(self._keyring, self._ledger, self._audit, rid) for rid in recordings)
        return next(filter(None, found), "")

    def _cases(self, recordings: Sequence[str]) -> list[str]:
        """Return the cases of a call's silences that are in force, the newest last."""
        kept = self._ledger.silences().values()
        mine = [row for row in kept if not set(recordings).isdisjoint(row.recordings)]
        return [row.case for row in sorted(mine, key=lambda row: row.at)]

    def _is_held(self, recordings: Sequence[str]) -> bool:
        entries = [self._keyring.get(rid) for rid in recordings]
        return any(entry is not None and entry.held for entry in entries)

    def _kept(self, recordings: Sequence[str]) -> HoldEntry | None:
        """Return what the ledger has of a call's hold."""
        found = (self._ledger.hold_of(rid) for rid in recordings)
        return next((entry for entry in found if entry is not None), None)

    def _set(self, recordings: Sequence[str], *, held: bool, review_day: int | None) -> None:
        def put(_: str, entry: RecordingEntry) -> RecordingEntry:
            return structs.replace(entry, held=held, review_day=review_day)

        if not self._keyring.change(recordings, put):
            raise Refused("not_found")

    def _review_day(self, day: str) -> int:
        try:
            number = date.fromisoformat(day).toordinal() - _EPOCH
        except ValueError as error:
            raise Refused("no_day", day=day) from error
        if number <= day_of(self._clock.now()):
            raise Refused("review_past")
        return number
