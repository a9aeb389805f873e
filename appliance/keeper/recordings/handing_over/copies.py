"""Keep who got a copy of a call: when, for whom, and which bytes.

The audit says that a copy left, by whom, and for whom in one word; it stays. The ledger holds what
was typed beside it, sealed, and the digest of the sound, under the case that the entry names.
"""

import contextlib
import hashlib
import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.errors import Refused, VaultError
from appliance.keeper.audit.entries import FAILED, Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.silent import HELD, SILENCED, silenced_cases, until_day
from appliance.keeper.audit.subjects import read_recipient, to_recipient
from appliance.keeper.erasure.handed_out import EXPORTED, nothing_left
from appliance.keeper.recordings.handing_over.papers import Paper, silent_until, typed
from appliance.keeper.recordings.handing_over.silent_holds import join_holds, let_go
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import CopiedCall, CopyEntry, SilenceRow
from appliance.link.requests.calls import ExportCall, ExportPiece, Recipient
from appliance.model.proof import CopyGiven
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.words import CASE_BYTES

_GONE = "broken_off"
"""The ``detail`` of a copy that nobody fetched."""

Pieces = Generator[tuple[ExportPiece, bytes] | None, None, None]


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A copy that is on record."""

    case: str
    recordings: tuple[str, ...]  # of the call
    failed: tuple[Act, ...]  # what is to be written if it fails, but for the reason


def is_for(
    recipient: Recipient | None, case: str, acts: Mapping[str, Iterable[AuditEntry]]
) -> bool:
    """Say whether a copy was put on record as one for a recipient.

    Args:
        recipient: None: nobody was named.
        case: of the copy.
        acts: the audit's entries of its recordings.
    """
    entries = (entry for of_one in acts.values() for entry in of_one)
    given = [one for one in entries if one.type == EXPORTED and one.case == case]
    word = recipient.value if recipient is not None else ""
    return any(read_recipient(one.detail) == word for one in given)


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
                ``silence_past``, ``silence_long``; for a call that joins ``copy_closed``,
                ``silence_end_waits``.
            VaultError: it could not be put on record; no copy may be made.
        """
        with self._words.writing():
            before = self._joined(asked, recordings, actor) if asked.joins else None
            copy, until = self._first(asked) if before is None else (before, None)
            row = self._ledger.silences().get(copy.case)
            call = CopiedCall(recordings=tuple(recordings), form=asked.format)
            given = Act(
                type=EXPORTED,
                actor=actor,
                case=copy.case,
                sha256=hashlib.sha256(copy.words.sealed).hexdigest() if copy.words else None,
                detail=to_recipient(asked.recipient.value) if asked.recipient else None,
            )
            if until is not None:
                row = SilenceRow(
                    case=copy.case, calls=(), until=until, author=actor, at=self._clock.now()
                )
            try:
                copy = structs.replace(copy, calls=(*copy.calls, call), until=None)
                self._ledger.keep_copy(copy)
                silence = self._silence(row, call, actor, hold_too=asked.hold_silent) if row else []
                copies = [replace(given, rid=rid) for rid in recordings]
                numbers = self._audit.append_many([*silence, *copies])[len(silence) :]
            except BaseException:
                with contextlib.suppress(VaultError):
                    self._undo(copy.case, before, None if until is not None else row, call)
                raise
        failed = Act(type=FAILED, actor=actor)
        return CopyRecord(
            copy.case,
            call.recordings,
            tuple(
                replace(failed, rid=rid, of=number)
                for rid, number in zip(recordings, numbers, strict=True)
            ),
        )

    def _first(self, asked: ExportCall) -> tuple[CopyEntry, int | None]:
        """Seal what was typed of an act's first call; return it, and until when it is silent."""
        paper = typed(*_typed(asked))
        until = self._until(asked, paper)
        sealed = self._words.seal(paper.text, "copy") if paper.text else None
        case = sealed.case if sealed else os.urandom(CASE_BYTES).hex()
        return CopyEntry(case=case, calls=(), words=sealed), until

    def _joined(self, asked: ExportCall, recordings: Sequence[str], actor: str) -> CopyEntry:
        """Return the copy that one more call of the same act joins; nothing is typed anew."""
        case = asked.joins
        copy = self._ledger.copy_of(case) if is_case(case) else None
        if copy is None or any((*_typed(asked), asked.silent_until)):
            raise Refused("copy_closed")
        row = self._ledger.silences().get(case)
        known = (*(row.recordings if row is not None else ()), *copy.recordings)
        entries = self._audit.of_recording(known[0]) if known else []
        acts = [one for one in entries if one.case == case]
        own = [one for one in acts if one.actor == actor and one.type == EXPORTED]
        ended = row is None and any(one.type == SILENCED for one in acts)
        if (
            not is_for(asked.recipient, case, {known[0]: own} if known else {})
            or ended
            or not set(known).isdisjoint(recordings)
        ):
            raise Refused("copy_closed")
        if row is not None and row.ending is not None:
            raise Refused("silence_end_waits")
        return copy

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

    def _silence(
        self, row: SilenceRow, call: CopiedCall, actor: str, *, hold_too: bool
    ) -> list[Act]:
        """Keep a call's silence, and let its hold belong to it; return what to record."""
        row = structs.replace(row, calls=(*row.calls, call.recordings))
        self._ledger.change_silences([row])
        held = join_holds(self._ledger, row.case, call.recordings) if hold_too else []
        silenced = Act(type=SILENCED, actor=actor, case=row.case, detail=until_day(row.until))
        return [replace(silenced, rid=rid) for rid in call.recordings] + [
            Act(type=HELD, actor=actor, rid=rid, case=row.case) for rid in held
        ]

    def _undo(
        self, case: str, copy: CopyEntry | None, row: SilenceRow | None, call: CopiedCall
    ) -> None:
        """Take back what was kept of a call that could not be put on record.

        Args:
            case: of the act.
            copy: what was kept of it before.
            row: likewise, of its silence.
            call: the call.
        """
        held = [self._ledger.hold_of(rid) for rid in call.recordings]
        joined = [hold for hold in held if hold is not None and hold.silence == case]
        let_go(self._ledger, self._audit, joined, [case])
        if copy is None:
            self._drop(case)
            return
        self._ledger.keep_copy(copy)
        if row is not None:
            self._ledger.change_silences([row])

    def mend(self) -> None:
        """Forget calls that a power cut kept off the record; call it at boot, behind silences.

        Raises:
            VaultError: audit or ledger could not be written; the next start goes on.
        """
        with self._words.writing():
            begun = [(copy.case, call) for copy in self._ledger.copies() for call in copy.calls]
            for case, call in begun:
                if call.size:
                    continue  # it left whole
                entries = [one for rid in call.recordings for one in self._audit.of_recording(rid)]
                given = [one for one in entries if one.type == EXPORTED and one.case == case]
                if len(given) < len(call.recordings):
                    failed = Act(type=FAILED, actor=KEEPER, case=case, detail=_GONE)
                    self._audit.append_many([replace(failed, rid=e.rid, of=e.seq) for e in given])
                    self._forget(case, call.recordings)

    def counted(self, begun: CopyRecord, pieces: Pieces) -> Pieces:
        """Pass a copy's pieces on behind a None, and keep which bytes left.

        If none did, the audit says so, by the copy's case. Nothing else is kept then but what a
        silence needs.
        """
        taken, size, whole, why = hashlib.sha256(), 0, False, ""
        try:
            yield None
            with contextlib.closing(pieces):
                for piece in pieces:
                    if piece is None:
                        yield None
                        continue
                    taken.update(piece[1])
                    size += len(piece[1])
                    yield structs.replace(piece[0], case=begun.case), piece[1]
            whole = True
        except Exception as error:
            why = error.code if isinstance(error, Refused) else FAILED
            raise
        finally:
            if whole and size:
                self._keep_whole(begun, size, taken.hexdigest())
            else:
                with contextlib.suppress(VaultError):  # the reason matters more; it stays listed
                    self._end(begun, why, left=size > 0)

    def _keep_whole(self, begun: CopyRecord, size: int, sha256: str) -> None:
        """Keep which bytes left."""
        with self._words.writing():
            kept = self._ledger.copy_of(begun.case)
            if kept is None:
                return
            calls = [
                structs.replace(call, size=size, sha256=sha256)
                if call.recordings == begun.recordings
                else call
                for call in kept.calls
            ]
            self._ledger.keep_copy(structs.replace(kept, calls=tuple(calls)))

    def _end(self, begun: CopyRecord, why: str, *, left: bool) -> None:
        """Put on record that a copy did not leave whole; forget one of which nothing left."""
        if not left:
            acts = [replace(act, case=begun.case, detail=why or _GONE) for act in begun.failed]
            self._audit.append_many(acts)  # first: what the ledger alone forgot counts as given
            self._forget(begun.case, begun.recordings)
        elif why:
            self._audit.append_many([replace(act, detail=why) for act in begun.failed])

    def _forget(self, case: str, recordings: Sequence[str]) -> None:
        """Forget a call of which nothing has left; the words too, if no silence goes by them.

        Its silence is on record at this call, and hides that somebody asked: people end it.
        """
        with self._words.writing():
            kept = self._ledger.copy_of(case)
            if kept is None:
                return
            calls = tuple(one for one in kept.calls if one.recordings != recordings)
            if calls or case in self._ledger.silences():
                self._ledger.keep_copy(structs.replace(kept, calls=calls))
            else:
                self._drop(case)

    def _drop(self, case: str) -> None:
        """Forget a copy of which nothing has left, and a silence that is not on record."""
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
        return [copy for _, copy in self.numbered(entries, with_words=with_words)]

    def numbered(
        self, entries: Sequence[AuditEntry], *, with_words: bool
    ) -> Iterator[tuple[int, CopyGiven]]:
        """Yield the same, each with its entry's number."""
        silenced = silenced_cases(entries)
        for entry in entries:
            if entry.type == EXPORTED and not self._failed(entry, entries):
                silent = entry.case in silenced
                yield entry.seq, self._given(entry, with_words=with_words, silent=silent)

    def _given(self, entry: AuditEntry, *, with_words: bool, silent: bool) -> CopyGiven:
        kept = self._ledger.copy_of(entry.case) if entry.case is not None else None
        said, readable = "", "none"
        if kept is not None and kept.words is not None and with_words:
            said, readable = self._words.open(kept.words, "copy")
        row = self._ledger.silences().get(entry.case or "") if silent else None
        paper = Paper.of(said)
        person = self._keyring.content.operators.get(entry.actor)
        call = kept.call_of(entry.rid) if kept is not None else None
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
            form=call.form if call is not None else "",
            size=call.size if call is not None else 0,
            sha256=call.sha256 if call is not None else None,
        )

    def _failed(self, entry: AuditEntry, entries: Iterable[AuditEntry]) -> bool:
        """Say whether nothing of a copy left."""
        if entry.case is None or entry.rid is None:
            return False
        kept = self._ledger.copy_of(entry.case)
        return nothing_left(entry.case, entry.rid, entries, kept)


def _typed(asked: ExportCall) -> Paper:
    """Return what was typed for one call, as it came."""
    return Paper(asked.words, asked.file_number, asked.legal_basis, asked.signed_by)


def is_case(text: str) -> bool:
    """Say whether a text can be a case's name."""
    return len(text) == 2 * CASE_BYTES and set(text) <= set("0123456789abcdef")
