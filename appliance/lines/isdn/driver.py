"""Drive an S0 bus as a line: hook, sound and prompt are one device with one clock.

Theory of operation. The bridge's thread moves the bus on and knows nothing of calls. The line's
thread looks at the copies each 20 ms:

    D frames ──► tracker ──► the calls of the line ──► Ring, HookChanged, CallerId, Answered …
    B pieces of the call in hand ──► both directions on one clock ──► frames, Gap
    play, stop ──► the bridge's mouth, which speaks on the call's channel alone

The hook is unknown after the start and after every fault, and nothing is told of a call that is
going on then: first both sides must be there, and the bus quiet for two seconds.

Faults, told once for each reason: a side that does not answer, a side that falls silent in a call,
a machine too slow to look. The bridge forwards in all of them, as long as this process lives.
"""

import logging
import math
import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from appliance.clock import Clock
from appliance.errors import fault
from appliance.lines.base import Deliver, HookEvent
from appliance.lines.isdn.bridge import Bridge, Copy
from appliance.lines.isdn.calls.facts import Fact
from appliance.lines.isdn.channels import ChannelFrames, ChannelPiece, LineTime
from appliance.lines.isdn.follow import SAMPLE_US, LineCalls
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.ports import BusPort, D
from appliance.lines.plugged.connection import Attachment, together
from appliance.lines.plugged.flow import MOST_EVENTS, Flow
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides
from appliance.model.events import Gap, HookChanged, LineFault, LineRestored
from appliance.model.prompts import Prompt
from appliance.model.sentences.faults import device_fault
from appliance.model.terms import Hook
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

QUIET = 2 * RATE
"""Samples without a call and without speech after which every phone is on-hook."""

START_SECONDS = 5.0
"""A peer that does not answer within this of the start is a fault."""

NETWORK_SILENT, TERMINAL_SILENT = 2.0, 10.0
"""Seconds in a call without anything from a side: of the network nobody knows then who speaks; a
phone may suppress silence, but sends something when its user speaks or moves."""

MAY_SLEEP = 1.0
"""Seconds: a machine that stood still for longer does not catch up."""

_TURN_SECONDS = FRAME / RATE
_FLOOD_SECONDS = 1.0
_END_SECONDS = 3.0

TOO_SLOW = device_fault("isdn_slow")
FLOODED = device_fault("isdn_flooded")
FAILED = device_fault("driver_failed")
CANNOT_SPEAK = device_fault("isdn_mute")


class Tracker(Protocol):
    """What makes facts about calls of the D-channel's frames."""

    def take(self, frame: DFrame) -> Iterable[Fact]:
        """Take the next frame, in order of time; return what it tells."""

    def pass_time(self, now_us: int) -> Iterable[Fact]:
        """Return what time has brought until now."""


