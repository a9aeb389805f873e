"""Measure how audible a prompt was on the line, before the canceller.

The path from the prompt's samples to the line's is fitted over the words themselves. Its level is
what average speech would have behind it, so that every voice measures the same on a line. A frame
of words counts as heard if the line holds it at nearly its expected level, and as talked over if
the line holds clearly more than the prompt and the network's echo of it. Where prompt and line
have different clocks, the prompt is used as its clock played it (``clock_skew``).

A question lasts half a minute, and eight lines may ask at once. So the prompt is kept as places in
itself, and what is computed from all of it has single precision: 144 dB, of which 60 are asked for.
"""

import functools
import itertools
import math
import threading
from array import array
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE, Sound, milliseconds
from appliance.signals.goertzel import Floats, Matrix
from appliance.signals.pcm import rms_of
from appliance.signals.prompt.canceller import TAPS
from appliance.signals.prompt.clock_skew import apply_skew, measure_skew

_WORDS = rms_of(-45.0) ** 2  # of a prompt's frame that holds words
_WEAKEST = 10**-0.6  # 6 dB: a frame weaker than expected by more was not heard
_SPEECH = rms_of(-40.0) ** 2  # speech over the prompt is at least this loud
_OVER = 10**-1.0  # or 10 dB below the prompt, if that is more
_NOTHING_DB = -60.0
_HUM_HZ, _SPEECH_HZ = 260.0, 350.0  # below the first are mains hum and its harmonics
_BANDS_HZ = (350.0, 500.0, 700.0, 1000.0, 1400.0, 2000.0, 2800.0, 3400.0)
_SPEECH_DB = (16.7124, -157.745, 465.439, -376.44)
"""Spectrum density in dB, a polynomial of the decimal logarithm of the frequency: ITU-T P.50."""
_POINTS = 256
_FAINT = 1e-2  # of the prompt's power
_RIDGE = 1e-4
_SUSPICIOUS_DB = -15.0  # residual of the words, fitted with one clock
_MOSTLY = 0.75
_CLEARLY_LESS_DB = 3.0
_LATEST = RATE // 2  # the network returns our words after 50 to 400 ms
_SINGLE: Final = "ortho"
"""Without a factor of the sound's own type numpy transforms in double precision, in copies."""


@dataclass(frozen=True, slots=True)
class PromptAudibility:
    """The audibility of a prompt's words."""

    heard_ms: int
    level_db: float
    talked_over: float
    gap_ms: int  # longest run of words that did not reach the line


INAUDIBLE = PromptAudibility(0, _NOTHING_DB, 0.0, 0)

_ONE_AT_A_TIME = threading.Lock()
"""A measurement needs some megabytes for a moment; lines that ask together take turns."""


class _FrameBuffer:
    """Frames in one buffer: thousands of small ones would fragment the memory."""

    def __init__(self) -> None:
        """Start empty."""
        self._bytes = bytearray()
        self._type: np.dtype[Any] = np.dtype(np.int16)

    @property
    def frames(self) -> int:
        """Return the number of frames kept."""
        return len(self._bytes) // (FRAME * self._type.itemsize)

    def add(self, frame: NDArray[Any]) -> None:
        """Append a frame, or several in one array; all have the same type."""
        self._type = frame.dtype
        self._bytes += frame.tobytes()

    def drop(self, frames: int) -> None:
        """Drop the first so many frames."""
        del self._bytes[: frames * FRAME * self._type.itemsize]

    def first(self, frames: int) -> Floats:
        """Return the first so many frames as one sound."""
        return np.frombuffer(self._bytes, self._type, frames * FRAME).astype(np.float32)


class _PromptFrames:
    """Frames of a prompt by their places in it; one that differs from it is kept itself."""

    def __init__(self, prompt: Sound) -> None:
        """Start empty."""
        self._prompt = prompt
        self._places = array("i")
        self._others: dict[int, Sound] = {}  # by number of the frame

    @property
    def frames(self) -> int:
        """Return the number of frames kept."""
        return len(self._places)

    def add(self, frame: Sound, place: int) -> None:
        """Append a frame that was to hold the prompt from a place on."""
        if not np.array_equal(frame, said(self._prompt, place, frame.size)):
            self._others[self.frames] = frame.copy()
        self._places.append(place)

    def first(self, frames: int) -> Floats:
        """Return the first so many frames as one sound."""
        sound = np.empty((frames, FRAME), np.float32)
        for number, place in enumerate(self._places[:frames]):
            other = self._others.get(number)
            sound[number] = said(self._prompt, place, FRAME) if other is None else other
        return sound.reshape(-1)


