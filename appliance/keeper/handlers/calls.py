"""Handle the operations on recorded calls; the dispatch checks roles and writes the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import Refused, Tampered
from appliance.keeper.erasure.batch import Order
from appliance.keeper.handlers.audit import audit_line
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.export import export
from appliance.keeper.recordings.holds import checked_reason
from appliance.keeper.records import Parts
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import calls as ask
from appliance.link.requests.audit import Counts, GetCounts
from appliance.model.records import CallRecord, Verdict

MOST_UNREADABLE = 100
"""Unreadable recordings that a list names; it says how many there are."""


class Calls:
    """The handlers of recorded calls; each raises Refused or another ZgodaError to say no."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @handles(ask.ListCalls)
    def list_calls(self, asked: ask.ListCalls, who: Caller) -> ask.CallList:
        """Find calls, a page of them, newest first."""
        found = self._parts.catalogue.search(asked)
        pending = {*self._parts.intake.pending(), *self._parts.erasing.pending}
        unreadable = self._parts.unreadable.all() if found.page == 1 else ()
        return structs.replace(
            found,
            pending=tuple(sorted(pending)),
            unreadable=unreadable[:MOST_UNREADABLE],
            unreadable_total=len(unreadable),
        )

    @handles(ask.ShowCall)
    def show(self, asked: ask.ShowCall, who: Caller) -> ask.CallDetail:
        """Show one call, its verdict checked afresh."""
        call = self._listed(asked.recording)
        found, entries = self._parts.checking.one(asked.recording)
        if found.verdict is not call.verdict:
            call = self._note(call, found.verdict)
        return ask.CallDetail(
            call=call,
            open_purposes=self._open_purposes(call),
            marks=found.marks,
            holes=found.holes,
            bytes_on_disk=self._bytes_on_disk(asked.recording),
            audit=tuple(audit_line(entry) for entry in reversed(entries)),
            origin=found.origin,
            rule=found.rule,
        )

    @handles(ask.ShowUnreadable)
    def show_unreadable(self, asked: ask.ShowUnreadable, who: Caller) -> ask.UnreadableDetail:
        """Show what is known about a recording that cannot be read."""
        call = self._parts.unreadable.get(asked.recording)
        if call is None:
            raise Refused("not_found", "There is no such unreadable recording.")
        found, entries = self._parts.checking.one(asked.recording)
        return ask.UnreadableDetail(
            call=call,
            verdict=found.verdict,
            bytes_on_disk=self._bytes_on_disk(asked.recording),
            audit=tuple(audit_line(entry) for entry in reversed(entries)),
        )

    @handles(ask.OpenPlayback)
    def open_playback(self, asked: ask.OpenPlayback, who: Caller) -> ask.Opened:
        """Begin to listen, for a purpose that is still open."""
        call = self._readable(asked.recording)
        if asked.purpose not in self._open_purposes(call):
            raise Refused("forbidden", "This recording may not be listened to for that purpose.")
        with self._sealed_only(asked.recording):
            facts = self._parts.checking.facts(asked.recording)
            return self._parts.playbacks.open(asked.recording, who.session, facts)

    @handles(ask.ReadPlayback)
    def read_playback(self, asked: ask.ReadPlayback, who: Caller) -> tuple[ask.Range, bytes]:
        """Read a range of a playback."""
        playbacks = self._parts.playbacks
        recording = playbacks.recording_of(asked.playback, who.session)
        try:
            with self._sealed_only(recording):
                return playbacks.read(asked.playback, who.session, asked.start, asked.length)
        except Refused as refusal:
            if refusal.code == "tampered":
                self._parts.checking.stopped(recording, who.actor)
            raise

    @handles(ask.ExportCall)
    def export(
        self, asked: ask.ExportCall, who: Caller
    ) -> Iterator[tuple[ask.ExportPiece, bytes] | None]:
        """Hand over the whole sound as a file, piece by piece."""
        call = self._readable(asked.recording)
        facts = self._parts.checking.facts(asked.recording)
        with self._sealed_only(asked.recording):
            yield from export(self._parts.reading, call, facts, asked.format)

    @handles(ask.EraseCall)
    def erase(self, asked: ask.EraseCall, who: Caller) -> ask.Certificate:
        """Erase one recording; the certificate says how far that came."""
        reason = checked_reason(asked.reason)
        self._refuse_gone(asked.recording)
        known = self._parts.unreadable.get(asked.recording)
        if (known or self._parts.catalogue.get(asked.recording)).held:
            raise Refused("held", "This recording is held; release the hold first.")
        # The reason first: no erasure by a person without one.
        self._parts.reasons.erasing([asked.recording], asked.ground, reason, who.operator)
        order = Order(asked.recording, asked.ground.value, who.actor)
        made = self._parts.erasing.erase([order])[0]
        return self._parts.erasing.certificate_of(asked.recording) or made

    @handles(ask.ShowCertificate)
    def certificate(self, asked: ask.ShowCertificate, who: Caller) -> ask.Certificate:
        """Show the certificate of an erasure."""
        made = self._parts.erasing.certificate_of(asked.recording)
        if made is None:
            raise Refused("not_found", "There is no certificate of that recording.")
        return made

    @handles(ask.ShowErasure)
    def show_erasure(self, asked: ask.ShowErasure, who: Caller) -> ask.ErasureWords:
        """Show why a recording was erased by hand."""
        return self._parts.reasons.of(asked.recording)

    @handles(ask.HoldCall)
    def hold(self, asked: ask.HoldCall, who: Caller) -> Done:
        """Hold a recording past its retention."""
        self._listed(asked.recording)
        self._parts.holds.hold(asked, who.operator)
        return Done()

    @handles(ask.ShowHold)
    def show_hold(self, asked: ask.ShowHold, who: Caller) -> ask.HoldWords:
        """Show why a recording is held."""
        return self._parts.holds.of(asked.recording)

    @handles(ask.ReleaseHold)
    def release(self, asked: ask.ReleaseHold, who: Caller) -> Done:
        """Lift a hold."""
        self._parts.holds.release(asked.recording, who.actor)
        return Done()

    @handles(ask.VerifyCalls)
    def verify(self, asked: ask.VerifyCalls, who: Caller) -> ask.Verified:
        """Return the verdict of every recording."""
        return ask.Verified(self._parts.checking.everything())

    @handles(GetCounts)
    def counts(self, asked: GetCounts, who: Caller) -> Counts:
        """Return the person-free counts of the last days."""
        today = datetime.fromtimestamp(self._parts.clock.now(), UTC).date()
        since = today - timedelta(days=min(max(asked.days, 1), 3660) - 1)
        return Counts(tuple(self._parts.ledger.counts(since.isoformat())))

    def _readable(self, recording: str) -> CallRecord:
        """Return a call whose sound may leave the vault."""
        self._refuse_gone(recording)
        call = self._listed(recording)
        if call.restricted:
            raise Refused("forbidden", "This recording is restricted (Art. 18): it is only kept.")
        if call.verdict is Verdict.TAMPERED:
            raise Refused("tampered", "This recording is not the one that was sealed.")
        return call

    def _listed(self, recording: str) -> CallRecord:
        """Return a call; raise Refused (``locked``, ``not_found``, ``unreadable``)."""
        unreadable = self._parts.unreadable.get(recording)
        if unreadable is not None:
            raise Refused("unreadable", f"This recording cannot be read. {unreadable.why}")
        return self._parts.catalogue.get(recording)

    @contextmanager
    def _sealed_only(self, recording: str) -> Iterator[None]:
        """Refuse a recording that was changed, end its playbacks and note the verdict."""
        try:
            yield
        except Tampered as error:
            self._parts.playbacks.drop(recording)
            call = self._parts.catalogue.get(recording)
            if call.verdict is not Verdict.TAMPERED:
                self._note(call, Verdict.TAMPERED)
            raise Refused("tampered", str(error)) from error

    def _note(self, call: CallRecord, verdict: Verdict) -> CallRecord:
        """Keep a verdict in keyring and catalogue; return the call with it."""
        self._parts.checking.note(call.recording, verdict)
        noted = structs.replace(call, verdict=verdict)
        self._parts.catalogue.put([noted])
        return noted

    def _bytes_on_disk(self, recording: str) -> int:
        path = self._parts.folders.recordings / recording
        return path.stat().st_size if path.exists() else 0

    def _refuse_gone(self, recording: str) -> None:
        if recording in self._parts.keyring:
            return  # its key is there, so it is not erased
        made = self._parts.erasing.certificate_of(recording)
        if made is not None and made.state != "failed":
            raise Refused("erased", "This recording is erased; there is a certificate of it.")

    def _open_purposes(self, call: CallRecord) -> tuple[str, ...]:
        """Return the purposes for which a recording may still be played.

        A hold's ground is one more: a claim needs the spoken words.
        """
        today = day_of(self._parts.clock.now())
        days = call.meta.due_days
        still = tuple(p for p in call.meta.purposes if days.get(p, today) >= today)
        held = self._parts.ledger.hold_of(call.recording) if call.held else None
        return (*still, held.ground.value) if held else still
