"""Collect what the audit knows about recordings, for their verdicts."""

from collections.abc import Iterable
from dataclasses import replace

from appliance.keeper.audit.entries import (
    ATTESTED,
    ERASED_ALL,
    ERASING_ALL,
    ERASURE,
    FAILED,
    OF_ALL,
)
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.verdicts import AuditFacts


def known_recordings(entries: Iterable[AuditEntry]) -> dict[str, AuditFacts]:
    """Map each recording named in the entries, oldest first, to what the audit knows of it."""
    known: dict[str, AuditFacts] = {}
    going: list[str] = []  # what an erasure of everything takes with it
    for entry in entries:
        if entry.type in OF_ALL:
            going = _of_all(entry, known, going)
        elif entry.rid is not None:
            _of_one(entry, entry.rid, known)
    return known


def failures(entries: Iterable[AuditEntry]) -> dict[int, AuditEntry]:
    """Return, by the number of an act's entry, the entry that says that this very act failed.

    One that names no act says nothing about any: the act is taken as done.
    """
    return {entry.of: entry for entry in entries if entry.type == FAILED and entry.of is not None}


def _of_all(entry: AuditEntry, known: dict[str, AuditFacts], going: list[str]) -> list[str]:
    """Note that everything sealed so far goes, or has gone; return what is going."""
    if entry.type == ERASING_ALL:
        for rid, facts in known.items():
            known[rid] = replace(facts, erasing=True)
        return list(known)
    if entry.type == ERASED_ALL:
        for rid in going:
            known[rid] = replace(known[rid], erasing=False, erased=True)
    return []


def _of_one(entry: AuditEntry, rid: str, known: dict[str, AuditFacts]) -> None:
    before = known.get(rid, AuditFacts())
    if entry.type == "sealed":
        known[rid] = replace(
            before,
            sealed_frames=entry.frames,
            sealed_sha256=entry.sha256,
            sealed_head=entry.head,
            origin=entry.origin,
        )
    elif entry.type == ATTESTED:
        known[rid] = replace(before, origin=entry.origin)
    elif entry.type in ERASURE:
        known[rid] = replace(before, erasing=entry.type == "erasing", erased=entry.type == "erased")
