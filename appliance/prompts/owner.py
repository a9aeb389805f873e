"""Read the owner's own prompts, fit them to the line or refuse them in one sentence."""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from appliance import toml
from appliance.model.audio import RATE, Sound, samples
from appliance.model.policy import PromptKind
from appliance.model.prompts import LONGEST_SECONDS
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.levels import SILENT_DBM0, active_dbm0, active_end, levelled

_FORMATS = {"WAV", "WAVEX", "RF64", "FLAC"}
_RATES = range(RATE, 48_000 + 1)
_TAIL = samples(0.1)  # silence kept after the last word
_CLIPPED = 0.001  # greatest part of samples at full scale


def read_owner_prompt(path: Path, spoken: PromptKind) -> tuple[Sound, int]:
    """Read the owner's WAV or FLAC; return it levelled at 8 kHz, with its mark.

    Its kind limits its length (``LONGEST_SECONDS``).

    A file beside it gives the mark in milliseconds (``question.toml``: ``mark_ms = 9200``);
    without that file the mark is the end of the last word.

    Raises:
        Lacks: the file is no sound, silent, too long or clipped, or its mark lies outside.
    """
    wave, rate = read_wave(path, LONGEST_SECONDS[spoken])
    if wave.size and float(np.mean(np.abs(wave) >= 0.999)) > _CLIPPED:
        raise Lacks("clipped", path=path)
    sound = resample_to_line(path, wave, rate)
    end = active_end(sound)
    sound = levelled(sound[: end + _TAIL])
    return sound, _mark(path.with_suffix(".toml"), end, sound.size)


def resample_to_line(path: Path, wave: NDArray[np.float64], rate: int) -> Sound:
    """Resample a file's sound to 8 kHz and remove its DC.

    Raises:
        Lacks: the sound is silent.
    """
    wave = wave - wave.mean() if wave.size else wave
    resampled = soxr.resample(wave, rate, RATE, quality="VHQ") if rate != RATE else wave
    sound: Sound = np.rint(np.clip(resampled, -1, 1) * 32767).astype(np.int16)
    if active_dbm0(sound) < SILENT_DBM0:
        raise Lacks("silent", path=path)
    return sound


def read_wave(path: Path, longest: float | None = None) -> tuple[NDArray[np.float64], int]:
    """Read the mean of a WAV's or FLAC's channels, and its rate.

    Raises:
        Lacks: the file is no sound, of an unusual form, or longer than ``longest`` seconds.
    """
    try:
        with soundfile.SoundFile(path) as file:
            _check(path, file, longest)
            wave: NDArray[np.float64] = file.read(dtype="float64", always_2d=True).mean(axis=1)
            rate: int = file.samplerate
    except (OSError, soundfile.SoundFileError) as error:
        raise Lacks("no_sound", path=path) from error
    if not np.isfinite(wave).all():
        raise Lacks("odd_sound", path=path)
    return wave, rate


def _check(path: Path, file: soundfile.SoundFile, longest: float | None) -> None:
    if file.format not in _FORMATS:
        raise Lacks("format", path=path, format=file.format)
    if not file.seekable():  # G.721 and its like: their length shows at the end alone
        raise Lacks("packed", path=path, format=file.subtype)
    if file.samplerate not in _RATES or file.channels > 2:
        raise Lacks("channels", path=path, count=file.channels, rate=file.samplerate)
    seconds = file.frames / file.samplerate
    if longest is not None and seconds > longest:
        raise Lacks("long", path=path, longest=f"{longest:g}")


def _mark(path: Path, end: int, length: int) -> int:
    """Return the mark from the file beside the sound, or the end of the speech."""
    try:
        fields = toml.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return end
    except (OSError, ValueError) as error:
        raise Lacks("mark_unread", path=path) from error
    mark_ms = fields.get("mark_ms")
    if fields.keys() != {"mark_ms"} or not isinstance(mark_ms, int) or isinstance(mark_ms, bool):
        raise Lacks("mark_alone", path=path)
    mark = mark_ms * RATE // 1000
    if not 0 < mark <= length:
        raise Lacks("mark_outside", path=path, mark=mark_ms, end=length * 1000 // RATE)
    return mark
