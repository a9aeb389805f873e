"""Calls of a D-channel: who has them, how they begin, change hands and end."""

import pickle

import pytest

from appliance.lines.isdn.calls.facts import (
    Alerting,
    Began,
    ChannelChosen,
    Clearing,
    Connected,
    Dialled,
    Ended,
    Ending,
    Fact,
    Held,
    Party,
    PartyMayChange,
    PartySign,
    Resumed,
    Retrieved,
    Suspended,
)
from appliance.lines.isdn.calls.tracker import MOST_CALLS, CallTracker
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import EVERYBODY, Control
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import MessageType as M
from appliance.lines.isdn.q931.numbers import Presentation
from appliance.lines.isdn.q931.services import Service
from appliance.lines.isdn.tei import TeiAct, TeiMessage
from tests.lines.isdn.bus import (
    ANY,
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
    cleared_by_network,
    cleared_by_office,
    dialled_digit_by_digit,
    offered,
    two_phones_ring,
    withheld,
)


class Followed:
    """A tracker that has seen a bus, and what it told."""

    def __init__(self, bus: Bus, tracker: CallTracker | None = None) -> None:
        self.tracker = tracker or CallTracker()
        self.facts: list[Fact] = []
        for frame in bus.frames:
            self.facts += self.tracker.take(frame)
        self._bus = bus

    def later(self, seconds: float) -> list[Fact]:
        return self.tracker.pass_time(self._bus.now_us + round(seconds * SECOND))

    @property
    def said(self) -> list[Fact]:
        """The facts without their times, which other tests look at."""
        return [replaced(fact) for fact in self.facts]


def replaced(fact: Fact) -> Fact:
    return type(fact)(**{name: getattr(fact, name) for name in fact.__match_args__} | {"at_us": 0})


def kinds(facts: list[Fact]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


CALLING = Party(CALLER)


def test_the_network_chooses_one_of_two_phones_that_answer() -> None:
    followed = Followed(two_phones_ring(Bus()))

    assert followed.said == [
        Began(0, 1, True, Service.VOICE, Party(CALLER, name="Anna Kowalska"), "221234500", None, 1),
        Alerting(0, 1, FIRST),
        Alerting(0, 1, SECOND_PHONE),
        Connected(0, 1, FIRST, 1),
        Clearing(0, 1, True, Cause(16, 2), FIRST),
        Ended(0, 1, Ending.RELEASED),
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
        Ended(began + 10 * SECOND, 1, Ending.RELEASED),
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
        Ended(0, 1, Ending.RELEASED),
    ]


def test_a_setup_that_nobody_answers_is_repeated_once_and_over_after_that() -> None:
    bus = offered(Bus())
    offered(bus.wait(3.8))
    followed = Followed(bus)

    assert kinds(followed.facts) == ["Began"]
    repeated = bus.frames[-1].at_us
    assert followed.later(60) == [Ended(repeated + 10 * SECOND, 1, Ending.NO_RESPONSE)]
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


def test_a_number_is_not_held_in_memory_once_the_call_is_over() -> None:
    frames = two_phones_ring(Bus()).frames
    tracker = CallTracker()
    tracker.take(frames[0])
    assert CALLER.encode() in pickle.dumps(tracker)
    for frame in frames[1:]:
        tracker.take(frame)
    assert CALLER.encode() not in pickle.dumps(tracker)


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
        *(Dialled(0, 1, digit, False) for digit in OTHER),
        Dialled(0, 1, "", True),
        Alerting(0, 1, FIRST),
        Connected(0, 1, FIRST, 2, Party(OTHER)),
        Held(0, 1),
        Retrieved(0, 1, 2),
        Clearing(0, 1, False, Cause(16, 0), FIRST),
        Ended(0, 1, Ending.RELEASED),
    ]


def test_digits_at_once_and_a_busy_line() -> None:
    assert Followed(busy(Bus())).said == [
        Began(0, 1, False, Service.VOICE, tei=SECOND_PHONE),
        Dialled(0, 1, OTHER, True),
        ChannelChosen(0, 1, 1),
        Clearing(0, 1, True, Cause(17, 4), SECOND_PHONE),
        Ended(0, 1, Ending.RELEASED),
    ]


def test_digits_of_a_keypad_count_like_others() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, keypad("*31#"), of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)
    bus.terminal(FIRST, M.INFORMATION, 1, keypad("112"), of=True)

    dialled = [fact.keys for fact in Followed(bus).facts if isinstance(fact, Dialled)]
    assert dialled == ["*31#", "112"]


