"""Any bus at all: facts in order, bounds, and no number that is withheld."""

import pickle
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn import lapd
from appliance.lines.isdn.calls.facts import Began, Ended, Fact
from appliance.lines.isdn.calls.tracker import MOST_CALLS, CallTracker
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import EVERYBODY, Control, LapdFrame
from appliance.lines.isdn.q931 import message
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import Message, MessageType
from tests.lines.isdn.bus import CALLER, VOICE, WITHHELD, calling, cause, channel
from tests.lines.isdn.bus_calls import busy_day

elements = st.sampled_from(
    [
        *VOICE,
        channel(1),
        channel(2),
        channel(None),
        calling("227654321"),
        cause(16),
        cause(26),
        Element(Ident.RESTART, b"\x87"),
        Element(Ident.NOTIFICATION, b"\xf9"),
        Element(Ident.CALL_STATE, b"\x00"),
        Element(Ident.CALLED, b"\x811"),
    ]
)
messages = st.builds(
    Message,
    st.sampled_from(MessageType),
    st.integers(0, 3),
    st.booleans(),
    st.lists(elements, max_size=4).map(tuple),
)
carried = st.builds(
    LapdFrame,
    st.sampled_from([0, 0, 0, 63]),
    st.sampled_from([0, 64, 65, EVERYBODY]),
    st.booleans(),
    st.sampled_from([Control.I, Control.UI, Control.UI]),
    sent=st.integers(0, 127),
    information=messages.map(message.encode) | st.binary(max_size=12),
)
others = st.builds(
    LapdFrame,
    st.just(0),
    st.sampled_from([64, 65]),
    st.booleans(),
    st.sampled_from([Control.SABME, Control.SABM, Control.DISC, Control.DM, Control.UA]),
)
octets = (carried | others).map(lapd.encode) | st.binary(max_size=30)
SECOND = 1_000_000
frames = st.builds(DFrame, st.sampled_from([0, 1, 5, 15, 100, 400]), st.booleans(), octets)


def dated(listed: Sequence[DFrame]) -> list[DFrame]:
    """Return frames at the times that they leave between each other."""
    now, found = 0, []
    for frame in listed:
        now += frame.at_us * SECOND
        found.append(DFrame(now, frame.from_network, frame.data))
    return found


@given(st.lists(frames, max_size=60))
def test_facts_of_any_bus_are_in_order_and_end(listed: list[DFrame]) -> None:
    tracker = CallTracker()
    facts: list[Fact] = []
    for frame in dated(listed):
        facts += tracker.take(frame)
        assert len(tracker.open_calls) <= MOST_CALLS
    facts += tracker.pass_time(10**15)

    begun: set[int] = set()
    for fact in facts:
        if isinstance(fact, Began):
            assert fact.call not in begun
            begun.add(fact.call)
        assert fact.call in begun
    assert len([fact for fact in facts if isinstance(fact, Ended)]) == len(begun)
    assert tracker.open_calls == ()
    assert follows_no_end(facts)


def follows_no_end(facts: list[Fact]) -> bool:
    over: set[int] = set()
    for fact in facts:
        if fact.call in over:
            return False
        if isinstance(fact, Ended):
            over.add(fact.call)
    return True


@given(st.data())
def test_a_withheld_number_is_nowhere_however_its_frames_are_damaged(data: st.DataObject) -> None:
    """A changed octet may make another number of it; cut or repeated it stays unknown."""
    setup = Message(MessageType.SETUP, 5, True, (*VOICE, WITHHELD))
    octets = lapd.encode(LapdFrame(0, 127, True, Control.UI, information=message.encode(setup)))
    cut = data.draw(st.integers(0, len(octets)))
    tracker = CallTracker()
    facts = tracker.take(DFrame(0, True, octets[:cut] + octets[cut : cut + 1] * 2))
    assert CALLER.encode() not in pickle.dumps((tracker, facts))


@given(st.lists(st.integers(0, 200), max_size=20))
def test_frames_that_are_lost_end_in_no_error(lost: list[int]) -> None:
    tracker = CallTracker()
    for number, frame in enumerate(busy_day().frames):
        if number not in lost:
            tracker.take(frame)
    tracker.pass_time(10**18)
    assert tracker.open_calls == ()
