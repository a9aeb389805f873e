"""Machines by their own recommendations: how long after a tone can be known it is told."""

from dataclasses import dataclass

import numpy as np
import pytest

from appliance.model.audio import RATE
from appliance.model.terms import Tone
from appliance.signals.pcm import Wave, sine_peak
from appliance.signals.progress import ToneFound
from tests.signals.sounds import babble, on_line, pair, quiet, sine
from tests.signals.test_progress import heard, tones

TOLD_MS = 100
"""Within this a tone is told of, once nothing else could sound like it."""

ANY_FRAME = (1.0, 1.004, 1.009, 1.014, 1.019)
"""Seconds of silence before the tone: it begins anywhere in a frame."""


@dataclass(frozen=True)
class Machine:
    """A tone as its recommendation has it."""

    name: str
    tone: Tone
    hertz: float
    off: float  # hertz that it may be off, either way
    seconds: float
    guard: tuple[float, float] | None = None  # another tone, and its level against this in dB
    known_ms: int = 0  # after its onset: until then it may be something else


MACHINES = [
    Machine("T.30 calling tone (CNG)", Tone.FAX_CNG, 1100, 38, 0.5),
    Machine("T.30 called station (CED), V.25 answer", Tone.ANSWER, 2100, 15, 2.6),
    Machine("V.25 calling tone", Tone.DATA_CALLING, 1300, 15, 0.5),
    Machine("V.21 answers: mark of channel 2", Tone.DATA_ANSWER, 1650, 6, 1.0),
    # E.180: the first special information tone, 950 Hz give or take 50, lasts up to 400 ms.
    Machine("V.21 calls: mark of channel 1", Tone.DATA_CALLING, 980, 6, 1.0, known_ms=400),
    Machine("V.22 answers, guard tone of 1800 Hz", Tone.DATA_ANSWER, 2250, 7, 1.0, (1800, -6)),
    Machine("V.22 answers, guard tone of 550 Hz", Tone.DATA_ANSWER, 2250, 7, 1.0, (550, -3)),
    Machine("V.22 answers, no guard tone", Tone.DATA_ANSWER, 2250, 7, 1.0),
    Machine("Bell 103 answers", Tone.DATA_ANSWER, 2225, 10, 1.0),
    Machine("SIA DC-05 (Contact ID) first handshake", Tone.CONTACT_ID, 1400, 42, 0.1),
    # 2300 Hz and up to 3 % more; 3 % less is a Bell 103 modem's, which is a machine as well.
    Machine("SIA DC-05 (Contact ID) second tone", Tone.CONTACT_ID, 2334.5, 34.5, 0.1),
    Machine("SIA DC-05 (Contact ID) acknowledged", Tone.CONTACT_ID, 1400, 42, 0.75),
]  # fmt: skip


def wave_of(machine: Machine, off: float, dbm0: float) -> Wave:
    wave = sine(machine.hertz + off, machine.seconds, dbm0)
    if machine.guard is None:
        return wave
    hertz, db = machine.guard
    return wave + sine(hertz, machine.seconds, dbm0 + db)


def found(wave: Wave, lead: float) -> list[tuple[Tone, float]]:
    """Return each tone that is heard, and how many ms after the wave's beginning it is told."""
    line = on_line(quiet(lead), wave, quiet(0.6))
    return [
        (one.tone, 1000 * (at / RATE - lead))
        for at, one in heard(line)
        if isinstance(one, ToneFound)
    ]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
@pytest.mark.parametrize("off", [-1, 0, 1], ids=["low", "exact", "high"])
@pytest.mark.parametrize("dbm0", [-9.0, -36.0])
def test_a_machine_is_told_within_100_ms_of_being_known(
    machine: Machine, off: int, dbm0: float
) -> None:
    for lead in ANY_FRAME:
        ((tone, ms),) = found(wave_of(machine, off * machine.off, dbm0), lead)
        assert tone is machine.tone
        assert machine.known_ms <= ms <= machine.known_ms + TOLD_MS


@pytest.mark.parametrize("off", [-0.03, 0.0, 0.03])
def test_both_tones_of_an_alarms_handshake_are_heard(off: float) -> None:
    """SIA DC-05: 100 ms each, 100 ms apart; the second may be taken for a modem's, its like."""
    tones = (sine(1400 * (1 + off), 0.1, -20), quiet(0.1), sine(2300 * (1 + off), 0.1, -20))
    for lead in ANY_FRAME:
        (first, ms), (second, later) = found(np.concatenate(tones), lead)
        assert first is Tone.CONTACT_ID
        assert ms <= TOLD_MS
        assert second in {Tone.CONTACT_ID, Tone.DATA_ANSWER}
        assert 200 < later <= 200 + TOLD_MS


