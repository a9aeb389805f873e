"""Check each act of people at the simulated phones, and what is refused."""

import numpy as np
import pytest

from appliance.exchange.live.call import LONGEST_TALK
from appliance.model.audio import RATE
from appliance.model.demo_phone import LiveAct
from appliance.model.events import HookChanged, PartyChanged, PolarityReversed, Ring
from appliance.signals.caller_id.fsk import Demodulator
from appliance.signals.caller_id.receiver import find_message
from appliance.signals.pcm import level_dbm0
from appliance.signals.tones import V23
from tests.exchange.phones import Played, at, call_in, play
from tests.exchange.scripted_recorder import QUESTION, asking, of

NUMBER = "+48221234567"
TALKING = (call_in(), at(6, "office", "lift"))


def gone(seconds: float) -> tuple[tuple[float, LiveAct], ...]:
    return at(seconds, "office", "hang_up"), at(seconds + 1, "caller", "hang_up")


def sound(
    played: Played, start: float, stop: float
) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """Return voltage and current between two times after the first act."""
    first, last = (played.start + round(seconds * RATE) for seconds in (start, stop))
    return played.script.sound[:, first:last]


def direction(played: Played, start: float, stop: float) -> float:
    """Return 1 for sound from the network, -1 for sound of the office, in between for noise."""
    volts, amperes = sound(played, start, stop).astype(np.float64)
    return float(volts @ amperes / np.sqrt((volts @ volts) * (amperes @ amperes)))


def test_a_call_is_dialled_rings_is_lifted_and_hung_up() -> None:
    played = play(*TALKING, *gone(10))
    assert played.state(0.5) == ("calling", "ringing", "on_hook")
    assert played.hears("caller", 0.5) == ["ringback"]
    assert [played.phone("office", seconds).bell for seconds in (0.5, 2.0, 5.5)] == [
        True,
        False,
        True,
    ]
    assert [played.phone("office", seconds).display for seconds in (2.0, 3.5)] == ["", NUMBER]
    assert played.state(7) == ("talking", "talking", "on_hook")
    assert played.state(10.3) == ("silent", "on_hook", "on_hook")
    assert played.hears("caller", 10.8) == ["busy"]
    assert played.state(12) == ("on_hook", "on_hook", "on_hook")
    assert len(of(played.script, Ring)) == 2
    assert len(of(played.script, HookChanged)) == 3
    assert played.refusals == []


@pytest.mark.parametrize(("number", "told"), [(NUMBER, NUMBER), ("", None)])
def test_the_line_is_told_who_calls(number: str, told: str | None) -> None:
    played = play(call_in(number), *gone(8)[1:])
    heard = Demodulator(V23, 0).demodulate(sound(played, 1.2, 4.8)[0].astype(np.float32))
    caller = find_message([byte.value for byte in heard])
    assert caller is not None
    assert (caller.number, caller.withheld) == (told, told is None)


def test_the_quickest_hand_takes_its_time_to_the_receiver() -> None:
    played = play(call_in(), at(0.02, "office", "lift"), *gone(3))
    (ring,) = of(played.script, Ring)
    off = of(played.script, HookChanged)[1]
    assert isinstance(ring, Ring)
    assert isinstance(off, HookChanged)
    assert off.sample - ring.sample == RATE * 4 // 10


def test_a_caller_who_gives_up_is_not_answered() -> None:
    played = play(
        call_in(), at(7, "caller", "hang_up"), at(8, "office", "lift"), at(10, "office", "hang_up")
    )
    assert played.state(7.5) == ("on_hook", "on_hook", "on_hook")
    assert len(of(played.script, Ring)) == 2
    assert played.hears("office", 9) == ["dial"]


