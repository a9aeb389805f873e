"""Check the inbox: order, waking for several frames, waiting until all is dealt with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from appliance.model import events as ev
from appliance.model.audio import FRAME, AudioFrame
from appliance.model.terms import Hook
from appliance.recorder.line.inbox import EndLine, Inbox, Item

AT_ONCE = 0.0
"""Seconds to wait where something has to be there already."""


def frame(number: int) -> AudioFrame:
    return AudioFrame("Reception", number * FRAME, np.zeros((1, FRAME), np.int16), ("both",))


def woken(inbox: Inbox) -> bool:
    """Say whether a thread that waits on the inbox would go on."""
    return not inbox._bell.empty()


@pytest.mark.parametrize("together", [1, 2, 4])
def test_frames_wake_the_thread_together(together: int) -> None:
    inbox = Inbox(together)
    frames = [frame(number) for number in range(together)]
    for item in frames[:-1]:
        inbox.put(item)
    assert not woken(inbox)
    inbox.put(frames[-1])
    assert woken(inbox)
    assert list(inbox.wait(AT_ONCE)) == frames
    assert inbox.empty
    assert not woken(inbox)


def test_anything_else_wakes_at_once_and_comes_after_the_frames_before_it() -> None:
    inbox = Inbox(4)
    items: list[Item] = [frame(0), ev.HookChanged(200, Hook.ON)]
    for item in items:
        inbox.put(item)
    assert woken(inbox)
    assert list(inbox.wait(AT_ONCE)) == items


def test_frames_that_wait_in_vain_for_others_are_dealt_with() -> None:
    inbox = Inbox(4)
    inbox.put(frame(0))
    assert [item.sample for item in inbox.wait(AT_ONCE) if isinstance(item, AudioFrame)] == [0]


def test_what_comes_while_an_item_is_dealt_with_comes_in_the_same_turn() -> None:
    inbox = Inbox(2)
    inbox.put(frame(0))
    inbox.put(frame(1))
    seen = []
    for item in inbox.wait(AT_ONCE):
        seen.append(item)
        if len(seen) == 1:
            inbox.put(frame(2))
    assert len(seen) == 3
    assert list(inbox.wait(AT_ONCE)) == []


@contextmanager
def reading(inbox: Inbox, seen: list[Item]) -> Iterator[None]:
    """Let a thread deal with all items until it is stopped."""

    def read() -> None:
        going = True
        while going:
            for item in inbox.wait(10.0):
                seen.append(item)
                going = going and not isinstance(item, EndLine)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        inbox.put(EndLine())
        thread.join()


def test_settling_waits_for_frames_that_alone_would_not_wake() -> None:
    inbox, seen = Inbox(4), list[Item]()
    with reading(inbox, seen):
        inbox.put(frame(0))
        inbox.settle()
        assert len(seen) == 1
        assert inbox.empty