@pytest.mark.parametrize("digits", [b"\xb1\xb1", b"1" * 40])
def test_a_digit_that_cannot_be_read_is_said_to_be_there(digits: bytes) -> None:
    unreadable = Element(Ident.CALLED, b"\x81" + digits)
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, unreadable, of=True)
    assert [fact.keys for fact in Followed(bus).facts if isinstance(fact, Dialled)] == ["?"]


def test_a_setup_that_breaks_off_has_a_digit_that_nobody_read() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, called("1"), called("12"), of=True)
    whole = bus.frames[0]
    cut = DFrame(whole.at_us, False, whole.data[:-1])
    facts = CallTracker().take(cut)
    assert [fact.keys for fact in facts if isinstance(fact, Dialled)] == ["1?"]


def test_a_frame_that_is_repeated_brings_no_digit_twice() -> None:
    bus = Bus().link(FIRST, Control.SABME).link(FIRST, Control.UA, from_network=True)
    bus.terminal(FIRST, M.SETUP, 1, *VOICE, of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)
    bus.terminal(FIRST, M.INFORMATION, 1, called("9"), of=True)
    information = [frame for frame in bus.frames if b"\x7b" in frame.data[-8:]]
    bus.frames += [*information, *information]

    dialled = [fact.keys for fact in Followed(bus).facts if isinstance(fact, Dialled)]
    assert dialled == ["9"]


def test_numbers_begin_anew_when_a_link_is_set_up_again() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)
    bus.link(FIRST, Control.SABME).link(FIRST, Control.UA, from_network=True)
    bus.terminal(FIRST, M.INFORMATION, 1, called("9"), of=True)

    assert Followed(bus).said[-1] == Dialled(0, 1, "9", False)


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
        Ended(0, 1, Ending.RELEASED),
    ]


