"""Change a voice as calls do: pitch, level and codec."""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr

from appliance.model.audio import RATE, Sound
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import through_alaw
from benchmarks.talkoff.material import ACTIVE_DBM0

PITCHES = (1.0, 0.84, 0.89, 0.94, 1.06, 1.12, 1.19)
"""Speed and pitch together: three, two and one semitone down and up."""

GSM_PITCHES = (1.0,)
"""Those that go through a mobile's codec as well, which takes longer than hearing does."""

LEVELS = (ACTIVE_DBM0, -26.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to play a recording into the line; each ends in A-law."""

    pitch: float = 1.0
    dbm0: float = ACTIVE_DBM0
    gsm: bool = False


BASE = Variant()


def variants_of(pitch: float) -> list[Variant]:
    """Return the variants at one pitch, without the unchanged one."""
    codecs = (False, True) if pitch in GSM_PITCHES else (False,)
    every = (Variant(pitch, dbm0, gsm) for gsm in codecs for dbm0 in LEVELS)
    return [variant for variant in every if variant != BASE]


COUNT = sum(len(variants_of(pitch)) for pitch in PITCHES)


def pitched(sound: Sound, pitch: float) -> Floats:
    """Return a sound played faster (above 1) or slower."""
    wave = np.asarray(sound, np.float32)
    return wave if pitch == 1.0 else np.asarray(soxr.resample(wave, RATE * pitch, RATE))


def at_level(wave: Floats | Sound, dbm0: float) -> Sound:
    """Return a sound of ``ACTIVE_DBM0`` at another level, as A-law carries it."""
    louder = np.multiply(wave, np.float32(10 ** ((dbm0 - ACTIVE_DBM0) / 20)), dtype=np.float32)
    np.clip(np.rint(louder, out=louder), -32768, 32767, out=louder)
    return through_alaw(louder.astype(np.int16))


def through_gsm(sound: Sound) -> Sound:
    """Return a sound after GSM 06.10 full rate, a mobile's codec."""
    file = io.BytesIO()
    soundfile.write(file, sound, RATE, format="WAV", subtype="GSM610")
    file.seek(0)
    heard: Sound = soundfile.read(file, dtype="int16")[0]
    return heard[: sound.size]
