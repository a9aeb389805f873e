"""What the calls of a bus mean for the line on one of its channels."""

from appliance.lines.isdn.calls.line_events import RING_EVERY, LineEvent, LineEvents
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.lapd import EVERYBODY, Control
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import MessageType as M
from appliance.lines.isdn.tei import TeiAct, TeiMessage
from appliance.model.audio import RATE
from appliance.model.events import (
    Answered,
    CallerId,
    DigitPressed,
    HookChanged,
    PartyChanged,
    Ring,
)
from appliance.model.terms import AnswerBasis, Hook, PartyCue, Side
from tests.lines.isdn.bus import (
    CALLER,
    DATA,
    FAX,
    OTHER,
    SECOND,
    START,
    VOICE,
    Bus,
    called,
    calling,
    cause,
    channel,
)
from tests.lines.isdn.bus_calls import (
    FIRST,
    SECOND_PHONE,
    answered,
    cleared_by_network,
    cleared_by_office,
    dialled_digit_by_digit,
    offered,
    two_phones_ring,
    withheld,
)

FLASH = "PartyChanged flash"


def events(bus: Bus, number: int = 1) -> list[LineEvent]:
    """Let a line on a channel follow a bus."""
    tracker, line = CallTracker(), LineEvents(number)
    told: list[LineEvent] = []
    for frame in bus.frames:
        for fact in tracker.take(frame):
            told += line.follow(fact, (fact.at_us - START) * RATE // SECOND)
        told += line.pass_time((frame.at_us - START) * RATE // SECOND)
    assert [each.sample for each in told] == sorted(each.sample for each in told)
    return told


def said(told: list[LineEvent]) -> list[str]:
    """Return each event in a word or two."""
    return [word(event) for event in told]


def word(event: LineEvent) -> str:
    match event:
        case HookChanged():
            return event.hook.value
        case DigitPressed():
            assert event.side is Side.NEAR
            return event.key
        case PartyChanged():
            return f"PartyChanged {event.cue.value}"
        case Answered():
            assert event.basis is AnswerBasis.CONNECT
            return "Answered"
    return type(event).__name__


def test_an_incoming_call_rings_until_it_is_answered() -> None:
    told = events(two_phones_ring(Bus()))

    assert said(told) == ["on", "Ring", "CallerId", "Ring", "off", "on"]
    first, again = (event.sample for event in told if isinstance(event, Ring))
    assert again - first == RING_EVERY
    assert told[2] == CallerId(first, CALLER, "Anna Kowalska")
    assert events(two_phones_ring(Bus()), 2) == []


def test_whoever_withholds_a_number_stays_unknown() -> None:
    told = events(withheld(Bus()))
    (caller,) = [event for event in told if isinstance(event, CallerId)]
    assert (caller.number, caller.name, caller.withheld) == (None, None, True)
    assert said(told) == ["on", "Ring", "CallerId", "Ring", "Ring"]


def test_a_phone_that_answers_without_ringing_has_rung() -> None:
    told = events(answered(offered(Bus())))
    assert said(told) == ["on", "Ring", "CallerId", "off"]
    assert told[1].sample == told[-1].sample


def test_an_outgoing_call_is_dialled_and_answered() -> None:
    told = events(dialled_digit_by_digit(Bus()), 2)
    assert said(told) == ["off", *OTHER, "Answered", FLASH, FLASH, "on"]
    assert events(dialled_digit_by_digit(Bus()), 1) == []


def test_digits_at_once_come_when_the_channel_is_known() -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, *VOICE, called("112"), of=True)
    assert events(bus) == []
    bus.network(FIRST, M.CALL_PROCEEDING, 1, channel(1), of=False)
    assert said(events(bus)) == ["off", "1", "1", "2"]


def test_the_hook_is_unknown_until_the_channel_was_free() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.ALERTING, 5)
    line = answered(bus)
    del line.frames[0]  # the SETUP
    assert events(line) == []  # unknown, as it was
    assert said(events(cleared_by_network(line))) == ["on"]


def test_a_call_that_was_not_seen_begin_makes_the_hook_unknown() -> None:
    bus = cleared_by_network(answered(offered(Bus())))
    seen = len(bus.frames)
    answered(offered(bus, 6), 6)
    del bus.frames[seen]  # the second SETUP
    cleared_by_network(bus, 6)
    assert said(events(bus)) == ["on", "Ring", "CallerId", "off", "on", "unknown", "on"]


def test_a_bus_that_was_down_is_free() -> None:
    line = LineEvents(1)
    assert line.free(800) == [HookChanged(800, Hook.ON)]
    assert line.free(900) == []


def test_faxes_and_data_are_no_calls_of_the_line() -> None:
    for service in (FAX, DATA):
        bus = Bus().network(EVERYBODY, M.SETUP, 5, *service, channel(1), calling(CALLER))
        bus.terminal(FIRST, M.ALERTING, 5)
        assert said(events(cleared_by_network(answered(bus)))) == ["on"]
        bus = Bus().terminal(FIRST, M.SETUP, 1, *service, called(OTHER), of=True)
        bus.network(FIRST, M.CALL_PROCEEDING, 1, channel(1), of=False)
        bus.network(FIRST, M.CONNECT, 1, of=False)
        assert events(cleared_by_office(bus, 1, outgoing=True)) == []


