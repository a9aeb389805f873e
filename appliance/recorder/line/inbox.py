"""Carry items to a line's thread, and define what the recorder's threads exchange."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from appliance.call.call import Call
from appliance.lines.base import HookEvent
from appliance.model import events as ev
from appliance.model.actions import Action, Note
from appliance.model.audio import AudioFrame
from appliance.model.records import LineStatus
from appliance.recorder.recording.writer import Report

Observer = Callable[[ev.Event, Call, tuple[Action, ...]], None]
"""Called with each event, the call after it and the actions it caused."""


@dataclass(frozen=True, slots=True)
class EmergencyDialled:
    """A call for help on this line began or ended; no call-back may be asked."""

    line: str


Told = Report | LineStatus | Note | EmergencyDialled
"""Reports from a line to the recorder."""


@dataclass(frozen=True, slots=True)
class Press:
    """Wish of the button, the panel or the API for the call in progress."""

    button: Literal["pause", "private", "ask"]

    def event(self, sample: int) -> ev.Event:
        """Return the press as an event of the call at ``sample``."""
        match self.button:
            case "pause":
                return ev.PauseAsked(sample)
            case "private":
                return ev.PrivateAsked(sample)
            case "ask":
                return ev.AskAgain(sample)


@dataclass(frozen=True, slots=True)
class Task:
    """Do something in the line's own thread."""

    act: Callable[[], None]


@dataclass(frozen=True, slots=True)
class EndLine:
    """End the thread."""


Item = AudioFrame | ev.Gap | HookEvent | Report | Task | EndLine


class Inbox:
    """Items for one thread in order of arrival; none is ever dropped.

    Waking a thread costs more than hearing a frame. So a frame wakes it only when ``together`` of
    them wait; anything else wakes it at once, and the frames before that are dealt with first.
    """

    def __init__(self, together: int = 1) -> None:
        """Wake the thread for so many frames; its own thread may change ``together`` later."""
        self.together = together
        self.rounds = 0
        """How often the thread has come for what is there."""
        self._items: deque[Item | threading.Event] = deque()
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()

    def put(self, item: Item) -> None:
        """Add an item and return at once. Any thread."""
        self._items.append(item)
        if len(self._items) >= self.together or not isinstance(item, AudioFrame):
            self._bell.put(None)

    def wait(self, seconds: float) -> Iterator[Item]:
        """Yield what has come once it is enough, or after so many seconds, and remove it."""
        self.rounds += 1
        with suppress(queue.Empty):
            self._bell.get(timeout=seconds)
        yield from self.rest()

    def rest(self) -> Iterator[Item]:
        """Yield what is there without waiting; an item counts as there until the next is asked."""
        while self._items:
            item = self._items[0]
            if not isinstance(item, threading.Event):
                yield item
            self._items.popleft()
            if isinstance(item, threading.Event):
                item.set()

    def settle(self) -> None:
        """Wait until everything that was put so far has been dealt with. Any other thread."""
        dealt_with = threading.Event()
        self._items.append(dealt_with)
        self._bell.put(None)
        dealt_with.wait()

    @property
    def empty(self) -> bool:
        """Say whether everything has been dealt with."""
        return not self._items
