"""List frequencies and cadences of keys, FSK, network tones and machines.

DTMF: ITU-T Q.23. FSK: ITU-T V.23 and Bell 202. Call progress: the networks of Poland, Germany,
the United Kingdom, the United States and others. Machines: ITU-T T.30, V.21, V.22, V.25, E.180
and SIA DC-05.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.model.terms import Tone

ROWS = (697.0, 770.0, 852.0, 941.0)
COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = ("123A", "456B", "789C", "*0#D")


def frequencies_of(key: str) -> tuple[float, float]:
    """Return a key's low and high frequency; raise ValueError for no key."""
    for row, keys in enumerate(KEYS):
        if len(key) == 1 and key in keys:
            return ROWS[row], COLUMNS[keys.index(key)]
    raise ValueError(f"{key!r} is not a telephone key (0-9, *, #, A-D).")


@dataclass(frozen=True, slots=True)
class FskStandard:
    """The two frequencies that carry bits at 1200 baud."""

    name: str
    mark: float  # a 1, in hertz
    space: float  # a 0, in hertz


V23 = FskStandard("V.23", 1300.0, 2100.0)
BELL_202 = FskStandard("Bell 202", 1200.0, 2200.0)
BAUD = 1200.0


@dataclass(frozen=True, slots=True)
class ProgressTone:
    """A tone of the network: its frequencies, and its cadence on and off in seconds.

    A continuous tone has an empty cadence.
    """

    tone: Tone
    frequencies: tuple[float, ...]
    cadence: tuple[float, ...] = ()


def _tones(
    dial: tuple[float, ...],
    ringback: tuple[tuple[float, ...], tuple[tuple[float, ...], ...]],
    busy: tuple[tuple[float, ...], tuple[float, ...]],
    congestion: tuple[tuple[float, ...], tuple[float, ...]],
) -> tuple[ProgressTone, ...]:
    return (
        ProgressTone(Tone.DIAL, dial),
        *(ProgressTone(Tone.RINGBACK, ringback[0], cadence) for cadence in ringback[1]),
        ProgressTone(Tone.BUSY, *busy),
        ProgressTone(Tone.CONGESTION, *congestion),
    )


def _alike(
    hertz: float, ringback: tuple[float, float], busy: float, congestion: float
) -> tuple[ProgressTone, ...]:
    """Return tones of one frequency, with busy and congestion as long on as off."""
    one = (hertz,)
    return _tones(one, (one, (ringback,)), (one, (busy, busy)), (one, (congestion, congestion)))


_EUROPE = (425.0,)

PROGRESS: Mapping[str, tuple[ProgressTone, ...]] = {
    # Busy and congestion are the same in Poland: both count as busy.
    "PL": _tones(_EUROPE, (_EUROPE, ((1.0, 4.0),)), (_EUROPE, (0.5, 0.5)), (_EUROPE, (0.5, 0.5))),
    "DE": _tones(
        _EUROPE,
        (_EUROPE, ((1.0, 4.0), (1.0, 5.0))),
        (_EUROPE, (0.48, 0.48)),
        (_EUROPE, (0.24, 0.24)),
    ),
    "GB": _tones(
        (350.0, 440.0),
        ((400.0, 450.0), ((0.4, 0.2, 0.4, 2.0),)),
        ((400.0,), (0.375, 0.375)),
        ((400.0,), (0.4, 0.35, 0.225, 0.525)),
    ),
    "US": _tones(
        (350.0, 440.0),
        ((440.0, 480.0), ((2.0, 4.0),)),
        ((480.0, 620.0), (0.5, 0.5)),
        ((480.0, 620.0), (0.25, 0.25)),
    ),
    "AT": _alike(420.0, (1.0, 5.0), 0.4, 0.2),
    "BE": _alike(425.0, (1.0, 3.0), 0.5, 0.167),
    "BG": _alike(425.0, (1.0, 4.0), 0.5, 0.25),
    "CH": _alike(425.0, (1.0, 4.0), 0.5, 0.2),
    "DK": _alike(425.0, (1.0, 4.0), 0.5, 0.2),
    "EE": _alike(425.0, (1.0, 4.0), 0.3, 0.2),
    "FI": _alike(425.0, (1.0, 4.0), 0.3, 0.2),
    "FR": _alike(440.0, (1.5, 3.5), 0.5, 0.25),
    "HU": _alike(425.0, (1.25, 3.75), 0.3, 0.3),  # both count as busy, as in Poland
    "LT": _alike(425.0, (1.0, 4.0), 0.35, 0.2),
    "NL": _alike(425.0, (1.0, 4.0), 0.5, 0.25),
    "NO": _alike(425.0, (1.0, 4.0), 0.5, 0.2),
}
"""ISO 3166 country -> its tones, the most telling first.

Those below the United States come from the ITU's list "Various tones used in national networks"
(E.180, Supplement 2; edition of 2003-02).
"""


def progress_tones(country: str) -> tuple[ProgressTone, ...]:
    """Return a country's tones; without a table the Polish ones, common in Europe."""
    return PROGRESS.get("GB" if country.upper() == "UK" else country.upper(), PROGRESS["PL"])


def dial_tone(country: str) -> tuple[float, ...]:
    """Return the frequencies of a country's dial tone."""
    return next(tone.frequencies for tone in progress_tones(country) if tone.tone is Tone.DIAL)


MACHINES: Mapping[float, Tone] = {
    1100.0: Tone.FAX_CNG,
    1300.0: Tone.DATA_CALLING,
    1400.0: Tone.CONTACT_ID,
    1650.0: Tone.DATA_ANSWER,
    2100.0: Tone.ANSWER,
    2225.0: Tone.DATA_ANSWER,
    2300.0: Tone.CONTACT_ID,
}
"""Single tones of machines; 1650 Hz is the mark of an answering V.21 modem."""

SIT = (950.0, 1400.0, 1800.0)
"""Special information tones, one after the other, 330 ms each, ±70 (E.180)."""

V21_CALLING = 980.0
"""Mark of a calling V.21 modem: it looks like the first SIT until it outlasts one."""

LOOKS: Mapping[float, tuple[float, ...]] = {
    SIT[0]: (925.0, 975.0),
    1100.0: (1087.0, 1113.0),
    1400.0: (1375.0, 1425.0),
    SIT[2]: (1775.0, 1825.0),
    2225.0: (2225.0, 2250.0),
    2300.0: (2300.0, 2344.0),
}
"""Frequencies to test, 25 Hz wide, for tones with more tolerance than the 15 Hz of V.25.

The special information tones may be off by 50 Hz (E.180; those of the United States are 914 or
985, 1371 or 1429, and 1777 Hz), the fax by 38 (T.30), the alarm by 3 % (SIA DC-05). The
carrier of a V.22 modem is 2250 Hz.
"""

CALL_WAITING = (2130.0, 2750.0)
"""The alert before the caller ID of a waiting call: both tones at once, 88 to 110 ms."""

PAIRS: Mapping[tuple[float, float], Tone] = {
    CALL_WAITING: Tone.CALL_WAITING,
    (1800.0, 2250.0): Tone.DATA_ANSWER,
    (550.0, 2250.0): Tone.DATA_ANSWER,
}
"""Two tones at once: the alert, and an answering V.22 modem's carrier with a guard tone.

The guard tone is weaker than the carrier: at 1800 Hz by 6 dB, at 550 Hz by 3.
"""
