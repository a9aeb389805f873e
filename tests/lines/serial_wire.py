"""Make a serial cable, a pseudo-terminal with a stable name, and a line clock."""

import os
import queue
import select
import threading
import tty
from contextlib import suppress
from pathlib import Path

from appliance.lines.base import HookEvent
from appliance.model.audio import RATE, AudioFrame
from appliance.model.events import Gap

BOUND = 10.0
"""Seconds within which whatever is waited for comes, even on a busy machine."""


class Wire:
    """The device's end of the cable."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        device, box = os.openpty()
        tty.setraw(box)
        self._ends = device, box
        self.name.symlink_to(os.ttyname(box))

    def unplug(self) -> None:
        """Take the device away as a USB port does: first itself, then its name."""
        assert self._ends is not None
        for end in self._ends:
            os.close(end)
        self._ends = None
        self.name.unlink()

    def say(self, text: str) -> None:
        assert self._ends is not None
        os.write(self._ends[0], text.replace("|", "\r\n").encode() + b"\r\n")

    def send(self, data: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], data)

    def pour(self, data: bytes) -> None:
        """Send as much of it as the cable takes now; wait for no reader."""
        assert self._ends is not None
        if select.select([], [self._ends[0]], [], 0.05)[1]:
            os.set_blocking(self._ends[0], False)
            with suppress(BlockingIOError):
                os.write(self._ends[0], data)
            os.set_blocking(self._ends[0], True)

    def asked(self) -> bytes:
        """Wait until the box sends something and return it."""
        assert self._ends is not None
        ready, _, _ = select.select([self._ends[0]], [], [], BOUND)
        assert ready, "the box asks nothing"
        return os.read(self._ends[0], 64)

    def silent(self) -> bool:
        """Say whether the box has sent nothing more."""
        assert self._ends is not None
        return not select.select([self._ends[0]], [], [], 0)[0]

    def close(self) -> None:
        if self._ends is not None:
            self.unplug()


class Position:
    """The line's clock, moved by the test; knows when it has been looked at."""

    def __init__(self) -> None:
        self._sample = 0
        self._looks = 0
        self._looked = threading.Condition()

    def position(self) -> int:
        with self._looked:
            self._looks += 1
            self._looked.notify_all()
            return self._sample

    def jump_ms(self, ms: int) -> None:
        """Let time pass before the driver looks again."""
        with self._looked:
            self._sample += ms * RATE // 1000

    def pass_ms(self, ms: int) -> None:
        """Let time pass, and wait until the driver has taken it in."""
        with self._looked:
            self._sample += ms * RATE // 1000
            before = self._looks
            # A read that found nothing, one that finds what was sent before, one after that.
            assert self._looked.wait_for(lambda: self._looks >= before + 3, BOUND)


def at(ms: int) -> int:
    return ms * RATE // 1000


class Inbox:
    """What the driver delivers."""

    def __init__(self) -> None:
        self._items: queue.Queue[HookEvent] = queue.Queue()

    def deliver(self, item: AudioFrame | Gap | HookEvent) -> None:
        assert not isinstance(item, AudioFrame | Gap)
        self._items.put_nowait(item)

    def next(self) -> HookEvent:
        return self._items.get(timeout=BOUND)

    def empty(self) -> bool:
        return self._items.empty()
