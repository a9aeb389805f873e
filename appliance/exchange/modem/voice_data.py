"""Play and record the voice of a modem, with a small buffer, and codes between the voice."""

from enum import Enum

import numpy as np

from appliance.exchange.modem.formats import Coding, make_codec
from appliance.exchange.modem.voice_stream import CAN, ETX, HostStream, code, shielded
from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.pcm import Wave, to_sound

BUFFER = RATE // 2
"""Samples that a modem holds before they are played."""

_ABORT = ord("!")
_END_BOTH = ord("^")
_STEP = 2.0 ** (1 / 4)
"""Of the volume, at each ``u`` and ``d``: 1.5 dB."""


class VoiceFlow(Enum):
    """Which way voice goes."""

    PLAY = "+VTX"
    RECORD = "+VRX"
    BOTH = "+VTR"

    @property
    def plays(self) -> bool:
        """Return whether the host sends voice."""
        return self is not VoiceFlow.RECORD

    @property
    def records(self) -> bool:
        """Return whether the modem sends voice."""
        return self is not VoiceFlow.PLAY


class VoiceData:
    """The voice of one ``+VTX``, ``+VRX`` or ``+VTR``, from its CONNECT to its end."""

    def __init__(self, flow: VoiceFlow, coding: Coding, dles: int, *, drops: bool) -> None:
        """Begin with an empty buffer.

        Args:
            flow: which way.
            coding: of both ways.
            dles: that must precede a code of the host.
            drops: without flow control, what does not fit is lost.
        """
        self.flow = flow
        self.over = False
        self._stream = HostStream(dles)
        self._to_line, self._to_host = make_codec(coding), make_codec(coding)
        self._drops = drops
        self._waiting: Sound = np.zeros(0, np.int16)
        self.ending = False
        self._begun = self._paused = self._starved = False
        self._volume = 1.0

    @property
    def room(self) -> int:
        """Return how many samples fit into the buffer."""
        return max(0, BUFFER - self._waiting.size)

    def take(self, data: bytes) -> tuple[list[str], bytes]:
        """Take bytes of the host; return events, and the rest after the end of the stream."""
        events: list[str] = []
        for piece, place in self._stream.pieces(data):
            if isinstance(piece, bytes):
                events += self._queue(piece)
            else:
                self._obey(piece)
                if self.over or self.ending:
                    return events, data[place:]
        return events, b""

    def _queue(self, voice: bytes) -> list[str]:
        if not self.flow.plays:
            return []
        sound = self._to_line.decode(voice)
        self._begun, self._starved = True, False
        lost = self._drops and sound.size > self.room
        self._waiting = np.concatenate((self._waiting, sound[: self.room] if lost else sound))
        return ["o"] if lost else []

    def _obey(self, letter: int) -> None:
        if letter == CAN:
            self._waiting = self._waiting[:0]
        elif letter == ETX and self.flow is VoiceFlow.PLAY:
            self.ending = True
        elif letter in {_ABORT, _END_BOTH} and self.flow.records:
            self.over = True
        elif letter in b"ud":
            self._volume *= _STEP if letter == ord("u") else 1 / _STEP
        elif letter in b"pr":
            self._paused = letter == ord("p")

    def play(self) -> tuple[Wave | None, list[str]]:
        """Return the next 20 ms for the line, and events."""
        if self.ending and not self._waiting.size:
            self.over = True
            return None, []
        if not self.flow.plays or self._paused:
            return None, []
        part, self._waiting = self._waiting[:FRAME], self._waiting[FRAME:]
        starves = self._begun and not self.ending and part.size < FRAME and not self._starved
        self._starved = self._starved or starves
        wave: Wave = np.zeros(FRAME)
        wave[: part.size] = part * self._volume
        return wave if part.size else None, ["u"] if starves else []

    def record(self, sound: Wave) -> bytes:
        """Return 20 ms of the line as the modem sends them."""
        if not self.flow.records or self.over:
            return b""
        return shielded(self._to_host.encode(to_sound(sound)))

    def farewell(self) -> bytes:
        """Return what the modem sends at the end of its own voice, before its result."""
        return code(ETX) if self.flow.records else b""
