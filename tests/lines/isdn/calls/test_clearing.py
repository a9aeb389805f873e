"""Calls of a D-channel: how they end."""

from appliance.lines.isdn.calls.facts import (
    Began,
    Clearing,
    Ended,
    EndSign,
)
from appliance.lines.isdn.q931.causes import Cause
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import MessageType as M
from tests.lines.isdn.bus import (
    OTHER,
    VOICE,
    Bus,
    called,
    cause,
    channel,
)
from tests.lines.isdn.bus_calls import (
    FIRST,
    answered,
    cleared_by_network,
    cleared_by_office,
    offered,
)
from tests.lines.isdn.calls.followed import Followed, kinds


def test_both_sides_disconnect_at_the_same_moment() -> None:
    bus = answered(offered(Bus()))
    bus.network(FIRST, M.DISCONNECT, 5, cause(16)).terminal(FIRST, M.DISCONNECT, 5, cause(16, 0))
    bus.terminal(FIRST, M.RELEASE, 5).network(FIRST, M.RELEASE, 5)

    assert Followed(bus).said[2:] == [
        Clearing(0, 1, True, Cause(16, 2), FIRST),
        Ended(0, 1, EndSign.RELEASED),
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
