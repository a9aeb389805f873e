"""Add to a signed certificate what became known since, as signed lines behind it."""

from collections.abc import Sequence
from typing import Literal

from msgspec import structs

from appliance.clock import day_of
from appliance.keeper.erasure.media import is_made_anew
from appliance.keeper.recordings.certified.kept import SignedFiles
from appliance.keeper.recordings.certified.making import medium_digest
from appliance.keeper.recordings.certified.store import CertificateStore
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.keeper.storage.rows import CertificateRow
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.model.certificate import Supplement
from appliance.vault.audit.entries import decode
from appliance.vault.certificate import certificate_digest, read_certificate, supplement_line
from appliance.vault.opening.keyring import Keyring


class CertificateSupplements:
    """Later facts of certificates. Its caller lets one thread in at a time."""

    def __init__(self, keyring: Keyring, store: CertificateStore, time: BelievedClock) -> None:
        self._keyring = keyring
        self._store = store
        self._time = time

    def say(self, row: CertificateRow, today: int) -> None:
        """Add to a certificate what became known since.

        Args:
            row: of a certificate that is shown.
            today: days since 1970-01-01, by the believed time.

        Raises:
            FileFormatError: it cannot be read.
            VaultError: it could not be written.
        """
        files = self._store.opened(row, SignedFiles)
        office = read_certificate(files.office.encode())
        line = (office.certificate.erased.line or "").encode()
        erased = decode(line + b"\n").entry
        told_already = {one.id for one in office.supplements if one.about == "medium"}
        media = {medium_digest(name): one for name, one in self._keyring.content.media.items()}
        news: list[tuple[str, Literal["made_anew", "destroyed"], int]] = []
        for medium in office.certificate.media:
            state = media.get(medium.id)
            if medium.id in told_already:
                continue
            if state is None:
                news.append((medium.id, "destroyed", today))
            elif is_made_anew(state, erased.seq):
                news.append((medium.id, "made_anew", day_of(state.at)))
        if news:
            more = SignedFiles(
                caller=self._with(files.caller, news), office=self._with(files.office, news)
            )
            self._store.store(structs.replace(row, until=today + ERASURE_DAYS), more)

    def _with(
        self, file: str, news: Sequence[tuple[str, Literal["made_anew", "destroyed"], int]]
    ) -> str:
        """Return a signed file with supplements behind it."""
        raw = file.encode()
        read = read_certificate(raw)
        for number, (medium, state, day) in enumerate(news, len(read.supplements) + 1):
            said = Supplement(
                supplement=1,
                box=read.certificate.box,
                certificate=certificate_digest(read.certificate),
                number=number,
                about="medium",
                id=medium,
                state=state,
                day=day,
                clock_ok=self._time.trusted(),
            )
            raw += supplement_line(said, self._keyring.sign)
        return raw.decode()
