"""Compare the audit with the shards, and put back what a shard lost.

A shard can lose its newest records: to a bad sector in both copies, or to an older copy that
was put back. A take-up is then done again from its file, a hold is set again, and what was taken
back is. A key that is gone cannot come back: the recordings concerned are told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from appliance.clock import day_of
from appliance.keeper.audit.entries import ERASED_ALL, ERASING_ALL, ERASURE, FAILED, Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.recordings.endings import with_endings
from appliance.keeper.recordings.intake import Intake
from appliance.keeper.storage.ledger import Ledger
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring

_FEW = 64
"""Recordings up to which each is looked for by itself."""


@dataclass(frozen=True, slots=True)
class AuditWord:
    """What the audit says of a recording that it does not call erased."""

    sealed: float  # UTC
    held: bool | None = None  # None: never held
    before: bool | None = None  # held, before the newest act on it
    act: int = 0  # the number of that act's entry


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """What a comparison found."""

    lost: tuple[tuple[str, int], ...] = ()  # recordings without a key, each with the day it has
    put_back: int = 0  # recordings whose state was put right
    differ: tuple[str, ...] = ()  # recordings whose hold a person has to look at


class Comparison:
    """The audit against the shards, at boot and once a day."""

    def __init__(self, keyring: Keyring, audit: AuditLog, ledger: Ledger, intake: Intake) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._intake = intake
        self.found = ComparisonResult()
        """What the last comparison found."""

    def at_boot(self) -> None:
        """Compare what may be wrong: everything if a shard is lost, older than it was, or short.

        Raises:
            VaultError: something could not be put right.
        """
        if self._keyring.mended:
            mended = Act(type="shards_mended", actor=KEEPER, count=self._keyring.mended)
            self._audit.append_many([mended])
        doubtful = self._keyring.needs_comparing
        said = self._living(self._audit.entries() if doubtful else self._audit.unsettled())
        entries = self._entries(said)
        holds, differ = self._holds(said, entries)
        again = [rid for rid, entry in entries.items() if entry.due_day is None]
        self._intake.note_on_record(again)
        # A power cut between an entry and its take-up is nothing that was lost.
        fresh = holds | self._ended({**entries, **holds})
        put_back = len(fresh.keys() | set(again if doubtful else ()))
        self._note(ComparisonResult(_lost(said, entries), put_back, differ))
        if fresh:
            self._keyring.change(fresh, lambda rid, entry: fresh[rid])

    def whole(self) -> None:
        """Compare everything and change nothing: an office may be at work.

        Raises:
            VaultError: the audit could not be written.
        """
        said = self._living(self._audit.entries())
        entries = self._entries(said)
        holds, differ = self._holds(said, entries)
        held = tuple(dict.fromkeys([*holds, *differ]))
        self._note(ComparisonResult(_lost(said, entries), self.found.put_back, held))

    def _living(self, entries: Iterable[AuditEntry]) -> dict[str, AuditWord]:
        order = self._keyring.content.erase_all
        return living(entries, all_gone=order is not None and order.stage == "erasing")

    def _note(self, found: ComparisonResult) -> None:
        """Keep what was found, and put on record what is new."""
        before, self.found = self.found, found
        acts = [("keys_lost", len(found.lost), len(before.lost))]
        acts.append(("taken_up_again", found.put_back, before.put_back))
        self._audit.append_many(
            [Act(type=type, actor=KEEPER, count=now) for type, now, then in acts if now > then]
        )

    def _entries(self, said: Mapping[str, AuditWord]) -> dict[str, RecordingEntry]:
        """Return the entries of those that have a key."""
        if len(said) <= _FEW:
            found = {rid: self._keyring.get(rid) for rid in said}
            return {rid: entry for rid, entry in found.items() if entry is not None}
        there = {rid: RecordingEntry() for rid in self._keyring.unused()}
        there.update(self._keyring.taken_up())
        return {rid: there[rid] for rid in said if rid in there}

    def _holds(
        self, said: Mapping[str, AuditWord], entries: Mapping[str, RecordingEntry]
    ) -> tuple[dict[str, RecordingEntry], tuple[str, ...]]:
        """Return the holds to be set again, and the recordings that a person has to look at.

        A hold that was lost is set again with its words. One that has none never came about: the
        words are stored before it. One that was lifted and is still there is a person's to lift.
        """
        again, differ = {}, []
        for rid, entry in entries.items():
            held = said[rid].held
            if held is None or held == entry.held:
                continue
            words = self._ledger.hold_of(rid)
            if held and words is not None:
                review = _day(words.review)
                again[rid] = structs.replace(entry, held=True, review_day=review)
            else:
                differ.append(rid)
        return again, tuple(differ)

    def _ended(self, entries: Mapping[str, RecordingEntry]) -> dict[str, RecordingEntry]:
        """Return the entries that lack what the ledger says was taken back, with it.

        The ledger alone decides: only the act writes there, and in doubt nobody listens.
        """
        found = {one.recording: one for one in self._ledger.endings() if one.recording in entries}
        fresh = {rid: with_endings(entries[rid], known) for rid, known in found.items()}
        return {rid: entry for rid, entry in fresh.items() if entry != entries[rid]}


def _lost(
    said: Mapping[str, AuditWord], entries: Mapping[str, RecordingEntry]
) -> tuple[tuple[str, int], ...]:
    return tuple((rid, day_of(known.sealed)) for rid, known in said.items() if rid not in entries)


def living(entries: Iterable[AuditEntry], *, all_gone: bool = False) -> dict[str, AuditWord]:
    """Return what the audit says of each recording that was sealed and not erased since.

    Args:
        entries: of the audit, oldest first.
        all_gone: an erasure of everything has taken its keys and is not finished.
    """
    said: dict[str, AuditWord] = {}
    going: list[str] = []
    for entry in entries:
        if entry.type == ERASING_ALL:
            going = list(said)
        elif entry.type == ERASED_ALL:
            for rid in going:
                said.pop(rid, None)
            going = []
        elif entry.rid is not None:
            _follow(said, entry.rid, entry)
    for rid in going if all_gone else ():
        said.pop(rid, None)
    return said


def _follow(said: dict[str, AuditWord], rid: str, entry: AuditEntry) -> None:
    if entry.type == "sealed":
        said.setdefault(rid, AuditWord(entry.t))
    elif entry.type in ERASURE:
        said.pop(rid, None)  # a failed one is tried again, and may be half done
    elif rid in said:
        said[rid] = _next(said[rid], entry)


def _next(known: AuditWord, entry: AuditEntry) -> AuditWord:
    if entry.type in {"held", "hold_released"}:
        return AuditWord(known.sealed, entry.type == "held", known.held, entry.seq)
    if entry.type == FAILED and known.act and entry.of == known.act:
        return AuditWord(known.sealed, known.before, known.before)  # it did not come to that
    return known


def _day(review: str) -> int:
    return date.fromisoformat(review).toordinal() - date(1970, 1, 1).toordinal()
