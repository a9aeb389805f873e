"""Make what a certificate says, for each reader what is theirs."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from appliance.clock import day_of
from appliance.keeper.audit.entries import ERASURE, OF_ALL
from appliance.keeper.erasure.certificates import REMAINS
from appliance.keeper.erasure.media import copied_to
from appliance.keeper.recordings.certified.kept import CertificateOrder
from appliance.model.certificate import (
    CertifiedErasure,
    ErasedCall,
    ErasedEntry,
    HoldingMedium,
    KeptCall,
)
from appliance.model.proof import ProofReader
from appliance.vault.audit.entries import AuditEntry, decode
from appliance.vault.opening.content import MediumState
from appliance.vault.opening.eraser import Level

EVERY_DAYS = {"day": 1, "week": 7}
"""How often copies are made -> days until the next one."""


@dataclass(frozen=True, slots=True)
class DoneOrder:
    """An order that is carried out, as the audit has it."""

    case: str
    box: str  # fingerprint
    order: CertificateOrder
    entries: Mapping[str, Sequence[AuditEntry]]  # of each recording that is erased, oldest first
    last: AuditEntry  # the order's last ``erased``
    line: str  # its line in the audit, without the newline
    kept: Mapping[ProofReader, Sequence[KeptCall]]
    exported: Collection[ProofReader]  # who may know that a copy was handed out
    recordings: int | None = None  # of everything; None: the order names its calls


def certified(
    done: DoneOrder,
    reader: ProofReader,
    media: Mapping[str, MediumState],
    every: Mapping[bool, str],
    by_hand: int = 0,
) -> CertifiedErasure:
    """Return what is certified to a reader.

    Args:
        done: the order.
        reader: for whom.
        media: as the keyring knows them.
        every: how often copies are made on a server, and otherwise.
        by_hand: days within which the office renews what the box does not; 0: it does not say.
    """
    whole = reader is not ProofReader.CALLER
    level, generation = worst_level(done)
    line = done.line if whole else None
    return CertifiedErasure(
        certificate=1,
        box=done.box,
        id=done.case,
        ordered_at=done.order.ordered_at,
        done_at=done.last.t,
        clock_ok=done.order.clock_ok and done.last.clock_ok,
        controller=done.order.controller,
        contact=done.order.contact,
        ground=done.order.ground,
        by=done.order.by,
        calls=tuple(_erased(done.order.calls, done.entries)),
        everything=done.recordings is not None,
        recordings=done.recordings if whole else None,
        kept=tuple(done.kept.get(reader, ())),
        level=level,
        generation=generation if whole else None,
        media=_media(done, media, every, by_hand),
        holders=(),
        erased=ErasedEntry(hash=entry_hash(done.line), line=line),
        remains=REMAINS[level] + (("exports",) if reader in done.exported else ()),
        reader=reader,
    )


def entry_hash(line: str) -> str:
    """Return the hash that closes a line of the audit."""
    return decode(line.encode() + b"\n").digest


def medium_digest(medium: str) -> str:
    """Return how certificates name a medium."""
    return hashlib.sha256(medium.encode()).hexdigest()


def worst_level(done: DoneOrder) -> tuple[Level, int]:
    """Return the lowest level that a key of the order had, and the keyring's generation."""
    said = [entry.detail or "" for one in done.entries.values() for entry in one if _done(entry)]
    words = {detail.partition(".")[0].upper() for detail in (*said, done.last.detail or "")}
    level: Level = next((known for known in REMAINS if known in words), "E0")
    generation = (done.last.detail or "").partition(".")[2]
    return level, int(generation) if generation.isdigit() else 0


def _done(entry: AuditEntry) -> bool:
    return entry.type == "erased"


def _erased(
    calls: Iterable[ErasedCall], entries: Mapping[str, Sequence[AuditEntry]]
) -> Iterable[ErasedCall]:
    """Yield the calls of which something was erased, with those recordings."""
    for call in calls:
        if rids := tuple(rid for rid in call.rids if rid in entries):
            yield structs.replace(call, rids=rids)


def _media(
    done: DoneOrder, media: Mapping[str, MediumState], every: Mapping[bool, str], by_hand: int
) -> tuple[HoldingMedium, ...]:
    sealed = [entry.seq for one in done.entries.values() for entry in one if entry.type == "sealed"]
    newest = {
        far: max((m.at for m in media.values() if m.far is far), default=0.0) for far in every
    }
    found = []
    for name in copied_to(media, min(sealed, default=0), done.last.seq)[:64]:
        one = media[name]
        own = EVERY_DAYS.get(every[one.far]) if one.at == newest[one.far] else None
        days = own or by_hand
        found.append(
            HoldingMedium(
                kind="server" if one.far else "stick",
                id=medium_digest(name),
                last=day_of(one.at) if one.number else None,
                next=day_of(done.last.t) + days if days and not one.waits else None,
            )
        )
    return tuple(found)


def last_step(entries: Sequence[AuditEntry]) -> AuditEntry | None:
    """Return the entry that says how far a recording's erasure came.

    An erasure of everything takes nothing with it that was erased before.
    """
    last: AuditEntry | None = None
    for one in entries:
        gone = last is not None and last.type == "erased"
        if one.type in ERASURE or (one.type in OF_ALL and not gone):
            last = one
    return last
