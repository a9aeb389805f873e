"""Calls of a D-channel: who has them, and how they begin."""

import pickle

import pytest

from appliance.lines.isdn.calls.facts import (
    Alerting,
    Began,
    ChannelChosen,
    Clearing,
    Connected,
    DialledDigits,
    Ended,
    EndSign,
    Fact,
    Held,
    Party,
    Retrieved,
)
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import EVERYBODY, Control
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import MessageType as M
from appliance.lines.isdn.q931.numbers import Presentation
from appliance.lines.isdn.q931.services import Service
from tests.lines.isdn.bus import (
    CALLER,
    DATA,
    OTHER,
    SECOND,
    VOICE,
    Bus,
    called,
    calling,
    cause,
    channel,
    keypad,
)
from tests.lines.isdn.bus_calls import (
    FIRST,
    SECOND_PHONE,
    answered,
    busy,
    busy_day,
    dialled_digit_by_digit,
    offered,
    two_phones_ring,
    withheld,
)
from tests.lines.isdn.calls.followed import Followed, kinds, replaced


def test_the_network_chooses_one_of_two_phones_that_answer() -> None:
    followed = Followed(two_phones_ring(Bus()))

    assert followed.said == [
        Began(0, 1, True, Service.VOICE, Party(CALLER, name="Anna Kowalska"), "221234500", None, 1),
        Alerting(0, 1, FIRST),
        Alerting(0, 1, SECOND_PHONE),
        Connected(0, 1, FIRST, 1),
        Clearing(0, 1, True, Cause(16, 2), FIRST),
        Ended(0, 1, EndSign.RELEASED),
    ]
    assert followed.tracker.open_calls == ()


def test_a_phone_that_is_told_off_before_the_winner_is_named_ends_nothing() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.ALERTING, 5).terminal(SECOND_PHONE, M.CONNECT, 5)
    bus.network(FIRST, M.RELEASE, 5, cause(26)).terminal(FIRST, M.RELEASE_COMPLETE, 5)
    bus.network(SECOND_PHONE, M.CONNECT_ACKNOWLEDGE, 5)

    assert kinds(Followed(bus).facts) == ["Began", "Alerting", "Connected"]


def test_a_late_farewell_of_a_losing_phone_leaves_the_call_alone() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.CONNECT, 5).terminal(SECOND_PHONE, M.CONNECT, 5)
    bus.network(FIRST, M.CONNECT_ACKNOWLEDGE, 5)
    bus.terminal(SECOND_PHONE, M.DISCONNECT, 5, cause(16, 0))
    bus.network(SECOND_PHONE, M.RELEASE, 5).terminal(SECOND_PHONE, M.RELEASE_COMPLETE, 5)

    followed = Followed(bus)
    assert kinds(followed.facts) == ["Began", "Connected"]
    assert followed.tracker.open_calls == (1,)


def test_one_phone_refuses_and_the_other_answers() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.RELEASE_COMPLETE, 5, cause(21, 0)).terminal(SECOND_PHONE, M.ALERTING, 5)
    bus.wait(30)
    answered(bus, phone=SECOND_PHONE)

    assert kinds(Followed(bus).facts) == ["Began", "Alerting", "Connected"]


def test_a_call_that_every_phone_refuses_ends_when_no_other_can_answer() -> None:
    bus = offered(Bus())
    for phone in (FIRST, SECOND_PHONE):
        bus.terminal(phone, M.RELEASE_COMPLETE, 5, cause(17, 0))
    followed = Followed(bus)

    assert kinds(followed.facts) == ["Began"]
    assert followed.later(5) == []
    began = followed.facts[0].at_us
    assert followed.later(12) == [
        Clearing(began + 10 * SECOND, 1, False, Cause(17, 0)),
        Ended(began + 10 * SECOND, 1, EndSign.RELEASED),
    ]


def test_a_caller_who_gives_up_ends_the_call_for_all_phones() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.ALERTING, 5).terminal(SECOND_PHONE, M.ALERTING, 5).wait(20)
    for phone in (FIRST, SECOND_PHONE):
        bus.network(phone, M.RELEASE, 5, cause(16))
    for phone in (FIRST, SECOND_PHONE):
        bus.terminal(phone, M.RELEASE_COMPLETE, 5)
    followed = Followed(bus)

    assert kinds(followed.facts) == ["Began", "Alerting", "Alerting", "Clearing", "Ended"]
    assert followed.said[-2:] == [
        Clearing(0, 1, True, Cause(16, 2), FIRST),
        Ended(0, 1, EndSign.RELEASED),
    ]


