"""Play calls by byte ranges of a WAV that is never stored."""

import secrets
import threading
from array import array
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from appliance.errors import Refused
from appliance.keeper.people.sessions import Caller
from appliance.keeper.reading.pace import UNIT, ListeningPace, SoundUnit
from appliance.keeper.reading.reading import Reading
from appliance.keeper.reading.timeline import (
    PlaceInCall,
    Stretch,
    Timeline,
    TimelineRecording,
    lay_out,
)
from appliance.keeper.reading.wav import Span, Wav
from appliance.link.requests.calls import PlaybackHandle, Range
from appliance.model.audio import RATE
from appliance.model.records import CallRecord
from appliance.vault.opening.verdicts import AuditFacts

MOST_BYTES = 2**20
"""Bytes per request: a minute of one channel."""

MOST_OPEN = 256
"""Playbacks at once; one more ends the least recently read."""


@dataclass(frozen=True, slots=True)
class _Playback:
    recording: str  # by which it was asked for
    call: str
    listener: str
    session: str
    known: Mapping[str, AuditFacts]  # of each part that is heard
    timeline: Timeline
    wav: Wav


class Playbacks:
    """The open playbacks. Threads may share them."""

    def __init__(self, reading: Reading, pace: ListeningPace) -> None:
        self._reading, self._pace = reading, pace
        self._open: OrderedDict[str, _Playback] = OrderedDict()
        self._lock = threading.Lock()

    def open(
        self, calls: Sequence[CallRecord], who: Caller, known: Mapping[str, AuditFacts]
    ) -> PlaybackHandle:
        """Open a playback of a call that passes the checks; raises as ``Reading.open_sound``.

        Args:
            calls: the call's recordings, in its order.
            who: the listener.
            known: what the audit says about each that may be heard; the others are silent.
        """
        recorded = []
        for call in calls:
            rid, place = call.recording, PlaceInCall.of(call.meta)
            if rid in known:
                shape = self._reading.open_sound(rid, known[rid])
                recorded.append(TimelineRecording(rid, place, shape.samples, shape.channels))
            else:
                samples = round(call.seconds * RATE)
                recorded.append(TimelineRecording(rid, place, samples, len(call.meta.sides)))
        timeline = lay_out(recorded)
        wav = Wav(timeline.channels, timeline.samples)
        name = secrets.token_urlsafe(16)
        with self._lock:
            heard = next(call for call in calls if call.recording in known)
            asked = heard.recording, heard.meta.call
            self._open[name] = _Playback(*asked, who.operator, who.session, known, timeline, wav)
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return PlaybackHandle(name, wav.total, round(wav.samples / RATE, 3))

    def read(self, name: str, session: str, start: int, length: int) -> tuple[Range, bytes]:
        """Return a range of a playback's WAV, at most ``MOST_BYTES`` of it and as the pace allows.

        Raises:
            Refused: ``playback_over``: not open in this session; ``no_range``;
                ``locked``; ``sound_ahead``: too fast for ears.
            Tampered: the recording was changed since it was sealed.
        """
        playback = self._find(name, session)
        total = playback.wav.total
        if not 0 <= start < total or length < 1:
            raise Refused("no_range", total=total)
        span = self._in_time(playback, start, min(length, MOST_BYTES))
        sound = b""
        for stretch in playback.timeline.stretches(span.start, span.count):
            sound += self._sound(playback, stretch)
        raw = span.header + sound[span.skip : span.skip + span.length]
        return Range(start, len(raw), total), raw

    def _in_time(self, playback: _Playback, start: int, length: int) -> Span:
        """Return the span of a range, or of as much of it as the pace allows."""
        span = playback.wav.span(start, length)
        units, ends = _units(playback, span)
        taken = self._pace.take(playback.listener, playback.call, units)
        if taken == len(units):
            return span
        kept = ends[taken - 1] * 2 * playback.wav.channels - span.skip
        return playback.wav.span(start, len(span.header) + kept)

    def _sound(self, playback: _Playback, stretch: Stretch) -> bytes:
        """Return the samples of a stretch in all channels of the playback."""
        part, channels = stretch.part, playback.wav.channels
        if part is None or part.recording not in playback.known:
            return bytes(2 * channels * stretch.count)
        known = playback.known[part.recording]
        sound = self._reading.sound(part.recording, known, stretch.sample, stretch.count)
        if part.channels == channels:
            return sound
        both, one = array("h", bytes(2 * len(sound))), array("h", sound)
        both[0::2] = both[1::2] = one  # the same in both, whatever the byte order
        return both.tobytes()

    def recording_of(self, name: str, session: str) -> str:
        """Return the recording by which a playback was opened; raises Refused."""
        return self._find(name, session).recording

    def _find(self, name: str, session: str) -> _Playback:
        with self._lock:
            playback = self._open.get(name)
            if playback is None or playback.session != session:
                raise Refused("playback_over")
            self._open.move_to_end(name)
            return playback

    def drop(self, recordings: Collection[str], session: str = "") -> None:
        """End every playback of some recordings, or those of one session."""
        with self._lock:
            gone = {
                n
                for n, one in self._open.items()
                if session in {"", one.session} and not one.known.keys().isdisjoint(recordings)
            }
            for name in gone:
                del self._open[name]

    def close_all(self) -> None:
        """End every playback: the box is locked."""
        with self._lock:
            self._open.clear()


def _units(playback: _Playback, span: Span) -> tuple[list[SoundUnit], list[int]]:
    """Return the units of sound that a span touches, and the samples of it up to each's end.

    What stays silent belongs to no recording's sound, and is given with what follows.
    """
    units: list[SoundUnit] = []
    ends: list[int] = []
    at = 0
    for stretch in playback.timeline.stretches(span.start, span.count):
        if stretch.part is not None and stretch.part.recording in playback.known:
            last = stretch.sample + stretch.count
            for number in range(stretch.sample // UNIT, -(-last // UNIT)):
                units.append((stretch.part.recording, number))
                ends.append(at + min((number + 1) * UNIT, last) - stretch.sample)
        at += stretch.count
    return units, ends
