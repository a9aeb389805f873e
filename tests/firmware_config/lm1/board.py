"""Put a line's volts and amperes before the reference monitor, as its converters read them."""

import math
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from appliance.exchange.circuit.circuit import Direct
from appliance.signals.pcm import Wave

FOLDER = Path(__file__).parents[3] / "firmware-config" / "monitors" / "lm1"
_RUNNER = Path(__file__).parent / "on_the_board.py"

DIVIDER = 68e3 / (2 * 4.7e6 + 68e3)
SHUNT_OHMS, GAIN = 10.0, 3.0
_COUNTS_PER_VOLT = 65536 / 3.3
_REAL_BITS = 16  # of 4,096 steps: the converter reads twelve bits, four times
_RINGER_OHMS, _RINGER_FARADS = 8000.0, 1e-6

ASKED = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some time in which the line stays as it is."""

    ms: int
    loop: Direct
    ring_volts: float = 0.0  # effective
    ring_hz: float = 25.0
    speech_volts: float = 0.0  # peak
    ringers: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line that the board sent."""

    ms: int
    word: str
    value: str


def readings(stretches: list[Stretch], seed: int = 1) -> bytes:
    """Return both converters' counts of each millisecond."""
    random = np.random.default_rng(seed)
    counts: list[Wave] = []
    for stretch in stretches:
        at = np.arange(stretch.ms) / 1000
        volts = np.full(stretch.ms, stretch.loop.volts)
        amps = np.full(stretch.ms, stretch.loop.milliamps / 1000)
        if stretch.ring_volts:
            ringing = math.sqrt(2) * stretch.ring_volts * np.sin(2 * np.pi * stretch.ring_hz * at)
            volts = volts + ringing
            amps = amps + stretch.ringers * _into_ringer(ringing)
        if stretch.speech_volts:
            talk = np.sin(2 * np.pi * 317 * at) * np.sin(2 * np.pi * 3 * at)
            volts = volts + stretch.speech_volts * talk
            amps = amps - stretch.speech_volts / 600 * talk
        counts.append(
            np.stack((_counts(volts * DIVIDER, random), _counts(amps * SHUNT_OHMS * GAIN, random)))
        )
    both = np.concatenate(counts, axis=1)
    return both.T.astype("<u2").tobytes()


def _into_ringer(volts: Wave) -> Wave:
    """Return the current into a bell and its capacitor in series, which is empty at first."""
    amps, charged = np.zeros(volts.size), 0.0
    for at, volt in enumerate(volts):
        amps[at] = (volt - charged) / _RINGER_OHMS
        charged += amps[at] * 0.001 / _RINGER_FARADS
    return amps


def _counts(volts: Wave, random: np.random.Generator) -> Wave:
    """Return what ``read_u16`` gives for volts about the middle of the range."""
    noisy = 32768 + volts * _COUNTS_PER_VOLT + random.normal(0.0, 12.0, volts.size)
    counts: Wave = np.clip(np.round(noisy / _REAL_BITS) * _REAL_BITS, 0, 65520)
    return counts


def run(raw: bytes) -> list[Line]:
    """Return what the board sends, by Debian's MicroPython."""
    done = subprocess.run(
        ["micropython", str(_RUNNER), str(FOLDER)],
        input=raw,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return list(_lines(done.stdout.decode()))


def _lines(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        found = re.fullmatch(r"(\d+) (\w+)(?: (.*))?", row)
        assert found, row
        yield Line(int(found[1]), found[2], found[3] or "")
