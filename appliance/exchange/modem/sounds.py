"""Make the tones that a modem is told to send: a number to dial, or a list of ``+VTS``."""

import re

import numpy as np

from appliance.exchange import tones
from appliance.model.audio import RATE
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave

KEY_MS, GAP_MS = 95, 95
"""Of a number that a modem dials, each key and each pause."""

_DBM0 = -9.0
_ITEM = re.compile(
    r"\[(?P<first>\d*),(?P<second>\d*)(?:,(?P<time>\d+))?\]"
    r"|\{(?P<held>[0-9*#A-D]),(?P<long>\d+)\}"
    r"|(?P<key>[0-9*#A-D])"
)
_LONGEST = 10 * RATE


def dial_wave(number: str, wait_seconds: int, comma_seconds: int) -> tuple[Wave, str]:
    """Return the sound of a number, from the lift on, and the keys in it.

    Args:
        number: of ``ATD``; what is no key and no comma is passed over.
        wait_seconds: S6, before the first key.
        comma_seconds: S8.
    """
    parts: list[Wave] = [np.zeros(min(wait_seconds, 10) * RATE)]
    keys = ""
    for letter in number[number.startswith(("T", "P")) :]:
        if letter == ",":
            parts.append(np.zeros(min(comma_seconds, 10) * RATE))
        elif letter in "0123456789*#ABCD":
            keys += letter
            parts += [key_wave(letter, KEY_MS, dbm0=_DBM0), np.zeros(GAP_MS * RATE // 1000)]
    return np.concatenate(parts), keys


def tones_wave(value: str, unit: int, *, one_tone: bool) -> tuple[Wave, bool]:
    """Return the sound of a ``+VTS`` list, and whether a bare key is in it.

    Args:
        value: such as ``[933,0,100],{5,20},1``; the times count 10 ms.
        unit: of ``+VTD``, for what has no time of its own.
        one_tone: a second frequency may be 0.

    Raises:
        ValueError: it is not such a list, or takes more than ten seconds.
    """
    waves: list[Wave] = []
    bare = False
    at = 0
    while at < len(value):
        found = _ITEM.match(value, at)
        if found is None:
            raise ValueError(value)
        item, at = found.groupdict(), found.end()
        if value[at : at + 1] == ",":
            at += 1
        if item["key"]:
            bare = True
            waves.append(key_wave(item["key"], unit * 10, dbm0=_DBM0))
        elif item["held"]:
            waves.append(key_wave(item["held"], int(item["long"][:4]) * 10, dbm0=_DBM0))
        else:
            waves.append(_pair(item["first"], item["second"], item["time"], unit, one_tone))
    wave = np.concatenate(waves or [np.zeros(0)])
    if not waves or wave.size > _LONGEST:
        raise ValueError(value)
    return wave, bare


def _pair(first: str, second: str, time: str | None, unit: int, one_tone: bool) -> Wave:
    hertz = [int(figure[:5]) for figure in (first, second) if figure]
    if 0 in hertz and not one_tone:
        raise ValueError(second)
    heard = [each for each in dict.fromkeys(hertz) if 0 < each < RATE // 2]
    seconds = int(time[:4] if time else unit) / 100
    if seconds * RATE > _LONGEST:
        raise ValueError(time)
    return tones.sines(tuple(float(each) for each in heard), seconds, _DBM0)
