"""Add to a signed certificate what became known since, as signed lines behind it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import structs

from appliance.clock import day_of
from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import ERASURE
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.erasure.media import is_made_anew
from appliance.keeper.recordings.certified.kept import SignedFiles
from appliance.keeper.recordings.certified.making import medium_digest
from appliance.keeper.recordings.certified.store import CertificateStore
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.keeper.storage.rows import CertificateRow
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.model.certificate import Supplement, UnderHead
from appliance.vault.audit.entries import LogLine
from appliance.vault.certificate import (
    ReadCertificate,
    certificate_digest,
    is_under,
    read_certificate,
    recording_digest,
    supplement_line,
)
from appliance.vault.opening.keyring import Keyring


@dataclass(frozen=True, slots=True)
class LaterFact:
    """What a supplement says."""

    about: Literal["medium", "head", "recording"]
    id: str
    state: Literal["made_anew", "destroyed", "finished", "found", "erased"]
    day: int
    under: UnderHead | None = None


class CertificateSupplements:
    """Later facts of certificates. Its caller lets one thread in at a time."""

    def __init__(
        self, keyring: Keyring, audit: AuditLog, store: CertificateStore, time: BelievedClock
    ) -> None:
        self._keyring = keyring
        self._audit = audit
        self._store = store
        self._time = time

    def say(self, row: CertificateRow, today: int) -> bool:
        """Add to a certificate what became known since; say whether all that came late is erased.

        Args:
            row: of a certificate that is shown.
            today: days since 1970-01-01, by the believed time.

        Raises:
            FileFormatError: it cannot be read.
            VaultError: it could not be written.
        """
        files = self._store.opened(row, SignedFiles)
        office = read_certificate(files.office.encode())
        erased = [rid for rid in row.late if self._is_erased(rid)]
        news = [*self._media(office, today), *self._late(row, office, erased, today)]
        head = list(self._head(office, today))
        settled = len(erased) == len(row.late)
        if not news and not head:
            return settled
        more = SignedFiles(
            caller=self._with(files.caller, news), office=self._with(files.office, [*news, *head])
        )
        if news:  # a head is no news of what was erased
            row = structs.replace(row, until=today + ERASURE_DAYS)
        self._store.store(row, more)
        return settled

    def _late(
        self, row: CertificateRow, office: ReadCertificate, erased: Collection[str], today: int
    ) -> Iterator[LaterFact]:
        """Yield what surfaced of its calls once it was signed, and what of that is erased."""
        told = {(one.id, one.state) for one in office.supplements if one.about == "recording"}
        for rid in row.late:
            digest = recording_digest(rid)
            if (digest, "found") not in told:
                yield LaterFact("recording", digest, "found", today)
            if rid in erased and (digest, "erased") not in told:
                yield LaterFact("recording", digest, "erased", today)

    def _is_erased(self, rid: str) -> bool:
        acts = [one.type for one in self._audit.of_recording(rid) if one.type in ERASURE]
        return acts[-1:] == ["erased"] and rid not in self._keyring

    def _media(self, office: ReadCertificate, today: int) -> Iterator[LaterFact]:
        """Yield what has become of media that may have held it."""
        line = office.line
        told = {one.id for one in office.supplements if one.about == "medium"}
        media = {medium_digest(name): one for name, one in self._keyring.content.media.items()}
        for medium in office.certificate.media:
            state = media.get(medium.id)
            if medium.id in told or line is None:
                continue
            if state is None:
                yield LaterFact("medium", medium.id, "destroyed", today)
            elif is_made_anew(state, line.entry.seq):
                yield LaterFact("medium", medium.id, "made_anew", day_of(state.at))

    def _head(self, office: ReadCertificate, today: int) -> Iterator[LaterFact]:
        """Yield the first finished head behind the erasure, once its day has ended."""
        line = office.line
        if line is None or office.head is not None:
            return
        try:
            under = self._under(line)
            sound = under is not None and is_under(line, under)
        except (FileFormatError, OSError):
            return  # of a log that was damaged, as its own check says
        if under is not None and sound:
            yield LaterFact("head", line.digest, "finished", today, under)

    def _under(self, line: LogLine) -> UnderHead | None:
        seq = line.entry.seq
        head = self._audit.head_behind(seq)
        if head is None:
            return None
        return UnderHead(path=self._audit.tree.path(seq, head.seq), head=head.text)

    def _with(self, file: str, news: Sequence[LaterFact]) -> str:
        """Return a signed file with supplements behind it."""
        raw = file.encode()
        read = read_certificate(raw)
        for number, fact in enumerate(news, len(read.supplements) + 1):
            said = Supplement(
                supplement=1,
                box=read.certificate.box,
                certificate=certificate_digest(read.certificate),
                number=number,
                about=fact.about,
                id=fact.id,
                state=fact.state,
                day=fact.day,
                clock_ok=self._time.trusted(),
                under=fact.under,
            )
            raw += supplement_line(said, self._keyring.sign)
        return raw.decode()
