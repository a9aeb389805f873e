"""Issue certificates: keep the order, sign once it is carried out, end them.

The order goes into the ledger, under a case's key of its own, before anything is erased. Once the
audit has ``erased`` for all of it, the certificate is signed for each reader and stored; then
``certified`` binds the audit to it, and only then it is shown. Wherever the power goes, the next
tick or boot goes on from there. The case ends 1,096 days after the last supplement.
"""

import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.silent import silenced_cases
from appliance.keeper.audit.subjects import to_recipient
from appliance.keeper.recordings.certified.kept import (
    CertificateOrder,
    SignedFiles,
    seal_kept,
)
from appliance.keeper.recordings.certified.making import (
    DoneOrder,
    certified,
    last_step,
    was_exported,
)
from appliance.keeper.recordings.certified.store import CertificateStore
from appliance.keeper.recordings.certified.supplements import CertificateSupplements
from appliance.keeper.recordings.words import ERASURE_DAYS, Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CertificateRow
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.model.certificate import ErasedCall, KeptCall, OrderedBy
from appliance.model.proof import ProofReader
from appliance.model.sentences.faults import noted
from appliance.vault.certificate import (
    ReadCertificate,
    certificate_digest,
    read_certificate,
    write_certificate,
)
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.keyring import Keyring
from appliance.vault.origin import fingerprint
from appliance.vault.words import CASE_BYTES

CERTIFIED = "certified"
"""The entry type of a certificate that was signed: its case, its digest and for whom."""

READERS = (ProofReader.CALLER, ProofReader.OFFICE)

