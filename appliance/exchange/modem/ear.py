"""Hear keys, tones and silence on the line, as a voice modem does by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from appliance.model.audio import FRAME, RATE
from appliance.model.terms import Tone
from appliance.signals.dtmf.detector import Digit, DtmfDetector, KeyDown
from appliance.signals.goertzel import History
from appliance.signals.levels import NoiseFloor, VoiceDetector, without_hum
from appliance.signals.pcm import Wave
from appliance.signals.progress.detector import ProgressDetector, ToneFound

_TONES: Mapping[Tone, str] = {
    Tone.DIAL: "d",
    Tone.RINGBACK: "r",
    Tone.BUSY: "b",
    Tone.CONGESTION: "K",
    Tone.SIT: "J",
    Tone.CALL_WAITING: "w",
    Tone.FAX_CNG: "c",
    Tone.DATA_CALLING: "e",
    Tone.ANSWER: "a",
    Tone.DATA_ANSWER: "f",
}
"""Tone -> code of V.253; one that is not here is not reported."""

_AGAIN = RATE * 70 // 1000
"""A key that is held is told again so often, between its start and its end."""

_KEY_START = ord("/")


@dataclass(slots=True)
class Ear:
    """What a modem hears while it is off-hook."""

    country: str
    bracketed: bool  # a key is told by its start, its digits and its end
    key_end: int
    _keys: DtmfDetector = field(init=False)
    _tones: ProgressDetector = field(init=False)
    _noise: NoiseFloor = field(init=False)
    _voice: VoiceDetector = field(init=False)
    _down: str = ""
    _told_at: int = 0
    _heard_voice: bool = False
    _quiet: int = 0  # samples without a voice

    def __post_init__(self) -> None:
        self.listen()

    def listen(self) -> None:
        """Begin anew, with nothing heard."""
        history = History()
        self._keys = DtmfDetector(history)
        self._tones = ProgressDetector(self.country, history)
        self._noise, self._voice = NoiseFloor(), VoiceDetector()
        self._down = ""
        self.wait_for_voice()

    def wait_for_voice(self) -> None:
        """Measure silence from now on."""
        self._heard_voice, self._quiet = False, 0

    def hear(self, sound: Wave, silence: int) -> list[int]:
        """Take 20 ms; return the codes of what was recognised.

        Args:
            sound: of the line, without the modem's own.
            silence: samples after which silence is told, 0 for never.
        """
        frame = self._keys.history.push(sound)
        power = float(np.dot(frame, frame)) / FRAME
        return [
            *self._hear_keys(power),
            *self._hear_tones(power),
            *self._hear_silence(sound, silence),
        ]

    def _hear_keys(self, power: float) -> list[int]:
        out: list[int] = []
        now = self._keys.history.end
        for event in self._keys.step(power):
            if isinstance(event, KeyDown) and not self._down:
                self._down, self._told_at = event.key, now
                out += [_KEY_START] if self.bracketed else []
                out.append(ord(event.key))
            elif isinstance(event, Digit):
                if not self._down:  # so short that its end came first
                    out += [_KEY_START] if self.bracketed else []
                    out.append(ord(event.key))
                out += [self.key_end] if self.bracketed else []
                self._down = ""
        if self.bracketed and self._down and now - self._told_at >= _AGAIN:
            self._told_at = now
            out.append(ord(self._down))
        return out

    def _hear_tones(self, power: float) -> list[int]:
        found = self._tones.step(power)
        return [
            ord(_TONES[event.tone])
            for event in found
            if isinstance(event, ToneFound) and event.tone in _TONES
        ]

    def _hear_silence(self, sound: Wave, silence: int) -> list[int]:
        speech = without_hum(np.asarray(sound, np.float32))
        power = float(np.dot(speech, speech)) / FRAME
        self._noise.follow(power)
        self._voice.follow(self._keys.history.end - FRAME, power, self._noise.limit)
        if self._voice.active:
            self._heard_voice, self._quiet = True, 0
            return []
        before, self._quiet = self._quiet, self._quiet + FRAME
        if silence and before < silence <= self._quiet:
            return [ord("q" if self._heard_voice else "s")]
        return []
