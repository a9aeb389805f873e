"""Impair a call as networks and wires do: lost packets, gain control, hum, clicks, drift.

Each impairment takes one frame at a time and keeps its state from frame to frame. The figures are
models: a packet's loss is concealed in the manner of ITU-T G.711 appendix I (the last sound again,
fading), an automatic gain control brings speech to one level, slowly up and quickly down.
"""

import io
import math
from collections.abc import Callable

import numpy as np

from appliance.exchange.scene import Circuit
from appliance.exchange.tones import RING_HZ, RING_ON, RING_PERIOD
from appliance.model.audio import FRAME, RATE, samples
from appliance.signals.pcm import Wave, rms_of, sine_peak, to_sound

Impairment = Callable[[Wave], Wave]
"""Takes ``[FRAME]`` and returns it impaired."""

_FADED_AFTER = 3  # packets in a row: then a concealed loss is silence
_AGC_TARGET = rms_of(-16.0)
_AGC_MOST = 10 ** (18 / 20)  # of gain either way
_AGC_QUIET = rms_of(-45.0)  # below this nobody speaks, and the gain stays
_AGC_DOWN, _AGC_UP = 0.5, 0.04  # of the way to the wanted gain, in a frame
_HUM_HARMONICS = ((1, 0.0), (3, -14.0), (5, -22.0))  # of the mains: number, dB
_MAINS_HZ = 50.0
_SAID_BEFORE = samples(2.0)
_BETWEEN_PROMPTS = samples(0.5)  # of silence
_CLICK_PEAK = sine_peak(3.0)


class LostPackets:
    """Random loss of 20 ms packets, concealed."""

    def __init__(self, part: float, random: np.random.Generator) -> None:
        """Lose ``part`` of all packets."""
        self._part = part
        self._random = random
        self._last = np.zeros(FRAME)
        self._run = 0

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame, or its concealment."""
        if self._random.random() >= self._part:
            self._last, self._run = frame, 0
            return frame
        self._run += 1
        fade = np.linspace(1.0, 0.0, _FADED_AFTER * FRAME + 1)[(self._run - 1) * FRAME :]
        concealed: Wave = np.zeros(FRAME)
        if self._run <= _FADED_AFTER:
            concealed = self._last * fade[:FRAME]
        return concealed


class GainControl:
    """Automatic gain control, as in a gateway: brings all sound to one level."""

    def __init__(self) -> None:
        """Begin with a gain of one."""
        self._gain = 1.0

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame, louder or quieter."""
        level = math.sqrt(float(np.dot(frame, frame)) / FRAME)
        before = self._gain
        if level > _AGC_QUIET:
            wanted = min(max(_AGC_TARGET / level, 1 / _AGC_MOST), _AGC_MOST)
            way = _AGC_DOWN if wanted < self._gain else _AGC_UP
            self._gain += (wanted - self._gain) * way
        controlled: Wave = frame * np.linspace(before, self._gain, FRAME)
        return controlled


class Hum:
    """Mains hum with two of its odd harmonics."""

    def __init__(self, dbm0: float) -> None:
        """Hum with the fundamental at ``dbm0``."""
        self._dbm0 = dbm0
        self._sample = 0

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame with hum."""
        time = np.arange(self._sample, self._sample + FRAME) / RATE
        self._sample += FRAME
        for number, db in _HUM_HARMONICS:
            peak = sine_peak(self._dbm0 + db)
            frame = frame + peak * np.sin(2 * np.pi * number * _MAINS_HZ * time)
        return frame


class Crosstalk:
    """Crosstalk of a neighbouring pair that rings one second in five."""

    def __init__(self, dbm0: float) -> None:
        """Ring at ``dbm0``."""
        self._peak = sine_peak(dbm0)
        self._sample = 0

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame with the neighbour's ringing."""
        at = np.arange(self._sample, self._sample + FRAME)
        self._sample += FRAME
        rings = at % RING_PERIOD < RING_ON
        ringing: Wave = frame + rings * self._peak * np.sin(2 * np.pi * RING_HZ * at / RATE)
        return ringing


