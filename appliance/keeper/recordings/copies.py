"""Keep who got a copy of a call: when, for whom, and which bytes.

The audit says that a copy left, by whom, and for whom in one word; it stays. The ledger holds what
was typed beside it, sealed, and the digest of the sound, under the case that the entry names.
"""

import contextlib
import hashlib
import os
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from appliance.errors import Refused, VaultError
from appliance.keeper.audit.acting import begin
from appliance.keeper.audit.entries import FAILED, Act, AuditEntry
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.subjects import read_recipient, to_recipient
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CopyEntry
from appliance.link.requests.calls import ExportCall, ExportPiece
from appliance.model.limits import LONGEST_RECIPIENT
from appliance.model.proof import CopyGiven
from appliance.vault.opening.keyring import Keyring
from appliance.vault.words import CASE_BYTES

EXPORTED = "exported"

_GONE = "broken_off"
"""The ``detail`` of a copy that nobody fetched."""

Pieces = Generator[tuple[ExportPiece, bytes] | None, None, None]


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A copy that is on record."""

    case: str
    failed: tuple[Act, ...]  # what is to be written if it fails, but for the reason


class Copies:
    """The copies that were handed out. Threads may share it."""

    def __init__(self, keyring: Keyring, audit: AuditLog, ledger: Ledger, words: Words) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._words = words

    def begin(self, asked: ExportCall, recordings: Sequence[str], actor: str) -> CopyRecord:
        """Put a copy on record before anything of it is made.

        Args:
            asked: names the recipient.
            recordings: of the call.
            actor: the operator.

        Raises:
            Refused: ``recipient_long``.
            VaultError: it could not be put on record; no copy may be made.
        """
        said = asked.words.strip()
        if len(said) > LONGEST_RECIPIENT:
            raise Refused("recipient_long", most=LONGEST_RECIPIENT)
        with self._words.writing():
            sealed = self._words.seal(said, "copy") if said else None
            case = sealed.case if sealed else os.urandom(CASE_BYTES).hex()
            self._ledger.keep_copy(
                CopyEntry(case=case, recordings=tuple(recordings), form=asked.format, words=sealed)
            )
            detail = to_recipient(asked.recipient.value) if asked.recipient else None
            acts = [
                Act(type=EXPORTED, actor=actor, rid=rid, case=case, detail=detail)
                for rid in recordings
            ]
            try:
                failed = begin(self._audit, acts)
            except BaseException:
                with contextlib.suppress(VaultError):
                    self.drop(case)
                raise
        return CopyRecord(case, tuple(failed))

    def counted(self, begun: CopyRecord, pieces: Pieces) -> Pieces:
        """Pass a copy's pieces on behind a None, and keep which bytes left.

        If none did, the audit says so, by the copy's case, and nothing else is kept.
        """
        taken, size, whole, why = hashlib.sha256(), 0, False, ""
        try:
            yield None
            with contextlib.closing(pieces):
                for piece in pieces:
                    if piece is not None:
                        taken.update(piece[1])
                        size += len(piece[1])
                    yield piece
            whole = True
        except Exception as error:
            why = error.code if isinstance(error, Refused) else FAILED
            raise
        finally:
            kept = self._ledger.copy_of(begun.case)
            if whole and size:
                if kept is not None:
                    whole_copy = structs.replace(kept, size=size, sha256=taken.hexdigest())
                    self._ledger.keep_copy(whole_copy)
            else:
                with contextlib.suppress(VaultError):  # the reason matters more; it stays listed
                    self._end(begun, why, left=size > 0)

    def _end(self, begun: CopyRecord, why: str, *, left: bool) -> None:
        """Put on record that a copy did not leave whole; forget one of which nothing left."""
        if not left:
            acts = [replace(act, case=begun.case, detail=why or _GONE) for act in begun.failed]
            self._audit.append_many(acts)  # first: what the ledger alone forgot counts as given
            self.drop(begun.case)
        elif why:
            self._audit.append_many([replace(act, detail=why) for act in begun.failed])

    def drop(self, case: str) -> None:
        """Forget a copy of which nothing has left."""
        with self._words.writing():
            self._ledger.forget_copies([case])
            self._words.end([case])

    def of(self, entries: Sequence[AuditEntry], *, with_words: bool) -> list[CopyGiven]:
        """Return the copies that a recording's audit entries tell of, oldest first.

        Args:
            entries: oldest first.
            with_words: for whom exactly, too.
        """
        return [
            self._given(entry, with_words=with_words)
            for entry in entries
            if entry.type == EXPORTED and not self._failed(entry, entries)
        ]

    def _given(self, entry: AuditEntry, *, with_words: bool) -> CopyGiven:
        kept = self._ledger.copy_of(entry.case) if entry.case is not None else None
        said, readable = "", "none"
        if kept is not None and kept.words is not None and with_words:
            said, readable = self._words.open(kept.words, "copy")
        person = self._keyring.content.operators.get(entry.actor)
        return CopyGiven(
            at=entry.t,
            clock_ok=entry.clock_ok,
            operator=entry.actor,
            name=person.name if person is not None else "",
            recipient=read_recipient(entry.detail),
            words=said,
            readable=readable,  # type: ignore[arg-type]  # one of the four
            form=kept.form if kept is not None else "",
            size=kept.size if kept is not None else 0,
            sha256=kept.sha256 if kept is not None else None,
        )

    def _failed(self, entry: AuditEntry, entries: Iterable[AuditEntry]) -> bool:
        """Say whether nothing of a copy left: the audit says so of its case, the ledger forgot it.

        One that cannot be told from others is given.
        """
        if entry.case is None or self._ledger.copy_of(entry.case) is not None:
            return False
        return any(one.type == FAILED and one.case == entry.case for one in entries)
