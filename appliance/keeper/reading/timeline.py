"""Lay the recordings of one call out on the time of the call.

A call has several recordings if the far party changed and was asked again, or if writing failed
and went on in another file. Each names its first sample's distance from the off-hook. One that
continues another after a fault counts its samples on from that one's first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec import Struct

from appliance.model.audio import RATE
from appliance.model.records import CallMeta
from appliance.vault.format import MOST_SAMPLES


class PlaceInCall(Struct, frozen=True):
    """Where a recording says that it belongs in its call."""

    at_ms: int  # of its first sample, from the off-hook
    predecessor: str | None

    @classmethod
    def of(cls, meta: CallMeta) -> "PlaceInCall":
        """Return the place that a recording's META names."""
        return cls(meta.recording_at_ms, meta.predecessor)


@dataclass(frozen=True, slots=True)
class TimelineRecording:
    """A recording to be laid out."""

    recording: str
    place: PlaceInCall
    samples: int
    channels: int


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """A recording on the time of its call."""

    recording: str
    begins: int  # sample of the call
    skip: int  # samples at the file's beginning that stand for the recording before it
    samples: int  # behind those
    channels: int

    @property
    def end(self) -> int:
        """Return the call's first sample behind it."""
        return self.begins + self.samples


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the call's sound: of one part, or of a gap."""

    part: TimelinePart | None
    sample: int  # of the part's file
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The parts of a call, one after the other."""

    parts: tuple[TimelinePart, ...]

    @property
    def samples(self) -> int:
        """Return the call's length, from its first recorded sample to its last."""
        return self.parts[-1].end

    @property
    def channels(self) -> int:
        """Return the most channels of any part."""
        return max(part.channels for part in self.parts)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Return what lies between the parts: first sample, samples."""
        found, at = [], 0
        for part in self.parts:
            if part.begins > at:
                found.append((at, part.begins - at))
            at = part.end
        return tuple(found)

    def stretches(self, start: int, count: int) -> Iterator[Stretch]:
        """Yield the pieces of a range that lies within the call, in order."""
        at, end = start, start + count
        for part in self.parts:
            if at < part.begins and at < end:
                silence = min(part.begins, end) - at
                yield Stretch(None, 0, silence)
                at += silence
            if part.begins <= at < min(part.end, end):
                sound = min(part.end, end) - at
                yield Stretch(part, part.skip + at - part.begins, sound)
                at += sound


def lay_out(recorded: Sequence[TimelineRecording]) -> Timeline:
    """Lay a call's recordings out; the first is where the call's sound begins.

    A place that cannot be, before the end of the part before or beyond the longest recording,
    counts as right behind that part, and what would reach beyond is left out.

    Args:
        recorded: at least one, in the order in which they were recorded.
    """
    began = recorded[0].place.at_ms
    bases: dict[str, int] = {}  # recording -> the call's sample at its file's first
    ends: dict[str, int] = {}  # recording -> its file's samples
    parts: list[TimelinePart] = []
    for one in recorded:
        before = one.place.predecessor or ""
        base = bases.get(before, (one.place.at_ms - began) * RATE // 1000)
        skip = min(ends.get(before, 0), one.samples)
        at = parts[-1].end if parts else 0
        samples = min(one.samples - skip, MOST_SAMPLES - at)
        begins = base + skip
        if not at <= begins <= MOST_SAMPLES - samples:
            begins = at
        parts.append(TimelinePart(one.recording, begins, skip, samples, one.channels))
        bases[one.recording], ends[one.recording] = begins - skip, one.samples
    return Timeline(tuple(parts))