CertificateStage = Literal["signed", "waits", "unreadable", "dropped", "unsigned"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A recording's certificate, as far as there is one."""

    stage: CertificateStage
    case: str = ""
    caller: bytes = b""
    office: bytes = b""

    def read(self, reader: ProofReader) -> ReadCertificate:
        """Return what a reader's file says."""
        return read_certificate(self.caller if reader is ProofReader.CALLER else self.office)


class IssuedCertificates:
    """The certificates of orders by people. Threads may share it; all works locked."""

    def __init__(  # noqa: PLR0913 - it stands on so many parts
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        words: Words,
        time: BelievedClock,
        around: Surroundings,
        *,
        leaving: Callable[[], Collection[str]],
        going_on: Callable[[], Collection[str]],
    ) -> None:
        """Take what they are made from.

        Args:
            keyring: holds the cases' keys, and signs.
            audit: says what was erased.
            ledger: keeps them.
            words: ends their cases.
            time: the believed time.
            around: says who the controller is.
            leaving: returns the recordings whose keys are gone, but not for good yet.
            going_on: returns the calls of which a recording is not taken up yet.
        """
        self._store = CertificateStore(keyring, ledger)
        self._later = CertificateSupplements(keyring, audit, self._store, time)
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._words = words
        self._time = time
        self._around = around
        self._leaving = leaving
        self._going_on = going_on
        self._lock = threading.RLock()
        self._open: set[str] | None = None  # cases that are not on record yet; None: not known

    def order(self, calls: Sequence[ErasedCall], ground: str, by: OrderedBy) -> str:
        """Keep an order that is about to be given; return its case.

        Raises:
            VaultError: it could not be kept, so nothing may be erased.
        """
        office = self._around.config.office
        said = CertificateOrder(
            ordered_at=round(self._time.now(), 3),
            clock_ok=self._time.trusted(),
            controller=office.controller,
            contact=office.contact,
            ground=ground,
            by=by,
            calls=tuple(calls),
            call_ids=tuple(dict.fromkeys(filter(None, self._call_ids(calls)))),
        )
        recordings = tuple(rid for call in calls for rid in call.rids)
        with self._words.writing():
            case, key = os.urandom(CASE_BYTES).hex(), os.urandom(KEY_BYTES)
            with self._keyring.changing() as draft:
                draft.cases[case] = key
            sealed = seal_kept(said, key, self._keyring.content.vault_id, case)
            row = CertificateRow(case=case, recordings=recordings, stage="ordered", sealed=sealed)
            before = [
                one.case
                for one in self._ledger.certificates().values()
                if one.stage == "ordered" and set(one.recordings) <= set(recordings)
            ]  # ordered before, and failed so far: one order, one certificate
            self._ledger.change_certificates([row], before)
            self._open = None
        return case

    def _call_ids(self, calls: Sequence[ErasedCall]) -> Iterator[str]:
        for call in calls:
            for rid in call.rids:
                entry = self._keyring.get(rid)
                yield entry.call if entry is not None else ""

    def late(self, recording: str, parts: Collection[str]) -> None:
        """Take note of a recording of a call that was ordered to be erased before it surfaced.

        An order that is not signed yet takes it in; a certificate says it behind its signature.

        Args:
            recording: which is about to be erased by the same order.
            parts: the recordings of its call that the order named.

        Raises:
            VaultError: it could not be written, so the recording stays.
        """
        with self._lock, self._words.writing():
            for row in list(self._ledger.certificates().values()):
                named = {*row.recordings, *row.late}
                if recording in named or named.isdisjoint(parts):
                    continue
                if row.stage != "ordered":
                    late = structs.replace(row, late=(*row.late, recording))
                    self._ledger.change_certificates([late])
                else:
                    with suppress(FileFormatError):  # nothing will be signed of it
                        more = self._store.taking_in(row, recording, parts)
                        self._ledger.change_certificates([more])
                self._open = None

    def drop(self, case: str) -> None:
        """Forget an order that came to nothing; its key goes with the next sweep of words.

        Raises:
            VaultError: it could not be written.
        """
        with self._words.writing():
            self._ledger.change_certificates((), [case])
            self._open = None

    def resume(self) -> None:
        """Forget at boot what was not even begun when the power went; raises VaultError."""
        for row in list(self._ledger.certificates().values()):
            if row.stage == "ordered":
                acts = [one for rid in row.recordings for one in self._audit.of_recording(rid)]
                if not any(one.type == "erasing" for one in acts):
                    self.drop(row.case)

    def settle(self) -> None:
        """Sign what is carried out, put on record what is signed; call it every few seconds.

        Raises:
            VaultError: it could not be written; the next call goes on.
        """
        going_on = self._going_on() if self._open is None or self._open else ()
        with self._lock:
            if self._open is None:
                kept = self._ledger.certificates().values()
                self._open = {row.case for row in kept if row.stage != "kept" or row.late}
            for case in sorted(self._open):
                try:
                    self._go_on(case, going_on)
                except FileFormatError as error:  # it holds up no other
                    _log.error("No certificate of the case %s is signed: %s", case, error)
                    (self._open or set()).discard(case)

    def _go_on(self, case: str, going_on: Collection[str]) -> None:
        row = self._ledger.certificates().get(case)
        if row is not None and row.stage == "ordered":
            row = self._sign(row, going_on)
        if row is not None and row.stage == "signed":
            self._put_on_record(row)
            row = self._ledger.certificates().get(case)
        if row is not None and row.late and self._later.say(row, day_of(self._time.now())):
            (self._open or set()).discard(case)

    # -- signing --------------------------------------------------------------------------------

    def _sign(self, row: CertificateRow, going_on: Collection[str]) -> CertificateRow:
        """Return the row with its signed files, or as it is while something is not settled."""
        left = [rid for rid in row.recordings if rid in self._keyring]
        if any(not self._keyring.entry(rid).held for rid in left):
            return row
        if not set(self._leaving()).isdisjoint(row.recordings):
            return row
        gone = [rid for rid in row.recordings if rid not in left]
        entries = {rid: self._audit.of_recording(rid) for rid in gone}
        lasts = [last_step(one) for one in entries.values()]
        if any(last is None or last.type in {"erasing", "erase_failed"} for last in lasts):
            return row
        erased = [last for last in lasts if last is not None and last.type == "erased"]
        if len(erased) != len(gone) or not gone:
            self.drop(row.case)  # held after all, or gone with everything, which has its own
            return row
        order = self._store.opened(row, CertificateOrder)
        if not set(order.call_ids).isdisjoint(going_on):
            return row  # a call goes on, or its last recording is about to be taken up
        last = max(erased, key=lambda one: one.seq)
        done = DoneOrder(
            case=row.case,
            box=fingerprint(self._keyring.box_key),
            order=order,
            entries=entries,
            last=last,
            line=self._line(last.seq),
            kept={reader: self._kept(left, reader) for reader in READERS},
            exported=[reader for reader in READERS if was_exported(entries, reader)],
        )
        return self._keep_signed(row, done)

    def _keep_signed(self, row: CertificateRow, done: DoneOrder) -> CertificateRow:
        content, config = self._keyring.content, self._around.config
        far = content.sftp.every if content.sftp is not None else "hand"
        every = {True: far, False: config.backup.every}
        public, sign = self._keyring.box_key, self._keyring.sign
        made = {
            reader: write_certificate(public, certified(done, reader, content.media, every), sign)
            for reader in READERS
        }
        signed = structs.replace(row, stage="signed", until=self._until())
        files = SignedFiles(
            caller=made[ProofReader.CALLER].decode(), office=made[ProofReader.OFFICE].decode()
        )
        return self._store.store(signed, files)

    def _put_on_record(self, row: CertificateRow) -> None:
        """Bind the audit to a signed certificate, once; from then on it is shown."""
        files = self._store.opened(row, SignedFiles)
        first = row.recordings[:1]
        known = [one for rid in first for one in self._audit.of_recording(rid)]
        if not any(one.type == CERTIFIED and one.case == row.case for one in known):
            rids: Sequence[str | None] = row.recordings or (None,)
            self._audit.append_many(
                [replace(act, rid=rid) for rid in rids for act in _certified(row.case, files)]
            )
        self._ledger.change_certificates([structs.replace(row, stage="kept")])
        self._open = None

    def _kept(self, left: Sequence[str], reader: ProofReader) -> list[KeptCall]:
        """Return the calls of an order that a law keeps, each once, as a reader may know it."""
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
        return list(found.values())

    def _line(self, number: int) -> str:
        line = self._audit.line_of(number)
        if line is None:
            why = "The activity log does not hold the entry of an erasure."
            raise FileFormatError(noted("archive_file_damaged", why))
        return line.decode()

    def sweep(self, today: int | None) -> None:
        """Say what became known since, date and end what is over; call it hourly.

        Args:
            today: days since 1970-01-01, by the believed time; None if it is not known.

        Raises:
            VaultError: it could not be written.
        """
        if today is None:
            return
        with self._lock, self._words.writing():
            old = []
            for row in list(self._ledger.certificates().values()):
                if row.stage != "kept" and row.case not in self._store.unreadable:
                    continue
                if row.until is None:
                    row = structs.replace(row, until=today + ERASURE_DAYS)  # noqa: PLW2901
                    self._ledger.change_certificates([row])
                if row.until is not None and row.until < today:
                    old.append(row.case)
                elif row.stage == "kept":
                    with suppress(FileFormatError):  # it holds up no other; the doctor says so
                        self._later.say(row, today)
            if old:
                self._ledger.change_certificates((), old)
                self._words.end(old)

    # -- reading --------------------------------------------------------------------------------

    @property
    def unreadable(self) -> int:
        """Return how many orders and certificates could not be read in this run."""
        return len(self._store.unreadable)

    def of(self, recording: str) -> IssuedCertificate:
        """Return a recording's certificate, the newest of several."""
        for row in reversed(self._ledger.certificates().values()):
            if recording in row.recordings or recording in row.late:
                return self._issued(row)
        acts = self._audit.of_recording(recording)
        dropped = any(one.type == CERTIFIED for one in acts)
        return IssuedCertificate("dropped" if dropped else "unsigned")

    def of_case(self, case: str) -> IssuedCertificate:
        """Return the certificate of a case."""
        row = self._ledger.certificates().get(case)
        return self._issued(row) if row is not None else IssuedCertificate("unsigned")

    def _issued(self, row: CertificateRow) -> IssuedCertificate:
        waits = IssuedCertificate("waits", row.case)
        try:
            if row.stage == "ordered":
                self._store.opened(row, CertificateOrder)
                return waits
            kept = self._store.opened(row, SignedFiles)
        except FileFormatError:
            return IssuedCertificate("unreadable", row.case)
        if row.stage != "kept":
            return waits
        return IssuedCertificate("signed", row.case, kept.caller.encode(), kept.office.encode())

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
