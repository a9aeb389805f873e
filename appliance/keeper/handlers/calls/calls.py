"""Handle the operations on recorded calls; the dispatch checks roles and writes the audit."""

import re
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import Refused, Tampered
from appliance.keeper.handlers.audit import audit_line
from appliance.keeper.handlers.calls.detail import detail, tampered, trail
from appliance.keeper.handlers.calls.discretion import Discretion, for_recipient
from appliance.keeper.handlers.calls.erasing import refuse_gone
from appliance.keeper.handlers.calls.silences import marked
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.export import export
from appliance.keeper.recordings.parts import joined, listed_whole
from appliance.keeper.records import Records
from appliance.keeper.time.judge import Question
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import calls as ask
from appliance.link.requests.audit import Counts, FindRecordings, GetCounts, RecordingIds
from appliance.link.requests.time import Waits
from appliance.model.records import CallRecord, ListedCall, Verdict
from appliance.vault.opening.verdicts import AuditFacts

MOST_COPIES = 200
"""Copies that a call's page lists; its proof lists more."""

MOST_UNREADABLE = 100
"""Unreadable recordings that a list names; it says how many there are."""

_WAITS: Mapping[Question, Waits] = {
    Question.NONE: "",
    Question.FIRST: "first",
    Question.WAIT: "wait",
    Question.ASK: "ask",
}

_GROUNDS = frozenset(ground.value for ground in ask.HoldGround)

_RID = re.compile(r"[0-9a-f]{32}")
_SHORT = re.compile(r"[0-9a-f]{8,32}")


