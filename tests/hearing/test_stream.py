import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, Sides, Sound
from appliance.model.events import CallerId, DigitPressed, Event, ToneHeard, VoiceHeard
from appliance.model.terms import Side, Tone
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import Absent, CallerIdMessage, build_mdmf
from appliance.signals.dtmf.detector import key_wave
from benchmarks.caller_id.material import build_sdmf
from tests.hearing.lines_heard import VI, Line, heard_on
from tests.signals.sounds import babble, keys_wave, noise, on_line, pair, quiet, sine

BOTH: Sides = ("both",)
CHANNELS: Sides = ("far", "near")


def digits(events: list[tuple[int, Event]] | list[Event]) -> list[DigitPressed]:
    plain = [event[1] if isinstance(event, tuple) else event for event in events]
    return [event for event in plain if isinstance(event, DigitPressed)]


@pytest.mark.parametrize(
    ("wave", "tone"),
    [
        (sine(425, 3.0), Tone.DIAL),
        (np.concatenate([np.concatenate((sine(425, 0.5), quiet(0.5)))] * 3), Tone.BUSY),
        (pair(2130, 2750, 0.1, -20), Tone.CALL_WAITING),
        (sine(2100, 0.5), Tone.ANSWER),
    ],
    ids=["dial", "busy", "call waiting", "answer"],
)
def test_tones_of_the_network_are_heard_and_are_no_voice(wave: np.ndarray, tone: Tone) -> None:
    line = Line(5.0)
    line.put(line.far, 1.0, wave)
    events = [event for _, event in line.heard()]
    assert [event.tone for event in events if isinstance(event, ToneHeard)] == [tone]
    assert not digits(events)
    assert not [event for event in events if isinstance(event, VoiceHeard)]


def test_voices_are_heard_on_their_side() -> None:
    line = Line(7.0)
    line.put(line.far, 1.0, babble(1.5, -20, 190.0))
    line.put(line.near, 4.0, babble(1.5, -20, 110.0))
    events = [event for _, event in line.heard() if isinstance(event, VoiceHeard)]
    far = [event for event in events if event.side is Side.FAR and event.sample < 3 * RATE]
    near = [event for event in events if event.side is Side.NEAR and event.sample > 3.5 * RATE]
    assert far[0].active
    assert abs(far[0].sample - RATE) < 0.3 * RATE
    assert not far[-1].active
    assert abs(far[-1].sample - 2.5 * RATE) < 0.4 * RATE
    assert near[0].active
    assert not near[-1].active
    assert not [e for e in events if e.side is Side.NEAR and e.sample < 3.5 * RATE]


@pytest.mark.parametrize(
    ("message", "number", "name", "withheld"),
    [
        (
            build_mdmf(CallerIdMessage(number="48221234567", name="Jan Nowak")),
            "48221234567",
            "Jan Nowak",
            False,
        ),
        (build_sdmf(CallerIdMessage(number="5550100", when="11251530")), "5550100", None, False),
        (build_mdmf(CallerIdMessage(number_absent=Absent.WITHHELD)), None, None, True),
        (build_mdmf(CallerIdMessage(number_absent=Absent.UNAVAILABLE)), None, None, False),
    ],
)
def test_caller_id_is_heard_on_hook_over_noise(
    message: bytes, number: str | None, name: str | None, withheld: bool
) -> None:
    hearing = LineDetectors("line", "PL", BOTH)
    hearing.hook_changed(off_hook=False)
    sound = on_line(quiet(0.5), modulate(message), quiet(0.5), noise_dbm0=-22)
    (event,) = heard_on(sound, BOTH, hearing)
    assert isinstance(event, CallerId)
    assert (event.number, event.name, event.withheld) == (number, name, withheld)


def test_caller_id_in_keys_is_heard_on_hook_and_is_no_pressed_key() -> None:
    hearing = LineDetectors("line", "DK", BOTH)
    hearing.hook_changed(off_hook=False)
    sound = on_line(quiet(0.5), keys_wave("A221234567C", 70, 70), quiet(0.5))
    (event,) = heard_on(sound, BOTH, hearing)
    assert isinstance(event, CallerId)
    assert event.number == "221234567"


def test_off_hook_no_caller_id_is_sought() -> None:
    sound = on_line(quiet(0.5), modulate(build_mdmf(CallerIdMessage(number="5550100"))), quiet(0.5))
    assert not [event for event in heard_on(sound, BOTH) if isinstance(event, CallerId)]


def test_before_the_hook_is_known_everything_is_sought() -> None:
    message = modulate(build_mdmf(CallerIdMessage(number="5550100")))
    sound = on_line(quiet(0.5), message, quiet(0.5), key_wave("1", 100), quiet(0.5))
    events = heard_on(sound, BOTH, LineDetectors("line", "PL", BOTH))
    assert [event.number for event in events if isinstance(event, CallerId)] == ["5550100"]
    assert [digit.key for digit in digits(events)] == ["1"]


@pytest.mark.parametrize(
    "sound",
    [
        on_line(quiet(3.0)),
        np.full(24000, 12000, np.int16),
        on_line(sine(50, 5.0, -13)),
        on_line(noise(3.0, -50)),
    ],
    ids=["silence", "DC", "hum", "faint noise"],
)
@pytest.mark.parametrize("sides", [BOTH, VI], ids=["mixed", "V/I"])
def test_nothing_is_heard_where_nothing_is(sound: Sound, sides: Sides) -> None:
    assert heard_on(np.stack([sound] * len(sides)), sides) == []


@pytest.mark.parametrize("sides", [BOTH, CHANNELS, VI], ids=["mixed", "separate", "V/I"])
def test_loud_noise_and_clipping_hold_no_keys_or_tones(sides: Sides) -> None:
    for level in (-20.0, 12.0):
        sound = np.stack([on_line(noise(4.0, level, seed)) for seed in range(len(sides))])
        assert not [e for e in heard_on(sound, sides) if not isinstance(e, VoiceHeard)]


@settings(max_examples=20, deadline=None)
@given(
    arrays.arrays(np.int16, st.tuples(st.just(2), st.integers(1, 8).map(lambda n: n * FRAME))),
    st.sampled_from([CHANNELS, VI]),
)
def test_any_samples_can_be_heard(sound: Sound, sides: Sides) -> None:
    for event in heard_on(sound, sides, LineDetectors("line", "PL", sides)):
        assert event.sample <= sound.shape[1]


def test_events_are_dated_by_the_line_clock_also_after_a_gap() -> None:
    hearing = LineDetectors("line", "PL", BOTH)
    hearing.hook_changed(off_hook=True)
    sound = on_line(quiet(0.5), key_wave("1", 100), quiet(0.5))
    first = digits(heard_on(sound, BOTH, hearing, 16_000))
    second = digits(heard_on(sound, BOTH, hearing, 160_000))
    assert abs(first[0].sample - 20_000) < 40
    assert abs(second[0].sample - 164_000) < 40
