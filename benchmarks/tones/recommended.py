"""Make tones as their recommendations define them, for benchmarks and tests."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from appliance.exchange.tones import sines
from appliance.model.audio import samples
from appliance.model.terms import Tone
from appliance.signals.pcm import Wave
from appliance.signals.tones import ProgressTone, progress_tones


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's tone as its recommendation defines it."""

    name: str
    tone: Tone
    hertz: float
    off: float  # hertz that it may be off, either way
    seconds: float
    guard: tuple[float, float] | None = None  # another tone, and its level against this in dB
    known_ms: int = 0  # after its onset: until then it may be something else

    def wave(self, off: float, dbm0: float) -> Wave:
        """Return the tone, ``off`` hertz too high, the guard tone with it."""
        wave = sines((self.hertz + off,), self.seconds, dbm0)
        if self.guard is None:
            return wave
        hertz, db = self.guard
        return wave + sines((hertz,), self.seconds, dbm0 + db)


MACHINES = (
    Machine("T.30 calling tone (CNG)", Tone.FAX_CNG, 1100, 38, 0.5),
    Machine("T.30 called station (CED), V.25 answer", Tone.ANSWER, 2100, 15, 2.6),
    Machine("V.25 calling tone", Tone.DATA_CALLING, 1300, 15, 0.5),
    Machine("V.21 answers: mark of channel 2", Tone.DATA_ANSWER, 1650, 6, 1.0),
    # E.180: the first special information tone, 950 Hz give or take 50, lasts up to 400 ms.
    Machine("V.21 calls: mark of channel 1", Tone.DATA_CALLING, 980, 6, 1.0, known_ms=400),
    Machine("V.22 answers, guard tone of 1800 Hz", Tone.DATA_ANSWER, 2250, 7, 1.0, (1800, -6)),
    Machine("V.22 answers, guard tone of 550 Hz", Tone.DATA_ANSWER, 2250, 7, 1.0, (550, -3)),
    Machine("V.22 answers a card terminal, no guard tone", Tone.DATA_ANSWER, 2250, 7, 1.0),
    Machine("Bell 103 answers", Tone.DATA_ANSWER, 2225, 10, 1.0),
    Machine("SIA DC-05 (Contact ID) first handshake", Tone.CONTACT_ID, 1400, 42, 0.1),
    # 2300 Hz and up to 3 % more; 3 % less is a Bell 103 modem's, which is a machine as well.
    Machine("SIA DC-05 (Contact ID) second tone", Tone.CONTACT_ID, 2334.5, 34.5, 0.1),
    Machine("SIA DC-05 (Contact ID) acknowledged", Tone.CONTACT_ID, 1400, 42, 0.75),
)

Parts = tuple[tuple[float, float], ...]
"""Tones one after the other: hertz and seconds of each."""

_SHORT, _LONG = 0.274, 0.38

SPECIAL_E180: Mapping[str, Parts] = {
    "E.180": ((950, 0.33), (1400, 0.33), (1800, 0.33)),
    "E.180, all low and short": ((900, 0.26), (1350, 0.26), (1750, 0.26)),
    "E.180, all high and long": ((1000, 0.4), (1450, 0.4), (1850, 0.4)),
}
"""Special information tones of PL, DE and GB."""

SPECIAL_US: Mapping[str, Parts] = {
    "US, number changed": ((913.8, _SHORT), (1370.6, _SHORT), (1776.7, _LONG)),
    "US, number not in use": ((985.2, _LONG), (1370.6, _SHORT), (1776.7, _LONG)),
    "US, reorder": ((913.8, _SHORT), (1428.5, _LONG), (1776.7, _LONG)),
    "US, reorder of another carrier": ((985.2, _SHORT), (1428.5, _LONG), (1776.7, _LONG)),
    "US, no circuit": ((913.8, _LONG), (1370.6, _LONG), (1776.7, _LONG)),
    "US, no circuit of another carrier": ((985.2, _LONG), (1428.5, _LONG), (1776.7, _LONG)),
}
"""Those of the United States are Telcordia's."""

SPECIAL_GAPS = (0.0, 0.03)
"""Seconds between two special information tones: none, or at most 30 ms (E.180)."""


def special(parts: Parts, gap: float, dbm0: float) -> Wave:
    """Return special information tones."""
    silence = np.zeros(samples(gap))
    waves = [part for hertz, on in parts for part in (sines((hertz,), on, dbm0), silence)]
    return np.concatenate(waves)


def second_begins(parts: Parts, gap: float) -> float:
    """Return the seconds until the second tone, with which they are recognisable."""
    return parts[0][1] + gap


COUNTRIES = ("PL", "DE", "GB", "US")


def network_tones(country: str, kind: Tone) -> list[ProgressTone]:
    """Return a country's tones of a kind; none if another kind sounds the same."""
    tones = progress_tones(country)
    named = {(tone.frequencies, tone.cadence): tone.tone for tone in reversed(tones)}
    return [
        tone
        for tone in tones
        if tone.tone is kind and named[tone.frequencies, tone.cadence] is kind
    ]


def recognisable(country: str, tone: ProgressTone) -> float:
    """Return the seconds of the shortest piece of a tone that no other of its country has.

    That is two bursts and the pause between them, one group of bursts of the ringback tone, and
    of the dial tone what outlasts the longest burst of its frequencies.
    """
    if not tone.cadence:
        alike = [one for one in progress_tones(country) if one.frequencies == tone.frequencies]
        return max(burst for one in alike for burst in (0.0, *one.cadence[::2]))
    if tone.tone is Tone.RINGBACK:
        return sum(tone.cadence[:-1])
    return sum((tone.cadence * 2)[:3])


def network_wave(tone: ProgressTone, dbm0: float) -> Wave:
    """Return three seconds of a tone without a break, two periods of any other."""
    spans = tone.cadence * 2 or (3.0,)
    parts = [
        sines(tone.frequencies, seconds, dbm0) if index % 2 == 0 else np.zeros(samples(seconds))
        for index, seconds in enumerate(spans)
    ]
    return np.concatenate(parts)
