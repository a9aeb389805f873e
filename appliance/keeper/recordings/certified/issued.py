"""Issue certificates: keep the order, sign once it is carried out, end them.

The order goes into the ledger, under a case's key of its own, before anything is erased. Once the
audit has ``erased`` for all of it, the certificate is signed for each reader and stored; then
``certified`` binds the audit to it, and only then it is shown. Wherever the power goes, the next
tick or boot goes on from there. The case ends 1,096 days after the last supplement.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import FileFormatError
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.search import EntryQuery
from appliance.keeper.recordings.certified.kept import CertificateOrder, SignedFiles
from appliance.keeper.recordings.certified.signing import CERTIFIED, CertificateSigner
from appliance.keeper.recordings.certified.store import CertificateStore
from appliance.keeper.recordings.certified.supplements import CertificateSupplements
from appliance.keeper.recordings.words import ERASURE_DAYS, Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CertificateRow
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.model.certificate import ErasedCall, KeptCall, OrderedBy
from appliance.model.proof import ProofReader
from appliance.vault.certificate import ReadCertificate, read_certificate
from appliance.vault.opening.erase_all import EraseAllDone, EraseAllOrder
from appliance.vault.opening.keyring import Keyring

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
        self._signer = CertificateSigner(keyring, audit, ledger, self._store, time, around, leaving)
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._words = words
        self._time = time
        self._around = around
        self._going_on = going_on
        self._lock = threading.RLock()
        self._open: set[str] | None = None  # cases that are not on record yet; None: not known

    def order(
        self,
        calls: Sequence[ErasedCall],
        ground: str,
        by: OrderedBy,
        *,
        kept: Sequence[KeptCall] = (),
        kept_silently: Sequence[KeptCall] = (),
    ) -> str:
        """Keep an order that is about to be given; return its case.

        Args:
            calls: that are to be erased.
            ground: of Art. 17(1).
            by: who wants it.
            kept: what else the order named, and a hold keeps.
            kept_silently: the same, of holds that belong to silences.

        Raises:
            VaultError: it could not be kept, so nothing may be erased.
        """
        said = self._said(
            self._time.now(),
            clock_ok=self._time.trusted(),
            ground=ground,
            by=by,
            calls=tuple(calls),
            call_ids=tuple(dict.fromkeys(filter(None, self._call_ids(calls)))),
            kept=tuple(kept),
            kept_silently=tuple(kept_silently),
        )
        recordings = tuple(rid for call in calls for rid in call.rids)
        with self._lock, self._words.writing():
            before = [
                one.case
                for one in self._ledger.certificates().values()
                if self._is_open(one) and set(one.recordings) <= set(recordings)
            ]  # ordered before, and failed so far: one order, one certificate
            self._open = None
            return self._store.keep(said, recordings, before=before)

    @staticmethod
    def _is_open(row: CertificateRow) -> bool:
        """Say whether it is an order that names its calls and is not signed yet."""
        return row.stage == "ordered" and not row.everything

    def order_all(self, order: EraseAllOrder, clock_ok: bool) -> None:
        """Keep an order to erase everything that is about to be carried out; once for each.

        Whatever its ground, people of the office gave it.

        Args:
            order: as the keyring has it.
            clock_ok: the time was known when somebody asked for it.

        Raises:
            VaultError: it could not be kept, so nothing may be erased.
        """
        with self._lock, self._words.writing():
            rows = self._ledger.certificates().values()
            open_ones = [one for one in rows if one.everything and one.stage == "ordered"]
            for one in open_ones:
                with suppress(FileFormatError):
                    if one.everything == order.id and self._store.opened(one, CertificateOrder):
                        return
            said = self._said(
                order.asked_at,
                clock_ok=clock_ok,
                ground=order.ground,
                by=OrderedBy.OFFICE,
                calls=(),
            )
            self._open = None
            before = [one.case for one in open_ones]
            self._store.keep(said, everything=order.id, before=before)

    def _said(self, at: float, *, clock_ok: bool, ground: str, **more: Any) -> CertificateOrder:
        """Return what has to be known of an order, under the controller of today."""
        office = self._around.config.office
        return CertificateOrder(
            ordered_at=round(at, 3),
            clock_ok=clock_ok,
            controller=office.controller,
            contact=office.contact,
            ground=ground,
            **more,
        )

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
            if self._is_open(row):  # of everything: the keyring says how far it came
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
            signed = self._signer.sign(row, going_on)
            if signed == "nothing":
                self.drop(case)
            row = signed if isinstance(signed, CertificateRow) else row
        if row is not None and row.stage == "signed":
            self._signer.put_on_record(row)
            self._open = None
            row = self._ledger.certificates().get(case)
        if self._time.judged.belief is None:
            return  # what is said is dated, and kept so long
        if row is not None and row.late and self._later.say(row, day_of(self._time.now())):
            (self._open or set()).discard(case)

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
                if row.until is not None and row.until <= today:
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

    def of_all(self, done: EraseAllDone) -> IssuedCertificate:
        """Return the certificate of an erasure of everything that is done, the last one."""
        for row in reversed(self._ledger.certificates().values()):
            if row.everything == done.order.id:
                return self._issued(row)
        found, *_ = self._audit.search(EntryQuery(types=frozenset({CERTIFIED})))
        dropped = any(one.rid is None and one.seq > done.seq for one in found)
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
