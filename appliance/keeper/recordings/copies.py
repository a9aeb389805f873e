"""Keep who got a copy of a call: when, for whom, and which bytes.

The audit says that a copy left, by whom, and for whom in one word; it stays. The ledger holds what
was typed beside it, sealed, and the digest of the sound, under the case that the entry names.
"""

import contextlib
import hashlib
import os
from collections.abc import Generator, Iterable, Sequence

from msgspec import structs

from appliance.errors import Refused, VaultError
from appliance.keeper.audit.entries import Act, AuditEntry
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

Pieces = Generator[tuple[ExportPiece, bytes] | None, None, None]


class Copies:
    """The copies that were handed out. Threads may share it."""

    def __init__(self, keyring: Keyring, audit: AuditLog, ledger: Ledger, words: Words) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._words = words

    def begin(self, asked: ExportCall, recordings: Sequence[str], actor: str) -> str:
        """Put a copy on record before anything of it is made; return its case.

        Args:
            asked: names the recipient.
            recordings: of the call.
            actor: the operator.

        Raises:
            Refused: ``invalid``: the words are too long.
            VaultError: it could not be put on record; no copy may be made.
        """
        said = asked.words.strip()
        if len(said) > LONGEST_RECIPIENT:
            raise Refused("invalid", f"Name the recipient in at most {LONGEST_RECIPIENT} letters.")
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
                self._audit.append_many(acts)
            except BaseException:
                with contextlib.suppress(VaultError):
                    self.drop(case)
                raise
        return case

    def counted(self, case: str, pieces: Pieces) -> Pieces:
        """Pass a copy's pieces on, and keep which bytes left; nothing is kept if none did."""
        taken, size, whole = hashlib.sha256(), 0, False
        try:
            with contextlib.closing(pieces):
                for piece in pieces:
                    if piece is not None:
                        taken.update(piece[1])
                        size += len(piece[1])
                    yield piece
            whole = True
        finally:
            kept = self._ledger.copy_of(case)
            if whole and kept is not None:
                self._ledger.keep_copy(structs.replace(kept, size=size, sha256=taken.hexdigest()))
            elif not size:
                self.drop(case)

    def drop(self, case: str) -> None:
        """Forget a copy of which nothing has left; the audit says that it failed."""
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
        """Say whether nothing of a copy left: its act failed, and the ledger forgot it."""
        if entry.case is not None and self._ledger.copy_of(entry.case) is not None:
            return False
        return next_act(entry, entries) == "failed"


def next_act(entry: AuditEntry, entries: Iterable[AuditEntry]) -> str:
    """Return the type of what the same person's next entry says; empty without one."""
    found = following(entry, entries)
    return found.type if found is not None else ""


def following(entry: AuditEntry, entries: Iterable[AuditEntry]) -> AuditEntry | None:
    """Return the next entry by the same person."""
    return next((one for one in entries if one.seq > entry.seq and one.actor == entry.actor), None)
