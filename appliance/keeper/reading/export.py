"""Export a call as one sound file, piece by piece, at its true length."""

from collections.abc import Iterator, Mapping, Sequence

from appliance.clock import local_minute
from appliance.keeper.reading.protocol import Format
from appliance.keeper.reading.reading import Reading
from appliance.keeper.reading.timeline import PlaceInCall
from appliance.link.requests.calls import ExportPiece
from appliance.model.records import CallRecord, Unreal, least_real
from appliance.model.sentences.heard import UNREAL_FILES
from appliance.vault.opening.verdicts import AuditFacts

_CONTENT = {"wav": "audio/wav", "flac": "audio/flac"}


def export(
    reading: Reading, calls: Sequence[CallRecord], known: Mapping[str, AuditFacts], form: Format
) -> Iterator[tuple[ExportPiece, bytes] | None]:
    """Yield the whole sound, 16-bit PCM of 8 kHz, as the pieces of a WAV or FLAC file.

    None stands for a moment in which no bytes came. Closing the iterator ends the work at once.

    Args:
        reading: the reading child.
        calls: the call's recordings, in its order; what lies between them is silence.
        known: what the audit says of each.
        form: of the file.

    Raises:
        Refused: ``locked``.
        Tampered: one is not the file that was sealed.
        KeyLost, FileFormatError, VaultError: as ``Reading.summary``.
    """
    places = [(one.recording, PlaceInCall.of(one.meta), known[one.recording]) for one in calls]
    begun = reading.begin_export(places, form)
    name, at = filename(calls, form), 0
    try:
        last = False
        while not last:
            last, raw = reading.next_piece(begun.export)
            if raw:
                yield ExportPiece(at, begun.total, _CONTENT[form], name), raw
            elif not last:
                yield None
            at += len(raw)
    finally:
        reading.end_export(begun.export)


def filename(calls: Sequence[CallRecord], form: Format) -> str:
    """Return a file name with the call's time and nothing about the caller."""
    first, unreal = calls[0], least_real(one.unreal for one in calls)
    return f"{named_by_time(first.meta.started_at, first.recording, unreal)}.{form}"


def named_by_time(started_at: float, recording: str, unreal: Unreal) -> str:
    """Return how the files of a call are named, before the dot: first if it was no real one."""
    day, clock, *zone = local_minute(started_at).split()
    when = "-".join([day, clock.replace(":", ""), *zone])
    return f"{UNREAL_FILES[unreal]}{when}-{recording[:8]}"
