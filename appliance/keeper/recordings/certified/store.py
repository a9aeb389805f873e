"""Keep orders and certificates in the ledger, each sealed under the key of its case."""

import logging
import os
from collections.abc import Collection

from msgspec import structs

from appliance.errors import FileFormatError
from appliance.keeper.recordings.certified.kept import (
    CertificateOrder,
    KeptT,
    SignedFiles,
    open_kept,
    seal_kept,
)
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CertificateRow
from appliance.vault.certificate import read_certificate
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.keyring import Keyring
from appliance.vault.words import CASE_BYTES

_log = logging.getLogger(__name__)


class CertificateStore:
    """What the ledger holds of certificates. Threads may share it."""

    def __init__(self, keyring: Keyring, ledger: Ledger) -> None:
        self._keyring = keyring
        self._ledger = ledger
        self._unreadable: set[str] = set()

    def keep(
        self,
        said: CertificateOrder,
        recordings: tuple[str, ...] = (),
        *,
        everything: str = "",
        before: Collection[str] = (),
    ) -> str:
        """Keep an order that is about to be given under a new case; return that.

        Args:
            said: what has to be known of it.
            recordings: that it names.
            everything: the id of an order to erase all recordings instead.
            before: cases of orders in whose place it stands.

        Raises:
            VaultError: it could not be kept.
        """
        case, key = os.urandom(CASE_BYTES).hex(), os.urandom(KEY_BYTES)
        with self._keyring.changing() as draft:
            draft.cases[case] = key
        row = CertificateRow(
            case=case,
            recordings=recordings,
            everything=everything,
            stage="ordered",
            sealed=seal_kept(said, key, self._keyring.content.vault_id, case),
        )
        self._ledger.change_certificates([row], before)
        return case

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Return the cases whose row could not be opened in this run."""
        return tuple(sorted(self._unreadable & self._ledger.certificates().keys()))

    def opened(self, row: CertificateRow, kind: type[KeptT]) -> KeptT:
        """Open a row, whose signed files can be read.

        Raises:
            FileFormatError: it is altered, of another case or form, or without its key.
        """
        content = self._keyring.content
        key = content.cases.get(row.case, b"")
        try:
            found = open_kept(row.sealed, kind, key, content.vault_id, row.case)
            for file in _files(found):
                read_certificate(file.encode())
        except FileFormatError as error:
            if row.case not in self._unreadable:
                _log.error("The certificate of the case %s cannot be read: %s", row.case, error)
            self._unreadable.add(row.case)
            raise
        self._unreadable.discard(row.case)
        return found

    def taking_in(
        self, row: CertificateRow, recording: str, parts: Collection[str]
    ) -> CertificateRow:
        """Return an order's row with one more recording of one of its calls.

        Args:
            row: of an order that is not signed.
            recording: the one that surfaced.
            parts: recordings of its call that the order names.

        Raises:
            FileFormatError: the order cannot be read.
        """
        order, content = self.opened(row, CertificateOrder), self._keyring.content
        calls = []
        for call in order.calls:
            if not set(parts).isdisjoint(call.rids):  # how long it all is, no row says yet
                call = structs.replace(call, rids=(*call.rids, recording), minutes=None)  # noqa: PLW2901
            calls.append(call)
        said = structs.replace(order, calls=tuple(calls))
        sealed = seal_kept(said, content.cases[row.case], content.vault_id, row.case)
        return structs.replace(row, recordings=(*row.recordings, recording), sealed=sealed)

    def store(self, row: CertificateRow, files: SignedFiles) -> CertificateRow:
        """Keep signed files in their row; raises VaultError."""
        content = self._keyring.content
        sealed = seal_kept(files, content.cases[row.case], content.vault_id, row.case)
        row = structs.replace(row, sealed=sealed)
        self._ledger.change_certificates([row])
        return row


def _files(kept: CertificateOrder | SignedFiles) -> tuple[str, ...]:
    return (kept.caller, kept.office) if isinstance(kept, SignedFiles) else ()
