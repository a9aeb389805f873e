"""Make the sounds of the simulated network and of the phones' keys."""

import math

import numpy as np

from appliance.errors import LineError
from appliance.exchange.scene import SceneAct, SceneCaller
from appliance.model.audio import RATE, samples
from appliance.model.terms import Tone
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import Absent, CallerIdMessage, build_mdmf
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, rms_of, sine_peak
from appliance.signals.tones import CALL_WAITING, SIT, progress_tones

TONE_DBM0 = -10.0
KEY_DBM0 = {"caller": -7.0, "third": -7.0, "office": -4.0}
"""Both tones together; the office's own phone is nearer."""

NEAR_DEVIATION = 0.004
"""Relative error of the office's phone, which divides a crystal's frequency; networks are exact."""

RING_HZ = 25.0
RING_ON, RING_PERIOD = samples(1.0), samples(5.0)
"""Polish ringing: one second in five."""

_RING_DBM0 = -18.0
"""Level that the tap's high-pass and protection leave of 75 V; an open line doubles it."""

CALLER_ID_DBM0 = -16.0
MUSIC_DBM0 = -16.0
_NOTE_SECONDS = 0.3
_LOWEST_HZ = 261.6  # c'
_SCALE = np.array((0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19, 21, 23, 24))  # semitones: C major


def key(act: SceneAct, letter: str, jitter_db: float) -> Wave:
    """Return one key of an act, louder by ``jitter_db``."""
    level = KEY_DBM0.get(act.by, -7.0) if act.dbm0 is None else act.dbm0
    usual = NEAR_DEVIATION if act.by == "office" else 0.0
    return key_wave(
        letter,
        act.ms,
        dbm0=level + jitter_db,
        twist_db=act.twist_db,
        deviation=act.deviation or usual,
    )


def caller_id(caller: SceneCaller) -> Wave:
    """Return the caller ID that the network sends between the first and the second ring."""
    message = CallerIdMessage(
        number=caller.number if caller.number and not caller.withheld else None,
        name=caller.name if caller.name and not caller.withheld else None,
        number_absent=None if caller.number and not caller.withheld else Absent.WITHHELD,
        when="11251030",
    )
    return modulate(build_mdmf(message), dbm0=CALLER_ID_DBM0)


def ringing(seconds: float) -> Wave:
    """Return a burst of ringing as the tap sees it."""
    time = np.arange(samples(seconds)) / RATE
    wave: Wave = sine_peak(_RING_DBM0) * np.sin(2 * np.pi * RING_HZ * time)
    return wave


def tone(name: str, country: str, dbm0: float | None = None) -> tuple[Wave, bool]:
    """Return one period of a network's tone, and whether it repeats.

    Raises:
        LineError: there is no such tone.
    """
    level = TONE_DBM0 if dbm0 is None else dbm0
    if name == Tone.SIT:
        return np.concatenate([sines((hertz,), 0.33, level) for hertz in SIT]), False
    if name == Tone.CALL_WAITING:
        return sines(CALL_WAITING, 0.1, level), False
    for known in progress_tones(country):
        if known.tone == name:
            return _cadence(known.frequencies, known.cadence, level), True
    raise LineError(f"the network has no tone called {name!r}")


def sines(frequencies: tuple[float, ...], seconds: float, dbm0: float) -> Wave:
    """Return the sum of some frequencies, ``dbm0`` all together."""
    time = np.arange(samples(seconds)) / RATE
    peak = sine_peak(dbm0) / np.sqrt(max(1, len(frequencies)))
    wave: Wave = np.zeros(time.size)
    for hertz in frequencies:
        wave = wave + peak * np.sin(2 * np.pi * hertz * time)
    return wave


def music(seconds: float, random: np.random.Generator, dbm0: float | None = None) -> Wave:
    """Return music on hold: a random melody of chords."""
    time = np.arange(samples(_NOTE_SECONDS)) / RATE
    decay = np.exp(-3 * time / _NOTE_SECONDS)
    notes = []
    for _ in range(int(np.ceil(seconds / _NOTE_SECONDS))):
        chord = _LOWEST_HZ * 2 ** (random.choice(_SCALE, 3, replace=False) / 12)
        partials = [hertz * number for hertz in chord for number in (1, 2, 3)]
        notes.append(
            decay
            * sum(
                np.sin(2 * np.pi * hertz * time + random.uniform(0, 2 * np.pi)) / (1 + index % 3)
                for index, hertz in enumerate(partials)
            )
        )
    wave: Wave = np.concatenate(notes or [np.zeros(0)])[: samples(seconds)]
    level = MUSIC_DBM0 if dbm0 is None else dbm0
    loudness = math.sqrt(float(np.mean(wave * wave))) if wave.size else 0.0
    return wave * (rms_of(level) / loudness) if loudness else wave


def _cadence(frequencies: tuple[float, ...], cadence: tuple[float, ...], dbm0: float) -> Wave:
    if not cadence:
        return sines(frequencies, 1.0, dbm0)  # whole hertz: one second joins the next
    parts = [
        sines(frequencies, seconds, dbm0) if index % 2 == 0 else np.zeros(samples(seconds))
        for index, seconds in enumerate(cadence)
    ]
    return np.concatenate(parts)