def test_both_speak_for_as_long_as_they_want() -> None:
    played = play(
        *TALKING,
        at(7, "caller", "talk"),
        at(9, "caller", "hush"),
        at(10, "office", "talk"),
        at(12, "office", "hush"),
        at(12.5, "caller", "talk"),
        *gone(14),
    )
    assert played.hears("office", 8) == ["caller's voice"]
    assert played.hears("caller", 8) == []
    assert direction(played, 7.2, 9.0) > 0.8
    assert level_dbm0(sound(played, 9.1, 9.9)[0]) < -55
    assert played.hears("caller", 11) == ["office's voice"]
    assert direction(played, 10.2, 12.0) < -0.5
    first, again = (played.phone("office", seconds).hears[0] for seconds in (8, 13))
    # The voice goes on where it stopped, 3.5 s after that.
    assert again.began - first.began == round(3.5 * RATE)
    assert not played.phone("caller", 14.5).talks


def test_a_button_held_for_too_long_is_let_go() -> None:
    played = play(*TALKING, at(7, "caller", "talk"), *gone(8 + LONGEST_TALK))
    assert played.phone("caller", 6.9 + LONGEST_TALK).talks
    assert not played.phone("caller", 7.1 + LONGEST_TALK).talks


def test_keys_follow_each_other_however_fast_they_are_pressed() -> None:
    played = play(
        *TALKING, at(7, "caller", "key", keys="1"), at(7, "caller", "key", keys="23"), *gone(9)
    )
    keys = [heard for now in played.told for heard in now.phones[1].hears if heard.kind == "keys"]
    assert list(dict.fromkeys((heard.what, heard.began) for heard in keys)) == [
        (key, keys[0].began + index * RATE // 5) for index, key in enumerate("123")
    ]


def test_what_the_box_says_is_told_by_its_hash_for_as_long_as_it_says_it() -> None:
    played = play(*TALKING, at(11, "office", "flash"), *gone(24), hear=asking)
    off_hook = 6.02 + 3.0
    for party in ("caller", "office"):
        assert played.hears(party, off_hook + 1) == ["box's prompt"]
    said = played.phone("caller", off_hook + 1).hears[0]
    assert (said.what, said.spoken) == (QUESTION.ref.sha256, "question")
    assert said.began - played.start == pytest.approx(off_hook * RATE, abs=RATE // 10)
    # In the flash the office hears nothing, and the parked caller hears nothing after it.
    assert played.hears("office", 11.2) == []
    assert played.hears("caller", 12) == []


def test_a_number_is_gathered_and_rings_another_phone() -> None:
    played = play(
        at(0, "office", "lift"),
        at(1, "office", "key", keys="60055501"),
        at(4, "office", "key", keys="2"),
        at(12, "caller", "lift"),
        *gone(15),
    )
    assert [played.hears("office", seconds) for seconds in (0.2, 0.8)] == [[], ["dial"]]
    assert played.phone("office", 3.5).display == "60055501"
    assert played.state(7) == ("on_hook", "dialling", "on_hook")
    assert played.state(9) == ("ringing", "calling", "on_hook")
    assert played.phone("caller", 9).display == "600555012"
    assert played.state(12.5) == ("talking", "talking", "on_hook")
    assert len(of(played.script, PolarityReversed)) == 2


@pytest.mark.parametrize(
    ("keys", "state"), [("112", "calling"), ("31#", "calling"), ("5#", "calling"), ("#", "busy")]
)
def test_a_short_number_is_complete_by_itself(keys: str, state: str) -> None:
    played = play(
        at(0, "office", "lift"), at(1, "office", "key", keys=keys), at(6, "office", "hang_up")
    )
    assert played.phone("office", 4.2).state == state
    assert played.state(6.5) == ("on_hook", "on_hook", "on_hook")


def test_a_flash_parks_the_caller_and_another_takes_the_caller_back() -> None:
    played = play(
        *TALKING,
        at(8, "office", "flash"),
        at(8.1, "office", "flash"),  # bouncing: it is open already
        at(10, "office", "key", keys="31"),
        at(17, "office", "flash"),
        at(18, "caller", "talk"),
        *gone(20),
    )
    assert played.state(9) == ("held", "dial_tone", "on_hook")
    assert played.state(16) == ("held", "calling", "ringing")
    assert played.state(17.5) == ("talking", "talking", "on_hook")
    assert played.hears("office", 19) == ["caller's voice"]
    assert len(of(played.script, PartyChanged)) == 2


def test_a_second_caller_waits_and_takes_turns() -> None:
    played = play(
        *TALKING,
        call_in("+48600555012", "third", 8),
        at(10, "office", "flash"),
        at(11, "caller", "key", keys="5"),  # nobody hears a parked caller
        at(11, "third", "talk"),
        at(13, "office", "flash"),
        at(14, "third", "talk"),
        at(15, "caller", "hang_up"),
        at(17, "office", "flash"),
        at(18, "third", "talk"),
        at(20, "third", "hang_up"),
        at(22, "office", "hang_up"),
    )
    assert played.state(9) == ("talking", "talking", "calling")
    assert played.hears("office", 8.1) == ["call_waiting"]
    assert played.state(10.5) == ("held", "talking", "talking")
    assert played.phone("office", 10.5).display == "+48600555012"
    assert played.hears("office", 12) == ["third's voice"]
    assert direction(played, 11.2, 12.8) > 0.8
    assert played.state(13.5) == ("talking", "talking", "held")
    assert played.hears("office", 14.5) == []
    assert played.hears("office", 16) == ["busy"]
    assert played.state(17.5) == ("on_hook", "talking", "talking")
    assert played.hears("office", 21) == ["busy"]
    assert played.refusals == ["phone_alone", "phone_alone"]


def test_a_third_has_no_place_beside_two() -> None:
    played = play(
        at(0, "office", "lift"),
        call_in(seconds=1.0),
        at(2, "office", "hang_up"),
        call_in(by="third", seconds=3.0),
        at(5, "third", "hang_up"),
        at(5, "caller", "hang_up"),
    )
    assert played.state(1.5) == ("busy", "dial_tone", "on_hook")
    assert played.state(4) == ("busy", "ringing", "calling")


def test_whoever_was_parked_rings_the_office_again() -> None:
    played = play(
        *TALKING,
        at(8, "office", "flash"),
        at(10, "office", "hang_up"),
        at(14, "office", "lift"),
        *gone(16),
    )
    assert played.state(11) == ("calling", "on_hook", "on_hook")
    assert played.state(13) == ("calling", "ringing", "on_hook")
    assert played.state(14.5) == ("talking", "talking", "on_hook")


def test_a_call_that_everybody_left_alone_ends_by_itself() -> None:
    played = play(*TALKING)
    assert played.state(300) == ("talking", "talking", "on_hook")
    assert played.state(310) == ("on_hook", "on_hook", "on_hook")
    assert len(of(played.script, HookChanged)) == 3


def test_a_phone_that_rings_can_only_be_lifted() -> None:
    played = play(
        at(0, "office", "lift"),
        at(1, "office", "key", keys="31#"),
        call_in(seconds=4.0),
        at(5, "office", "hang_up"),
    )
    assert played.phone("caller", 4.5).state == "ringing"
    assert played.phone("caller", 4.5).may == ("lift",)
    assert played.refusals == ["phone_no_part"]


def test_what_makes_no_sense_is_refused_and_changes_nothing() -> None:
    played = play(
        call_in(),
        at(0.1, "office", "key", keys="1"),
        at(0.2, "third", "lift"),
        at(0.3, "third", "flash"),
        call_in(seconds=0.4),
        at(0.5, "caller", "key", keys="1"),
        at(0.6, "office", "hang_up"),
        at(6, "office", "lift"),
        at(6.1, "office", "lift"),
        at(6.2, "caller", "talk", voice="00"),
        *gone(8),
    )
    assert [refusal.removeprefix("phone_") for refusal in played.refusals] == [
        *("on_hook", "no_ring", "no_part", "off_hook", "alone", "on_hook", "off_hook", "voice")
    ]
    assert played.state(0.7) == ("calling", "ringing", "on_hook")
    assert played.state(7) == ("talking", "talking", "on_hook")
