"""Sign what an order has done, for each reader, and bind the audit to it.

Nothing is signed before all of an order is settled: every recording gone for good or held
meanwhile, or ``erased_all`` on record of an order to erase everything.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.search import EntryQuery
from appliance.keeper.audit.silent import silenced_cases
from appliance.keeper.audit.subjects import to_recipient
from appliance.keeper.erasure.handed_out import copied, was_exported
from appliance.keeper.recordings.certified.kept import CertificateOrder, SignedFiles
from appliance.keeper.recordings.certified.making import (
    DoneOrder,
    certified,
    last_step,
)
from appliance.keeper.recordings.certified.store import CertificateStore
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CertificateRow
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.model.certificate import KeptCall
from appliance.model.proof import ProofReader
from appliance.model.sentences.faults import noted
from appliance.vault.audit.entries import AuditEntry, decode
from appliance.vault.certificate import certificate_digest, read_certificate, write_certificate
from appliance.vault.opening.keyring import Keyring
from appliance.vault.origin import fingerprint

CERTIFIED = "certified"
"""The entry type of a certificate that was signed: its case, its digest and for whom."""

READERS = (ProofReader.CALLER, ProofReader.OFFICE)

Outcome = Literal["waits", "nothing"]
"""Something is not settled yet; or the order came to nothing, so there is nothing to certify."""


class CertificateSigner:
    """Signs orders that are carried out. Its caller lets one thread in at a time."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        store: CertificateStore,
        time: BelievedClock,
        around: Surroundings,
        leaving: Callable[[], Collection[str]],
    ) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._store = store
        self._time = time
        self._around = around
        self._leaving = leaving

    def sign(self, row: CertificateRow, going_on: Collection[str]) -> CertificateRow | Outcome:
        """Return an order's row with its signed files, once all of it is settled.

        Args:
            row: of an order that is not signed.
            going_on: the calls of which a recording is not taken up yet.

        Raises:
            FileFormatError: the order or the audit's entry cannot be read.
            VaultError: it could not be written.
        """
        done = self._all(row) if row.everything else self._calls(row, going_on)
        return self._keep_signed(row, done) if isinstance(done, DoneOrder) else done

    def _calls(self, row: CertificateRow, going_on: Collection[str]) -> DoneOrder | Outcome:
        """Return what became of an order that names its calls."""
        left = [rid for rid in row.recordings if rid in self._keyring]
        if any(not self._keyring.entry(rid).held for rid in left):
            return "waits"
        if not set(self._leaving()).isdisjoint(row.recordings):
            return "waits"
        gone = [rid for rid in row.recordings if rid not in left]
        entries = {rid: self._audit.of_recording(rid) for rid in gone}
        lasts = [last_step(one) for one in entries.values()]
        if any(last is None or last.type in {"erasing", "erase_failed"} for last in lasts):
            return "waits"
        erased = [last for last in lasts if last is not None and last.type == "erased"]
        if len(erased) != len(gone) or not gone:
            return "nothing"  # held after all, or gone with everything, which has its own
        order = self._store.opened(row, CertificateOrder)
        if not set(order.call_ids).isdisjoint(going_on):
            return "waits"  # a call goes on, or its last recording is about to be taken up
        last = max(erased, key=lambda one: one.seq)
        return DoneOrder(
            case=row.case,
            box=fingerprint(self._keyring.box_key),
            order=order,
            entries=entries,
            last=last,
            line=self._line(last.seq),
            kept={reader: self._kept(left, order, reader) for reader in READERS},
            exported=[reader for reader in READERS if self._was_exported(entries, reader)],
        )

    def _all(self, row: CertificateRow) -> DoneOrder | Outcome:
        """Return what became of an order to erase everything, as the keyring says."""
        content = self._keyring.content
        if content.erase_all is not None and content.erase_all.id == row.everything:
            return "waits"
        done = content.erased_all
        if done is None or done.order.id != row.everything:
            return "nothing"
        line = self._line(done.seq)
        before = copied(lambda: (one for one in self._audit.entries() if one.seq < done.seq))
        return DoneOrder(
            case=row.case,
            box=fingerprint(self._keyring.box_key),
            order=self._store.opened(row, CertificateOrder),
            entries={},
            last=decode(line.encode() + b"\n").entry,
            line=line,
            kept={},
            exported=[reader for reader in READERS if self._was_exported(before, reader)],
            recordings=done.order.recordings,
        )

    def _was_exported(
        self, entries: Mapping[str, Sequence[AuditEntry]], reader: ProofReader
    ) -> bool:
        return was_exported(entries, reader, self._ledger.copy_of)

    def _keep_signed(self, row: CertificateRow, done: DoneOrder) -> CertificateRow:
        content, config = self._keyring.content, self._around.config
        far = content.sftp.every if content.sftp is not None else "hand"
        every, days = {True: far, False: config.backup.every}, config.office.backup_days
        public, sign = self._keyring.box_key, self._keyring.sign
        made = {
            reader: write_certificate(
                public, certified(done, reader, content.media, every, days), sign
            )
            for reader in READERS
        }
        signed = structs.replace(row, stage="signed", until=self._until())
        files = SignedFiles(
            caller=made[ProofReader.CALLER].decode(), office=made[ProofReader.OFFICE].decode()
        )
        return self._store.store(signed, files)

    def put_on_record(self, row: CertificateRow) -> None:
        """Bind the audit to a signed certificate, once; from then on it is shown.

        Raises:
            FileFormatError: the certificate cannot be read.
            VaultError: it could not be written; doing it again says nothing new.
        """
        files = self._store.opened(row, SignedFiles)
        told = {(one.rid, one.sha256) for one in self._about(row) if one.case == row.case}
        rids: Sequence[str | None] = row.recordings or (None,)
        acts = [replace(act, rid=rid) for rid in rids for act in _certified(row.case, files)]
        # A write that was torn has put some of them on record, and not the others.
        self._audit.append_many([act for act in acts if (act.rid, act.sha256) not in told])
        self._ledger.change_certificates([structs.replace(row, stage="kept")])

    def _about(self, row: CertificateRow) -> Iterable[AuditEntry]:
        """Return entries among which every ``certified`` of an order stands."""
        if row.recordings:
            return chain.from_iterable(map(self._audit.of_recording, row.recordings))
        found, *_ = self._audit.search(EntryQuery(types=frozenset({CERTIFIED})))
        return found  # the newest, without a recording

    def _kept(
        self, left: Sequence[str], order: CertificateOrder, reader: ProofReader
    ) -> list[KeptCall]:
        """Return the calls of an order that a law keeps, each once, as a reader may know it.

        Some were held when it was given, others were held before it was carried out.
        """
        found: dict[tuple[str, ...], KeptCall] = {}
        for rid in left:
            hold = self._ledger.hold_of(rid)
            silent = hold is not None and hold.silence in silenced_cases(
                self._audit.of_recording(rid)
            )
            if hold is None or (silent and reader is ProofReader.CALLER):
                continue
            review = self._keyring.entry(rid).review_day
            found[self._keyring.parts(rid)] = KeptCall(reason=hold.ground.value, review=review)
        hidden = () if reader is ProofReader.CALLER else order.kept_silently
        return [*order.kept, *hidden, *found.values()]

    def _line(self, number: int) -> str:
        line = self._audit.line_of(number)
        if line is None:
            why = "The activity log does not hold the entry of an erasure."
            raise FileFormatError(noted("archive_file_damaged", why))
        return line.decode()

    def _until(self) -> int | None:
        known = self._time.judged.belief is not None
        return day_of(self._time.now()) + ERASURE_DAYS if known else None


def _certified(case: str, files: SignedFiles) -> list[Act]:
    """Return what the audit says of signed files."""
    made = [read_certificate(raw.encode()).certificate for raw in (files.caller, files.office)]
    return [
        Act(
            type=CERTIFIED,
            actor=KEEPER,
            case=case,
            sha256=certificate_digest(one),
            detail=to_recipient(one.reader.value),
        )
        for one in made
    ]
