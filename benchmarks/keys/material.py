"""Make keys under every condition, from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, rms_of, sine_peak, through_alaw, to_sound

ALL_KEYS = "123A456B789C*0#D"


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition under which keys are sent. Levels are those of both tones together."""

    name: str
    dbm0: float = -13.0
    twist_db: float = 0.0
    deviation: float = 0.0
    tone_ms: float = 80.0
    pause_ms: float = 80.0
    snr_db: float | None = None
    break_ms: float = 0.0
    dial: tuple[float, ...] = ()
    dial_dbm0: float = -99.0
    alaw: bool = False


def _accept() -> list[Condition]:
    out = [
        Condition(f"level {level}", dbm0=level) for level in (0, -3, -6, -10, -15, -20, -25, -27)
    ]
    out += [Condition(f"twist {twist:+}", twist_db=twist) for twist in (-8, -6, -4, -2, 2, 4)]
    out += [
        Condition(f"frequency {part * 100:+.1f} %", deviation=part)
        for part in (0.01, -0.01, 0.015, -0.015)
    ]
    out += [Condition(f"tone {ms} ms", tone_ms=ms) for ms in (40, 45, 60)]
    out += [Condition("pause 40 ms", pause_ms=40)]
    short = Condition("40/40", tone_ms=40, pause_ms=40)
    weak = replace(short, dbm0=-25)
    out += [
        short,
        replace(short, name="40/40 SNR 15", snr_db=15),
        replace(weak, name="40/40 -25 twist -8 +1.5 %", twist_db=-8, deviation=0.015),
        replace(weak, name="40/40 -25 twist +4 -1.5 %", twist_db=4, deviation=-0.015),
    ]
    out += [Condition(f"SNR {snr}", snr_db=snr) for snr in (30, 24, 20, 18, 15)]
    out += [Condition(f"break {ms} ms", tone_ms=100, break_ms=ms) for ms in (5, 10)]
    for name, dial in (("350+440", (350.0, 440.0)), ("425", (425.0,))):
        out += [
            Condition(f"dial {name} {under}/{key}", dbm0=key, dial=dial, dial_dbm0=under)
            for under, key in ((-10, -10), (-10, -20), (-15, -25), (-7, -25))
        ]
    return out + [Condition(f"A-law {level}", dbm0=level, alaw=True) for level in (-10, -25)]


ACCEPT = _accept()
"""The 43 conditions that a receiver must take."""

REJECT = [
    *(Condition(f"frequency {p * 100:+.1f} %", deviation=p) for p in (0.035, -0.035, 0.04, -0.04)),
    *(Condition(f"tone {ms} ms", tone_ms=ms) for ms in (15, 20, 23)),
    *(Condition(f"level {level}", dbm0=level) for level in (-40, -45)),
]
"""Conditions that a receiver must not take."""

BETWEEN = [
    *(Condition(f"frequency {p * 100:+.1f} %", deviation=p) for p in (0.02, -0.02, 0.025, -0.025)),
    *(Condition(f"frequency {p * 100:+.1f} %", deviation=p) for p in (0.03, -0.03)),
    *(Condition(f"tone {ms} ms", tone_ms=ms) for ms in (26, 29, 32, 35)),
    *(Condition(f"pause {ms} ms", pause_ms=ms) for ms in (20, 25, 30)),
    *(Condition(f"twist {twist:+}", twist_db=twist) for twist in (-12, -10, 6, 8)),
    *(Condition(f"level {level}", dbm0=level) for level in (-30, -33, -36)),
    *(Condition(f"SNR {snr}", snr_db=snr) for snr in (12, 10, 8)),
    Condition("tone 2000 ms", tone_ms=2000.0),
]
"""Free to be taken or not, but for the last, which is one digit; reported only."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Keys as sent: the sound, and the sample at which each begins."""

    sound: Sound
    onsets: tuple[int, ...]


def keys_under(condition: Condition, keys: Sequence[str], seed: int) -> Sound:
    """Return keys sent under a condition, whole frames, with a lead and a tail."""
    return sent_under(condition, keys, seed).sound


def sent_under(condition: Condition, keys: Sequence[str], seed: int) -> Sent:
    """Return the same, and when each key begins."""
    chance = np.random.default_rng(seed)
    parts: list[Wave] = [np.zeros(RATE // 4)]
    onsets = []
    at = RATE // 4
    for key in keys:
        tone = key_wave(
            key,
            condition.tone_ms,
            dbm0=condition.dbm0,
            twist_db=condition.twist_db,
            deviation=condition.deviation,
        )
        if condition.break_ms:
            middle, half = tone.size // 2, round(condition.break_ms * RATE / 2000)
            tone[middle - half : middle + half] = 0
        jitter = int(chance.integers(0, HOP_JITTER))
        pause = np.zeros(round(condition.pause_ms * RATE / 1000) + jitter)
        parts += [tone, pause]
        onsets.append(at)
        at += tone.size + pause.size
    wave = np.concatenate([*parts, np.zeros(RATE // 4)])
    wave = np.concatenate((wave, np.zeros(-wave.size % FRAME)))
    time = np.arange(wave.size) / RATE
    for frequency in condition.dial:
        peak = sine_peak(condition.dial_dbm0) / np.sqrt(len(condition.dial))
        wave += peak * np.sin(2 * np.pi * frequency * time + float(chance.uniform(0, 6)))
    if condition.snr_db is not None:
        wave += chance.normal(0, rms_of(condition.dbm0 - condition.snr_db), wave.size)
    else:
        wave += chance.normal(0, 1.0, wave.size)
    sound = to_sound(wave)
    return Sent(through_alaw(sound) if condition.alaw else sound, tuple(onsets))


HOP_JITTER = 40
"""Pauses grow by up to 5 ms at random, so that keys meet the frames everywhere."""
