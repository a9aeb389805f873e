"""Measure a person's recording and say what is good, worth a look or to be done again.

The limits are those at which a recogniser, listening through a telephone, begins to lose words; a
few, such as the length of a fading room, are practice.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.hearing.file import FileDetectors
from appliance.model.audio import FRAME, RATE, samples
from appliance.model.events import DigitPressed, ToneHeard
from appliance.model.takes import Measure, Measured, Verdict
from appliance.prompts.takes.fit import JOINT, STEP, Run, active_dbm0, loud_runs, powers
from appliance.signals.goertzel import History
from appliance.signals.pcm import Wave, dbm0_of_power, rms_of, to_sound

KEY_NAME = (0.17, 0.95)
"""Seconds that a key's name lasts in any of the three languages, however it is spoken."""

APART = 0.2
"""Seconds of silence that part the last key's name from the words before it; inside a name there
are up to 0.14."""

_DBFS = 3.14  # of dBm0 over dBFS
_BEST = 60.0  # dB; what is better is not worth telling apart
_NEAR_SPEECH = samples(0.05)
_CLICK_STEPS = 4
_CLICK_OVER_FLOOR = 100.0
_FAINTEST_CLICK = rms_of(-55.0) ** 2
_HUM_HZ = (50.0, 100.0, 150.0)
_BESIDE_HZ = (75.0, 125.0, 175.0)
_HUM_STANDS_OUT = 4.0  # times what is beside it: noise is everywhere, hum is not


@dataclass(frozen=True, slots=True)
class Take:
    """One file as it was read."""

    wave: Wave  # high-passed, at 8 kHz
    raw: Wave  # before that
    runs: tuple[Run, ...]  # of speech
    clipped: float  # part of the samples at full scale


def measured(
    takes: Sequence[Take], prompt: Wave, *, limit: float, named: bool, country: str
) -> tuple[list[Measure], list[int]]:
    """Return all measures, and the samples of the prompt at which it clicks.

    Args:
        takes: one, or two.
        prompt: what is made of them, as it goes to the line.
        limit: seconds that it may last.
        named: its last word names a key.
        country: of the network tones that must not sound in it.
    """
    seconds = prompt.size / RATE
    speech = max(active_dbm0(take.wave) for take in takes)
    clicks = _clicks(takes, prompt.size)
    inside = max((gap for take in takes for gap in _gaps(take.runs)), default=0.0)
    played = active_dbm0(prompt)
    found = [
        _at_most("length", seconds, limit, limit),
        _level(played),
        _speech(speech - _DBFS),
        _at_least("noise", min(_snr(take) for take in takes), 30.0, 20.0),
        Measure("hum", "warn" if (hum := _hum(takes)) > -45.0 else "good", round(hum, 1)),
        _at_most("clipping", 100 * max(take.clipped for take in takes), 0.1, 1.0),
        _at_most("clicks", len(clicks), 0.0, 3.0),
        _at_most("silence", inside, 0.8, 1.2),
        _at_least("treble", _treble(takes), -20.0, -28.0),
        _at_most("tones", _tones(prompt, country), 0.0, 0.0),
    ]
    if (fading := _fading(takes[-1])) is not None:
        found.append(_at_most("reverberation", fading * 1000, 150.0, 220.0))
    if named and len(takes) == 1:
        found.append(_pause(takes[0].runs))
    return found, clicks


def _clicks(takes: Sequence[Take], size: int) -> list[int]:
    """Return the samples of the prompt at which it clicks; what was cut off does not count."""
    found, before = [], 0
    for take in takes:
        begin, end = take.runs[0].start, take.runs[-1].stop
        found += [before + at - begin for at in clicks_in(take) if at >= begin]
        before += end - begin + JOINT
    return [at for at in found if at < size]


