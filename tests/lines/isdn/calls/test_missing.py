"""Calls of a D-channel of which not every frame was seen."""

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
    Retrieved,
)
from appliance.lines.isdn.calls.tracker import MOST_CALLS, CallTracker
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import Control
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.message import MessageType as M
from appliance.lines.isdn.q931.services import Service
from tests.lines.isdn.bus import (
    ANY,
    OTHER,
    VOICE,
    Bus,
    calling,
    cause,
    channel,
)
from tests.lines.isdn.bus_calls import (
    FIRST,
    SECOND_PHONE,
    answered,
    cleared_by_office,
    offered,
    two_phones_ring,
)
from tests.lines.isdn.calls.followed import Followed, kinds


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
        Ended(0, 1, EndSign.RELEASED),
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

    assert said[2] == Ended(0, 1, EndSign.UNSEEN)
    assert isinstance(said[3], Began)


def test_a_channel_that_is_offered_again_shows_that_the_old_call_is_over() -> None:
    bus = answered(offered(Bus()))
    offered(bus.wait(100), 6)
    said = Followed(bus).said

    assert said[2] == Ended(0, 1, EndSign.UNSEEN)
    assert isinstance(said[3], Began)


def test_a_channel_that_an_outgoing_call_gets_is_no_others() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(SECOND_PHONE, M.SETUP, 1, *VOICE, ANY, of=True)
    bus.network(SECOND_PHONE, M.SETUP_ACKNOWLEDGE, 1, channel(1), of=False)

    assert Followed(bus).said[-2:] == [Ended(0, 1, EndSign.UNSEEN), ChannelChosen(0, 2, 1)]


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


def test_a_link_whose_beginning_was_lost_loses_no_message() -> None:
    """The numbers begin anew, but nobody saw the SABME that says so."""
    bus = answered(offered(Bus()))
    bus.link(FIRST, Control.SABME).link(FIRST, Control.UA, from_network=True)
    del bus.frames[-2:]
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5)

    assert kinds(Followed(bus).facts) == ["Began", "Connected", "Held"]
