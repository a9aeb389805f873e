"""Lay the marks of a call out on the time of its sound, and name each.

A caller agrees before anything is recorded, so a consent stands where the recording begins that it
allows, with how long before that the key was pressed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext

from appliance.link.requests.calls import CallDetail, CallPart
from appliance.model.records import SAMPLE_RATE, CallRecord, Purposes, Reason, RecordingMark
from web.words import formats, words

Kind = Literal["consent", "key", "pause", "party", "gap", "withdrawn"]

KINDS: dict[str, Kind] = {
    "pause": "pause",
    "resume": "pause",
    "blank": "key",
    "gap": "gap",
    "withdrawn": "withdrawn",
}
"""Kind of a mark that is sealed -> as it is drawn."""


@dataclass(frozen=True, slots=True)
class SoundMark:
    """A place in a call's sound."""

    at: float  # seconds from the call's first recorded sample
    kind: Kind
    name: str
    seconds: float = 0.0
    purposes: Purposes = ()


def sound_marks(detail: CallDetail) -> list[SoundMark]:
    """Return what stands in a call's sound, in the order of time."""
    found = [
        *_of_parts(detail),
        *map(_sealed, _whole_keys(detail.marks)),
        *_missing(detail.gaps, gettext("Not recorded")),
        *_missing(detail.holes, str(words.MARKS["gap"])),
    ]
    return sorted(found, key=lambda mark: mark.at)


def _of_parts(detail: CallDetail) -> Iterator[SoundMark]:
    """Yield the consents, and where a recording ends since there may be another party."""
    for call, begins, seconds in _parts(detail.call, detail.parts):
        consent = _consent(call, begins)
        if consent is not None:
            yield consent
        if call.ended == Reason.FAR_CHANGED:
            said = gettext("Recording stopped: %(why)s", why=words.reason(call.ended))
            yield SoundMark(begins + seconds, "party", said)


def _parts(
    call: CallRecord, parts: tuple[CallPart, ...]
) -> Iterator[tuple[CallRecord, float, float]]:
    if not parts:
        yield call, 0.0, call.seconds
    for part in parts:
        yield part.call, part.begins, part.seconds


def _consent(call: CallRecord, begins: float) -> SoundMark | None:
    """Return the consent by which a recording began; a continuation has none of its own."""
    receipt, meta = call.receipt, call.meta
    if receipt is None or receipt.outcome != "agreed" or meta.predecessor is not None:
        return None
    pressed = receipt.key_at_ms
    if pressed is None or pressed > meta.recording_at_ms:
        said = gettext("The caller agreed with key %(key)s", key=receipt.key)
    else:
        said = gettext(
            "The caller agreed with key %(key)s, %(seconds)s s before the recording began",
            key=receipt.key,
            seconds=formats.figure((meta.recording_at_ms - pressed) / 1000),
        )
    return SoundMark(begins, "consent", said, purposes=receipt.purposes)


def _whole_keys(marks: tuple[RecordingMark, ...]) -> list[RecordingMark]:
    """Return the marks without those of a key that is still held: its end marks it whole."""
    keys = [mark for mark in marks if mark.kind == "blank"]
    return [mark for mark in marks if not any(_is_within(mark, key) for key in keys)]


def _is_within(mark: RecordingMark, key: RecordingMark) -> bool:
    ends, end = mark.sample + mark.samples, key.sample + key.samples
    shorter = mark.samples < key.samples
    return mark.kind == "blank" and shorter and key.sample <= mark.sample and ends <= end


def _sealed(mark: RecordingMark) -> SoundMark:
    said = str(words.MARKS[mark.kind])
    at, seconds = mark.sample / SAMPLE_RATE, mark.samples / SAMPLE_RATE
    return SoundMark(at, KINDS[mark.kind], said, seconds, mark.purposes)


def _missing(stretches: tuple[tuple[int, int], ...], name: str) -> Iterator[SoundMark]:
    for start, count in stretches:
        yield SoundMark(start / SAMPLE_RATE, "gap", name, count / SAMPLE_RATE)
