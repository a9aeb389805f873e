import numpy as np
import pytest

from appliance.exchange.scene import Circuit
from appliance.hearing.mono import Mono
from appliance.hearing.stream import Calibration, LineDetectors
from appliance.model.audio import RATE, Sides
from appliance.model.events import DigitPressed, Event, KeyBegan
from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.detector import Digit, KeyDown, key_wave
from appliance.signals.goertzel import History
from appliance.signals.side.direction import UNSURE, Evidence, LevelRule
from tests.hearing.lines_heard import VI, Line, heard_on
from tests.signals.sounds import keys_wave, on_line, quiet

BOTH: Sides = ("both",)
CHANNELS: Sides = ("far", "near")


def digits(events: list[tuple[int, Event]] | list[Event]) -> list[DigitPressed]:
    plain = [event[1] if isinstance(event, tuple) else event for event in events]
    return [event for event in plain if isinstance(event, DigitPressed)]


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
def test_a_key_is_known_by_its_side_on_every_line_with_a_tap(circuit: Circuit, near: bool) -> None:
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


@pytest.mark.parametrize("into_ms", range(0, 100, 20))
@pytest.mark.parametrize("near", [False, True], ids=["far", "near"])
def test_a_key_of_which_a_frame_is_missing_is_one(into_ms: int, near: bool) -> None:
    line = Line(2.0)
    line.put(line.near if near else line.far, 0.993, key_wave("1", 100, dbm0=-8.0))
    lost = 1.0 + into_ms / 1000
    (digit,) = digits(line.heard(dropped=(lost, lost + 0.02)))
    assert (digit.key, digit.side) == ("1", Side.NEAR if near else Side.FAR)
    assert digit.ms >= 60
    assert digit.confidence > 0.2


def test_a_key_of_which_two_frames_are_missing_ends_there() -> None:
    line = Line(2.0)
    line.put(line.far, 0.993, key_wave("1", 200, dbm0=-8.0))
    first, second = digits(line.heard(dropped=(1.06, 1.10)))
    assert (first.ms < 80, second.ms < 100) == (True, True)


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
    hearing = LineDetectors("line", "PL", BOTH, Calibration(levels=LevelRule(-6.0, -18.0, 4)))
    hearing.hook_changed(off_hook=True)
    sound = on_line(quiet(0.5), key_wave("1", 100, dbm0=dbm0), quiet(0.5))
    (digit,) = digits(heard_on(sound, BOTH, hearing))
    assert (digit.side, digit.grade) == (side, grade)


class UnsureAtFirst(Mono):
    """Cannot tell the first key as it begins; what came before it is over a second later."""

    def __init__(self) -> None:
        super().__init__(None)
        self.asked = 0

    def side(self, key: KeyDown | Digit, history: History) -> Evidence:
        self.asked += 1
        return UNSURE if self.asked == 1 else Evidence(Side.FAR, Grade.B, 0.9)


@pytest.mark.parametrize("ms", [42, 100], ids=["heard at once with its end", "held on"])
def test_a_key_that_was_unclear_at_its_onset_voids_no_later_one(ms: int) -> None:
    hearing = LineDetectors("line", "PL", BOTH)
    hearing._keys.mono = UnsureAtFirst()
    hearing.hook_changed(off_hook=True)
    sound = on_line(quiet(0.5), key_wave("1", ms), quiet(1.2), key_wave("1", 100), quiet(0.5))
    found = digits(heard_on(sound, BOTH, hearing))
    assert [digit.side for digit in found] == [Side.UNSURE, Side.FAR]


def test_keys_at_even_intervals_are_a_machines() -> None:
    found = digits(heard_on(on_line(quiet(0.5), keys_wave("123456", 50, 50), quiet(0.5)), BOTH))
    assert [d.machine_paced for d in found] == [False] * 3 + [True] * 3
    fingers = on_line(
        quiet(0.5), *(keys_wave("1", 80, 60 + 37 * place) for place in range(6)), quiet(0.5)
    )
    assert not any(d.machine_paced for d in digits(heard_on(fingers, BOTH)))


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
