import numpy as np
import pytest

from appliance.model.audio import FRAME, RATE, Sound
from appliance.model.terms import Tone
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.pcm import Wave
from appliance.signals.progress.detector import CarrierFound, ProgressDetector, ToneFound
from appliance.signals.tones import BELL_202, MACHINES, PROGRESS, V23, FskStandard, ProgressTone
from tests.signals.sounds import babble, frames_of, noise, on_line, pair, quiet, sine

Found = ToneFound | CarrierFound


def heard(sound: Sound, country: str = "PL") -> list[tuple[int, Found]]:
    progress = ProgressDetector(country)
    out = []
    for index, frame in enumerate(frames_of(sound)):
        kept = progress.history.push(frame)
        power = float(np.dot(kept, kept)) / FRAME
        out += [((index + 1) * FRAME, found) for found in progress.step(power)]
    return out


def tones(sound: Sound, country: str = "PL") -> list[Tone]:
    return [found.tone for _, found in heard(sound, country) if isinstance(found, ToneFound)]


@pytest.mark.parametrize("before", [sine(1300, 4.5, -45), sine(1300, 4.5, -25) + noise(4.5, -30)])
def test_a_calling_tone_that_becomes_clear_after_seconds_is_told(before: Wave) -> None:
    """The tone is older than the line's history."""
    assert tones(on_line(before, sine(1300, 0.5, -20))) == [Tone.DATA_CALLING]


def rhythm(tone: Sound | np.ndarray, off: float, times: int) -> list[np.ndarray]:
    return [part for _ in range(times) for part in (tone, quiet(off))]


@pytest.mark.parametrize(
    ("country", "parts", "said"),
    [
        ("PL", rhythm(sine(425, 0.5), 0.5, 4), [Tone.BUSY]),
        ("PL", rhythm(sine(425, 1.0), 4.0, 2), [Tone.RINGBACK] * 2),
        ("PL", [sine(425, 4.0)], [Tone.DIAL]),
        ("DE", rhythm(sine(425, 0.48), 0.48, 4), [Tone.BUSY]),
        ("DE", rhythm(sine(425, 0.24), 0.24, 5), [Tone.CONGESTION]),
        ("DE", rhythm(sine(425, 1.0), 5.0, 2), [Tone.RINGBACK] * 2),
        ("GB", [pair(350, 440, 3.0)], [Tone.DIAL]),
        ("GB", rhythm(sine(400, 0.375), 0.375, 4), [Tone.BUSY]),
        (
            "GB",
            [sine(400, 0.4), quiet(0.35), sine(400, 0.225), quiet(0.525)] * 3,
            [Tone.CONGESTION],
        ),
        (
            "GB",
            [pair(400, 450, 0.4), quiet(0.2), pair(400, 450, 0.4), quiet(2.0)] * 2,
            [Tone.RINGBACK] * 2,
        ),
        ("US", [pair(350, 440, 2.0)], [Tone.DIAL]),
        ("US", rhythm(pair(440, 480, 2.0), 4.0, 2), [Tone.RINGBACK] * 2),
        ("US", rhythm(pair(480, 620, 0.5), 0.5, 4), [Tone.BUSY]),
        ("US", rhythm(pair(480, 620, 0.25), 0.25, 5), [Tone.CONGESTION]),
    ],
)  # fmt: skip
def test_network_tones_are_told_apart(
    country: str, parts: list[np.ndarray], said: list[Tone]
) -> None:
    assert tones(on_line(quiet(1.013), *parts, quiet(1.0)), country) == said


ALIKE = [
    (country, tone)
    for country, table in PROGRESS.items()
    if country not in {"PL", "DE", "GB", "US"}
    for tone in table
    if (country, tone.tone) != ("HU", Tone.CONGESTION)  # its busy tone
]


@pytest.mark.parametrize(("country", "tone"), ALIKE, ids=[f"{c} {t.tone}" for c, t in ALIKE])
def test_tones_of_other_countries_are_told_apart(country: str, tone: ProgressTone) -> None:
    (hertz,) = tone.frequencies
    on, off = tone.cadence or (3.0, 1.0)
    heard_once = tone.tone in {Tone.BUSY, Tone.CONGESTION, Tone.DIAL}
    sounds = rhythm(sine(hertz, on), off, 1 if tone.tone is Tone.DIAL else 5)
    said = tones(on_line(quiet(1.013), *sounds, quiet(1.0)), country)
    assert set(said) == {tone.tone}
    assert not heard_once or len(said) == 1


