"""Compare an exported recording with the words spoken and with the sound on the line."""

import io
from dataclasses import dataclass

import numpy as np
import soundfile

from appliance.model.audio import RATE
from appliance.prompts.speech import simulated_voices
from tests.likeness import Wave, likeness, likenesses

_GREETED = RATE * 12 // 10
"""Both have said so much of their texts before the question."""

ALIKE = 0.7


@dataclass(frozen=True)
class VoiceLikeness:
    """How like the recording is to a second of each; 1 is the same, other speech is below 0.5."""

    caller: float
    office: float
    caller_greeting: float
    office_greeting: float


def read_wav(raw: bytes) -> Wave:
    """Return the samples of an exported WAV of one channel."""
    sound, rate = soundfile.read(io.BytesIO(raw), dtype="float64")
    assert rate == RATE
    wave: Wave = sound * 32768
    return wave


def voices_in(sound: Wave) -> VoiceLikeness:
    """Compare a recording with what both parties say, before the question and after it."""
    far, near = (voice.astype(np.float64) for voice in simulated_voices())
    return VoiceLikeness(
        caller=_closest(sound, far),
        office=_closest(sound, near),
        caller_greeting=likeness(sound, far[: RATE * 8 // 10]),
        office_greeting=likeness(sound, near[: RATE * 7 // 10]),
    )


def _closest(sound: Wave, voice: Wave) -> float:
    starts = range(_GREETED, 10 * RATE, RATE // 4)
    return max(likenesses(sound, [voice[at : at + RATE] for at in starts]))


def words_in(sound: Wave, prompt: Wave) -> float:
    """Return how like a recording is to that second of a prompt that is most like it."""
    starts = range(0, prompt.size - RATE + 1, RATE)
    return max(likenesses(sound, [prompt[at : at + RATE] for at in starts]))


def place_in(line: Wave, sound: Wave) -> tuple[float, int]:
    """Return how like a piece is to the line where it is most like it, and where that is."""
    size = 1 << (line.size + sound.size).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(line, size) * np.conj(np.fft.rfft(sound, size)), size)
    places = line.size - sound.size + 1
    power = np.concatenate([[0.0], np.cumsum(line**2)])
    energy = power[sound.size :][:places] - power[:places]
    like = np.abs(crossed[:places]) / np.sqrt((energy + 1.0) * (sound**2).sum())
    at = int(np.argmax(like))
    return float(like[at]), at
