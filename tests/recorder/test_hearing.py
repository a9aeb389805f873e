import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.lines.scene import Circuit
from appliance.model.audio import FRAME, RATE, Sides, Sound
from appliance.model.events import (
    CallerId,
    DigitPressed,
    Event,
    Grade,
    KeyBegan,
    PromptEnded,
    PromptMarked,
    Side,
    Tone,
    ToneHeard,
    VoiceHeard,
)
from appliance.recorder.hearing import Calibration, Hearing
from appliance.signals.callerid import Absent, CallerIdMessage, build_mdmf, build_sdmf
from appliance.signals.dtmf import key_wave, keys_wave
from appliance.signals.fsk import modulate
from appliance.signals.side import LevelRule
from tests.recorder.lines_heard import VI, Line, heard_on, prompt_of
from tests.signals.sounds import babble, noise, on_line, pair, quiet, sine

BOTH: Sides = ("both",)
CHANNELS: Sides = ("far", "near")


def digits(events: list[tuple[int, Event]] | list[Event]) -> list[DigitPressed]:
    plain = [event[1] if isinstance(event, tuple) else event for event in events]
    return [event for event in plain if isinstance(event, DigitPressed)]


# -- whose key: V/I tap ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "circuit",
    [
        Circuit(),
        Circuit(network="resistive", phone="resistive"),
        Circuit(phone="resistive", second_phone=True),
        Circuit(loss_db=7.0, receive_dbr=-7.0),
        Circuit(capture_db=-6.0),
        Circuit(capture_db=6.0),
        Circuit(line_noise_dbm0=-45.0, sense_noise_dbm0=-45.0),
    ],
    ids=["usual", "resistive", "second phone", "long loop", "-6 dB", "+6 dB", "noisy"],
)
@pytest.mark.parametrize("near", [False, True], ids=["far", "near"])
def test_the_side_of_a_key(circuit: Circuit, near: bool) -> None:
    line = Line(8.0, circuit)
    for place, (key, dbm0) in enumerate([("1", -8.0), ("5", -14.0), ("#", -10.0), ("0", -6.0)]):
        line.put(line.near if near else line.far, 0.507 + 1.7 * place, key_wave(key, 80, dbm0=dbm0))
    found = digits(line.heard())
    assert [digit.key for digit in found] == list("15#0")
    assert {digit.side for digit in found} == {Side.NEAR if near else Side.FAR}
    assert {digit.grade for digit in found} == {Grade.A}
    assert all(abs(digit.ms - 80) < 8 and digit.confidence > 0.2 for digit in found)


def test_a_near_key_is_seen_within_80_ms() -> None:
    for offset in range(0, 20, 3):
        line = Line(2.0)
        begins = 1.0 + offset / 1000
        line.put(line.near, begins, key_wave("1", 400))
        at, event = next(one for one in line.heard() if isinstance(one[1], KeyBegan))
        assert event == KeyBegan(event.sample, "1", Side.NEAR)
        assert abs(event.sample - begins * RATE) < 0.005 * RATE
        assert at - begins * RATE <= 0.08 * RATE


def test_a_far_key_is_announced_as_far_so_that_it_can_be_blanked() -> None:
    line = Line(2.0)
    line.put(line.far, 1.0, key_wave("1", 400))
    (began,) = [event for _, event in line.heard() if isinstance(event, KeyBegan)]
    assert began.side is Side.FAR


@pytest.mark.parametrize("echo_ms", [50.0, 150.0, 400.0])
@pytest.mark.parametrize("echo_loss_db", [6.0, 14.0])
def test_the_echo_of_a_near_key_is_never_a_far_key(echo_ms: float, echo_loss_db: float) -> None:
    line = Line(12.0, Circuit(echo_ms=echo_ms, echo_loss_db=echo_loss_db))
    for place in range(6):
        line.put(line.near, 0.5 + 1.8 * place, key_wave("1", 60 + 40 * place, dbm0=-4))
    found = digits(line.heard())
    assert [digit.key for digit in found if digit.side is Side.NEAR] == ["1"] * 6
    assert not [digit for digit in found if digit.side is Side.FAR]


def test_a_far_key_counts_again_a_second_after_a_near_one() -> None:
    line = Line(6.0)
    line.put(line.near, 1.0, key_wave("5", 100))
    line.put(line.far, 1.8, key_wave("1", 100))
    line.put(line.far, 2.3, key_wave("2", 100))
    assert [(d.key, d.side) for d in digits(line.heard())] == [
        ("5", Side.NEAR),
        ("1", Side.UNSURE),
        ("2", Side.FAR),
    ]


@pytest.mark.parametrize("lag", [-0.15, -0.03, 0.0, 0.03, 0.15])
@pytest.mark.parametrize("near_key", ["1", "7"])
def test_both_pressing_at_once_is_no_far_key_alone(lag: float, near_key: str) -> None:
    line = Line(3.0)
    line.put(line.far, 1.0, key_wave("1", 100, dbm0=-12, deviation=0.004))
    line.put(line.near, 1.0 + lag, key_wave(near_key, 100, dbm0=-8))
    found = digits(line.heard())
    near = [d for d in found if d.side is Side.NEAR]
    far = [d for d in found if d.side is Side.FAR]
    # A far key that was over before the near one stands beside it and is voided by the dialogue.
    assert not far or near


