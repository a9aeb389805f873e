"""Put together what is shown of a call with all its recordings."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.handlers.audit import audit_line
from appliance.keeper.reading.protocol import Assessment
from appliance.keeper.reading.timeline import Timeline, TimelinePart
from appliance.keeper.recordings.parts import joined, timeline
from appliance.link.requests import calls as ask
from appliance.link.requests.audit import AuditLine
from appliance.model.audio import RATE
from appliance.model.records import CallRecord, Origin, RecordingMark
from appliance.vault.audit.entries import AuditEntry

_OF_THE_FILE = frozenset({"sealed", "attested", "withdrawal_void", "failed", "erase_failed"})
"""Audit entries that are about one recording; the others, and the
failures of their acts, name each of a call."""

_STATES = ("erased", "erasing", "failed")
"""Of certificates, the worst last."""


def detail(
    parts: Sequence[CallRecord],
    found: Mapping[str, Assessment],
    *,
    purposes: Mapping[str, tuple[str, ...]],
    bytes_on_disk: int,
    audit: tuple[AuditLine, ...],
    others: Collection[str],
) -> ask.CallDetail:
    """Return everything about a call but its sound.

    Args:
        parts: its recordings that can be read, in the order of the call.
        found: what each is found to be, by its name.
        purposes: those still open, of each.
        bytes_on_disk: of all.
        audit: what was done with it.
        others: its recordings that cannot be read.
    """
    line = timeline(parts)
    first = found[parts[0].recording]
    origins = {found[part.recording].origin for part in parts}
    return ask.CallDetail(
        call=joined(parts),
        open_purposes=tuple(dict.fromkeys(p for part in parts for p in purposes[part.recording])),
        marks=tuple(
            _later(mark, part) for part in line.parts for mark in found[part.recording].marks
        ),
        holes=tuple(
            (start + part.begins - part.skip, count)
            for part in line.parts
            for start, count in found[part.recording].holes
        ),
        bytes_on_disk=bytes_on_disk,
        audit=audit,
        origin=Origin.ATTESTED if origins == {Origin.ATTESTED} else Origin.NOT_ATTESTED,
        rule=first.rule,
        parts=_several(parts, line, found, purposes),
        gaps=line.gaps,
        unreadable=tuple(sorted(others)),
    )


def _several(
    parts: Sequence[CallRecord],
    line: Timeline,
    found: Mapping[str, Assessment],
    purposes: Mapping[str, tuple[str, ...]],
) -> tuple[ask.CallPart, ...]:
    if len(parts) == 1:
        return ()
    return tuple(
        ask.CallPart(
            call=call,
            begins=round(part.begins / RATE, 3),
            seconds=round(part.samples / RATE, 3),
            open_purposes=purposes[call.recording],
            origin=found[call.recording].origin,
        )
        for call, part in zip(parts, line.parts, strict=True)
    )


def _later(mark: RecordingMark, part: TimelinePart) -> RecordingMark:
    """Return a mark as it stands on the call's time."""
    if part.begins == part.skip:
        return mark
    sample = min(max(mark.sample + part.begins - part.skip, 0), part.end)
    return structs.replace(mark, sample=sample)


def trail(entries: Sequence[Sequence[AuditEntry]]) -> tuple[AuditLine, ...]:
    """Return what was done with a call, newest first: an act on all recordings once.

    Args:
        entries: of each recording, the first one's first.
    """
    of_all, *rest = entries
    lines = [*of_all, *(e for one in rest for e in one if _is_of_the_file(e))]
    newest = sorted(lines, key=lambda entry: entry.seq, reverse=True)
    return tuple(audit_line(entry) for entry in newest)


def _is_of_the_file(entry: AuditEntry) -> bool:
    return entry.type in _OF_THE_FILE and entry.of is None


def tampered(at: int, parts: Sequence[CallRecord]) -> Refused:
    """Return the refusal of a call one of whose recordings is not the one that was sealed."""
    if len(parts) == 1:
        return Refused("tampered")
    return Refused("part_tampered", part=at + 1, parts=len(parts))


def whole_certificate(
    made: ask.ErasureCertificate, others: Iterable[ask.ErasureCertificate]
) -> ask.ErasureCertificate:
    """Return a certificate that is as good as the worst of those erased together."""
    all_of_them = [made, *others]
    worst = max(all_of_them, key=lambda one: _STATES.index(one.state))
    remains = dict.fromkeys(what for one in all_of_them for what in one.remains)
    return structs.replace(
        made,
        state=worst.state,
        level=min(one.level for one in all_of_them),
        at=max(one.at for one in all_of_them),
        remains=tuple(remains),
        faults=worst.faults,
        others=tuple(one.recording for one in all_of_them[1:]),
    )