def test_busy_is_known_within_two_seconds() -> None:
    sound = on_line(quiet(1.0), *rhythm(sine(425, 0.5), 0.5, 4))
    at, _ = heard(sound)[0]
    assert at <= 3 * RATE


def test_a_later_busy_tone_is_reported_anew() -> None:
    busy = rhythm(sine(425, 0.5), 0.5, 3)
    assert tones(on_line(*busy, quiet(8.0), *busy)) == [Tone.BUSY] * 2


@pytest.mark.parametrize(("frequency", "tone"), MACHINES.items())
@pytest.mark.parametrize("off", [-8.0, 0.0, 8.0])
def test_a_machine_is_known_within_100_ms(frequency: float, tone: Tone, off: float) -> None:
    for lead in (1.0, 1.005, 1.01, 1.015):
        sound = on_line(quiet(lead), sine(frequency + off, 0.5, -20), quiet(0.5))
        ((at, found),) = [one for one in heard(sound) if isinstance(one[1], ToneFound)]
        assert isinstance(found, ToneFound)
        assert found.tone is tone
        assert at - lead * RATE <= 0.1 * RATE
        assert found.sample == pytest.approx(lead * RATE, abs=FRAME)


@pytest.mark.parametrize(("frequency", "tone"), MACHINES.items())
def test_a_machine_is_known_as_soon_as_somebody_listens(frequency: float, tone: Tone) -> None:
    """No special information tone came before: it is older than the detector."""
    sound = on_line(quiet(0.1), sine(frequency, 0.2, -20), quiet(0.2))
    assert tones(sound) == [tone]


def test_special_information_is_no_machine() -> None:
    sound = on_line(quiet(1.007), sine(950, 0.33), sine(1400, 0.33), sine(1800, 0.33), quiet(1.0))
    assert tones(sound) == [Tone.SIT]


@pytest.mark.parametrize("ms", [88, 100, 110])
def test_the_call_waiting_alert_is_heard(ms: int) -> None:
    sound = on_line(quiet(1.0), pair(2130, 2750, ms / 1000, -20), quiet(1.0))
    assert tones(sound) == [Tone.CALL_WAITING]


@pytest.mark.parametrize("hum_dbm0", [-45.0, -33.0, -25.0])
def test_a_modem_that_calls_is_heard_on_a_line_that_hums(hum_dbm0: float) -> None:
    line = np.concatenate((quiet(0.5), sine(1300, 0.6, -27), quiet(0.5)))
    hum = sine(50, line.size / RATE, hum_dbm0)
    assert tones(on_line(line + hum[: line.size])) == [Tone.DATA_CALLING]


def test_the_marks_of_a_message_are_no_machine_on_a_line_that_hums() -> None:
    line = np.concatenate((quiet(0.3), modulate(bytes(range(40)), V23), quiet(0.3)))
    hum = sine(50, line.size / RATE + 1, -33)
    assert tones(on_line(line + hum[: line.size])) == []


@pytest.mark.parametrize("standard", [V23, BELL_202], ids=lambda s: s.name)
def test_the_marks_of_a_message_are_a_carrier_and_no_machine(standard: FskStandard) -> None:
    sound = on_line(quiet(0.3), modulate(bytes(range(40)), standard), quiet(0.3))
    found = [one for _, one in heard(sound)]
    assert [one.standard for one in found if isinstance(one, CarrierFound)] == [standard]
    assert not [one for one in found if isinstance(one, ToneFound)]


@pytest.mark.parametrize(
    "sound",
    [
        on_line(quiet(5.0)),
        on_line(noise(5.0, -15)),
        on_line(babble(30.0, -15, 110.0)),
        on_line(babble(30.0, -15, 220.0)),
        on_line(sine(50, 5.0, -10)),
        on_line(*rhythm(sine(425, 0.15), 0.7, 6)),
        np.full(16000, 15000, np.int16),
    ],
    ids=["silence", "noise", "low voice", "high voice", "hum", "other rhythm", "DC"],
)
@pytest.mark.parametrize("country", ["PL", "GB", "US"])
def test_no_tone_is_heard_where_none_is(sound: Sound, country: str) -> None:
    assert heard(sound, country) == []


def test_a_tone_is_not_a_voice() -> None:
    progress = ProgressDetector("PL")
    for frame in frames_of(on_line(sine(425, 0.5))):
        kept = progress.history.push(frame)
        progress.step(float(np.dot(kept, kept)) / FRAME)
    assert progress.tonal
    for frame in frames_of(on_line(babble(0.5))):
        kept = progress.history.push(frame)
        progress.step(float(np.dot(kept, kept)) / FRAME)
    assert not progress.tonal
