"""Test machine tones by their own recommendations: how soon each is reported."""

import numpy as np
import pytest

from appliance.model.audio import RATE
from appliance.model.terms import Tone
from appliance.signals.pcm import Wave, sine_peak
from appliance.signals.progress.detector import ToneFound
from benchmarks.tones.recommended import (
    MACHINES,
    SPECIAL_E180,
    SPECIAL_GAPS,
    SPECIAL_US,
    Machine,
    Parts,
    second_begins,
    special,
)
from tests.deep import deep
from tests.signals.progress.test_detector import heard, tones
from tests.signals.sounds import babble, on_line, pair, quiet, sine

TOLD_MS = 100
"""Time to report a tone, once it can be no other."""

ANY_FRAME = (1.0, 1.004, 1.009, 1.014, 1.019)
"""Seconds of silence before the tone, so that it begins anywhere in a frame."""


def found(wave: Wave, lead: float, country: str = "PL") -> list[tuple[Tone, float]]:
    """Return each reported tone, and its report in ms after the wave's beginning."""
    line = on_line(quiet(lead), wave, quiet(0.6))
    return [
        (one.tone, 1000 * (at / RATE - lead))
        for at, one in heard(line, country)
        if isinstance(one, ToneFound)
    ]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
@pytest.mark.parametrize("off", [-1, deep(0), 1], ids=["low", "exact", "high"])
@pytest.mark.parametrize("dbm0", [-9.0, -36.0])
def test_a_machine_is_told_within_100_ms_of_being_known(
    machine: Machine, off: int, dbm0: float
) -> None:
    for lead in ANY_FRAME:
        ((tone, ms),) = found(machine.wave(off * machine.off, dbm0), lead)
        assert tone is machine.tone
        assert machine.known_ms <= ms <= machine.known_ms + TOLD_MS


@pytest.mark.parametrize("off", [-0.03, 0.0, 0.03])
def test_both_tones_of_an_alarms_handshake_are_heard(off: float) -> None:
    """SIA DC-05: 100 ms each, 100 ms apart; the second may count as a modem's."""
    tones = (sine(1400 * (1 + off), 0.1, -20), quiet(0.1), sine(2300 * (1 + off), 0.1, -20))
    for lead in ANY_FRAME:
        (first, ms), (second, later) = found(np.concatenate(tones), lead)
        assert first is Tone.CONTACT_ID
        assert ms <= TOLD_MS
        assert second in {Tone.CONTACT_ID, Tone.DATA_ANSWER}
        assert 200 < later <= 200 + TOLD_MS


@pytest.mark.parametrize("turned", [False, True], ids=["V.25", "V.8"])
def test_an_answer_tone_that_is_turned_and_swings_is_one(turned: bool) -> None:
    """V.8: 2100 Hz, 20 % amplitude modulation at 15 Hz, phase reversals every 450 ms."""
    time = np.arange(3 * RATE) / RATE
    swing = 1 + 0.2 * np.sin(2 * np.pi * 15 * time)
    phase = np.where(turned & ((time // 0.45) % 2 == 1), -1.0, 1.0)
    wave = sine_peak(-15.0) * phase * swing * np.sin(2 * np.pi * 2100 * time)
    for lead in ANY_FRAME:
        (first, ms), *more = found(wave, lead)
        assert first is Tone.ANSWER
        assert ms <= TOLD_MS
        assert {tone for tone, _ in more} <= {Tone.ANSWER}


@pytest.mark.parametrize("hertz", [550.0, 1800.0])
def test_a_modems_guard_tone_alone_is_no_modem(hertz: float) -> None:
    """A voice may hold one pure overtone for as long."""
    assert found(sine(hertz, 0.12, -15), 1.0) == []


@pytest.mark.parametrize("over_db", [20.0, 30.0, 40.0])
def test_a_vowel_is_no_modem_for_the_bit_that_it_has_at_2250_hz(over_db: float) -> None:
    vowel = sine(560, 0.3, -15) + sine(2240, 0.3, -15 - over_db)
    assert found(vowel, 1.0) == []


SPECIAL = {**SPECIAL_E180, **SPECIAL_US}


@pytest.mark.parametrize("parts", SPECIAL.values(), ids=SPECIAL)
@pytest.mark.parametrize("country", ["PL", deep("DE"), deep("GB"), "US"])
@pytest.mark.parametrize("gap", SPECIAL_GAPS)
def test_special_information_is_told_once_within_100_ms_of_its_second_tone(
    parts: Parts, country: str, gap: float
) -> None:
    begins = 1000 * second_begins(parts, gap)
    for lead in ANY_FRAME:
        ((tone, ms),) = found(special(parts, gap, -20), lead, country)
        assert tone is Tone.SIT
        assert begins < ms <= begins + TOLD_MS


def test_a_beep_of_a_thousand_hertz_is_no_modem() -> None:
    """A reversing lorry, an oven, a recorder's beep: none is V.21's mark of 980 Hz."""
    assert tones(on_line(quiet(1.0), sine(1000, 1.0), quiet(1.0))) == []
    assert tones(on_line(quiet(1.0), sine(950, 0.4), quiet(1.0))) == []


def test_two_voices_are_no_waiting_call() -> None:
    both = babble(20.0, -20, 220.0) + babble(20.0, -20, 190.0, seed=3)
    assert tones(on_line(both)) == []


@pytest.mark.parametrize("twist_db", [-6.0, 0.0, 6.0])
def test_the_alert_of_a_waiting_call_may_be_twisted(twist_db: float) -> None:
    """ETSI EN 300 659-2 allows a line to weaken one of the two tones by 6 dB more."""
    alert = pair(2130, 2750, 0.1, -20)
    alert += (10 ** (twist_db / 20) - 1) * sine(2750, 0.1, -20)
    assert tones(on_line(quiet(1.0), alert, quiet(1.0))) == [Tone.CALL_WAITING]


@pytest.mark.parametrize("begin", [1120.0, 1320.0, 1460.0, 1670.0, 2120.0, 2330.0])
@pytest.mark.parametrize("slope", [-700.0, -350.0, 350.0, 700.0])
def test_an_overtone_that_slides_is_no_machine(begin: float, slope: float) -> None:
    """A voice is a pure tone for a while where a formant passes nothing else."""
    at = np.arange(RATE // 5) / RATE
    slide = sine_peak(-15.0) * np.sin(2 * np.pi * (begin * at + slope * at * at / 2))
    assert tones(on_line(quiet(1.0), slide, quiet(0.3))) == []