@pytest.mark.parametrize("turned", [False, True], ids=["V.25", "V.8"])
def test_an_answer_tone_that_is_turned_and_swings_is_one(turned: bool) -> None:
    """V.8: 2100 Hz by 20 % louder and softer 15 times a second, its phase turned each 450 ms."""
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
    """A voice holds one pure overtone for as long, now and then."""
    assert found(sine(hertz, 0.12, -15), 1.0) == []


@pytest.mark.parametrize("over_db", [20.0, 30.0, 40.0])
def test_a_vowel_is_no_modem_for_the_bit_that_it_has_at_2250_hz(over_db: float) -> None:
    vowel = sine(560, 0.3, -15) + sine(2240, 0.3, -15 - over_db)
    assert found(vowel, 1.0) == []


SHORT, LONG = 0.274, 0.38
SPECIAL = {
    "E.180": [(950, 0.33), (1400, 0.33), (1800, 0.33)],
    "E.180, all low and short": [(900, 0.26), (1350, 0.26), (1750, 0.26)],
    "E.180, all high and long": [(1000, 0.4), (1450, 0.4), (1850, 0.4)],
    "US, number changed": [(913.8, SHORT), (1370.6, SHORT), (1776.7, LONG)],
    "US, number not in use": [(985.2, LONG), (1370.6, SHORT), (1776.7, LONG)],
    "US, reorder": [(913.8, SHORT), (1428.5, LONG), (1776.7, LONG)],
    "US, reorder of another carrier": [(985.2, SHORT), (1428.5, LONG), (1776.7, LONG)],
    "US, no circuit": [(913.8, LONG), (1370.6, LONG), (1776.7, LONG)],
    "US, no circuit of another carrier": [(985.2, LONG), (1428.5, LONG), (1776.7, LONG)],
}
"""Special information tones: those of PL, DE and GB are E.180's, those of US Telcordia's."""


@pytest.mark.parametrize("parts", SPECIAL.values(), ids=SPECIAL)
@pytest.mark.parametrize("country", ["PL", "DE", "GB", "US"])
@pytest.mark.parametrize("gap", [0.0, 0.03])
def test_special_information_is_heard_once_and_is_no_machine(
    parts: list[tuple[float, float]], country: str, gap: float
) -> None:
    for lead in ANY_FRAME[:3]:
        sound = [part for hertz, on in parts for part in (sine(hertz, on, -20), quiet(gap))]
        assert tones(on_line(quiet(lead), *sound, quiet(1.0)), country) == [Tone.SIT]


def test_a_beep_of_a_thousand_hertz_is_no_modem() -> None:
    """A lorry that backs, an oven, the beep of a recorder: none is V.21's mark of 980 Hz."""
    assert tones(on_line(quiet(1.0), sine(1000, 1.0), quiet(1.0))) == []
    assert tones(on_line(quiet(1.0), sine(950, 0.4), quiet(1.0))) == []


def test_two_voices_are_no_waiting_call() -> None:
    both = babble(20.0, -20, 220.0) + babble(20.0, -20, 190.0, seed=3)
    assert tones(on_line(both)) == []


@pytest.mark.parametrize("twist_db", [-6.0, 0.0, 6.0])
def test_the_alert_of_a_waiting_call_may_be_twisted(twist_db: float) -> None:
    """ETSI EN 300 659-2 lets a line weaken one of the two tones by 6 dB more than the other."""
    alert = pair(2130, 2750, 0.1, -20)
    alert += (10 ** (twist_db / 20) - 1) * sine(2750, 0.1, -20)
    assert tones(on_line(quiet(1.0), alert, quiet(1.0))) == [Tone.CALL_WAITING]


@pytest.mark.parametrize("begin", [1120.0, 1320.0, 1460.0, 1670.0, 2120.0, 2330.0])
@pytest.mark.parametrize("slope", [-700.0, -350.0, 350.0, 700.0])
def test_an_overtone_that_slides_is_no_machine(begin: float, slope: float) -> None:
    """A voice's is pure for a while where a formant lets nothing else through."""
    at = np.arange(RATE // 5) / RATE
    slide = sine_peak(-15.0) * np.sin(2 * np.pi * (begin * at + slope * at * at / 2))
    assert tones(on_line(quiet(1.0), slide, quiet(0.3))) == []
