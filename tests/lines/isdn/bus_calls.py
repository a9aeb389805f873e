"""Write whole calls on a bus, for the tracker, the captures and the command."""

from appliance.lines.isdn.lapd import EVERYBODY, Control
from appliance.lines.isdn.q931.elements import Element
from appliance.lines.isdn.q931.message import MessageType as M
from appliance.lines.isdn.q931.message import display
from appliance.lines.isdn.tei import TeiAct, TeiMessage
from tests.lines.isdn.bus import (
    CALLER,
    OTHER,
    SENDING_COMPLETE,
    VOICE,
    WITHHELD,
    Bus,
    called,
    calling,
    cause,
    channel,
    connected,
)

FIRST, SECOND_PHONE = 64, 65


def terminals(bus: Bus) -> Bus:
    """Two phones get their addresses and set up their links."""
    for number, phone in enumerate((FIRST, SECOND_PHONE)):
        bus.manage(TeiMessage(TeiAct.REQUEST, 0x1234 + number, (EVERYBODY,)))
        bus.manage(TeiMessage(TeiAct.ASSIGNED, 0x1234 + number, (phone,)))
        bus.link(phone, Control.SABME).link(phone, Control.UA, from_network=True)
    return bus


def offered(
    bus: Bus, reference: int = 5, *elements: Element, on: int | None = 1, who: Element | None = None
) -> Bus:
    """A call comes in for everybody."""
    setup = (*VOICE, channel(on), who or calling(CALLER), called("221234500"), *elements)
    return bus.network(EVERYBODY, M.SETUP, reference, *setup).wait(0.2)


def answered(bus: Bus, reference: int = 5, phone: int = FIRST, on: int | None = 1) -> Bus:
    """A phone answers a call that was offered."""
    bus.terminal(phone, M.CONNECT, reference)
    return bus.network(phone, M.CONNECT_ACKNOWLEDGE, reference, channel(on)).wait(1)


def cleared_by_network(bus: Bus, reference: int = 5, phone: int = FIRST, value: int = 16) -> Bus:
    """The caller hangs up."""
    bus.network(phone, M.DISCONNECT, reference, cause(value)).wait(0.5)
    bus.terminal(phone, M.RELEASE, reference)
    return bus.network(phone, M.RELEASE_COMPLETE, reference).wait(1)


def cleared_by_office(bus: Bus, reference: int, phone: int = FIRST, *, outgoing: bool) -> Bus:
    """The office hangs up."""
    bus.terminal(phone, M.DISCONNECT, reference, cause(16, 0), of=outgoing)
    bus.network(phone, M.RELEASE, reference, of=not outgoing)
    return bus.terminal(phone, M.RELEASE_COMPLETE, reference, of=outgoing).wait(1)


def two_phones_ring(bus: Bus) -> Bus:
    """A caller with a name; both phones ring and answer, the second one a moment too late."""
    offered(bus, 5, display("Anna Kowalska"))
    bus.terminal(FIRST, M.ALERTING, 5).terminal(SECOND_PHONE, M.ALERTING, 5).wait(7)
    bus.terminal(FIRST, M.CONNECT, 5).terminal(SECOND_PHONE, M.CONNECT, 5)
    bus.network(FIRST, M.CONNECT_ACKNOWLEDGE, 5, channel(1))
    bus.network(SECOND_PHONE, M.RELEASE, 5, cause(26))
    bus.terminal(SECOND_PHONE, M.RELEASE_COMPLETE, 5).wait(30)
    return cleared_by_network(bus)


def withheld(bus: Bus) -> Bus:
    """A caller who withholds number and name; nobody answers in time."""
    offered(bus, 6, display("Anna 221234567"), who=WITHHELD)
    bus.terminal(FIRST, M.ALERTING, 6).wait(12)
    bus.network(FIRST, M.RELEASE, 6, cause(16)).terminal(FIRST, M.RELEASE_COMPLETE, 6)
    return bus.wait(1)


def dialled_digit_by_digit(bus: Bus) -> Bus:
    """The office dials slowly, is answered, holds, retrieves and hangs up."""
    bus.terminal(FIRST, M.SETUP, 1, *VOICE, of=True)
    bus.network(FIRST, M.SETUP_ACKNOWLEDGE, 1, channel(2), of=False).wait(1)
    for digit in OTHER:
        bus.terminal(FIRST, M.INFORMATION, 1, called(digit), of=True).wait(0.3)
    bus.network(FIRST, M.CALL_PROCEEDING, 1, of=False).wait(1)
    bus.network(FIRST, M.ALERTING, 1, of=False).wait(4)
    bus.network(FIRST, M.CONNECT, 1, connected(OTHER), of=False)
    bus.terminal(FIRST, M.CONNECT_ACKNOWLEDGE, 1, of=True).wait(20)
    bus.terminal(FIRST, M.HOLD, 1, of=True)
    bus.network(FIRST, M.HOLD_ACKNOWLEDGE, 1, of=False).wait(5)
    bus.terminal(FIRST, M.RETRIEVE, 1, of=True)
    bus.network(FIRST, M.RETRIEVE_ACKNOWLEDGE, 1, channel(2), of=False).wait(5)
    return cleared_by_office(bus, 1, outgoing=True)


def busy(bus: Bus) -> Bus:
    """The office dials en bloc, and the other end is busy."""
    setup = (*VOICE, called(OTHER), SENDING_COMPLETE)
    bus.terminal(SECOND_PHONE, M.SETUP, 2, *setup, of=True)
    bus.network(SECOND_PHONE, M.CALL_PROCEEDING, 2, channel(1), of=False).wait(1)
    bus.network(SECOND_PHONE, M.DISCONNECT, 2, cause(17, 4), of=False).wait(2)
    bus.terminal(SECOND_PHONE, M.RELEASE, 2, of=True)
    return bus.network(SECOND_PHONE, M.RELEASE_COMPLETE, 2, of=False).wait(1)


def busy_day() -> Bus:
    """One call after the other: what the golden captures hold."""
    bus = terminals(Bus())
    for each in (two_phones_ring, withheld, dialled_digit_by_digit, busy):
        each(bus.wait(10))
    return bus
