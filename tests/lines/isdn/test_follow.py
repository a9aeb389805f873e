"""Tell the calls of a bus as the calls of one line."""

import pytest

from appliance.lines.isdn.calls import facts as fact
from appliance.lines.isdn.follow import MOST_CALLS, RING_EVERY, SAMPLE_US, LineCalls
from appliance.lines.isdn.q931.services import Service
from appliance.model.events import (
    Answered,
    CallerId,
    DigitPressed,
    HookChanged,
    PartyChanged,
    Ring,
)
from appliance.model.terms import AnswerBasis, Grade, Hook, NumberKind, PartyCue, Side
from appliance.recorder.numbers.dialling import DialObserver

CALLER = fact.Party("+48221234567", name="Zofia Testowa")
WITHHELD = fact.Party(withheld=True)
RELEASED = fact.EndSign.RELEASED


def us(sample: int) -> int:
    return sample * SAMPLE_US


def comes(call: int = 1, party: fact.Party = CALLER, channel: int | None = 1) -> fact.Began:
    return fact.Began(us(8000), call, True, Service.VOICE, party, channel=channel)


def goes(call: int = 1, channel: int | None = None) -> fact.Began:
    return fact.Began(us(8000), call, False, Service.VOICE, channel=channel, tei=64)


def connects(call: int = 1, channel: int | None = 1, at: int = 16000) -> fact.Connected:
    return fact.Connected(us(at), call, 64, channel)


def dials(keys: str, call: int = 1, *, complete: bool = False) -> fact.DialledDigits:
    return fact.DialledDigits(us(9000), call, keys, complete)


def clears(call: int = 1, at: int = 40000) -> fact.Clearing:
    return fact.Clearing(us(at), call, True, None)


def ends(call: int = 1, at: int = 40000) -> fact.Ended:
    return fact.Ended(us(at), call, RELEASED)


def keyed(key: str) -> DigitPressed:
    """A key of the office's phone, in the sound."""
    return DigitPressed(15000, key, Side.NEAR, Grade.A, 80, -8.0, 2.0, 1.0)


def flash(at: int) -> PartyChanged:
    return PartyChanged(at, PartyCue.FLASH)


@pytest.fixture
def calls() -> LineCalls:
    return LineCalls()


def test_a_call_that_comes_rings_each_five_seconds_until_it_is_taken(calls: LineCalls) -> None:
    assert calls.told([comes()]) == [
        Ring(8000),
        CallerId(8000, "+48221234567", "Zofia Testowa", withheld=False),
    ]
    assert calls.pass_time(8000 + RING_EVERY - 1) == []
    assert calls.pass_time(8000 + RING_EVERY + 100) == [Ring(8000 + RING_EVERY)]
    assert calls.pass_time(8000 + RING_EVERY + 200) == []
    assert not calls.talking
    assert calls.told([connects(at=70000)]) == [HookChanged(70000, Hook.OFF)]
    assert (calls.channel, calls.talking) == (1, True)
    assert calls.pass_time(10 * RING_EVERY) == []
    assert calls.told([clears(at=90000)]) == [HookChanged(90000, Hook.ON)]
    assert (calls.channel, calls.talking, calls.busy) == (None, False, True)
    assert calls.told([ends()]) == []
    assert not calls.busy


def test_a_number_that_is_withheld_stays_so(calls: LineCalls) -> None:
    assert calls.told([comes(party=WITHHELD)])[1] == CallerId(8000, None, None, withheld=True)


def test_a_call_that_nobody_takes_lifts_no_phone(calls: LineCalls) -> None:
    calls.told([comes()])
    assert calls.told([clears(), ends()]) == []
    assert calls.pass_time(10 * RING_EVERY) == []


def test_a_call_that_the_office_makes_is_lifted_dialled_and_answered(calls: LineCalls) -> None:
    assert calls.told([goes()]) == [HookChanged(8000, Hook.OFF)]
    keys = calls.told([dials("22"), dials("1?", complete=True)])
    assert [(key.key, key.side, key.grade) for key in keys if isinstance(key, DigitPressed)] == [
        (key, Side.NEAR, Grade.A) for key in "221?"
    ]
    assert calls.told([fact.ChannelChosen(us(9100), 1, 2), fact.Alerting(us(9200), 1, 64)]) == []
    assert (calls.channel, calls.talking) == (2, False)  # ringback is heard, nothing is said
    assert calls.told([connects(channel=2)]) == [Answered(16000, AnswerBasis.CONNECT)]
    assert calls.talking
    assert calls.told([ends()]) == [HookChanged(40000, Hook.ON)]


def test_a_call_that_the_office_gives_up_puts_the_phone_back(calls: LineCalls) -> None:
    calls.told([goes()])
    assert calls.told([clears()]) == [HookChanged(40000, Hook.ON)]


def test_a_held_party_is_another_one_when_it_comes_back(calls: LineCalls) -> None:
    calls.told([comes(), connects()])
    assert calls.told([fact.Held(us(20000), 1)]) == [flash(20000)]
    assert (calls.channel, calls.talking) == (None, False)
    assert calls.told([fact.Retrieved(us(30000), 1, 2)]) == [flash(30000)]
    assert (calls.channel, calls.talking) == (2, True)


def test_a_terminal_that_is_replugged_may_hand_the_phone_over(calls: LineCalls) -> None:
    calls.told([comes(), connects()])
    assert calls.told([fact.Suspended(us(20000), 1)]) == [flash(20000)]
    assert calls.told([fact.Resumed(us(30000), 1, 65, 1)]) == [flash(30000)]