def test_digits_of_an_incoming_call_come_one_by_one_too() -> None:
    bus = Bus().network(0, M.SETUP, 5, *VOICE, channel(1), called("2212345"))
    bus.terminal(0, M.SETUP_ACKNOWLEDGE, 5)
    bus.network(0, M.INFORMATION, 5, called("0")).network(0, M.INFORMATION, 5, called("1"))
    bus.terminal(0, M.ALERTING, 5)

    followed = Followed(bus)
    assert followed.said[1:] == [
        Dialled(0, 1, "0", False),
        Dialled(0, 1, "1", False),
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


# -- clearing --------------------------------------------------------------------------------------


def test_both_sides_disconnect_at_the_same_moment() -> None:
    bus = answered(offered(Bus()))
    bus.network(FIRST, M.DISCONNECT, 5, cause(16)).terminal(FIRST, M.DISCONNECT, 5, cause(16, 0))
    bus.terminal(FIRST, M.RELEASE, 5).network(FIRST, M.RELEASE, 5)

    assert Followed(bus).said[2:] == [
        Clearing(0, 1, True, Cause(16, 2), FIRST),
        Ended(0, 1, Ending.RELEASED),
    ]


def test_a_clearing_that_is_never_finished_ends_after_a_minute() -> None:
    bus = answered(offered(Bus())).network(FIRST, M.DISCONNECT, 5, cause(16))
    followed = Followed(bus)

    assert followed.later(59) == []
    assert kinds(followed.later(61)) == ["Ended"]


def test_a_peer_that_knows_no_such_call_ends_it() -> None:
    state = Element(Ident.CALL_STATE, b"\x00")
    bus = answered(offered(Bus())).network(FIRST, M.STATUS, 5, cause(81), state)

    assert kinds(Followed(bus).facts) == ["Began", "Connected", "Clearing", "Ended"]


def test_a_status_of_a_call_that_goes_on_changes_nothing() -> None:
    state = Element(Ident.CALL_STATE, b"\x0a")
    bus = answered(offered(Bus())).network(FIRST, M.STATUS, 5, cause(30), state)
    bus.terminal(FIRST, M.STATUS_ENQUIRY, 5)

    assert kinds(Followed(bus).facts) == ["Began", "Connected"]


def test_a_reference_is_free_for_the_next_call() -> None:
    bus = cleared_by_network(answered(offered(Bus())))
    cleared_by_network(answered(offered(bus)))

    facts = Followed(bus).facts
    assert [fact.call for fact in facts if isinstance(fact, Began)] == [1, 2]
    assert kinds(facts).count("Ended") == 2


def test_both_sides_may_use_the_same_reference() -> None:
    bus = answered(offered(Bus(), 7), 7)
    bus.terminal(FIRST, M.SETUP, 7, *VOICE, called(OTHER), of=True)
    bus.network(FIRST, M.CALL_PROCEEDING, 7, channel(2), of=False)
    cleared_by_office(bus, 7, outgoing=True)

    followed = Followed(bus)
    assert followed.tracker.open_calls == (1,)
    assert [fact.call for fact in followed.facts if isinstance(fact, Ended)] == [2]


# -- hold, terminals, links ------------------------------------------------------------------------


def test_a_hold_that_is_refused_is_none() -> None:
    bus = answered(offered(Bus())).terminal(FIRST, M.HOLD, 5)
    bus.network(FIRST, M.HOLD_REJECT, 5, cause(29))
    followed = Followed(bus)

    assert kinds(followed.facts) == ["Began", "Connected"]
    assert followed.later(60) == []


def test_a_hold_that_nobody_answers_counts_as_one() -> None:
    bus = answered(offered(Bus())).terminal(FIRST, M.HOLD, 5)
    asked = bus.frames[-2].at_us

    assert Followed(bus).later(4) == [Held(asked + 4 * SECOND, 1)]


def test_no_message_puts_the_end_of_an_unanswered_hold_off() -> None:
    bus = answered(offered(Bus())).terminal(FIRST, M.HOLD, 5)
    for _ in range(4):
        bus.wait(2).network(FIRST, M.NOTIFY, 5, Element(Ident.NOTIFICATION, b"\xe0"))

    assert "Held" in kinds(Followed(bus).facts)


def test_a_terminal_is_unplugged_and_goes_on_elsewhere() -> None:
    identity = Element(Ident.CALL_IDENTITY, b"\x07")
    bus = answered(offered(Bus())).terminal(FIRST, M.SUSPEND, 5, identity)
    bus.network(FIRST, M.SUSPEND_ACKNOWLEDGE, 5).wait(30)
    bus.terminal(SECOND_PHONE, M.RESUME, 3, identity, of=True)
    bus.network(SECOND_PHONE, M.RESUME_ACKNOWLEDGE, 3, channel(2), of=False).wait(5)
    cleared_by_office(bus, 3, SECOND_PHONE, outgoing=True)

    assert Followed(bus).said[2:] == [
        Suspended(0, 1),
        Resumed(0, 1, SECOND_PHONE, 2),
        Clearing(0, 1, False, Cause(16, 0), SECOND_PHONE),
        Ended(0, 1, Ending.RELEASED),
    ]


def test_a_resumption_of_nothing_or_with_another_identity_is_none() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(FIRST, M.SUSPEND, 5, Element(Ident.CALL_IDENTITY, b"\x07"))
    bus.network(FIRST, M.SUSPEND_ACKNOWLEDGE, 5).wait(1)
    bus.terminal(FIRST, M.RESUME, 3, Element(Ident.CALL_IDENTITY, b"\x08"), of=True)
    bus.network(FIRST, M.RESUME_ACKNOWLEDGE, 3, channel(2), of=False)
    followed = Followed(bus)

    assert kinds(followed.facts)[2:] == ["Suspended"]
    assert kinds(followed.later(241)) == ["Ended"]


@pytest.mark.parametrize(
    ("value", "changes"), [(0x79, True), (0x6A, True), (0x42, True), (0x60, False), (0x04, False)]
)
def test_a_notification_may_bring_another_party(value: int, changes: bool) -> None:
    bus = answered(offered(Bus()))
    bus.network(FIRST, M.NOTIFY, 5, Element(Ident.NOTIFICATION, bytes((value | 0x80,))))
    told = [PartyMayChange(0, 1, PartySign.NOTIFIED)] if changes else []
    assert Followed(bus).said[2:] == told


def test_a_service_while_another_call_is_held_may_join_both() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(FIRST, M.FACILITY, 5, Element(Ident.FACILITY, b"\x91\xa1"))
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5)
    bus.terminal(FIRST, M.SETUP, 1, *VOICE, called(OTHER), of=True)
    bus.network(FIRST, M.CALL_PROCEEDING, 1, channel(1), of=False)
    bus.network(FIRST, M.CONNECT, 1, of=False)
    bus.terminal(FIRST, M.FACILITY, 1, Element(Ident.FACILITY, b"\x91\xa1"), of=True)

    signs = [fact for fact in Followed(bus).said if isinstance(fact, PartyMayChange)]
    assert signs == [PartyMayChange(0, 2, PartySign.FACILITY)]


def test_a_call_waits_without_a_channel_until_the_first_is_held() -> None:
    bus = answered(offered(Bus()))
    offered(bus, 6, on=None)
    bus.terminal(FIRST, M.ALERTING, 6).wait(2)
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5)
    bus.terminal(FIRST, M.CONNECT, 6, channel(1)).network(FIRST, M.CONNECT_ACKNOWLEDGE, 6)

    assert Followed(bus).said[2:] == [
        Began(0, 2, True, Service.VOICE, CALLING, "221234500", None, None),
        Alerting(0, 2, FIRST),
        Held(0, 1),
        ChannelChosen(0, 2, 1),
        Connected(0, 2, FIRST, 1),
    ]


