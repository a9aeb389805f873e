"""Read WAV, FLAC and raw samples as a line carries them: whole frames at 8 kHz."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from appliance.errors import FileFormatError
from appliance.model.audio import FRAME, RATE, Sides, Sound
from appliance.model.sentences.faults import in_words, noted
from appliance.signals.goertzel import History
from appliance.signals.pcm import FULL_SCALE, to_sound

LOWEST_RATE, HIGHEST_RATE = 8000, 48000

RAW_FORMS: Mapping[str, tuple[str, int]] = {
    "s16": ("PCM_16", 2),
    "s8": ("PCM_S8", 1),
    "u8": ("PCM_U8", 1),
    "s24": ("PCM_24", 3),
    "s32": ("PCM_32", 4),
    "float": ("FLOAT", 4),
    "alaw": ("ALAW", 1),
    "ulaw": ("ULAW", 1),
}
"""Form of raw samples -> libsndfile's name for it, and bytes a sample."""

RAW_ENDINGS: Mapping[str, str] = {
    ".raw": "s16",
    ".pcm": "s16",
    ".al": "alaw",
    ".alaw": "alaw",
    ".ul": "ulaw",
    ".ulaw": "ulaw",
}
"""Suffix of a file -> form of its raw samples, unless ``--raw`` names another."""

_HEADED = {"WAV", "WAVEX", "RF64", "FLAC"}
_MPEG = "MPEG"
_UNBOUNDED = {"FLOAT", "DOUBLE"}  # samples may be NaN or beyond all bounds
_DAMAGED = "{} is damaged, or breaks off before its end."
_LOUDEST = 4.0  # the limit of such samples; full scale is 1
_SECONDS = History.AHEAD // RATE  # read at once
_TAIL = RATE  # silence after the end, so that the ears finish the last sound
_UNKNOWN_BYTES = 0x7FFFF000  # a program that writes to a pipe announces at least this
_UNKNOWN_FRAMES = 1 << 40

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raw:
    """Samples without a header, the lower byte first."""

    form: str  # one of RAW_FORMS
    rate: int = RATE
    channels: int = 1


@dataclass(frozen=True, slots=True)
class Channels:
    """The sides on a file's channels, as the ears name them, and the channel of each."""

    sides: Sides
    order: tuple[int, ...] = ()  # empty: mix all channels into one


def blocks_of(path: Path, channels: Channels, raw: Raw | None = None) -> Iterator[Sound]:
    """Read a sound file as ``[sides, samples]`` of a line, a second of silence after it.

    Blocks are whole frames, as many as ``FileDetectors.hear_at_once`` takes.

    Raises:
        FileFormatError: the file is no sound, its rate or number of channels cannot be heard, or
            it breaks off; then the blocks before the break come first.
    """
    with _opened(path, raw) as file:
        _check(path, file, channels)
        for block in _framed(_resampled(path, file, channels)):
            sound = to_sound(block.T * FULL_SCALE)
            for start in range(0, sound.shape[1], History.AHEAD):
                yield sound[:, start : start + History.AHEAD]
        _check_whole(path, file, raw)


def channels_in(path: Path, raw: Raw | None = None) -> int:
    """Return the number of channels of a sound file; raises as ``blocks_of`` does."""
    with _opened(path, raw) as file:
        count: int = file.channels
        return count


def _opened(path: Path, raw: Raw | None) -> Any:
    """Open a file; raises FileFormatError with the reason why it cannot be heard."""
    if path.is_dir():
        raise FileFormatError(in_words("sound_folder", path=path))
    if not path.exists():
        raise FileFormatError(in_words("no_such_file", path=path))
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise FileFormatError(in_words("sound_empty", path=path))
        if raw is not None:
            _check_carried(path, raw.rate, raw.channels)
        return soundfile.SoundFile(path, **({} if raw is None else _described(raw)))
    except soundfile.LibsndfileError as error:
        raise FileFormatError(in_words("sound_unread", path=path)) from error
    except OSError as error:
        raise FileFormatError(in_words("file_unread", path=path, detail=error.strerror)) from error


def _described(raw: Raw) -> dict[str, Any]:
    return {
        "samplerate": raw.rate,
        "channels": raw.channels,
        "format": "RAW",
        "subtype": RAW_FORMS[raw.form][0],
        "endian": "LITTLE",
    }


