"""What calls do to a voice: higher and lower, louder and softer, through other codecs."""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr

from appliance.model.audio import RATE, Sound
from appliance.signals.pcm import Wave, through_alaw, to_sound
from benchmarks.talkoff_material import ACTIVE_DBM0

PITCHES = (1.0, 0.84, 0.89, 0.94, 1.06, 1.12, 1.19)
"""Speed and pitch together: three, two and one semitone down and up."""

LEVELS = (ACTIVE_DBM0, -26.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """How one recording is played into the line; every one goes through A-law at the end."""

    pitch: float = 1.0
    dbm0: float = ACTIVE_DBM0
    gsm: bool = False


BASE = Variant()


def variants_of(pitch: float) -> list[Variant]:
    """Return what is made at one pitch, the material as it is left out."""
    every = (Variant(pitch, dbm0, gsm) for dbm0 in LEVELS for gsm in (False, True))
    return [variant for variant in every if variant != BASE]


COUNT = sum(len(variants_of(pitch)) for pitch in PITCHES)


def pitched(sound: Sound, pitch: float) -> Wave:
    """Return a sound played faster (above 1) or slower."""
    wave = np.asarray(sound, np.float64)
    return wave if pitch == 1.0 else np.asarray(soxr.resample(wave, RATE * pitch, RATE))


def carried(wave: Wave, variant: Variant) -> Sound:
    """Return a sound, pitched already, at a variant's level and through its codec."""
    sound = to_sound(wave * 10 ** ((variant.dbm0 - ACTIVE_DBM0) / 20))
    return through_alaw(through_gsm(sound) if variant.gsm else sound)


def through_gsm(sound: Sound) -> Sound:
    """Return what GSM 06.10 full rate, a mobile's codec, leaves of a sound."""
    file = io.BytesIO()
    soundfile.write(file, sound, RATE, format="WAV", subtype="GSM610")
    file.seek(0)
    heard: Sound = soundfile.read(file, dtype="int16")[0]
    return heard[: sound.size]