class Clicks:
    """Random clicks of one to three samples."""

    def __init__(self, per_second: float, random: np.random.Generator) -> None:
        """Click ``per_second`` times on average."""
        self._in_frame = per_second * FRAME / RATE
        self._random = random

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame with its clicks."""
        count = int(self._random.poisson(self._in_frame))
        if not count:
            return frame
        clicked = frame.copy()
        for at in self._random.integers(0, FRAME - 3, count):
            width = int(self._random.integers(1, 4))
            clicked[at : at + width] += self._random.choice((-1.0, 1.0)) * _CLICK_PEAK
        return clicked


class Drift:
    """Drift of the prompt's clock against the adapter's."""

    def __init__(self, ppm: float) -> None:
        """Run the prompt's clock ``ppm`` millionths too slow."""
        self._each = ppm * 1e-6
        self._late = 0.0
        self._before = np.zeros(FRAME)

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame, delayed by the drift so far and interpolated linearly."""
        joined = np.concatenate((self._before, frame))
        self._before = frame
        places = FRAME + np.arange(FRAME) - self._late - self._each * np.arange(FRAME)
        self._late = min(self._late + self._each * FRAME, float(FRAME - 1))
        late: Wave = np.interp(places, np.arange(2 * FRAME), joined)
        return late


def through_gsm(wave: Wave) -> Wave:
    """Return a sound after the full-rate speech codec of GSM 06.10, as a mobile phone sends it.

    The codec is libsndfile's; it takes frames of 20 ms and adds no delay here.
    """
    import soundfile  # noqa: PLC0415 - few calls go through it, and it takes memory

    coded = io.BytesIO()
    soundfile.write(coded, to_sound(wave), RATE, format="WAV", subtype="GSM610")
    coded.seek(0)
    decoded, _rate = soundfile.read(coded, dtype="int16")
    sound: Wave = np.asarray(decoded[: wave.size], np.float64)
    return sound


class PromptGap:
    """A gap in each prompt, two seconds after it began."""

    def __init__(self, ms: int) -> None:
        """Silence ``ms`` of each prompt."""
        self._gap = range(_SAID_BEFORE, _SAID_BEFORE + ms * RATE // 1000)
        self._said = 0  # samples since the prompt began
        self._quiet = _BETWEEN_PROMPTS

    def __call__(self, frame: Wave) -> Wave:
        """Return the frame, or silence."""
        if frame.any():
            self._said = self._said if self._quiet < _BETWEEN_PROMPTS else 0
            self._quiet = 0
        else:
            self._quiet += FRAME
        at = self._said
        self._said += FRAME
        return np.zeros(FRAME) if at in self._gap else frame


def of_network(circuit: Circuit, random: np.random.Generator) -> list[Impairment]:
    """Return the network's impairments of the caller's sound, in order."""
    found: list[Impairment] = []
    if circuit.agc:
        found.append(GainControl())
    if circuit.lost_packets:
        found.append(LostPackets(circuit.lost_packets, random))
    return found


def of_wires(circuit: Circuit, random: np.random.Generator) -> list[Impairment]:
    """Return the impairments that the wires add to their voltage, in order."""
    found: list[Impairment] = []
    if circuit.hum_dbm0 is not None:
        found.append(Hum(circuit.hum_dbm0))
    if circuit.crosstalk_dbm0 is not None:
        found.append(Crosstalk(circuit.crosstalk_dbm0))
    if circuit.clicks_per_second:
        found.append(Clicks(circuit.clicks_per_second, random))
    return found


def of_prompt(circuit: Circuit) -> list[Impairment]:
    """Return the impairments of the prompt on its way to the line."""
    found: list[Impairment] = []
    if circuit.prompt_ppm:
        found.append(Drift(circuit.prompt_ppm))
    if circuit.prompt_gap_ms:
        found.append(PromptGap(circuit.prompt_gap_ms))
    return found


def of_capture(circuit: Circuit) -> list[Impairment]:
    """Return what the box's adapter does to one of its channels."""
    return [GainControl()] if circuit.capture_agc else []


def through(impairments: list[Impairment], frame: Wave) -> Wave:
    """Return a frame after all impairments, in order."""
    for impairment in impairments:
        frame = impairment(frame)
    return frame
