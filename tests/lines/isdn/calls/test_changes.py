"""Calls of a D-channel: how they change hands, terminals and channels."""

import pytest

from appliance.lines.isdn.calls.facts import (
    Alerting,
    Began,
    ChannelChosen,
    Clearing,
    Connected,
    Ended,
    EndSign,
    Held,
    Party,
    PartyMayChange,
    PartySign,
    Resumed,
    Suspended,
)
from appliance.lines.isdn.lapd import EVERYBODY, Control
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import MessageType as M
from appliance.lines.isdn.q931.services import Service
from appliance.lines.isdn.tei import TeiAct, TeiMessage
from tests.lines.isdn.bus import (
    CALLER,
    OTHER,
    SECOND,
    VOICE,
    Bus,
    called,
    cause,
    channel,
    keypad,
)
from tests.lines.isdn.bus_calls import (
    FIRST,
    SECOND_PHONE,
    answered,
    cleared_by_office,
    offered,
)
from tests.lines.isdn.calls.followed import Followed, kinds, replaced


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


def test_a_hold_that_nobody_answers_is_over_some_day_too() -> None:
    bus = answered(offered(Bus())).terminal(FIRST, M.HOLD, 5)
    assert kinds(Followed(bus).later(10**6)) == ["Held", "Ended"]


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
        Ended(0, 1, EndSign.RELEASED),
    ]


@pytest.mark.parametrize("outgoing", [True, False])
def test_a_suspended_call_outlives_the_address_of_its_terminal(outgoing: bool) -> None:
    """Unplugging it is what a terminal is suspended for."""
    bus = Bus()
    if outgoing:
        bus.terminal(FIRST, M.SETUP, 5, *VOICE, called(OTHER), of=True)
        bus.network(FIRST, M.CONNECT, 5, channel(1), of=False)
    else:
        offered(bus).terminal(SECOND_PHONE, M.RELEASE_COMPLETE, 5, cause(21, 0))
        answered(bus)
    bus.terminal(FIRST, M.SUSPEND, 5, of=outgoing)
    bus.network(FIRST, M.SUSPEND_ACKNOWLEDGE, 5, of=not outgoing)
    bus.link(FIRST, Control.DISC).wait(20)
    bus.manage(TeiMessage(TeiAct.REMOVE, 0, (FIRST,))).wait(100)
    bus.terminal(SECOND_PHONE, M.RESUME, 3, of=True)
    bus.network(SECOND_PHONE, M.RESUME_ACKNOWLEDGE, 3, channel(2), of=False)

    assert Followed(bus).said[-2:] == [Suspended(0, 1), Resumed(0, 1, SECOND_PHONE, 2)]


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


def test_keys_for_the_exchange_in_a_call_may_bring_another_party() -> None:
    """Behind some PBXs a phone holds, joins and hands over by keys of INFORMATION."""
    bus = answered(offered(Bus()))
    bus.network(FIRST, M.INFORMATION, 5, keypad("1"))
    bus.terminal(SECOND_PHONE, M.INFORMATION, 5, keypad("2"))
    assert Followed(bus).said[2:] == []
    bus.terminal(FIRST, M.INFORMATION, 5, keypad("R4"))
    assert Followed(bus).said[2:] == [PartyMayChange(0, 1, PartySign.KEYED)]


@pytest.mark.parametrize("reference", [1, 5, 0])
def test_a_service_while_another_call_is_held_may_join_both(reference: int) -> None:
    """Whichever call the office names when it asks for it, or none."""
    invoke = Element(Ident.FACILITY, b"\x91\xa1")
    bus = answered(offered(Bus()))
    bus.terminal(FIRST, M.FACILITY, 5, invoke)
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5)
    bus.terminal(FIRST, M.SETUP, 1, *VOICE, called(OTHER), of=True)
    bus.network(FIRST, M.CALL_PROCEEDING, 1, channel(1), of=False)
    bus.network(FIRST, M.CONNECT, 1, of=False)
    bus.network(FIRST, M.FACILITY, 1, invoke, of=False)  # such as what the call costs so far
    bus.terminal(FIRST, M.FACILITY, reference, invoke, of=reference != 5)

    signs = [fact for fact in Followed(bus).said if isinstance(fact, PartyMayChange)]
    assert signs == [PartyMayChange(0, 2, PartySign.FACILITY)]


def test_a_call_waits_without_a_channel_until_the_first_is_held() -> None:
    bus = answered(offered(Bus()))
    offered(bus, 6, on=None)
    bus.terminal(FIRST, M.ALERTING, 6).wait(2)
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5)
    bus.terminal(FIRST, M.CONNECT, 6, channel(1)).network(FIRST, M.CONNECT_ACKNOWLEDGE, 6)

    assert Followed(bus).said[2:] == [
        Began(0, 2, True, Service.VOICE, Party(CALLER), "221234500", None, None),
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

    assert followed.said[-1] == Ended(0, 2, EndSign.RESTARTED)
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
    assert Followed(removed).said[-1] == Ended(0, 1, EndSign.TERMINAL_GONE)


def test_an_address_that_is_given_to_another_terminal_ends_the_old_ones_call() -> None:
    bus = answered(offered(Bus()))
    bus.manage(TeiMessage(TeiAct.ASSIGNED, 0x5678, (FIRST,)))
    assert Followed(bus).said[-1] == Ended(0, 1, EndSign.TERMINAL_GONE)


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

    assert [replaced(fact) for fact in followed.later(91)] == [Ended(0, 1, EndSign.LINK_LOST)]


def test_a_call_that_is_not_answered_ends_with_its_data_link() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, of=True).link(FIRST, Control.DM)
    assert Followed(bus).said[-1] == Ended(0, 1, EndSign.LINK_LOST)