class AudibilityMeter:
    """Keeps the line while a prompt plays, to measure the prompt's audibility."""

    def __init__(self, prompt: Sound, coupling_db: float = 0.0) -> None:
        """Expect the prompt on the line at its own level plus ``coupling_db``."""
        self._prompt = prompt
        self._coupling_db = coupling_db
        self._line = _FrameBuffer()
        self._played = _PromptFrames(prompt)

    def add_frame(self, line: NDArray[Any], played: Sound, place: int) -> None:
        """Add a frame of the line before the canceller, and what was played in it.

        Args:
            line: integers, as the line delivers them: they take the least memory.
            played: in it, also where that is not quite the prompt.
            place: sample of the prompt with which the frame begins.
        """
        self._line.add(line)
        self._played.add(played, place)

    @property
    def frames(self) -> int:
        """Return the number of frames added."""
        return self._played.frames

    def correct(self, position: int) -> None:
        """Take it that the frames so far held the prompt up to a position, and nothing else."""
        count = min(self.frames, max(0, -(-position // FRAME)))
        self._line.drop(self.frames - count)
        self._played = _PromptFrames(self._prompt)
        for place in range(position - count * FRAME, position, FRAME):
            self._played.add(said(self._prompt, place, FRAME), place)

    def audibility(self, upto: int) -> PromptAudibility:
        """Measure the first ``upto`` samples of the prompt."""
        with _ONE_AT_A_TIME:
            return self._audibility(upto)

    def _audibility(self, upto: int) -> PromptAudibility:
        frames = min(self._played.frames, -(-upto // FRAME))
        if frames == 0:
            return INAUDIBLE
        played = _without_hum(self._played.first(frames))
        line = _without_hum(self._line.first(frames))
        words = _powers(played) > _WORDS
        if not words.any():
            return INAUDIBLE
        played, own, taps, expected = _explained_by_any_clock(played, line)
        gain = _gain_of_speech(taps, own)
        level_db = 10 * math.log10(gain) - self._coupling_db if gain > 1e-6 else _NOTHING_DB
        if level_db <= _NOTHING_DB:
            return INAUDIBLE
        there, wanted = _powers(line), _powers(expected)
        line -= expected
        del expected
        line -= _echo(played, own, line)
        residual = _powers(line)
        heard = words & (there > _WEAKEST * wanted)
        over = (residual > np.maximum(_SPEECH, _OVER * wanted)) & (there > _WEAKEST * wanted)
        return PromptAudibility(
            heard_ms=min(milliseconds(_with_pauses(words, heard) * FRAME), milliseconds(upto)),
            level_db=round(level_db, 1),
            talked_over=round(float(np.count_nonzero(over)) / frames, 3),
            gap_ms=milliseconds(_longest_run(~heard[words]) * FRAME),
        )


def said(prompt: Sound, place: int, count: int) -> Sound:
    """Return so many samples from a place of a prompt on; silence where there is none of it."""
    part = prompt[max(0, place) : max(0, place + count)]
    if part.size == count:
        return part
    sound = np.zeros(count, np.int16)
    start = min(count, max(0, -place))
    sound[start : start + part.size] = part
    return sound


def _without_hum(sound: Floats) -> Floats:
    """Remove all below speech, where there is mains hum and no voice."""
    size = _easy(sound.size)
    spectrum = np.fft.rfft(sound, size, norm=_SINGLE)
    passed = np.arange(spectrum.size, dtype=np.float32)
    passed *= RATE / size
    passed -= _HUM_HZ
    passed /= _SPEECH_HZ - _HUM_HZ
    spectrum *= np.clip(passed, 0.0, 1.0, out=passed)
    del passed
    clean = np.fft.irfft(spectrum, size, norm=_SINGLE)[: sound.size]
    return clean.astype(np.float32, copy=False)


def _easy(size: int) -> int:
    """Return the next size that suits a fast transform: a product of 2, 3 and 5."""
    odd: list[int] = [3**three * 5**five for three in range(12) for five in range(8)]
    return min(one << max(0, (-(-size // one) - 1).bit_length()) for one in odd)


def _longest_run(flags: NDArray[np.bool_]) -> int:
    """Return the longest run of set flags."""
    ends = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((ends[1::2] - ends[::2]).max()) if ends.size else 0


def _powers(wave: Floats) -> Matrix:
    frames = wave.reshape(-1, FRAME)
    return np.asarray(np.einsum("ij,ij->i", frames, frames) / FRAME, np.float64)


class _Explanation(NamedTuple):
    """What a line holds of a prompt."""

    played: Floats
    """The prompt, as its clock played it."""
    own: Matrix
    """Its own correlations."""
    taps: Matrix
    """The path from it to the line."""
    expected: Floats
    """Its part of the line."""


def _explained_by_any_clock(played: Floats, line: Floats) -> _Explanation:
    """Explain a line by the prompt, played by its own clock or another.

    Clock skew is tried only where one clock leaves a large residual, and accepted only where it
    leaves a much smaller one.
    """
    plain = _explained(played, line)
    residual = _residuals_db(line, plain.expected)
    if _quantile(residual, _MOSTLY) < _SUSPICIOUS_DB:
        return plain
    skew = measure_skew(played, line)
    late = apply_skew(played, skew) if skew else played
    skew += measure_skew(late, line)  # with nearly equal lags the rest shows better
    better = _explained(apply_skew(played, skew), line)
    # Words talked over leave the same residual; the others decide.
    rest = _residuals_db(line, better.expected)
    believed = skew != 0.0 and rest.mean() < residual.mean() - _CLEARLY_LESS_DB
    return better if believed else plain


def _quantile(values: Matrix, part: float) -> float:
    """Return a quantile by linear interpolation; numpy's own loads 1 MB of masked arrays."""
    place = part * (values.size - 1)
    below = math.floor(place)
    low, high = np.sort(values)[[below, min(below + 1, values.size - 1)]].tolist()
    return float(low + (high - low) * (place - below))


def _residuals_db(line: Floats, expected: Floats) -> Matrix:
    """Return the residual of each frame of words, in dB relative to the frame."""
    wanted, residual = _powers(expected), _powers(line - expected)
    words = wanted > _WORDS
    if not words.any():
        return np.full(1, _NOTHING_DB)
    return np.asarray(10 * np.log10(residual[words] / wanted[words] + 1e-6), np.float64)


def _explained(played: Floats, line: Floats) -> _Explanation:
    """Explain a line by the prompt, by least squares over all of it."""
    own = _first_lags(played, played)
    taps = _path(own, _first_lags(played, line))
    return _Explanation(played, own, taps, _filtered(played, taps))


def _echo(played: Floats, own: Matrix, residual: Floats) -> Floats:
    """Return the part of the rest that is the network's echo of the prompt, not speech."""
    cross = _lags(played, residual)
    lag = min(max(0, int(np.argmax(np.abs(cross))) - TAPS // 2), _LATEST)
    return _filtered(played, _path(own, cross[lag : lag + TAPS]), lag)


def _first_lags(played: Floats, other: Floats) -> Matrix:
    """Correlate the prompt with a sound at the lags of one filter."""
    padded = np.concatenate((other, np.zeros(TAPS - 1, np.float32)))
    return np.asarray(np.correlate(padded, played, "valid"), np.float64)


def _lags(played: Floats, other: Floats) -> Matrix:
    """Correlate them at all lags of the network's echo.

    Each array is a megabyte: none is kept longer than needed.
    """
    size = _easy(played.size + _LATEST + TAPS)
    spectrum = np.fft.rfft(other, size, norm=_SINGLE)
    of_prompt = np.fft.rfft(played, size, norm=_SINGLE)
    np.conj(of_prompt, out=of_prompt)
    spectrum *= of_prompt
    del of_prompt
    found = np.fft.irfft(spectrum, size, norm=_SINGLE)[: _LATEST + TAPS]
    return np.asarray(found, np.float64) * math.sqrt(size)


def _path(own: Matrix, cross: Matrix) -> Matrix:
    """Return the least squares filter of these correlations.

    The prompt is much longer than any lag, so that its edges do not matter.
    """
    lags = np.abs(np.subtract.outer(np.arange(TAPS), np.arange(TAPS)))
    return np.linalg.solve(own[lags] + _RIDGE * own[0] * np.eye(TAPS), cross)


def _filtered(played: Floats, taps: Matrix, late: int = 0) -> Floats:
    """Delay and filter the prompt."""
    padded = np.zeros(TAPS - 1 + played.size, np.float32)
    padded[TAPS - 1 + late :] = played[: played.size - late]
    return np.convolve(padded, taps.astype(np.float32), "valid")


def _gain_of_speech(taps: Matrix, own: Matrix) -> float:
    """Return the gain in power of average speech behind a filter, as far as the prompt shows it.

    In each band it is the prompt's own, since a filter says nothing where the prompt has nothing.
    """
    response = np.fft.rfft(taps, _POINTS)
    power = 2 * np.fft.rfft(own * np.hanning(2 * TAPS + 1)[TAPS:-1], _POINTS).real - own[0]
    power = np.maximum(power, 0.0)
    behind = power * (response.real**2 + response.imag**2)
    gain = speech = 0.0
    for first, end, part in _speech_by_band():
        inside = float(power[first:end].sum())
        if inside > _FAINT * power.sum():
            gain += part * float(behind[first:end].sum()) / inside
            speech += part
    return gain / speech if speech else 0.0


@functools.cache
def _speech_by_band() -> tuple[tuple[int, int, float], ...]:
    """Return bands of frequencies, first and end, and the power of speech in each of them."""
    frequencies = np.fft.rfftfreq(_POINTS, 1 / RATE)
    spectrum = 10 ** (np.polyval(_SPEECH_DB, np.log10(np.maximum(frequencies, 100.0))) / 10)
    ends = np.searchsorted(frequencies, _BANDS_HZ).tolist()
    return tuple(
        (first, end, float(spectrum[first:end].sum())) for first, end in itertools.pairwise(ends)
    )


def _with_pauses(words: NDArray[np.bool_], heard: NDArray[np.bool_]) -> int:
    """Count the frames heard; a pause between words counts like the word before it."""
    index = np.where(words, np.arange(words.size), -1)
    last = np.maximum.accumulate(index)
    first = int(np.argmax(words))
    last[:first] = first
    return int(np.count_nonzero(heard[last]))