class Calls:
    """The handlers of recorded calls; each raises Refused or another ZgodaError to say no."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._readers, self._recordings = records.readers, records.recordings

    @handles(ask.ListCalls)
    def list_calls(self, asked: ask.ListCalls, who: Caller) -> ask.CallList:
        """Find calls, a page of them."""
        mine = Discretion(self._recordings, who)
        found = self._readers.catalogue.search(asked, mine.concealed, mine.untold_holds)
        pending = {*self._recordings.intake.pending(), *self._records.erasing.pending}
        unreadable = mine.left(self._readers.unreadable.all()) if found.page == 1 else []
        return structs.replace(
            found,
            calls=tuple(mine.call(self._whole(call, mine)) for call in found.calls),
            pending=tuple(sorted(pending)),
            unreadable=tuple(map(mine.call, unreadable[:MOST_UNREADABLE])),
            unreadable_total=len(unreadable),
            reading=self._readers.catalogue.progress(self._readers.unreadable),
        )

    @handles(ask.ShowCall)
    def show(self, asked: ask.ShowCall, who: Caller) -> ask.CallDetail:
        """Show one call with all its recordings, their verdicts checked afresh."""
        mine = Discretion(self._recordings, who)
        mine.refuse_concealed(asked.recording)
        parts = mine.left(self._recordings.calls.read(asked.recording))
        checked = {part.recording: self._recordings.checking.one(part.recording) for part in parts}
        for at, part in enumerate(parts):
            found = checked[part.recording][0]
            if found.verdict is not part.verdict:
                parts[at] = self._note(part, found.verdict)
        shown = detail(
            [mine.call(part) for part in parts],
            {rid: found for rid, (found, _) in checked.items()},
            purposes={part.recording: self._open_purposes(part, mine) for part in parts},
            bytes_on_disk=sum(map(self._bytes_on_disk, checked)),
            audit=mine.lines(trail([mine.entries(entries) for _, entries in checked.values()])),
            others={*self._recordings.calls.of(asked.recording)} - mine.concealed - checked.keys(),
        )
        _, acts = checked[parts[0].recording]
        copies = self._recordings.copies.of(mine.entries(acts), with_words=mine.whole)
        shown = structs.replace(shown, copies=tuple(copies[-MOST_COPIES:]), waits=self._waits())
        if mine.whole:
            silences = self._recordings.silences.of(list(checked), who.operator)
            unsilenced = self._recordings.silences.unsilenced(acts)
            shown = structs.replace(
                shown,
                silences=marked(silences, self._recordings.calls),
                unsilenced=unsilenced,
                kept_silently=tuple(sorted(self._recordings.concealed.all() & checked.keys())),
            )
        return self._with_number(shown, [part.recording for part in parts])

    def _waits(self) -> Waits:
        """Return what keeps recordings from being erased by themselves on their day."""
        if self._recordings.retention.waiting is not None:
            return "sweep"
        return _WAITS[self._records.time.judged.question]

    def _with_number(self, shown: ask.CallDetail, rids: Sequence[str]) -> ask.CallDetail:
        """Show the number that was added to a call without one."""
        found = self._recordings.numbers.of(rids) if shown.call.meta.number is None else None
        if found is None:
            return shown
        number, added = found
        meta = structs.replace(shown.call.meta, number=number)
        return structs.replace(shown, call=structs.replace(shown.call, meta=meta), added=added)

    @handles(ask.AddNumber)
    def add_number(self, asked: ask.AddNumber, who: Caller) -> Done:
        """Add the number of an unknown caller, to all recordings of the call."""
        parts = self._recordings.calls.read(asked.recording)
        if any(part.meta.number is not None for part in parts):
            raise Refused("number_told")
        self._recordings.numbers.add([part.recording for part in parts], asked.number, who.operator)
        return Done()

    @handles(FindRecordings)
    def find_ids(self, asked: FindRecordings, who: Caller) -> RecordingIds:
        """Return the recordings whose ids begin like this."""
        if not _SHORT.fullmatch(asked.prefix):
            raise Refused("id_short", least=8)
        found = tuple(self._recordings.checking.beginning_with(asked.prefix))
        concealed = Discretion(self._recordings, who).concealed
        marks = ((rid, self._recordings.calls.unreal(rid)) for rid in found if rid not in concealed)
        return RecordingIds(found, tuple(mark for mark in marks if mark[1]))

    @handles(ask.ShowUnreadable)
    def show_unreadable(self, asked: ask.ShowUnreadable, who: Caller) -> ask.UnreadableDetail:
        """Show what is known about a recording that cannot be read."""
        mine = Discretion(self._recordings, who)
        mine.refuse_concealed(asked.recording)
        call = self._readers.unreadable.get(asked.recording)
        if call is None:
            raise Refused("not_found")
        found, entries = self._recordings.checking.one(asked.recording)
        return ask.UnreadableDetail(
            call=mine.call(call),
            verdict=found.verdict,
            bytes_on_disk=self._bytes_on_disk(asked.recording),
            audit=mine.lines(audit_line(entry) for entry in reversed(mine.entries(entries))),
            waits=self._waits(),
            kept_silently=mine.whole and asked.recording in self._recordings.concealed.all(),
        )

    @handles(ask.OpenPlayback)
    def open_playback(self, asked: ask.OpenPlayback, who: Caller) -> ask.PlaybackHandle:
        """Begin to listen to a call, for a purpose that is still open.

        A recording of it for which that purpose is not open stays silent. What somebody asks for
        who may not know of a silent hold belongs to no silence: it stays told to everybody.
        """
        mine, rids = (
            Discretion(self._recordings, who),
            self._recordings.calls.of(asked.recording),
        )
        known = mine.whole and asked.purpose in _GROUNDS
        case = self._recordings.holds.silence_of(rids) if known else ""
        with self._recordings.checking.listening(rids, who.actor, asked.purpose, case):
            if asked.recording in mine.concealed:
                raise Refused("erased")
            parts = mine.left(self._readable(asked.recording))
            heard = [part for part in parts if asked.purpose in self._open_purposes(part, mine)]
            if not heard:
                raise Refused("purpose_closed")
            with self._sealed_only(asked.recording):
                return self._readers.playbacks.open(parts, who, self._facts(heard))

    @handles(ask.ReadPlayback)
    def read_playback(self, asked: ask.ReadPlayback, who: Caller) -> tuple[ask.Range, bytes]:
        """Read a range of a playback."""
        playbacks = self._readers.playbacks
        playbacks.drop(Discretion(self._recordings, who).concealed, who.session)
        recording = playbacks.recording_of(asked.playback, who.session)
        try:
            with self._sealed_only(recording):
                return playbacks.read(asked.playback, who.session, asked.start, asked.length)
        except Refused as refusal:
            if refusal.code in {"tampered", "part_tampered"}:
                self._recordings.checking.stopped(self._recordings.calls.of(recording), who.actor)
            raise

    @handles(ask.ExportCall)
    def export(
        self, asked: ask.ExportCall, who: Caller
    ) -> Generator[tuple[ask.ExportPiece, bytes] | None, None, None]:
        """Hand over a call's whole sound as a file, piece by piece, and keep who got it."""
        copies, calls = self._recordings.copies, self._recordings.calls
        one, gone = for_recipient(self._recordings, asked.recording, asked.recipient or "")
        asked = structs.replace(asked, recording=one)
        if asked.silent_until or asked.joins:  # what is refused anyway sets no silence
            self._readable(asked.recording)
        rids = [rid for rid in calls.of(asked.recording) if rid not in gone]
        begun = copies.begin(asked, rids, who.actor)
        pieces = copies.counted(begun, self._pieces(asked, gone))
        next(pieces)  # it runs from here on, so that its end is told even if nobody reads it
        return pieces

    def _pieces(
        self, asked: ask.ExportCall, gone: Collection[str]
    ) -> Generator[tuple[ask.ExportPiece, bytes] | None, None, None]:
        parts = [one for one in self._readable(asked.recording) if one.recording not in gone]
        with self._sealed_only(asked.recording):
            yield from export(self._readers.reading, parts, self._facts(parts), asked.format)

    @handles(ask.HoldCall)
    def hold(self, asked: ask.HoldCall, who: Caller) -> Done:
        """Hold a call past its retention, all its recordings."""
        self._refuse_unlisted(asked.recording)
        self._recordings.holds.hold(asked, self._recordings.calls.of(asked.recording), who.operator)
        return Done()

    @handles(ask.ShowHold)
    def show_hold(self, asked: ask.ShowHold, who: Caller) -> ask.HoldWords:
        """Show why a recording is held."""
        return self._recordings.holds.of(self._recordings.calls.of(asked.recording))

    @handles(ask.ReleaseHold)
    def release(self, asked: ask.ReleaseHold, who: Caller) -> Done:
        """Lift a hold."""
        self._recordings.holds.release(self._recordings.calls.of(asked.recording), who.actor)
        return Done()

    @handles(ask.VerifyCalls)
    def verify(self, asked: ask.VerifyCalls, who: Caller) -> ask.Verdicts:
        """Return the verdict of every recording."""
        return ask.Verdicts(self._recordings.checking.everything())

    @handles(GetCounts)
    def counts(self, asked: GetCounts, who: Caller) -> Counts:
        """Return the person-free counts of the last days."""
        today = datetime.fromtimestamp(self._records.time.now(), UTC).date()
        since = today - timedelta(days=min(max(asked.days, 1), 3660) - 1)
        return Counts(tuple(self._records.ledger.counts(since.isoformat())))

    def _whole(self, listed: ListedCall, mine: Discretion) -> ListedCall:
        """Return a listed call with all its recordings that the person is told of."""
        if len(self._recordings.calls.of(listed.recording)) < 2:
            return listed
        try:
            return listed_whole(
                listed, joined(mine.left(self._recordings.calls.read(listed.recording)))
            )
        except Refused:
            return listed  # erased in this moment

    def _readable(self, recording: str) -> list[CallRecord]:
        """Return the recordings of a call whose sound may leave the vault."""
        refuse_gone(self._records, recording)
        parts = self._recordings.calls.read(recording)
        if any(part.restricted for part in parts):
            raise Refused("restricted")
        for at, part in enumerate(parts):
            if part.verdict is Verdict.TAMPERED:
                raise tampered(at, parts)
        return parts

    def _facts(self, parts: Sequence[CallRecord]) -> dict[str, AuditFacts]:
        return {part.recording: self._recordings.checking.facts(part.recording) for part in parts}

    def _refuse_unlisted(self, recording: str) -> None:
        """Refuse what no list has (``not_found``) or nobody can read (``unreadable``)."""
        unreadable = self._readers.unreadable.get(recording)
        if unreadable is not None:
            raise Refused("unreadable")
        self._readers.catalogue.entry(recording)

    @contextmanager
    def _sealed_only(self, recording: str) -> Iterator[None]:
        """Refuse a call of which a recording was changed, end its playbacks, note the verdict."""
        try:
            yield
        except Tampered as error:
            parts = self._recordings.calls.read(recording)
            self._readers.playbacks.drop([part.recording for part in parts])
            changed = [part for part in parts if self._is_changed(part)] or parts[:1]
            for part in changed if len(parts) > 1 else parts:
                if part.verdict is not Verdict.TAMPERED:
                    self._note(part, Verdict.TAMPERED)
            raise tampered(parts.index(changed[0]), parts) from error

    def _is_changed(self, part: CallRecord) -> bool:
        return self._recordings.checking.one(part.recording)[0].verdict is Verdict.TAMPERED

    def _note(self, call: CallRecord, verdict: Verdict) -> CallRecord:
        """Keep a verdict in the keyring; return the call with it."""
        self._recordings.checking.note(call.recording, verdict)
        return structs.replace(call, verdict=verdict)

    def _bytes_on_disk(self, recording: str) -> int:
        path = self._records.folders.recordings / recording
        return path.stat().st_size if path.exists() else 0

    def _open_purposes(self, call: CallRecord, mine: Discretion) -> tuple[str, ...]:
        """Return the purposes for which somebody may still play a recording.

        A hold's ground is one more, for those who may know of it: a claim needs the spoken words.
        """
        today = day_of(self._records.time.now())
        days = call.meta.due_days
        still = tuple(p for p in call.meta.purposes if days.get(p, today) >= today)
        known = call.held and mine.knows_hold(call.recording)
        held = self._records.ledger.hold_of(call.recording) if known else None
        return (*still, held.ground.value) if held else still