def clicks_in(take: Take) -> list[int]:
    """Return where something shorter than 20 ms stands 20 dB over the floor of a pause."""
    steps = powers(take.wave)
    pause = _pauses(take, steps.size)
    if not pause.any():
        return []
    least = max(float(np.median(steps[pause])) * _CLICK_OVER_FLOOR, _FAINTEST_CLICK)
    runs = loud_runs(take.wave)
    speech = [run for run in runs if any(_within(run, word) for word in take.runs)]
    found = []
    for run in runs:
        alone = run not in speech and run.stop - run.start <= _CLICK_STEPS * STEP
        far = all(
            run.start > word.stop + _NEAR_SPEECH or run.stop < word.start - _NEAR_SPEECH
            for word in take.runs
        )
        if alone and far and steps[run.start // STEP : run.stop // STEP].max() > least:
            found.append(run.start)
    return found


def _within(run: Run, word: Run) -> bool:
    return word.start <= run.start and run.stop <= word.stop


def _pauses(take: Take, count: int) -> NDArray[np.bool_]:
    """Return for each step whether nobody speaks, nor has just spoken."""
    quiet = np.ones(count, np.bool_)
    for run in take.runs:
        quiet[max(0, run.start - _NEAR_SPEECH) // STEP : (run.stop + _NEAR_SPEECH) // STEP] = False
    return quiet


def _gaps(runs: Sequence[Run]) -> list[float]:
    return [(after.start - run.stop) / RATE for run, after in itertools.pairwise(runs)]


def _snr(take: Take) -> float:
    """Return how far the noise of the pauses lies under the speech, in dB."""
    steps = powers(take.wave)
    quiet = steps[_pauses(take, steps.size)]
    floor = float(np.median(quiet)) if quiet.size >= 4 else float(np.percentile(steps, 5))
    return min(_BEST, active_dbm0(take.wave) - dbm0_of_power(floor))


def _fading(take: Take) -> float | None:
    """Return the seconds from 10 to 30 dB under the last word; None where noise hides them.

    A word is gone at once; a room that answers holds it.
    """
    steps = powers(take.wave)
    last = take.runs[-1]
    word = steps[last.start // STEP : last.stop // STEP]
    if not word.size:
        return None
    top = float(word.max())
    loud = np.flatnonzero(word > top / 10)
    begin = last.start // STEP + int(loud[-1]) + 1
    quiet = np.flatnonzero(steps[begin:] < top / 1000)
    return float(quiet[0]) * STEP / RATE if quiet.size else None


def _hum(takes: Sequence[Take]) -> float:
    """Return the level of the mains in the pauses, before the high-pass, under the speech."""
    worst = -_BEST
    for take in takes:
        quiet = np.repeat(_pauses(take, take.raw.size // STEP), STEP)
        pause = take.raw[: quiet.size][quiet]
        if pause.size < RATE // 4:
            continue
        power = _power_at(pause, _HUM_HZ)
        if power > _HUM_STANDS_OUT * _power_at(pause, _BESIDE_HZ):
            worst = max(worst, dbm0_of_power(power) - active_dbm0(take.wave))
    return worst


def _power_at(wave: Wave, frequencies: Sequence[float]) -> float:
    """Return the mean square of the tones at some frequencies, together."""
    turns = 2 * np.pi / RATE * np.arange(wave.size)
    window = np.hanning(wave.size)
    tones = (np.dot(wave * window, np.exp(-1j * hertz * turns)) for hertz in frequencies)
    return float(sum(2 * abs(tone / window.sum()) ** 2 for tone in tones))


def _treble(takes: Sequence[Take]) -> float:
    """Return the energy from 1.5 to 3.4 kHz under that of the whole speech, in dB."""
    words = [take.wave[run.start : run.stop] for take in takes for run in take.runs]
    speech = np.concatenate(words)
    power = np.abs(np.fft.rfft(speech)) ** 2
    hertz = np.fft.rfftfreq(speech.size, 1 / RATE)
    band = (hertz >= 1500) & (hertz <= 3400)
    part = float(power[band].sum()) / max(float(power.sum()), 1e-9)
    return max(-_BEST, 10 * float(np.log10(max(part, 1e-9))))


def _tones(wave: Wave, country: str) -> int:
    """Return how many keys and network tones our own ears hear in a prompt."""
    sound = to_sound(wave)
    whole = np.zeros(-(-sound.size // FRAME) * FRAME, np.int16)
    whole[: sound.size] = sound
    hearing = FileDetectors("take", country, ("both",))
    heard = [
        event
        for start in range(0, whole.size, History.AHEAD)
        for event in hearing.hear_at_once(whole[None, start : start + History.AHEAD])
    ]
    return sum(isinstance(event, DigitPressed | ToneHeard) for event in heard)


def _pause(runs: Sequence[Run]) -> Measure:
    """Say whether the last key's name stands alone, so that its end is known."""
    words = [runs[0]]
    for run in runs[1:]:
        if run.start - words[-1].stop < APART * RATE:
            words[-1] = Run(words[-1].start, run.stop)
        else:
            words.append(run)
    gaps = _gaps(words)
    alone = len(words) > 1 and KEY_NAME[0] <= words[-1].seconds <= KEY_NAME[1]
    return Measure("pause", "good" if alone else "refuse", round(gaps[-1] if gaps else 0.0, 2))


def _level(dbm0: float) -> Measure:
    off = abs(dbm0 + 18.0)
    return Measure("level", "good" if off <= 1 else "warn" if off <= 3 else "refuse", _one(dbm0))


def _speech(dbfs: float) -> Measure:
    verdict: Verdict = "good" if -35.0 <= dbfs else "warn" if dbfs >= -45.0 else "refuse"
    return Measure("speech", verdict, _one(dbfs))


def _at_most(name: Measured, value: float, good: float, warn: float) -> Measure:
    verdict: Verdict = "good" if value <= good else "warn" if value <= warn else "refuse"
    return Measure(name, verdict, _one(value))


def _at_least(name: Measured, value: float, good: float, warn: float) -> Measure:
    verdict: Verdict = "good" if value >= good else "warn" if value >= warn else "refuse"
    return Measure(name, verdict, _one(value))


def _one(value: float) -> float:
    return round(float(value), 1)