def test_a_service_that_nobody_names_is_never_asked_about() -> None:
    bus = Bus().network(EVERYBODY, M.SETUP, 5, channel(1), calling(CALLER))
    bus.terminal(FIRST, M.ALERTING, 5)
    assert said(events(cleared_by_network(answered(bus)))) == ["on", "unknown", "on"]


def test_a_second_call_on_the_channel_of_a_held_one_is_a_flash_and_digits() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5).wait(1)
    bus.terminal(FIRST, M.SETUP, 1, *VOICE, called("112"), of=True)
    bus.network(FIRST, M.CALL_PROCEEDING, 1, channel(1), of=False)
    bus.network(FIRST, M.CONNECT, 1, of=False).wait(5)
    cleared_by_office(bus, 1, outgoing=True)
    bus.terminal(FIRST, M.RETRIEVE, 5).network(FIRST, M.RETRIEVE_ACKNOWLEDGE, 5, channel(1))
    cleared_by_network(bus)

    assert said(events(bus)) == [
        *("on", "Ring", "CallerId", "off", FLASH),
        *(FLASH, "1", "1", "2", "Answered", FLASH),
        *(FLASH, "on"),
    ]


def test_a_held_call_is_retrieved_on_the_other_channel() -> None:
    bus = answered(offered(Bus()))
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5).wait(1)
    bus.terminal(FIRST, M.RETRIEVE, 5).network(FIRST, M.RETRIEVE_ACKNOWLEDGE, 5, channel(2))

    assert said(events(bus, 1)) == ["on", "Ring", "CallerId", "off", FLASH, FLASH, "on"]
    assert events(bus, 2) == []  # unknown, as it was
    assert said(events(cleared_by_network(bus), 2)) == ["on"]


def test_a_waiting_call_rings_no_line_and_joins_the_one_it_is_answered_on() -> None:
    bus = answered(offered(Bus()))
    offered(bus, 6, on=None, who=calling(OTHER))
    bus.terminal(FIRST, M.ALERTING, 6).wait(8)
    assert said(events(bus)) == ["on", "Ring", "CallerId", "off"]
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5).wait(1)
    bus.terminal(FIRST, M.CONNECT, 6).network(FIRST, M.CONNECT_ACKNOWLEDGE, 6, channel(1))

    assert said(events(bus))[4:] == [FLASH, "Ring", "CallerId", FLASH]


def test_a_notification_breaks_the_line_and_a_service_flashes_it() -> None:
    bus = answered(offered(Bus()))
    bus.network(FIRST, M.NOTIFY, 5, Element(Ident.NOTIFICATION, b"\xea"))
    told = events(bus)
    assert told[-1] == PartyChanged(told[-1].sample, PartyCue.LOOP_BREAK)


def test_a_terminal_that_was_plugged_in_again_is_recorded_no_further() -> None:
    bus = answered(offered(Bus())).terminal(FIRST, M.SUSPEND, 5)
    bus.network(FIRST, M.SUSPEND_ACKNOWLEDGE, 5).wait(3)
    bus.terminal(SECOND_PHONE, M.RESUME, 3, of=True)
    bus.network(SECOND_PHONE, M.RESUME_ACKNOWLEDGE, 3, channel(1), of=False).wait(2)
    cleared_by_office(bus, 3, SECOND_PHONE, outgoing=True)
    assert said(events(bus))[3:] == ["off", "on", "unknown", "on"]


def test_what_ends_a_call_without_a_message_ends_it_on_the_line() -> None:
    for lost in (
        lambda bus: bus.manage(TeiMessage(TeiAct.REMOVE, 0, (FIRST,))),
        lambda bus: bus.network(FIRST, M.RESTART, 0, channel(1)),
        lambda bus: bus.link(FIRST, Control.DISC).wait(100).network(EVERYBODY, M.NOTIFY, 0),
        lambda bus: offered(bus, 9),
    ):
        told = events(lost(answered(offered(Bus()))))
        assert said(told) == ["on", "Ring", "CallerId", "off", "on"]


def test_the_ringing_stops_with_the_caller() -> None:
    bus = offered(Bus())
    bus.terminal(FIRST, M.ALERTING, 5).wait(3)
    bus.network(FIRST, M.RELEASE, 5, cause(16)).terminal(FIRST, M.RELEASE_COMPLETE, 5).wait(30)
    bus.network(EVERYBODY, M.NOTIFY, 0)
    assert said(events(bus)) == ["on", "Ring", "CallerId"]


def test_a_clock_that_jumps_rings_no_thousand_times() -> None:
    bus = offered(Bus()).terminal(FIRST, M.ALERTING, 5)
    line, tracker = LineEvents(1), CallTracker()
    for frame in bus.frames:
        for fact in tracker.take(frame):
            line.follow(fact, 0)
    assert len(line.pass_time(10**15)) < 10
