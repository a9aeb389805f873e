"""Handle the operations on recorded calls; the dispatch checks roles and writes the audit."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import Refused
from appliance.keeper.erasure.batch import Order
from appliance.keeper.handlers.audit import audit_line
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.export import export
from appliance.keeper.recordings.holds import checked_reason
from appliance.keeper.records import Parts
from appliance.keeper.storage.ledger import ErasureWords
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import calls as ask
from appliance.link.requests.audit import Counts, GetCounts
from appliance.model.records import CallRecord, Verdict


class Calls:
    """The handlers of recorded calls; each raises Refused or another ZgodaError to say no."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @handles(ask.ListCalls)
    def list_calls(self, asked: ask.ListCalls, who: Caller) -> ask.CallList:
        """Find calls, a page of them, newest first."""
        found = self._parts.catalogue.search(asked)
        pending = {*self._parts.intake.pending(), *self._parts.erasing.pending}
        return structs.replace(found, pending=tuple(sorted(pending)))

    @handles(ask.ShowCall)
    def show(self, asked: ask.ShowCall, who: Caller) -> ask.CallDetail:
        """Show one call, its verdict checked afresh."""
        call = self._parts.catalogue.get(asked.recording)
        found, entries = self._parts.checking.one(asked.recording)
        if found.verdict is not call.verdict:
            self._parts.checking.note(asked.recording, found.verdict)
            call = structs.replace(call, verdict=found.verdict)
            self._parts.catalogue.put([call])
        path = self._parts.folders.recordings / asked.recording
        return ask.CallDetail(
            call=call,
            open_purposes=self._open_purposes(call),
            marks=found.marks,
            holes=found.holes,
            bytes_on_disk=path.stat().st_size if path.exists() else 0,
            audit=tuple(audit_line(entry) for entry in reversed(entries)),
        )

    @handles(ask.OpenPlayback)
    def open_playback(self, asked: ask.OpenPlayback, who: Caller) -> ask.Opened:
        """Begin to listen, for a purpose that is still open."""
        call = self._readable(asked.recording)
        if asked.purpose not in self._open_purposes(call):
            raise Refused("forbidden", "This recording may not be listened to for that purpose.")
        return self._parts.playbacks.open(asked.recording, who.session)

    @handles(ask.ReadPlayback)
    def read_playback(self, asked: ask.ReadPlayback, who: Caller) -> tuple[ask.Range, bytes]:
        """Read a range of a playback."""
        return self._parts.playbacks.read(asked.playback, who.session, asked.start, asked.length)

    @handles(ask.ExportCall)
    def export(self, asked: ask.ExportCall, who: Caller) -> tuple[ask.Range, bytes]:
        """Hand over the whole sound as a file."""
        return export(self._parts.reading, self._readable(asked.recording), asked.format)

    @handles(ask.EraseCall)
    def erase(self, asked: ask.EraseCall, who: Caller) -> ask.Certificate:
        """Erase one recording; the certificate says how far that came."""
        reason = checked_reason(asked.reason)
        self._refuse_gone(asked.recording)
        call = self._parts.catalogue.get(asked.recording)
        if call.held:
            raise Refused("held", "This recording is held; release the hold first.")
        # The reason first: an erasure that resumes at boot takes its ground from the ledger.
        self._parts.ledger.erasing(
            ErasureWords(
                recording=asked.recording,
                ground=asked.ground.value,
                author=who.operator,
                reason=reason,
                at=self._parts.clock.now(),
            )
        )
        order = Order(asked.recording, asked.ground.value, who.actor)
        return self._with_copies(self._parts.erasing.erase([order])[0])

    @handles(ask.ShowCertificate)
    def certificate(self, asked: ask.ShowCertificate, who: Caller) -> ask.Certificate:
        """Show the certificate of an erasure."""
        made = self._parts.ledger.certificate_of(asked.recording)
        if made is None:
            raise Refused("not_found", "There is no certificate of that recording.")
        return self._with_copies(made)

    @handles(ask.HoldCall)
    def hold(self, asked: ask.HoldCall, who: Caller) -> Done:
        """Hold a recording past its retention."""
        self._parts.holds.hold(asked, who.operator)
        return Done()

    @handles(ask.ShowHold)
    def show_hold(self, asked: ask.ShowHold, who: Caller) -> ask.HoldWords:
        """Show why a recording is held."""
        words = self._parts.ledger.hold_of(asked.recording)
        if words is None:
            raise Refused("not_found", "This recording is not held.")
        return words

    @handles(ask.ReleaseHold)
    def release(self, asked: ask.ReleaseHold, who: Caller) -> Done:
        """Lift a hold."""
        self._parts.holds.release(asked.recording)
        return Done()

    @handles(ask.VerifyCalls)
    def verify(self, asked: ask.VerifyCalls, who: Caller) -> ask.Verified:
        """Return the verdict of every recording."""
        return ask.Verified(self._parts.checking.everything())

    @handles(ask.ConfirmClock)
    def confirm_clock(self, asked: ask.ConfirmClock, who: Caller) -> Done:
        """Trust the clock again, and erase what is due by it."""
        self._parts.retention.confirm_clock()
        return Done()

    @handles(GetCounts)
    def counts(self, asked: GetCounts, who: Caller) -> Counts:
        """Return the person-free counts of the last days."""
        today = datetime.fromtimestamp(self._parts.clock.now(), UTC).date()
        since = today - timedelta(days=min(max(asked.days, 1), 3660) - 1)
        return Counts(tuple(self._parts.ledger.counts(since.isoformat())))

    def _with_copies(self, made: ask.Certificate) -> ask.Certificate:
        """Add a remark on exported files: erasure does not reach them."""
        if not self._parts.checking.handed_over(made.recording):
            return made
        return structs.replace(made, remains=(*made.remains, "exports"))

    def _readable(self, recording: str) -> CallRecord:
        """Return a call whose sound may leave the vault."""
        self._refuse_gone(recording)
        call = self._parts.catalogue.get(recording)
        if call.restricted:
            raise Refused("forbidden", "This recording is restricted (Art. 18): it is only kept.")
        if call.verdict is Verdict.TAMPERED:
            raise Refused("forbidden", "This recording is not the one that was sealed.")
        return call

    def _refuse_gone(self, recording: str) -> None:
        made = self._parts.ledger.certificate_of(recording)
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
