"""Lose parts of an ISDN line: peers, packets, time, our own wits."""

import threading

import pytest

from appliance.exchange.isdn import messages as said
from appliance.lines.isdn.bridge import MOST_COPIES, Copy
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.channels import to_bus
from appliance.lines.isdn.driver import (
    FAILED,
    FLOODED,
    QUIET,
    START_SECONDS,
    TOO_SLOW,
    IsdnLine,
)
from appliance.lines.isdn.l1oip import LOST_SECONDS, SEEK_SECONDS, Tunnel, build
from appliance.lines.isdn.ports import B1, D, PortInput
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import Message
from appliance.lines.isdn.q931.message import MessageType as Kind
from appliance.lines.isdn.udp import Ends, UdpPort
from appliance.lines.plugged.flow import MOST_EVENTS
from appliance.model.audio import RATE, AudioFrame
from appliance.model.events import (
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
)
from appliance.model.terms import Hook
from tests.clocks import ManualClock
from tests.lines.isdn.bridged import NEAR, PROMPT, Bus
from tests.lines.isdn.udp_peer import UdpPeer


@pytest.fixture
def bus() -> Bus:
    return Bus()


def test_a_call_that_was_going_on_at_the_start_is_not_told(bus: Bus) -> None:
    bus.pass_time(3.0, far=True, near=True)  # speech, and no message
    assert bus.events() == []
    told = said.clearing(Kind.DISCONNECT, 5, 16, by_originator=True)
    bus.send(bus.link.say(told, from_network=True))
    released = said.clearing(Kind.RELEASE_COMPLETE, 5, 16, by_originator=False)
    bus.send(bus.link.say(released, from_network=False))
    bus.pass_time(QUIET / RATE + 0.1)
    (on,) = bus.events()
    assert isinstance(on, HookChanged)
    assert on.hook is Hook.ON


def test_an_idle_channel_that_repeats_one_byte_is_quiet(bus: Bus) -> None:
    for _ in range(120):
        bus.network.waiting.append(PortInput(B1, b"\xff" * 160))
        bus.phone.waiting.append(PortInput(B1, b"\xab" * 160))
        bus.pass_time(0.02)
    assert len(bus.events()) == 1


def test_a_peer_that_never_answers_is_one_fault_after_a_while(bus: Bus) -> None:
    bus.phone.away = "the ISDN peer does not answer"
    bus.pass_time(START_SECONDS - 0.1)
    assert bus.events() == []
    bus.pass_time(3.0)
    (fault,) = bus.events()
    assert isinstance(fault, LineFault)
    assert (fault.part, fault.reason) == ("hook", "the ISDN peer does not answer")
    bus.phone.away = ""
    bus.pass_time(0.1)
    assert isinstance(bus.events()[1], LineRestored)
    bus.pass_time(QUIET / RATE + 0.1)
    assert isinstance(bus.events()[2], HookChanged)


@pytest.mark.parametrize("side", ["network", "phone"])
def test_a_side_that_is_unplugged_in_a_call_is_a_fault_and_found_again(bus: Bus, side: str) -> None:
    bus.talking()
    port = bus.network if side == "network" else bus.phone
    port.gone = True
    bus.pass_time(0.1)
    (fault,) = bus.events()
    assert isinstance(fault, LineFault)
    assert fault.reason == f"The ISDN card {port.name} has vanished; plug it in again"
    assert bus.line.bridge.mouth.channel is None
    bus.pass_time(60.0)
    reasons = [each.reason for each in bus.events() if isinstance(each, LineFault)]
    assert reasons[1:] == [f"The ISDN card {port.name} is not there; plug it in"]
    assert len(bus.events()) == 2
    port.gone = False
    replugged = len(bus.items)
    bus.pass_time(10.0)
    events = [each for each in bus.items[replugged:] if not isinstance(each, AudioFrame)]
    assert [type(each) for each in events] == [LineRestored, HookChanged]


def test_a_busy_machine_whose_network_is_unplugged_does_not_go_from_fault_to_fault(
    bus: Bus,
) -> None:
    bus.talking()
    bus.network.gone = True
    for _ in range(100):
        bus.line.bridge.dropped += 1
        bus.pass_time(0.02)
        bus.pass_time(0.02)
    faults = [each.reason for each in bus.events() if isinstance(each, LineFault)]
    assert faults == [
        f"The ISDN card {bus.network.name} has vanished; plug it in again",
        f"The ISDN card {bus.network.name} is not there; plug it in",
    ]


@pytest.mark.parametrize(("far", "near", "after"), [(False, True, 2.0), (True, False, 10.0)])
def test_a_side_that_falls_silent_in_a_call_is_a_fault(
    bus: Bus, far: bool, near: bool, after: float
) -> None:
    bus.talking()
    bus.pass_time(after - 0.2, far=far, near=near)
    assert bus.events() == []
    bus.pass_time(0.4, far=far, near=near)
    (fault,) = bus.events()
    assert isinstance(fault, LineFault)
    silent = "the phone" if far else "the network"
    assert fault.reason == f"{silent} sends nothing any more in the middle of an ISDN call"
    bus.pass_time(5.0, far=far, near=near)
    assert len(bus.events()) == 1  # it is not there again until it sends


