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

from appliance.clock import Clock, day_of
from appliance.errors import Refused, VaultError
from appliance.keeper.audit.entries import FAILED, Act
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.silent import SILENCED, silenced_cases, until_day
from appliance.keeper.audit.subjects import read_recipient, to_recipient
from appliance.keeper.recordings.handing_over.papers import Paper, silent_until, typed
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CopyEntry, SilenceRow
from appliance.link.requests.calls import ExportCall, ExportPiece, Recipient
from appliance.model.proof import CopyGiven
from appliance.vault.audit.entries import AuditEntry
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


def join_hold(ledger: Ledger, copy: CopyEntry) -> bool:
    """Let a call's hold belong to the silence of a copy; say whether one joined."""
    held = [ledger.hold_of(rid) for rid in copy.recordings]
    loose = [hold for hold in held if hold is not None and not hold.silence]
    ledger.hold([structs.replace(hold, silence=copy.case) for hold in loose])
    return bool(loose)


class Copies:
    """The copies that were handed out. Threads may share it."""

    def __init__(
        self, keyring: Keyring, audit: AuditLog, ledger: Ledger, words: Words, clock: Clock
    ) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._words = words
        self._clock = clock

    def begin(self, asked: ExportCall, recordings: Sequence[str], actor: str) -> CopyRecord:
        """Put a copy, and its silence, on record before anything of it is made.

        Args:
            asked: names the recipient.
            recordings: of the call.
            actor: the operator.

        Raises:
            Refused: ``recipient_long``, ``paper_lacks``, ``silence_of_nobody``, ``no_day``,
                ``silence_past``, ``silence_long``.
            VaultError: it could not be put on record; no copy may be made.
        """
        paper = typed(asked.words, asked.file_number, asked.legal_basis, asked.signed_by)
        until = self._until(asked, paper)
        with self._words.writing():
            sealed = self._words.seal(paper.text, "copy") if paper.text else None
            case = sealed.case if sealed else os.urandom(CASE_BYTES).hex()
            copy = CopyEntry(
                case=case, recordings=tuple(recordings), form=asked.format, words=sealed
            )
            self._ledger.keep_copy(copy)
            given = Act(
                type=EXPORTED,
                actor=actor,
                case=case,
                sha256=hashlib.sha256(sealed.sealed).hexdigest() if sealed else None,
                detail=to_recipient(asked.recipient.value) if asked.recipient else None,
            )
            try:
                silence = (
                    self._silence(copy, actor, until, hold_too=asked.hold_silent) if until else []
                )
                copies = [replace(given, rid=rid) for rid in recordings]
                numbers = self._audit.append_many([*silence, *copies])[len(silence) :]
            except BaseException:
                with contextlib.suppress(VaultError):
                    self.drop(case)
                raise
        failed = Act(type=FAILED, actor=actor)
        return CopyRecord(
            case,
            tuple(
                replace(failed, rid=rid, of=number)
                for rid, number in zip(recordings, numbers, strict=True)
            ),
        )

    def _until(self, asked: ExportCall, paper: Paper) -> int | None:
        """Return the last day of the silence that is asked for; None: there is none."""
        if asked.recipient is Recipient.AUTHORITY:
            if not paper.is_whole:
                raise Refused("paper_lacks")
        elif asked.silent_until or any(paper[1:]):
            raise Refused("silence_of_nobody")
        if not asked.silent_until:
            return None
        return silent_until(asked.silent_until, day_of(self._clock.now()))

    def _silence(self, copy: CopyEntry, actor: str, until: int, *, hold_too: bool) -> list[Act]:
        """Keep a copy's silence, and let the call's hold belong to it; return what to record."""
        row = SilenceRow(
            case=copy.case,
            recordings=copy.recordings,
            until=until,
            author=actor,
            at=self._clock.now(),
        )
        self._ledger.change_silences([row])
        kinds = {SILENCED: until_day(until)}
        if hold_too and join_hold(self._ledger, copy):
            kinds["held"] = ""
        return [
            Act(type=kind, actor=actor, rid=rid, case=copy.case, detail=detail or None)
            for kind, detail in kinds.items()
            for rid in copy.recordings
        ]

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
        """Forget a copy of which nothing has left, and its silence."""
        with self._words.writing():
            self._ledger.forget_copies([case])
            if case in self._ledger.silences():
                self._ledger.change_silences((), [case])
            self._words.end([case])

    def of(self, entries: Sequence[AuditEntry], *, with_words: bool) -> list[CopyGiven]:
        """Return the copies that a recording's audit entries tell of, oldest first.

        Args:
            entries: oldest first.
            with_words: for whom exactly, too.
        """
        silenced = silenced_cases(entries)
        return [
            self._given(entry, with_words=with_words, silent=entry.case in silenced)
            for entry in entries
            if entry.type == EXPORTED and not self._failed(entry, entries)
        ]

    def _given(self, entry: AuditEntry, *, with_words: bool, silent: bool) -> CopyGiven:
        kept = self._ledger.copy_of(entry.case) if entry.case is not None else None
        said, readable = "", "none"
        if kept is not None and kept.words is not None and with_words:
            said, readable = self._words.open(kept.words, "copy")
        row = self._ledger.silences().get(entry.case or "") if silent else None
        paper = Paper.of(said)
        person = self._keyring.content.operators.get(entry.actor)
        return CopyGiven(
            at=entry.t,
            clock_ok=entry.clock_ok,
            operator=entry.actor,
            name=person.name if person is not None else "",
            recipient=read_recipient(entry.detail),
            words=paper.whom,
            file_number=paper.file_number,
            legal_basis=paper.legal_basis,
            signed_by=paper.signed_by,
            silent_until=row.until if row is not None else None,
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
