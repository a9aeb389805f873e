"""Run the far end in real time, at the other end of a sound cable and a serial cable.

There are two threads. One passes the line's time at the pace of the sound: the box's output goes
in, the signal at its tap comes out. The other is the hook source's: it sees the loop when the sound
of the same moment is on the wires, some 200 ms later. A call does not end when a cable is pulled
out: the line's time then follows the clock.
"""

import threading
from collections import deque
from time import monotonic
from typing import Protocol

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.pcm import Wave
from tests.rig.cable import Unplugged
from tests.rig.far_end import FarEnd, Moment
from tests.rig.hook.source import FarHook
from tests.rig.priority import favour

_SECONDS = FRAME / RATE
_REMEMBERED = 300 * RATE // FRAME
_HELD_UP = 0.4
"""Seconds that nobody looked at the loop: half of what the box waits for an answer."""

_THIS_THREAD = 0
_SILENCE = np.zeros(FRAME)


class SoundCable(Protocol):
    """What joins the far end and the box's adapter; ``Cable`` says what each does."""

    @property
    def breaks(self) -> int: ...
    def hear(self) -> Wave: ...
    def put(self, sample: int, sound: Sound) -> None: ...
    def watch(self, seconds: float) -> bool: ...
    def stood(self) -> Wave: ...
    def position(self) -> int | None: ...
    def pull(self) -> None: ...
    def close(self) -> None: ...


class LiveLine:
    """One line, running from ``start`` to ``close``."""

    def __init__(self, far_end: FarEnd, hook: FarHook) -> None:
        """Take the line, and what tells the box of its hook."""
        self.far_end = far_end
        self.hook = hook
        self._cable: SoundCable | None = None
        self._pulled: list[SoundCable] = []
        self._next = 0
        self._due = 0.0  # by the clock, of the next 20 ms without a cable
        self._wires = 0  # the sample that is on the wires now
        self._ahead: deque[Moment] = deque()  # not yet on the wires
        self._said: deque[Wave] = deque(maxlen=_REMEMBERED)  # by the box
        self._looked = 0.0  # by the clock
        self._held_up = 0
        self._changed = threading.Condition()  # guards _cable and _pulled
        self._moved = threading.Condition()  # guards _wires
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._pass, name="far end", daemon=True),
            threading.Thread(target=self._watch, name="hook", daemon=True),
        ]

    def start(self) -> None:
        """Let time pass."""
        self._due = monotonic()
        self.hook.plug()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End both threads; the cables are out then."""
        self._closing.set()
        self.unplug_sound()
        for thread in self._threads:
            thread.join()
        for cable in self._pulled:
            cable.close()
        self.hook.unplug()

    def plug_sound(self, cable: SoundCable) -> None:
        """Plug a sound cable in; none may be in."""
        with self._changed:
            assert self._cable is None
            self._cable = cable
            self._changed.notify_all()

    def unplug_sound(self) -> None:
        """Pull the sound cable out; safe to call twice."""
        with self._changed:
            if self._cable is not None:
                self._pull(self._cable)

    def wait_unplugged(self, timeout: float) -> bool:
        """Wait until the sinks are gone; False if time ran out."""
        with self._changed:
            return self._changed.wait_for(lambda: self._cable is None, timeout)

    @property
    def breaks(self) -> int:
        """How often the sound on the wires was not whole, or nobody looked at the loop in time.

        The machine was too busy for a telephone line then.
        """
        with self._changed:
            cables = [*self._pulled, *([self._cable] if self._cable is not None else [])]
            return self._held_up + sum(cable.breaks for cable in cables)

    @property
    def on_the_wires(self) -> int:
        """The sample that is on the wires now."""
        with self._moved:
            return self._wires

    def wait_wires(self, sample: int, timeout: float) -> bool:
        """Wait until a sample is on the wires; False if time ran out."""
        with self._moved:
            return self._moved.wait_for(lambda: self._wires >= sample, timeout)

    def stood(self) -> Wave:
        """Return the voltage on the wires up to now, since the cable was plugged in.

        With the cable out: up to when it was pulled.
        """
        with self._changed:
            cable = self._pulled[-1] if self._cable is None else self._cable
        return cable.stood()

    def said(self) -> Wave:
        """Return what the box has put out in the last minutes."""
        return np.concatenate(list(self._said))

    # -- the line's time --------------------------------------------------------------------------

    def _pass(self) -> None:
        favour(_THIS_THREAD)
        while not self._closing.is_set():
            with self._changed:
                cable = self._cable
            try:
                box = self._silence() if cable is None else cable.hear()
                moment = self.far_end.pass_by(box)
                self._next = moment.sample + FRAME
                self._said.append(box)
                self._ahead.append(moment)
                if cable is not None:
                    cable.put(moment.sample, moment.sound)
            except Unplugged:
                with self._changed:
                    if cable is not None and cable is self._cable:
                        self._pull(cable)

    def _pull(self, cable: SoundCable) -> None:
        cable.pull()
        self._pulled.append(cable)
        self._cable = None
        self._due = monotonic()
        self._changed.notify_all()

    def _silence(self) -> Wave:
        """Wait for the next 20 ms by the clock; nothing can be heard of the box."""
        with self._changed:
            while (left := self._due - monotonic()) > 0 and not self._closing.is_set():
                self._changed.wait(left)
        self._due += _SECONDS
        return _SILENCE

    # -- the hook ---------------------------------------------------------------------------------

    def _watch(self) -> None:
        favour(_THIS_THREAD)
        while not self._closing.is_set():
            self._look(self._follow())

    def _follow(self) -> int:
        """Return the sample that is on the wires, at most 20 ms after the last time."""
        with self._changed:
            cable = self._cable
            if cable is None:
                self._changed.wait(_SECONDS)
                return self._next
        if not cable.watch(_SECONDS):
            self._closing.wait(_SECONDS)
        position = cable.position()
        return self._wires if position is None else position

    def _look(self, wires: int) -> None:
        """Let the hook source see the line as it is on the wires."""
        before, self._looked = self._looked, monotonic()
        self._held_up += before > 0 and self._looked - before > _HELD_UP
        with self._moved:
            self._wires = max(self._wires, wires)
            self._moved.notify_all()
        moments = []
        while self._ahead and self._ahead[0].sample <= self._wires:
            moments.append(self._ahead.popleft())
        self.hook.look(moments, self._wires)
