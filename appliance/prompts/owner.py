"""Read the owner's own prompts, fit them to the line or refuse them in one sentence."""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from appliance import toml
from appliance.errors import PromptError
from appliance.model.audio import RATE, Sound, samples
from appliance.model.policy import Spoken
from appliance.model.prompts import LONGEST_SECONDS
from appliance.prompts.levels import SILENT_DBM0, active_dbm0, active_end, levelled

_FORMATS = {"WAV", "WAVEX", "RF64", "FLAC"}
_RATES = range(RATE, 48_000 + 1)
_TAIL = samples(0.1)  # silence kept after the last word
_CLIPPED = 0.001  # greatest part of samples at full scale


def read_owner_prompt(path: Path, spoken: Spoken) -> tuple[Sound, int]:
    """Read the owner's WAV or FLAC; return it levelled at 8 kHz, with its mark.

    Its kind limits its length (``LONGEST_SECONDS``).

    A file beside it gives the mark in milliseconds (``question.toml``: ``mark_ms = 9200``);
    without that file the mark is the end of the last word.

    Raises:
        PromptError: the file is no sound, silent, too long or clipped, or its mark lies outside.
    """
    wave, rate = read_wave(path, LONGEST_SECONDS[spoken])
    if wave.size and float(np.mean(np.abs(wave) >= 0.999)) > _CLIPPED:
        raise PromptError(f"{path}: is clipped; record it again with less gain")
    sound = resample_to_line(path, wave, rate)
    end = active_end(sound)
    sound = levelled(sound[: end + _TAIL])
    return sound, _mark(path.with_suffix(".toml"), end, sound.size)


def resample_to_line(path: Path, wave: NDArray[np.float64], rate: int) -> Sound:
    """Resample a file's sound to 8 kHz and remove its DC.

    Raises:
        PromptError: the sound is silent.
    """
    wave = wave - wave.mean() if wave.size else wave
    resampled = soxr.resample(wave, rate, RATE, quality="VHQ") if rate != RATE else wave
    sound: Sound = np.rint(np.clip(resampled, -1, 1) * 32767).astype(np.int16)
    if active_dbm0(sound) < SILENT_DBM0:
        raise PromptError(f"{path}: is silent; record it again closer to the microphone")
    return sound


def read_wave(path: Path, longest: float | None = None) -> tuple[NDArray[np.float64], int]:
    """Read the mean of a WAV's or FLAC's channels, and its rate.

    Raises:
        PromptError: the file is no sound, of an unusual form, or longer than ``longest`` seconds.
    """
    try:
        with soundfile.SoundFile(path) as file:
            _check(path, file, longest)
            wave: NDArray[np.float64] = file.read(dtype="float64", always_2d=True).mean(axis=1)
            rate: int = file.samplerate
    except (OSError, soundfile.SoundFileError) as error:
        raise PromptError(f"{path}: cannot be read as sound; save it as WAV or FLAC") from error
    if not np.isfinite(wave).all():
        raise PromptError(f"{path}: holds what is no sound; save it again as 16-bit WAV")
    return wave, rate


def _check(path: Path, file: soundfile.SoundFile, longest: float | None) -> None:
    if file.format not in _FORMATS:
        raise PromptError(f"{path}: is {file.format}; save it as WAV or FLAC")
    if not file.seekable():  # G.721 and its like: their length shows at the end alone
        raise PromptError(f"{path}: is packed as {file.subtype}; save it as 16-bit WAV")
    if file.samplerate not in _RATES or file.channels > 2:
        what = f"has {file.channels} channels at {file.samplerate} Hz"
        raise PromptError(f"{path}: {what}; save it with one or two at 8000 to 48000 Hz")
    seconds = file.frames / file.samplerate
    if longest is not None and seconds > longest:
        raise PromptError(f"{path}: lasts {seconds:.1f} s; shorten it to {longest:g} s at most")


def _mark(path: Path, end: int, length: int) -> int:
    """Return the mark from the file beside the sound, or the end of the speech."""
    try:
        fields = toml.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return end
    except (OSError, ValueError) as error:
        raise PromptError(f"{path}: cannot be read; write mark_ms = 9200") from error
    mark_ms = fields.get("mark_ms")
    if fields.keys() != {"mark_ms"} or not isinstance(mark_ms, int) or isinstance(mark_ms, bool):
        raise PromptError(f"{path}: must hold mark_ms alone, such as mark_ms = 9200")
    mark = mark_ms * RATE // 1000
    if not 0 < mark <= length:
        longest = length * 1000 // RATE
        raise PromptError(f"{path}: mark_ms is {mark_ms}; the speech ends at {longest} ms")
    return mark