class IsdnLine:
    """One line on one S0 bus."""

    sides: Sides = ("far", "near")
    lateness_ms = 60
    """The bridge's turn, the line's turn, and the way of a packet."""
    sees_flash = True
    """Every change of party is a message of the D-channel."""

    def __init__(
        self,
        name: str,
        network: BusPort,
        terminal: BusPort,
        clock: Clock,
        track: Callable[[], Tracker],
        *,
        speaks: bool,
    ) -> None:
        """Take the two sides of the bus; nothing is opened before ``start``.

        Args:
            name: of the line.
            network: the side of the caller.
            terminal: the side of the office's phones.
            clock: the time.
            track: makes a tracker that knows of no call.
            speaks: the box is a bridge between the sides; False: it listens to both, passively.
        """
        self.bridge = Bridge(network, terminal, passes=speaks)
        self._ports = network, terminal
        self._name = name
        self._clock = clock
        self._track = track
        self._speaks = speaks
        self._tracker = track()
        self._calls = LineCalls()
        self._frames = ChannelFrames(name)
        self._time = LineTime(clock.monotonic())
        self._began = clock.monotonic()
        self._events: list[HookEvent] = []
        self._flow = Flow(MOST_EVENTS)
        self._flooded_until = -math.inf
        self._hook = Hook.UNKNOWN
        self._lost = ""  # the fault that was told
        self._silent: bool | None = None  # the side that fell silent: True the network's
        self._heard = {True: self._began, False: self._began}
        self._busy_at = 0  # line clock of the last sign of a call
        self._channel: int | None = None
        self._echoes = False
        self._seen = 0, 0  # of the bridge: copies dropped, prompts broken
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    # -- the three roles --------------------------------------------------------------------------

    def start(self, deliver: Deliver) -> None:
        """Forward, and deliver frames and events from a thread of its own; once is enough."""
        if self._thread is None:
            self.bridge.start(self._name, self._clock)
            self._thread = NamedThread(self._run, f"isdn {self._name}", (deliver,))
            self._thread.start()

    def play(self, prompt: Prompt) -> None:
        """Say a prompt to the caller from the next piece on, instead of the current one."""
        self.bridge.mouth.say(prompt if self._speaks else None)

    def stop(self) -> None:
        """Be silent from the next piece on."""
        self.bridge.mouth.say(None)

    def position(self) -> int:
        """Return the line clock."""
        return self._time.of(self._clock.monotonic())

    def connected(self) -> Attachment:
        """Return by what the sides are reached: the line is no more real than either."""
        return together(*(port.connection for port in self._ports))

    def close(self) -> None:
        """End both threads and close both sides; safe to call twice."""
        self._closing.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_END_SECONDS)
        self.bridge.close()

    # -- the line's own thread --------------------------------------------------------------------

    def _run(self, deliver: Deliver) -> None:
        due = self._clock.monotonic()
        while not self._closing.is_set():
            now = self._clock.monotonic()
            for item in self.turn(now):
                deliver(item)
            due = max(due + _TURN_SECONDS, now)
            self._closing.wait(max(0.001, due - self._clock.monotonic()))

    def turn(self, now: float) -> list[AudioFrame | Gap | HookEvent]:
        """Look at what has passed the bridge; return what it means, and the frames that are due."""
        try:
            self._look(now)
        except Exception as error:  # our own fault must not end the line for good
            log.error("line %s: the ISDN driver failed: %s", self._name, fault(error))
            self._lose(FAILED)
        if self._flow.floods(len(self._events), now):
            self._events = [each for each in self._events if isinstance(each, LineFault)]
            self._flow = Flow(MOST_EVENTS)
            self._flooded_until = now + _FLOOD_SECONDS
            self._lose(FLOODED)
        events, self._events = self._events, []
        return [*events, *self._frames.due(self._time.at(now))]

    def _look(self, now: float) -> None:
        if self._time.slept(now, MAY_SLEEP):
            self._heard = dict.fromkeys(self._heard, now)
            self._lose(TOO_SLOW)
        for copy in self.bridge.take():
            self._take(copy)
        sample = self._time.at(now)
        self._tell(self._calls.told(self._tracker.pass_time(sample * SAMPLE_US)))
        self._tell(self._calls.pass_time(sample))
        self._choose_channel()
        self._watch(now)
        self._settle(sample)

    # -- what passed ------------------------------------------------------------------------------

    def _take(self, copy: Copy) -> None:
        self._heard[copy.from_network] = copy.at
        if copy.from_network is self._silent:
            self._silent = None
        if copy.arrived.channel == D:
            self._take_frame(copy)
        else:
            self._take_piece(copy)

    def _take_frame(self, copy: Copy) -> None:
        """Track a frame; where the network echoes the terminals', the echo is theirs."""
        echo = copy.arrived.echo
        self._echoes = self._echoes or echo
        if self._speaks and echo:
            return  # the other side has it
        if not self._speaks and self._echoes and not copy.from_network:
            return
        at = max(0, self._time.of(copy.at))
        frame = DFrame(at * SAMPLE_US, copy.from_network and not echo, copy.arrived.data)
        self._tell(self._calls.told(self._tracker.take(frame)))
        self._choose_channel()

    def _take_piece(self, copy: Copy) -> None:
        arrived, sample = copy.arrived, self._time.of(copy.at)
        if len(set(arrived.data)) > 1:  # an idle channel repeats one byte
            self._busy_at = max(self._busy_at, sample)
        if arrived.channel != self._channel:
            return
        piece = ChannelPiece(arrived.data, arrived.base, copy.prompt, copy.place)
        if copy.from_network:
            self._time.arrived(self._frames.far.lay(piece, sample))
        else:
            self._frames.near.lay(piece, sample)

    def _choose_channel(self) -> None:
        """Hear the channel of the call in hand, and speak there once it is connected."""
        channel = None if self._hook is Hook.UNKNOWN else self._calls.channel
        if channel != self._channel:
            self._channel = channel
            self._frames.begin()
            self._time.calm()
        speech = channel if self._calls.talking else None
        if speech != self.bridge.mouth.channel:
            self.bridge.mouth.say(None)
            self.bridge.mouth.channel = speech

    def _tell(self, events: Iterable[HookEvent]) -> None:
        """Tell what happened, unless it happened in a call that was not seen from its beginning."""
        for event in events:
            if self._hook is Hook.UNKNOWN:
                continue
            if isinstance(event, HookChanged):
                self._hook = event.hook
            self._events.append(event)

    # -- what is wrong ----------------------------------------------------------------------------

    def _watch(self, now: float) -> None:
        dropped, broken = self.bridge.dropped, self.bridge.broken
        if broken != self._seen[1]:
            at = self._time.of(now)
            self._events += [LineFault(at, "prompt", FAILED), LineRestored(at, "prompt")]
        slow, self._seen = dropped != self._seen[0], (dropped, broken)
        why = self._missing(now) or (TOO_SLOW if slow else "")
        if why:
            self._lose(why)
        elif self._lost:
            self._lost = ""
            log.info("line %s: the ISDN line is there", self._name)
            self._events.append(LineRestored(self._time.of(now), "hook"))

    def _missing(self, now: float) -> str:
        """Return what is missing of the bus, empty if nothing is."""
        if now < self._flooded_until:
            return FLOODED
        missing = self.bridge.network.missing(now) or self.bridge.terminal.missing(now)
        if missing and not self._lost and self._hook is Hook.UNKNOWN:
            return missing if now - self._began >= START_SECONDS else ""
        return missing or self._fallen_silent(now)

    def _fallen_silent(self, now: float) -> str:
        for side, most in ((True, NETWORK_SILENT), (False, TERMINAL_SILENT)):
            if self._calls.talking and now - self._heard[side] >= most:
                self._silent = side
        if self._silent is None:
            return ""
        what = self.bridge.network if self._silent else self.bridge.terminal
        return device_fault("isdn_cut_off", name=what.port.name)

    def _lose(self, why: str) -> None:
        """Tell a fault once for each reason; know nothing of calls until the bus is quiet."""
        self._calls.forget()
        self._tracker = self._track()
        self._hook = Hook.UNKNOWN
        self._choose_channel()
        self._busy_at = self._time.of(self._clock.monotonic())
        if why != self._lost:
            log.warning("line %s: %s", self._name, why)
            self._events.append(LineFault(self._busy_at, "hook", why))
        self._lost = why

    def _settle(self, sample: int) -> None:
        """See every phone on-hook: both sides there, no call, and no speech for long enough."""
        if self._calls.busy:
            self._busy_at = sample
        if self._hook is not Hook.UNKNOWN or self._lost or sample - self._busy_at < QUIET:
            return
        now = self._clock.monotonic()
        if self.bridge.network.missing(now) or self.bridge.terminal.missing(now):
            return
        self._hook = Hook.ON
        self._events.append(HookChanged(sample, Hook.ON))
