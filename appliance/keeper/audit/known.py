"""Collect what the audit knows about recordings, for their verdicts."""

from collections.abc import Iterable
from dataclasses import replace

from appliance.keeper.audit.entries import ATTESTED, ERASURE, AuditEntry
from appliance.vault.opening.verdicts import AuditFacts


def known_recordings(entries: Iterable[AuditEntry]) -> dict[str, AuditFacts]:
    """Map each recording named in the entries, oldest first, to what the audit knows of it."""
    known: dict[str, AuditFacts] = {}
    for entry in entries:
        if entry.rid is None:
            continue
        before = known.get(entry.rid, AuditFacts())
        if entry.type == "sealed":
            known[entry.rid] = replace(
                before,
                sealed_frames=entry.frames,
                sealed_sha256=entry.sha256,
                sealed_head=entry.head,
                origin=entry.origin,
            )
        elif entry.type == ATTESTED:
            known[entry.rid] = replace(before, origin=entry.origin)
        elif entry.type in ERASURE:
            known[entry.rid] = replace(
                before, erasing=entry.type == "erasing", erased=entry.type == "erased"
            )
    return known
