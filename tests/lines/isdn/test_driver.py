"""Drive a line on an S0 bus: calls and sound; the real tracker on scripted frames."""

import numpy as np
import pytest

from appliance.exchange.isdn import messages as said
from appliance.lines.isdn.ports import B1, D, PortInput
from appliance.lines.isdn.q931.message import MessageType as Kind
from appliance.model.audio import FRAME, RATE
from appliance.model.events import (
    CallerId,
    Gap,
    HookChanged,
    Ring,
)
from appliance.model.terms import Hook
from tests.lines.isdn.bridged import CALLER, FAR, NEAR, PROMPT, WORDS, Bus


@pytest.fixture
def bus() -> Bus:
    return Bus()


def test_a_quiet_bus_is_on_hook_after_two_seconds_and_its_time_goes_on(bus: Bus) -> None:
    bus.ready()
    bus.pass_time(1.0)
    frames = bus.frames()
    assert all(not each.sound.any() and each.sides == ("far", "near") for each in frames)
    starts = [each.sample for each in frames]
    assert starts == list(range(starts[0], starts[0] + RATE, FRAME))
    assert bus.line.position() == round(bus.clock.monotonic() * RATE)


def test_a_call_has_its_events_and_both_directions(bus: Bus) -> None:
    bus.ready()
    bus.rings()
    ring, caller = bus.events()
    assert isinstance(ring, Ring)
    assert caller == CallerId(ring.sample, "+48221234567")
    bus.pass_time(0.5, far=True)  # nothing is answered: a phone hears this, too
    bus.items.clear()
    bus.answers()
    bus.pass_time(1.0, far=True, near=True)
    (off,) = bus.events()
    assert isinstance(off, HookChanged)
    assert off.hook is Hook.OFF
    heard = [each for each in bus.frames() if each.sound.all(axis=1).any()][5:-5]
    assert heard
    for frame in heard:
        far, near = frame.sound
        shift = next(n for n in range(FRAME) if np.array_equal(np.roll(FAR, n), far))
        assert np.array_equal(np.roll(NEAR, shift), near)
    bus.items.clear()
    bus.clears()
    (on,) = bus.events()
    assert isinstance(on, HookChanged)
    assert on.hook is Hook.ON


def test_the_prompt_goes_to_the_caller_and_is_told_with_its_place(bus: Bus) -> None:
    bus.talking()
    bus.line.play(PROMPT)
    bus.pass_time(0.5, far=True, near=True)
    spoken = [each for each in bus.frames() if each.played is not None]
    places = [each.prompt_at for each in spoken if each.prompt_at is not None]
    assert places == list(range(places[0], places[0] + len(places) * FRAME, FRAME))
    assert -FRAME < places[0] <= 0
    said_by_us = np.concatenate([each.played for each in spoken if each.played is not None])
    assert np.array_equal(said_by_us[-places[0] :][: WORDS.size], WORDS)
    # What is heard as the office's side is what went to the caller: its voice and our words.
    near = np.concatenate([each.sound[1] for each in spoken])
    assert np.abs(near.astype(int) - said_by_us).max() < 1300
    bus.items.clear()
    bus.line.play(PROMPT)
    bus.pass_time(0.04, far=True, near=True)
    bus.line.stop()
    bus.pass_time(0.5, far=True, near=True)
    assert 1 <= sum(each.played is not None for each in bus.frames()) <= 3


def test_nothing_is_said_before_the_answer_or_kept_for_the_next_call(bus: Bus) -> None:
    bus.ready()
    bus.rings()
    bus.line.play(PROMPT)
    bus.pass_time(0.5, far=True, near=True)
    bus.answers()
    bus.pass_time(0.5, far=True, near=True)
    assert all(each.played is None for each in bus.frames())


def test_a_passive_tap_hears_and_says_nothing() -> None:
    bus = Bus(speaks=False)
    bus.talking()
    bus.line.play(PROMPT)
    bus.pass_time(0.5, far=True, near=True)
    assert all(each.played is None for each in bus.frames())
    assert any(each.sound.any() for each in bus.frames())
    assert bus.network.sent == bus.phone.sent == []


def test_a_tap_with_an_echo_takes_it_for_the_terminals_frames() -> None:
    bus = Bus(speaks=False)
    bus.ready()
    frames = bus.link.broadcast(said.setup_in(1, CALLER, B1))
    bus.send(frames)
    connect = bus.link.say(said.bare(Kind.CONNECT, 1, by_originator=False), from_network=False)[0]
    taken = bus.link.say(
        said.on_channel(Kind.CONNECT_ACKNOWLEDGE, 1, B1, by_originator=True), from_network=True
    )
    bus.network.waiting.append(PortInput(D, connect.data, echo=True))
    bus.phone.waiting.append(PortInput(D, connect.data))  # the same, from its own pair
    bus.look()
    bus.send(taken[:1])
    hooks = [each for each in bus.events() if isinstance(each, HookChanged)]
    assert [each.hook for each in hooks] == [Hook.OFF]


def test_a_lost_packet_is_a_gap(bus: Bus) -> None:
    bus.talking()
    bus.pass_time(0.02, near=True)  # and none from the network
    bus.pass_time(0.5, far=True, near=True)
    gaps = [each for each in bus.items if isinstance(each, Gap)]
    assert 1 <= len(gaps) <= 2
    assert all(gap.count == FRAME for gap in gaps)