def test_a_setup_that_nobody_answers_is_repeated_once_and_over_after_that() -> None:
    bus = offered(Bus())
    offered(bus.wait(3.8))
    followed = Followed(bus)

    assert kinds(followed.facts) == ["Began"]
    repeated = bus.frames[-1].at_us
    assert followed.later(60) == [Ended(repeated + 10 * SECOND, 1, EndSign.NO_RESPONSE)]
    assert followed.tracker.open_calls == ()


def test_a_withheld_number_and_name_reach_nobody() -> None:
    bus = withheld(Bus())
    tracker = CallTracker()
    (began,) = tracker.take(bus.frames[0])

    assert replaced(began) == Began(
        0, 1, True, Service.VOICE, Party(withheld=True), "221234500", None, 1
    )
    assert CALLER.encode() in bus.frames[0].data
    assert CALLER.encode() not in pickle.dumps((tracker, began))


def test_the_tracker_itself_keeps_no_number() -> None:
    tracker, facts = CallTracker(), list[Fact]()
    for frame in busy_day().frames:
        facts += tracker.take(frame)
        kept = pickle.dumps(tracker)
        assert not [number for number in (CALLER, OTHER, "Anna") if number.encode() in kept]
    assert CALLER in repr(facts)


@pytest.mark.parametrize("who", [calling("", Presentation.UNAVAILABLE), Element(0x7F, b"")])
def test_a_number_that_the_network_does_not_know_is_not_withheld(who: Element) -> None:
    (began, *_) = Followed(offered(Bus(), who=who)).said
    assert isinstance(began, Began)
    assert began.caller == Party()


def test_digits_one_by_one() -> None:
    followed = Followed(dialled_digit_by_digit(Bus()))

    assert followed.said == [
        Began(0, 1, False, Service.VOICE, tei=FIRST),
        ChannelChosen(0, 1, 2),
        *(DialledDigits(0, 1, digit, False) for digit in OTHER),
        DialledDigits(0, 1, "", True),
        Alerting(0, 1, FIRST),
        Connected(0, 1, FIRST, 2, Party(OTHER)),
        Held(0, 1),
        Retrieved(0, 1, 2),
        Clearing(0, 1, False, Cause(16, 0), FIRST),
        Ended(0, 1, EndSign.RELEASED),
    ]


def test_digits_at_once_and_a_busy_line() -> None:
    assert Followed(busy(Bus())).said == [
        Began(0, 1, False, Service.VOICE, tei=SECOND_PHONE),
        DialledDigits(0, 1, OTHER, True),
        ChannelChosen(0, 1, 1),
        Clearing(0, 1, True, Cause(17, 4), SECOND_PHONE),
        Ended(0, 1, EndSign.RELEASED),
    ]


def test_digits_of_a_keypad_count_like_others() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, keypad("*31#"), of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)
    bus.terminal(FIRST, M.INFORMATION, 1, keypad("112"), of=True)

    dialled = [fact.keys for fact in Followed(bus).facts if isinstance(fact, DialledDigits)]
    assert dialled == ["*31#", "112"]


@pytest.mark.parametrize(
    ("number", "keys"), [(b"", "112?"), (b"\x81", "112?"), (b"\x810", "0?"), (b"\x81112", "112?")]
)
def test_a_number_beside_keys_hides_none_of_them(number: bytes, keys: str) -> None:
    """Both in one SETUP: what is dialled is not sure, and a call for help among it is heard."""
    both = Element(Ident.CALLED, number), keypad("112")
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, *both, of=True)
    told = "".join(fact.keys for fact in Followed(bus).facts if isinstance(fact, DialledDigits))
    assert told == keys