def _check(path: Path, file: Any, channels: Channels) -> None:
    if file.format not in {*_HEADED, "RAW"} or _MPEG in file.subtype:
        kind = file.subtype if _MPEG in file.subtype else file.format
        raise FileFormatError(in_words("sound_kind", path=path, kind=kind))
    _check_carried(path, file.samplerate, file.channels)
    if file.channels < len(channels.sides):
        raise FileFormatError(in_words("sound_one_channel", path=path))


def _check_carried(path: Path, rate: int, channels: int) -> None:
    """Check the rate and channels from the header or the options."""
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise FileFormatError(
            in_words("sound_rate", path=path, rate=rate, low=LOWEST_RATE, high=HIGHEST_RATE)
        )
    if channels not in {1, 2}:
        raise FileFormatError(in_words("sound_channels", path=path, count=channels))


def _resampled(path: Path, file: Any, channels: Channels) -> Iterator[_Floats]:
    """Yield blocks ``[samples, sides]`` at 8 kHz, with silence at the end."""
    count = len(channels.sides)
    resampler = soxr.ResampleStream(file.samplerate, RATE, count, dtype="float64")
    while True:
        block = _read(path, file, _SECONDS * file.samplerate)
        last = block.shape[0] < _SECONDS * file.samplerate
        taken = _taken(block, channels)
        if file.samplerate != RATE:
            taken = resampler.resample_chunk(np.ascontiguousarray(taken), last=last)
        yield taken.reshape(-1, count)
        if last:
            break
    yield np.zeros((_TAIL, count))


def _taken(block: _Floats, channels: Channels) -> _Floats:
    """Return the channels that carry the sides, or all channels mixed into one."""
    if channels.order:
        return block[:, list(channels.order)]
    return block if block.shape[1] == 1 else block.mean(1, keepdims=True)


def _read(path: Path, file: Any, count: int) -> _Floats:
    """Return the next block, with silence for samples that are no number."""
    try:
        block: _Floats = file.read(count, dtype="float64", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise FileFormatError(noted("sound_unread", _DAMAGED.format(path), path=path)) from error
    if file.subtype in _UNBOUNDED:
        np.nan_to_num(block, copy=False, posinf=_LOUDEST, neginf=-_LOUDEST)
        np.clip(block, -_LOUDEST, _LOUDEST, out=block)
    return block


def _framed(blocks: Iterator[_Floats]) -> Iterator[_Floats]:
    """Yield blocks of whole frames; the rest waits for the next block."""
    waiting: _Floats | None = None
    for block in blocks:
        waiting = block if waiting is None else np.concatenate((waiting, block))
        whole = waiting.shape[0] // FRAME * FRAME
        yield waiting[:whole]
        waiting = waiting[whole:]


def _check_whole(path: Path, file: Any, raw: Raw | None) -> None:
    """Raise FileFormatError if a file ends too early."""
    size = path.stat().st_size
    if raw is not None:
        if size % (RAW_FORMS[raw.form][1] * raw.channels):
            raise FileFormatError(in_words("sound_odd_end", path=path, form=raw.form))
        return
    if file.format == "FLAC":
        ends_well = file.frames > _UNKNOWN_FRAMES or _place(path, file) >= file.frames
    else:
        with path.open("rb") as header:
            ends_well = _missing_bytes(header, size) == 0
    if not ends_well:
        seconds = _place(path, file) / file.samplerate
        raise FileFormatError(in_words("sound_cut", path=path, lasts=f"{seconds:.1f}"))


def _place(path: Path, file: Any) -> int:
    """Return the sample after the last that was read; some damaged files cannot tell it."""
    try:
        place: int = file.tell()
    except soundfile.LibsndfileError as error:
        raise FileFormatError(noted("sound_unread", _DAMAGED.format(path), path=path)) from error
    return place


def _missing_bytes(file: BinaryIO, size: int) -> int:
    """Return how many of the announced sample bytes a WAV lacks."""
    file.seek(12)
    announced = 0  # by RF64, where 32 bits do not hold it
    while len(head := file.read(8)) == 8:
        name, length, begins = head[:4], int.from_bytes(head[4:], "little"), file.tell()
        if name == b"ds64":
            announced = int.from_bytes(file.read(16)[8:], "little")
        if name == b"data":
            length = announced or length
            known = announced or length < _UNKNOWN_BYTES
            return max(0, length - (size - begins)) if known else 0
        file.seek(begins + length + length % 2)
    return 0
