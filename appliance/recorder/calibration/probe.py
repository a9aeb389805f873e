"""Make what the box says to measure a line: words of its own, then two tones.

The words show at which level a prompt arrives. The tones are 20 dB apart: where they do not read
so, something controls the gain, and no level means anything. Both stay below what the network
allows for long (-14 dBm0).
"""

from dataclasses import dataclass, field

import numpy as np

from appliance.model.audio import RATE, AudioFrame, Sound, samples
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt, digest
from appliance.signals.goertzel import fit_sines
from appliance.signals.pcm import Wave, dbm0_of_power, sine_peak, to_sound

TONE_HZ = 1000.0
LOUD_DBM0, QUIET_DBM0 = -14.0, -34.0
WORDS = samples(3.0)
_TONE, _EDGE = samples(1.0), samples(0.2)
_PAUSE = samples(0.3)


def probe_prompt(words: Sound) -> Prompt:
    """Return what is said: at most three seconds of words, whose end is the mark, and the tones."""
    said = words[:WORDS]
    sound = np.concatenate(
        (said, np.zeros(_PAUSE, np.int16), to_sound(_tone(LOUD_DBM0)), to_sound(_tone(QUIET_DBM0)))
    )
    return Prompt(
        PromptRef("calibration", digest(sound), ""), PromptKind.QUESTION, sound, said.size
    )


def _tone(dbm0: float) -> Wave:
    wave: Wave = sine_peak(dbm0) * np.sin(2 * np.pi * TONE_HZ * np.arange(_TONE) / RATE)
    return wave


@dataclass(slots=True)
class ToneProbe:
    """Gathers what the line holds while a probe is played."""

    prompt: Prompt
    _line: list[Sound] = field(default_factory=list)

    def measure(self, frame: AudioFrame) -> None:
        """Take a frame; those in which nothing is played do not count."""
        if frame.played is not None:
            self._line.append(frame.sound[0])

    def apart_db(self) -> float | None:
        """Return how far apart the tones read; None if they have not both been heard."""
        begins = self.prompt.mark + _PAUSE
        heard = np.concatenate(self._line) if self._line else np.zeros(0, np.int16)
        if heard.size < begins + 2 * _TONE - _EDGE:
            return None
        loud, quiet = (
            _level(heard[begins + n * _TONE + _EDGE : begins + (n + 1) * _TONE - _EDGE])
            for n in (0, 1)
        )
        return round(loud - quiet, 2)


def _level(sound: Sound) -> float:
    return dbm0_of_power(sum(fit_sines(sound.astype(np.float32), (TONE_HZ,)).powers))