@pytest.mark.parametrize("digits", [b"\xb1\xb1", b"1" * 40])
def test_a_digit_that_cannot_be_read_is_said_to_be_there(digits: bytes) -> None:
    unreadable = Element(Ident.CALLED, b"\x81" + digits)
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, unreadable, of=True)
    assert [fact.keys for fact in Followed(bus).facts if isinstance(fact, DialledDigits)] == ["?"]


def test_a_setup_that_breaks_off_has_a_digit_that_nobody_read() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, called("1"), called("12"), of=True)
    whole = bus.frames[0]
    cut = DFrame(whole.at_us, False, whole.data[:-1])
    facts = CallTracker().take(cut)
    assert [fact.keys for fact in facts if isinstance(fact, DialledDigits)] == ["1?"]


def test_a_frame_that_is_repeated_brings_no_digit_twice() -> None:
    bus = Bus().link(FIRST, Control.SABME).link(FIRST, Control.UA, from_network=True)
    bus.terminal(FIRST, M.SETUP, 1, *VOICE, of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)
    bus.terminal(FIRST, M.INFORMATION, 1, called("9"), of=True)
    information = [frame for frame in bus.frames if b"\x7b" in frame.data[-8:]]
    bus.frames += [*information, *information]

    dialled = [fact.keys for fact in Followed(bus).facts if isinstance(fact, DialledDigits)]
    assert dialled == ["9"]


def test_numbers_begin_anew_when_a_link_is_set_up_again() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)
    bus.link(FIRST, Control.SABME).link(FIRST, Control.UA, from_network=True)
    bus.terminal(FIRST, M.INFORMATION, 1, called("9"), of=True)

    assert Followed(bus).said[-1] == DialledDigits(0, 1, "9", False)


def test_the_network_chooses_the_channel_whatever_the_terminal_would_like() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, channel(1, exclusive=False), of=True)
    bus.network(FIRST, M.CALL_PROCEEDING, 1, channel(2), of=False)
    assert [fact.channel for fact in Followed(bus).facts if isinstance(fact, ChannelChosen)] == [2]


def test_a_channel_that_the_terminal_names_stands_if_the_network_names_none() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, channel(1), of=True)
    bus.network(FIRST, M.CALL_PROCEEDING, 1, of=False)
    assert [fact.channel for fact in Followed(bus).facts if isinstance(fact, ChannelChosen)] == [1]


def test_a_terminal_may_answer_on_another_channel() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.CONNECT, 5, channel(2)).network(FIRST, M.CONNECT_ACKNOWLEDGE, 5)
    assert Followed(bus).said[1:] == [ChannelChosen(0, 1, 2), Connected(0, 1, FIRST, 2)]


def test_a_call_to_one_terminal_alone_is_over_when_that_refuses() -> None:
    bus = Bus().network(0, M.SETUP, 5, *VOICE, channel(1), calling(CALLER))
    bus.terminal(0, M.RELEASE_COMPLETE, 5, cause(88, 0))
    assert Followed(bus).said[1:] == [
        Clearing(0, 1, False, Cause(88, 0), 0),
        Ended(0, 1, EndSign.RELEASED),
    ]


def test_digits_of_an_incoming_call_come_one_by_one_too() -> None:
    bus = Bus().network(0, M.SETUP, 5, *VOICE, channel(1), called("2212345"))
    bus.terminal(0, M.SETUP_ACKNOWLEDGE, 5)
    bus.network(0, M.INFORMATION, 5, called("0")).network(0, M.INFORMATION, 5, called("1"))
    bus.terminal(0, M.ALERTING, 5)

    followed = Followed(bus)
    assert followed.said[1:] == [
        DialledDigits(0, 1, "0", False),
        DialledDigits(0, 1, "1", False),
        Alerting(0, 1, 0),
    ]


def test_who_diverted_a_call_is_told() -> None:
    redirecting = Element(Ident.REDIRECTING, b"\x21\x03\x8f" + OTHER.encode())
    (began, *_) = Followed(offered(Bus(), 5, redirecting)).said
    assert isinstance(began, Began)
    assert began.redirecting == Party(OTHER)


def test_what_is_no_speech_is_told() -> None:
    bus = Bus().network(EVERYBODY, M.SETUP, 5, *DATA, channel(1))
    (began,) = Followed(bus).facts
    assert isinstance(began, Began)
    assert began.service is Service.DATA