def test_a_notice_of_the_network_may_mean_another_party(calls: LineCalls) -> None:
    calls.told([comes()])
    sign = fact.PartyMayChange(us(20000), 1, fact.PartySign.NOTIFIED)
    assert calls.told([sign]) == []  # nobody talks yet
    calls.told([connects()])
    assert calls.told([sign]) == [flash(20000)]


def test_a_waiting_call_that_the_office_lets_wait_changes_nothing(calls: LineCalls) -> None:
    calls.told([comes(), connects()])
    waits = comes(2, fact.Party("602000111"), channel=None)
    assert calls.told([waits, fact.Alerting(us(21000), 2, 64)]) == []
    assert (calls.channel, calls.talking) == (1, True)
    assert calls.told([clears(2), ends(2)]) == []
    assert calls.talking


def test_a_waiting_call_that_is_taken_brings_its_own_party(calls: LineCalls) -> None:
    calls.told([comes(), connects(), comes(2, WITHHELD, channel=None)])
    assert calls.told([fact.Held(us(20000), 1)]) == [flash(20000)]
    assert calls.told([connects(2, at=20100)]) == [
        flash(20100),
        CallerId(20100, None, None, withheld=True),
    ]
    assert (calls.channel, calls.talking) == (1, True)
    # The first one hangs up meanwhile: it is not in hand.
    assert calls.told([clears(1), ends(1)]) == []
    assert calls.told([clears(2, at=50000)]) == [HookChanged(50000, Hook.ON)]


def test_a_call_that_waits_rings_the_phone_that_was_put_back(calls: LineCalls) -> None:
    calls.told([comes(), connects(), comes(2, WITHHELD, channel=None)])
    assert calls.told([clears(1, at=30000)]) == [
        HookChanged(30000, Hook.ON),
        Ring(30000),
        CallerId(30000, None, None, withheld=True),
    ]
    assert calls.pass_time(30000 + RING_EVERY) == [Ring(30000 + RING_EVERY)]
    assert calls.told([connects(2, at=80000)]) == [HookChanged(80000, Hook.OFF)]


def test_the_office_asks_somebody_else_while_a_party_is_held(calls: LineCalls) -> None:
    calls.told([comes(), connects(), fact.Held(us(20000), 1)])
    assert calls.told([goes(2, channel=1)]) == []
    assert len(calls.told([dials("602000111", 2)])) == 9
    assert calls.told([connects(2, at=30000)]) == [Answered(30000, AnswerBasis.CONNECT)]


def test_another_phones_call_on_the_other_channel_is_none_of_the_lines(calls: LineCalls) -> None:
    calls.told([comes(), connects()])
    assert calls.told([goes(2, channel=2), dials("221234568", 2, complete=True)]) == []
    assert calls.told([connects(2, channel=2), clears(2), ends(2)]) == []
    assert (calls.channel, calls.talking) == (1, True)


@pytest.mark.parametrize("number", ["112", "0112", "997"])
def test_a_call_for_help_from_another_phone_is_told(calls: LineCalls, number: str) -> None:
    calls.told([comes(), connects(), goes(2, channel=2)])
    told = calls.told([dials(number[:1], 2), dials(number[1:], 2), connects(2, channel=2)])
    assert told[0] == flash(16000)  # a number of its own
    assert [key.key for key in told if isinstance(key, DigitPressed)] == list(number)


@pytest.mark.parametrize("before", ["2212345", "221234567", "5"])
@pytest.mark.parametrize("came_in", [True, False])
def test_a_call_for_help_is_known_whatever_this_phone_has_keyed(
    calls: LineCalls, before: str, came_in: bool
) -> None:
    """112 from a second phone must not be read as the end of what the first one dials."""
    began = [comes(), connects()] if came_in else [goes(), dials(before)]
    dialling = DialObserver("PL", "", lambda number: False)
    events = calls.told([*began, goes(2, channel=2)])
    events += [keyed(key) for key in before if came_in]
    events += calls.told([dials("112", 2, complete=True), connects(2, channel=2)])
    told = [judged for event in events for judged in dialling.judge(event)]
    assert [each.kind for each in told] == [NumberKind.EMERGENCY]


@pytest.mark.parametrize("service", [Service.DATA, Service.FAX, Service.UNKNOWN])
def test_what_is_no_speech_is_not_told(calls: LineCalls, service: Service) -> None:
    began = fact.Began(us(8000), 1, True, service, CALLER, channel=1)
    assert calls.told([began, connects(), clears()]) == []
    assert calls.busy
    calls.told([ends()])
    assert not calls.busy


def test_a_call_met_in_its_middle_is_not_told(calls: LineCalls) -> None:
    began = fact.Began(us(8000), 1, True, Service.VOICE, CALLER, channel=1, partial=True)
    assert calls.told([began, connects()]) == []
    assert calls.channel is None
    assert calls.busy


def test_only_so_many_calls_are_kept(calls: LineCalls) -> None:
    calls.told([comes(1), connects(1)])
    calls.told(comes(number) for number in range(2, 500))
    assert len(calls._calls) <= MOST_CALLS
    assert calls.talking  # the one in hand is among them


def test_facts_of_calls_that_nobody_told_of_are_nothing(calls: LineCalls) -> None:
    assert calls.told([connects(9), clears(9), ends(9), fact.Held(0, 9)]) == []


def test_what_was_forgotten_is_not_told_on(calls: LineCalls) -> None:
    calls.told([comes(), connects()])
    calls.forget()
    assert not calls.busy
    assert calls.told([clears(), ends()]) == []