def test_a_restart_ends_the_calls_of_its_channel() -> None:
    bus = answered(offered(Bus()))
    answered(offered(bus, 6, on=2), 6, SECOND_PHONE, on=2)
    bus.network(FIRST, M.RESTART, 0, channel(2), Element(Ident.RESTART, b"\x80"))
    followed = Followed(bus)

    assert followed.said[-1] == Ended(0, 2, Ending.RESTARTED)
    assert followed.tracker.open_calls == (1,)


@pytest.mark.parametrize(
    "elements",
    [
        (Element(Ident.RESTART, b"\x87"),),
        (channel(2), Element(Ident.RESTART, b"\x86")),
        (Element(Ident.CHANNEL, b"\xa9\x83\x01\x82"), Element(Ident.RESTART, b"\x80")),
        (),
    ],
)
def test_a_restart_of_all_channels_or_of_nobody_knows_which_ends_all(
    elements: tuple[Element, ...],
) -> None:
    bus = answered(offered(Bus()))
    answered(offered(bus, 6, on=2), 6, SECOND_PHONE, on=2)
    bus.network(FIRST, M.RESTART, 0, *elements)

    assert Followed(bus).tracker.open_calls == ()


def test_a_terminal_that_loses_its_address_loses_its_call() -> None:
    bus = answered(offered(Bus()))
    removed = bus.manage(TeiMessage(TeiAct.REMOVE, 0, (FIRST,)))
    assert Followed(removed).said[-1] == Ended(0, 1, Ending.TERMINAL_GONE)


def test_an_address_that_is_given_to_another_terminal_ends_the_old_ones_call() -> None:
    bus = answered(offered(Bus()))
    bus.manage(TeiMessage(TeiAct.ASSIGNED, 0x5678, (FIRST,)))
    assert Followed(bus).said[-1] == Ended(0, 1, Ending.TERMINAL_GONE)


def test_other_terminals_keep_their_calls() -> None:
    bus = answered(offered(Bus()))
    bus.manage(TeiMessage(TeiAct.ASSIGNED, 0x5678, (70,)))
    bus.manage(TeiMessage(TeiAct.REMOVE, 0, (70,))).manage(TeiMessage(TeiAct.CHECK, 0, (FIRST,)))
    assert Followed(bus).tracker.open_calls == (1,)


def test_all_addresses_are_taken_back() -> None:
    bus = answered(offered(Bus())).manage(TeiMessage(TeiAct.REMOVE, 0, (EVERYBODY,)))
    assert Followed(bus).tracker.open_calls == ()


def test_a_call_outlives_a_data_link_that_comes_back() -> None:
    bus = answered(offered(Bus())).link(FIRST, Control.DISC, from_network=True).wait(20)
    bus.link(FIRST, Control.SABME).link(FIRST, Control.UA, from_network=True)
    followed = Followed(bus)

    assert kinds(followed.facts) == ["Began", "Connected"]
    assert followed.later(600) == []


def test_a_call_whose_data_link_stays_away_is_over() -> None:
    bus = answered(offered(Bus())).link(FIRST, Control.DISC)
    followed = Followed(bus)

    assert [replaced(fact) for fact in followed.later(91)] == [Ended(0, 1, Ending.LINK_LOST)]


def test_a_call_that_is_not_answered_ends_with_its_data_link() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, of=True).link(FIRST, Control.DM)
    assert Followed(bus).said[-1] == Ended(0, 1, Ending.LINK_LOST)


def test_a_bus_that_is_switched_off_has_no_calls() -> None:
    followed = Followed(answered(offered(Bus())))
    facts = followed.tracker.bus_down(followed.facts[-1].at_us + SECOND)
    assert [replaced(fact) for fact in facts] == [Ended(0, 1, Ending.BUS_DOWN)]


# -- what was not seen -----------------------------------------------------------------------------


def test_a_capture_that_begins_while_phones_ring() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.ALERTING, 5).terminal(SECOND_PHONE, M.ALERTING, 5)
    answered(bus, phone=SECOND_PHONE)
    del bus.frames[0]

    assert Followed(bus).said == [
        Began(0, 1, True, Service.UNKNOWN, tei=FIRST, partial=True),
        Alerting(0, 1, FIRST),
        Alerting(0, 1, SECOND_PHONE),
        ChannelChosen(0, 1, 1),
        Connected(0, 1, SECOND_PHONE, 1),
    ]


