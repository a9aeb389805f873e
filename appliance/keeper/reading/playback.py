"""Play recordings by byte ranges of a WAV that is never stored."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from appliance.errors import Refused
from appliance.keeper.reading.reading import Reading
from appliance.keeper.reading.wav import Wav
from appliance.link.requests.calls import Opened, Range
from appliance.model.audio import RATE
from appliance.vault.opening.verdicts import AuditFacts

MOST_BYTES = 2**20
"""Bytes per request: a minute of one channel."""

MOST_OPEN = 256
"""Playbacks at once; one more ends the least recently read."""


@dataclass(frozen=True, slots=True)
class _Playback:
    recording: str
    session: str
    known: AuditFacts
    wav: Wav


class Playbacks:
    """The open playbacks. Threads may share them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._open: OrderedDict[str, _Playback] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, recording: str, session: str, known: AuditFacts) -> Opened:
        """Open a playback of a recording that passes the checks; raises as ``Reading.open_sound``.

        Args:
            recording: its name.
            session: of whoever listens.
            known: what the audit says about it.
        """
        shape = self._reading.open_sound(recording, known)
        wav = Wav(shape.channels, shape.samples)
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._open[name] = _Playback(recording, session, known, wav)
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return Opened(name, wav.total, round(wav.samples / RATE, 3))

    def read(self, name: str, session: str, start: int, length: int) -> tuple[Range, bytes]:
        """Return a range of a playback's WAV, at most ``MOST_BYTES`` of it.

        Raises:
            Refused: ``not_found``: not open in this session; ``invalid``: no such range;
                ``locked``.
            Tampered: the recording was changed since it was sealed.
        """
        playback = self._find(name, session)
        total = playback.wav.total
        if not 0 <= start < total or length < 1:
            raise Refused("invalid", f"There is no such range: the file has {total} bytes.")
        span = playback.wav.span(start, min(length, MOST_BYTES))
        sound = b""
        if span.count:
            sound = self._reading.sound(playback.recording, playback.known, span.start, span.count)
        raw = span.header + sound[span.skip : span.skip + span.length]
        return Range(start, len(raw), total), raw

    def recording_of(self, name: str, session: str) -> str:
        """Return the recording of a playback; raises Refused (``not_found``)."""
        return self._find(name, session).recording

    def _find(self, name: str, session: str) -> _Playback:
        with self._lock:
            playback = self._open.get(name)
            if playback is None or playback.session != session:
                raise Refused("not_found", "This playback is over; open it again.")
            self._open.move_to_end(name)
            return playback

    def drop(self, recording: str) -> None:
        """End every playback of a recording."""
        with self._lock:
            for name in [n for n, one in self._open.items() if one.recording == recording]:
                del self._open[name]

    def close_all(self) -> None:
        """End every playback: the box is locked."""
        with self._lock:
            self._open.clear()
