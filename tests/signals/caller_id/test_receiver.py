import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.audio import FRAME, Sound
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf
from appliance.signals.caller_id.receiver import DtmfReceiver, FskReceiver, find_message
from appliance.signals.goertzel import History
from appliance.signals.tones import BELL_202, V23, FskStandard
from tests.signals.sounds import frames_of, on_line, quiet

SAID = CallerIdMessage(number="48221234567", name="Jan Nowak", when="11251530")


def received(sound: Sound, standard: FskStandard, carrier_at: float) -> list[CallerIdMessage]:
    history = History()
    receiver = FskReceiver(history)
    out = []
    for index, frame in enumerate(frames_of(sound)):
        history.push(frame)
        if index == round(carrier_at * 8000 / FRAME):
            receiver.start(standard)
        message = receiver.step()
        if message is not None:
            out.append(message)
    return out


@pytest.mark.parametrize("standard", [V23, BELL_202], ids=lambda s: s.name)
def test_a_message_is_read_from_its_marks_on(standard: FskStandard) -> None:
    sound = on_line(quiet(0.1), modulate(build_mdmf(SAID), standard), quiet(0.3))
    assert received(sound, standard, 0.42) == [SAID]


def test_a_carrier_without_a_message_is_given_up() -> None:
    history = History()
    receiver = FskReceiver(history)
    receiver.start(V23)
    assert receiver.listening
    for frame in frames_of(on_line(quiet(4.0))):
        history.push(frame)
        assert receiver.step() is None
    assert not receiver.listening


def test_a_second_carrier_does_not_restart_a_message() -> None:
    history = History()
    receiver = FskReceiver(history)
    found = []
    sound = on_line(quiet(0.1), modulate(build_mdmf(SAID)), quiet(0.3))
    for index, frame in enumerate(frames_of(sound)):
        history.push(frame)
        if index > 20:
            receiver.start(V23)
        found.append(receiver.step())
    assert [one for one in found if one] == [SAID]


@given(st.lists(st.integers(0, 255), max_size=300))
def test_noise_before_a_message_does_not_hide_it(noise: list[int]) -> None:
    whole = list(build_mdmf(SAID))
    assert find_message([*noise, *whole]) is not None or find_message(noise) is not None
    find_message(noise + whole[:-1])  # any bytes are tolerated


def test_keys_of_the_network_are_read_at_their_terminator() -> None:
    receiver = DtmfReceiver()
    found = [receiver.add_key(key, index * 800) for index, key in enumerate("A221234567C")]
    assert found[:-1] == [None] * 10
    assert found[-1] == CallerIdMessage(number="221234567")


def test_keys_too_far_apart_are_no_message() -> None:
    receiver = DtmfReceiver()
    assert receiver.add_key("A", 0) is None
    found = [receiver.add_key(key, 40_000 + index * 800) for index, key in enumerate("B10C")]
    assert found[-1] is not None
    assert found[-1].withheld


@pytest.mark.parametrize("apart_ms", [0, 5, 29])
def test_a_key_that_two_channels_tell_is_one(apart_ms: int) -> None:
    receiver = DtmfReceiver()
    found = []
    for index, key in enumerate("A2211C"):
        onset = index * 800
        found += [receiver.add_key(key, onset), receiver.add_key(key, onset + apart_ms * 8)]
    assert [one for one in found if one] == [CallerIdMessage(number="2211")]


def test_a_key_pressed_twice_is_two() -> None:
    receiver = DtmfReceiver()
    found = [receiver.add_key(key, index * 560) for index, key in enumerate("A2211C")]
    assert found[-1] == CallerIdMessage(number="2211")


def test_digits_alone_are_a_message_only_where_nobody_can_have_pressed_them() -> None:
    for bare, said in ((True, CallerIdMessage(number="2211")), (False, None)):
        receiver = DtmfReceiver()
        found = [receiver.add_key(key, index * 800, bare=bare) for index, key in enumerate("2211#")]
        assert found[-1] == said