@pytest.mark.parametrize("outgoing", [True, False])
def test_a_capture_that_begins_in_a_call(outgoing: bool) -> None:
    bus = Bus().terminal(FIRST, M.HOLD, 5, of=outgoing)
    bus.network(FIRST, M.HOLD_ACKNOWLEDGE, 5, of=not outgoing)
    bus.terminal(FIRST, M.RETRIEVE, 5, of=outgoing)
    bus.network(FIRST, M.RETRIEVE_ACKNOWLEDGE, 5, channel(1), of=not outgoing)
    cleared_by_office(bus, 5, outgoing=outgoing)

    assert Followed(bus).said == [
        Began(0, 1, not outgoing, Service.UNKNOWN, tei=FIRST, partial=True),
        Held(0, 1),
        Retrieved(0, 1, 1),
        Clearing(0, 1, False, Cause(16, 0), FIRST),
        Ended(0, 1, Ending.RELEASED),
    ]


def test_a_capture_that_begins_with_the_end_of_a_hold() -> None:
    bus = Bus().network(FIRST, M.RETRIEVE_ACKNOWLEDGE, 5, channel(1))
    assert Followed(bus).said[1:] == [Retrieved(0, 1, 1)]


@pytest.mark.parametrize("kind", [M.RELEASE, M.RELEASE_COMPLETE, M.STATUS, M.FACILITY])
def test_what_ends_a_call_that_nobody_knew_begins_none(kind: M) -> None:
    assert Followed(Bus().network(FIRST, kind, 5, cause(81))).facts == []


def test_a_straggler_of_a_call_that_is_over_begins_none() -> None:
    bus = two_phones_ring(Bus())
    bus.terminal(SECOND_PHONE, M.DISCONNECT, 5, cause(16, 0))
    assert kinds(Followed(bus).facts).count("Began") == 1


def test_a_setup_for_the_same_reference_shows_that_the_old_call_is_over() -> None:
    bus = answered(offered(Bus()))
    offered(bus.wait(100), who=calling(OTHER), on=2)
    said = Followed(bus).said

    assert said[2] == Ended(0, 1, Ending.UNSEEN)
    assert isinstance(said[3], Began)


def test_a_channel_that_is_offered_again_shows_that_the_old_call_is_over() -> None:
    bus = answered(offered(Bus()))
    offered(bus.wait(100), 6)
    said = Followed(bus).said

    assert said[2] == Ended(0, 1, Ending.UNSEEN)
    assert isinstance(said[3], Began)


def test_a_channel_that_an_outgoing_call_gets_is_no_others() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(SECOND_PHONE, M.SETUP, 1, *VOICE, ANY, of=True)
    bus.network(SECOND_PHONE, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)

    assert Followed(bus).said[-2:] == [Ended(0, 1, Ending.UNSEEN), ChannelChosen(0, 2, 1)]


def test_a_terminal_that_only_wishes_for_a_channel_takes_it_from_nobody() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(SECOND_PHONE, M.SETUP, 1, *VOICE, channel(1, exclusive=False), of=True)
    assert Followed(bus).tracker.open_calls == (1, 2)


def test_a_call_may_last_for_hours_but_not_for_ever() -> None:
    followed = Followed(answered(offered(Bus())))

    assert followed.later(23 * 3600) == []
    assert kinds(followed.later(25 * 3600)) == ["Ended"]


def test_there_are_never_more_calls_than_a_channel_can_have() -> None:
    bus = Bus()
    for reference in range(1, 128):
        for phone in (FIRST, SECOND_PHONE):
            bus.terminal(phone, M.SETUP, reference, *VOICE, of=True)
    followed = Followed(bus)

    assert len(followed.tracker.open_calls) <= MOST_CALLS
    assert kinds(followed.facts).count("Ended") == 2 * 127 - len(followed.tracker.open_calls)


def test_a_clock_that_goes_back_stands_still() -> None:
    bus = answered(offered(Bus()))
    frames = [DFrame(-frame.at_us, frame.from_network, frame.data) for frame in bus.frames]
    tracker = CallTracker()
    facts = [fact for frame in frames for fact in tracker.take(frame)]

    assert {fact.at_us for fact in facts} == {0}
    assert kinds(facts) == ["Began", "Connected"]


def test_frames_that_are_none_are_counted() -> None:
    tracker = CallTracker()
    for data in (b"", b"\x03", b"\x02\x81\x0b", b"\x02\x81\x01\x00"):
        tracker.take(DFrame(0, True, data))
    assert tracker.unread == 3