def test_a_held_call_may_be_silent(bus: Bus) -> None:
    bus.talking()
    bus.send(
        bus.link.say(said.bare(Kind.HOLD, 1, by_originator=False), from_network=False),
        bus.link.say(said.bare(Kind.HOLD_ACKNOWLEDGE, 1, by_originator=True), from_network=True),
    )
    bus.pass_time(60.0)
    assert [type(each) for each in bus.events()] == [PartyChanged]


def test_a_machine_that_slept_knows_nothing_of_the_call(bus: Bus) -> None:
    bus.talking()
    before = bus.items[-1] if bus.items else None
    bus.clock.advance(3600)
    bus.pass_time(0.1, far=True, near=True)
    fault, restored = bus.events()
    assert isinstance(fault, LineFault)
    assert fault.reason == TOO_SLOW
    assert isinstance(restored, LineRestored)
    samples = [each.sample for each in bus.frames()]
    assert before is None
    assert samples[-1] < 60 * RATE  # and makes up for none of that time


def test_copies_that_were_lost_end_what_is_known(bus: Bus) -> None:
    bus.talking()
    bus.phone.waiting = [PortInput(B1, to_bus(NEAR), 0)] * (MOST_COPIES + 10)
    bus.line.bridge.turn(bus.clock.monotonic())
    bus.pass_time(0.1, far=True, near=True)
    fault, restored = bus.events()
    assert isinstance(fault, LineFault)
    assert fault.reason == TOO_SLOW
    assert isinstance(restored, LineRestored)


def test_a_fault_of_ours_is_a_fault_of_the_line_and_the_phone_goes_on(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.talking()
    with monkeypatch.context() as broken:
        broken.setattr(bus.line, "_take", None)
        bus.pass_time(1.0, far=True, near=True)
        (fault,) = bus.events()
        assert isinstance(fault, LineFault)
        assert fault.reason == FAILED
        assert len(bus.phone.sent) >= 50
    bus.pass_time(0.1, far=True, near=True)
    assert isinstance(bus.events()[1], LineRestored)


def test_a_prompt_that_fails_is_a_fault_of_the_prompt_alone(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.talking()
    whole = bus.line.bridge._spoken

    def fails(copy: Copy) -> Copy:
        if bus.line.bridge.mouth.speaking:
            raise RuntimeError("a fault of ours")
        return whole(copy)

    with monkeypatch.context() as broken:
        broken.setattr(bus.line.bridge, "_spoken", fails)
        bus.line.play(PROMPT)
        bus.pass_time(0.1, far=True, near=True)
    bus.pass_time(0.1, far=True, near=True)
    parts = [each.part for each in bus.events() if isinstance(each, LineFault | LineRestored)]
    assert parts == ["prompt", "prompt"]


def test_messages_without_end_are_a_fault_and_no_flood_of_events(bus: Bus) -> None:
    bus.talking()
    notice = Element(Ident.NOTIFICATION, b"\xf9")
    for _ in range(MOST_EVENTS + 1):
        told = Message(Kind.NOTIFY, 1, True, (notice,))
        for frame in bus.link.say(told, from_network=True):
            bus.network.waiting.append(PortInput(D, frame.data))
    bus.pass_time(1.0)
    faults = [each for each in bus.events() if isinstance(each, LineFault)]
    assert [fault.reason for fault in faults] == [FLOODED]
    assert len(bus.events()) <= MOST_EVENTS + 1
    bus.pass_time(1.0)
    assert isinstance(bus.events()[-1], LineRestored)


def test_bytes_that_are_no_frames_are_forwarded_and_mean_nothing(bus: Bus) -> None:
    bus.ready()
    for data in (b"\xff\xff\xff", b"\2\xff\3\x08\x01", bytes(300)):
        bus.network.waiting.append(PortInput(D, data))
        bus.look()
    assert bus.events() == []
    assert [each.data for each in bus.phone.sent if each.channel == D][-1] == bytes(300)


def test_both_threads_run_over_udp_and_end() -> None:
    network, phone = UdpPeer(), UdpPeer()
    ports = [UdpPort(Ends(("127.0.0.1", 0), each.address), Tunnel(7)) for each in (network, phone)]
    for port, peer in zip(ports, (network, phone), strict=True):
        port.open()
        peer.meet(port.here)
    clock = ManualClock()
    line = IsdnLine("Reception", ports[0], ports[1], clock, CallTracker, speaks=True)
    came: list[object] = []
    restored, frame = threading.Event(), threading.Event()

    def deliver(item: object) -> None:
        came.append(item)
        if isinstance(item, HookChanged):
            restored.set()
        if isinstance(item, AudioFrame):
            frame.set()

    line.start(deliver)
    line.start(deliver)
    try:
        for peer in (network, phone):
            peer.send(build(D, b"", 0, 7))
            assert peer.next_packet() == build(D, b"", 0, 7)
        for _ in range(400):
            clock.advance(0.02)
            if restored.wait(0.005):
                break
        assert restored.is_set()
        assert frame.is_set()
    finally:
        line.close()
        line.close()
        network.close()
        phone.close()
    assert line._thread is not None
    assert not line._thread.is_alive()
    assert LOST_SECONDS > SEEK_SECONDS