def test_a_dead_current_channel_makes_keys_unsure() -> None:
    sound = on_line(quiet(0.5), key_wave("1", 100), quiet(0.5))
    (digit,) = digits(heard_on(np.stack((sound, np.zeros_like(sound))), VI))
    assert (digit.side, digit.grade) == (Side.UNSURE, Grade.NONE)


# -- whose key: other lines -----------------------------------------------------------------------


@pytest.mark.parametrize("leak_db", [-60.0, -20.0, -10.0])
@pytest.mark.parametrize("near", [False, True], ids=["far", "near"])
def test_separate_channels_tell_the_side(leak_db: float, near: bool) -> None:
    tone = key_wave("9", 100)
    loud = on_line(quiet(0.5), tone, quiet(0.5))
    weak = on_line(quiet(0.5), tone * 10 ** (leak_db / 20), quiet(0.5), seed=2)
    sound = np.stack((weak, loud) if near else (loud, weak))
    found = digits(heard_on(sound, CHANNELS))
    assert [(d.key, d.side, d.grade) for d in found] == [
        ("9", Side.NEAR if near else Side.FAR, Grade.A)
    ]


def test_the_same_level_on_both_channels_is_unsure() -> None:
    sound = on_line(quiet(0.5), key_wave("9", 100), quiet(0.5))
    assert {d.side for d in digits(heard_on(np.stack((sound, sound)), CHANNELS))} == {Side.UNSURE}


def test_an_echo_between_channels_is_no_far_key() -> None:
    tone = key_wave("1", 100)
    near = on_line(quiet(0.5), tone, quiet(1.0))
    far = on_line(quiet(0.7), tone * 0.4, quiet(0.8), seed=2)
    found = digits(heard_on(np.stack((far, near)), CHANNELS))
    assert [d.side for d in found] == [Side.NEAR, Side.UNSURE]


def test_a_mixed_channel_tells_nothing_without_a_calibration() -> None:
    sound = on_line(quiet(0.5), key_wave("1", 100), quiet(0.5))
    (digit,) = digits(heard_on(sound, BOTH))
    assert (digit.side, digit.grade) == (Side.UNSURE, Grade.NONE)
    assert digit.confidence > 0.5


@pytest.mark.parametrize(
    ("dbm0", "side", "grade"),
    [(-22, Side.FAR, Grade.C), (-4, Side.NEAR, Grade.C), (-12, Side.UNSURE, Grade.NONE)],
)
def test_a_calibrated_mixed_channel_tells_by_level(dbm0: float, side: Side, grade: Grade) -> None:
    hearing = Hearing("line", "PL", BOTH, Calibration(levels=LevelRule(-6.0, -18.0, 4)))
    hearing.hook_changed(off_hook=True)
    sound = on_line(quiet(0.5), key_wave("1", 100, dbm0=dbm0), quiet(0.5))
    (digit,) = digits(heard_on(sound, BOTH, hearing))
    assert (digit.side, digit.grade) == (side, grade)


def test_keys_at_even_intervals_are_a_machines() -> None:
    found = digits(heard_on(on_line(quiet(0.5), keys_wave("123456", 50, 50), quiet(0.5)), BOTH))
    assert [d.machine_paced for d in found] == [False] * 3 + [True] * 3
    fingers = on_line(
        quiet(0.5), *(keys_wave("1", 80, 60 + 37 * place) for place in range(6)), quiet(0.5)
    )
    assert not any(d.machine_paced for d in digits(heard_on(fingers, BOTH)))


# -- our own prompt -------------------------------------------------------------------------------

WORDS = babble(6.0, -14.0, seed=3)
PROMPT = prompt_of(WORDS, 5.5)


def about_prompt(events: list[tuple[int, Event]]) -> list[tuple[int, Event]]:
    return [one for one in events if isinstance(one[1], PromptMarked | PromptEnded)]


@pytest.mark.parametrize("below_db", [0.0, 6.0, 12.0])
@pytest.mark.parametrize("near", [False, True], ids=["far", "near"])
def test_a_key_under_our_prompt_is_heard_on_its_side(below_db: float, near: bool) -> None:
    for at in (2.3, 3.1, 4.7):
        line = Line(7.5, Circuit(loss_db=0.0))
        line.put(line.near if near else line.far, at, key_wave("4", 100, dbm0=-14 - below_db))
        found = [d for d in digits(line.heard(PROMPT)) if abs(d.sample - at * RATE) < 100]
        assert [(d.key, d.side) for d in found] == [("4", Side.NEAR if near else Side.FAR)]


def test_our_prompt_alone_is_no_key_tone_or_voice() -> None:
    events = Line(8.0).heard(PROMPT)
    assert len(events) == 2


def test_a_prompt_heard_whole() -> None:
    (marked_at, marked), (ended_at, ended) = about_prompt(Line(8.0).heard(PROMPT))
    assert isinstance(marked, PromptMarked)
    assert isinstance(ended, PromptEnded)
    assert marked.sample == (0.5 + 5.5) * RATE
    assert ended.sample == (0.5 + 6.0) * RATE
    assert 0 <= marked_at - marked.sample <= FRAME
    assert 0 <= ended_at - ended.sample <= FRAME
    assert marked.heard_ms == 5500
    assert ended.heard_ms == 6000
    assert abs(marked.level_db) < 4
    assert marked.talked_over < 0.05
    assert not marked.underrun


@pytest.mark.parametrize(
    "circuit", [Circuit(prompt_muted=True), Circuit(prompt_db=-20.0)], ids=["muted", "-20 dB"]
)
def test_a_prompt_that_did_not_come_out_is_not_taken_for_heard(circuit: Circuit) -> None:
    line = Line(8.0, circuit)
    line.far += babble(8.0, -20, 190.0, seed=11)
    for _, event in about_prompt(line.heard(PROMPT)):
        assert isinstance(event, PromptMarked | PromptEnded)
        assert event.heard_ms == 0 or event.level_db < -6 or event.underrun


def test_talking_over_the_prompt_is_measured() -> None:
    line = Line(8.0)
    line.put(line.far, 1.0, babble(4.0, -16, 190.0, seed=11))
    (_, marked), _ = about_prompt(line.heard(PROMPT))
    assert isinstance(marked, PromptMarked)
    assert marked.talked_over > 0.3
    assert marked.heard_ms > 0


def test_a_prompt_with_a_hole_is_an_underrun() -> None:
    (_, marked), (_, ended) = about_prompt(Line(9.0).heard(PROMPT, missing=(2.0, 2.1)))
    assert isinstance(marked, PromptMarked)
    assert isinstance(ended, PromptEnded)
    assert marked.underrun
    assert ended.underrun


def test_a_prompt_that_is_stopped_has_ended() -> None:
    ((at, ended),) = about_prompt(Line(4.0).heard(PROMPT, stop_at=2.5))
    assert isinstance(ended, PromptEnded)
    assert at == 2.5 * RATE + FRAME
    assert ended.heard_ms == pytest.approx(2000, abs=20)


@pytest.mark.parametrize("missing", [(0.0, 9.0), (2.0, 9.0)], ids=["never", "no more"])
def test_a_prompt_that_does_not_go_on_is_over_after_a_second(missing: tuple[float, float]) -> None:
    found = about_prompt(Line(6.0).heard(PROMPT, missing=missing))
    at, ended = found[-1]
    assert isinstance(ended, PromptEnded)
    assert ended.underrun
    assert at <= (max(missing[0], 0.5) + 1.1) * RATE


# -- tones, voices, caller ID ---------------------------------------------------------------------


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
    hearing = Hearing("line", "PL", BOTH)
    hearing.hook_changed(off_hook=False)
    sound = on_line(quiet(0.5), modulate(message), quiet(0.5), noise_dbm0=-22)
    (event,) = heard_on(sound, BOTH, hearing)
    assert isinstance(event, CallerId)
    assert (event.number, event.name, event.withheld) == (number, name, withheld)


def test_caller_id_in_keys_is_heard_on_hook_and_is_no_pressed_key() -> None:
    hearing = Hearing("line", "DK", BOTH)
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
    events = heard_on(sound, BOTH, Hearing("line", "PL", BOTH))
    assert [event.number for event in events if isinstance(event, CallerId)] == ["5550100"]
    assert [digit.key for digit in digits(events)] == ["1"]


# -- nothing out of nothing -----------------------------------------------------------------------


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
    for event in heard_on(sound, sides, Hearing("line", "PL", sides)):
        assert event.sample <= sound.shape[1]


def test_events_are_dated_by_the_line_clock_also_after_a_gap() -> None:
    hearing = Hearing("line", "PL", BOTH)
    hearing.hook_changed(off_hook=True)
    sound = on_line(quiet(0.5), key_wave("1", 100), quiet(0.5))
    first = digits(heard_on(sound, BOTH, hearing, 16_000))
    second = digits(heard_on(sound, BOTH, hearing, 160_000))
    assert abs(first[0].sample - 20_000) < 40
    assert abs(second[0].sample - 164_000) < 40


def test_a_key_that_has_begun_ends_even_if_the_other_channel_becomes_louder() -> None:
    tone = key_wave("3", 300)
    fading = np.where(np.arange(tone.size) < 800, 1.0, 0.2) * tone
    far = on_line(quiet(0.5), fading, quiet(0.5))
    near = on_line(quiet(0.6), tone[800:], quiet(0.5), seed=2)
    near = np.concatenate((near, np.zeros(far.size - near.size, np.int16)))
    events = heard_on(np.stack((far, near)), CHANNELS)
    begun = [event for event in events if isinstance(event, KeyBegan)]
    assert begun
    assert len(digits(events)) >= len(begun)
