"""Forward between the two sides of an S0 bus, and speak towards the network.

Theory of operation. Telephone calls pass through here, so nothing here waits, and nothing here
needs the rest of the recorder:

    network ──► read ──► send to the terminal ──► a copy into a bounded queue ──► the recorder
    terminal ─► read ──► (prompt mixed in) ──► send to the network ──► a copy ──► the recorder

What comes is sent on before anybody looks at it. Copies that nobody takes are dropped and counted.
A prompt is added to what the phone sends on the call's B-channel: the caller hears it, and goes on
hearing the office. Towards the phone only a short soft mark goes, every three seconds while the
box speaks: the office hears that, and not the words. Where the phone sends nothing, pieces of our
own carry the prompt.

A fault in the mixing silences the prompt, and the phone's own sound goes on. A port that fails is
opened again after a pause, and the other one is served meanwhile. A passive tap is the same without
the sending.
"""

import logging
import math
import os
import select
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from appliance.clock import Clock
from appliance.errors import LineError, fault
from appliance.lines.isdn.channels import from_bus, to_bus
from appliance.lines.isdn.ports import BusPort, D, PortInput
from appliance.lines.plugged.attempts import Pace
from appliance.model.audio import FRAME, RATE, Sound
from appliance.model.prompts import Prompt
from appliance.model.sentences.faults import text_of
from appliance.signals.pcm import sine_peak
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

MOST_COPIES = 4096
"""Copies that wait for the recorder: five seconds of both directions of both B-channels."""

TURN_SECONDS = 0.02

OVERDUE_SECONDS = 0.06
"""Without a piece from the phone for so long, a prompt is carried by pieces of our own."""

MARK_HZ, MARK_DBM0 = 620.0, -24.0
MARK_SAMPLES, MARK_EVERY = RATE * 60 // 1000, 3 * RATE
"""The soft mark towards the office: no tone of the network's, of a key or of a machine."""

_END_SECONDS = 3.0

_PRIORITY = -15
"""Nice value of the bridge's thread; the recorder's own is -10."""


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """What passed the bridge: for the recorder."""

    at: float
    from_network: bool
    arrived: PortInput
    prompt: Prompt | None = None
    place: int = 0


@dataclass(slots=True)
class BridgeSide:
    """One side's port and its retries."""

    port: BusPort
    trouble: str = ""
    """Why it is closed; empty while it is open."""
    _pace: Pace = field(default_factory=Pace)
    _again_at: float = -math.inf

    def ready(self, now: float) -> bool:
        """Open the port if that is due; say whether it is open."""
        if self.port.filenos():
            return True
        if now < self._again_at:
            return False
        try:
            self.port.open()
        except LineError as error:
            self.failed(text_of(error), now)
            return False
        self.trouble = ""
        self._pace.begin_anew()
        return True

    def failed(self, why: str, now: float) -> None:
        """Close the port, and look for it again later, each time after a longer pause."""
        if why != self.trouble:
            log.warning("%s", why)
        self.trouble = why
        self.port.close()
        self._again_at = now + self._pace.next_wait()

    def missing(self, now: float) -> str:
        """Return why nothing comes from this side; empty while it does."""
        return self.trouble or self.port.missing(now)


class Mouth:
    """The prompt that is being said. Orders come from any thread, without a lock."""

    def __init__(self) -> None:
        """Start silent."""
        self._order: tuple[int, Prompt | None] = (0, None)
        self._serial = 0
        self._playing: Prompt | None = None
        self._at = 0
        self.channel: int | None = None
        """The B-channel of the call; None: there is none, and nothing is said."""
        self.follow: Callable[[Prompt | None], None] = lambda prompt: None
        """Told in the bridge's thread of each prompt that begins, and with None of one stopped."""

    def say(self, prompt: Prompt | None) -> None:
        """Say this from the next piece on, in place of anything else; None: be silent."""
        self._order = (self._order[0] + 1, prompt)

    @property
    def speaking(self) -> bool:
        """Say whether a prompt is being said. The bridge's thread."""
        serial, prompt = self._order
        return (self._playing if serial == self._serial else prompt) is not None

    def next_words(self, count: int) -> tuple[Prompt, int] | None:
        """Return the prompt and the place of the next ``count`` samples in it."""
        self._obey()
        if self._playing is None:
            return None
        prompt, place = self._playing, self._at
        self._at += count
        if self._at >= prompt.sound.size:
            self._playing = None
        return prompt, place

    def _obey(self) -> None:
        serial, prompt = self._order
        if serial == self._serial:
            return
        was, self._playing, self._at = self._playing, prompt, 0
        self._serial = serial
        if prompt is not None or was is not None:
            self.follow(prompt)


class Bridge:
    """The two sides and what passes between them."""

    def __init__(self, network: BusPort, terminal: BusPort, *, passes: bool) -> None:
        """Take the ports; ``turn`` or ``start`` opens them.

        Args:
            network: the port towards the network, where the caller is.
            terminal: the port towards the phone.
            passes: forward and speak; False: a passive tap listens alone.
        """
        self.network, self.terminal = BridgeSide(network), BridgeSide(terminal)
        self.mouth = Mouth()
        self.dropped = 0
        """Copies that nobody took in time."""
        self.broken = 0
        """Prompts that a fault of ours ended."""
        self._passes = passes
        self._copies: deque[Copy] = deque()
        self._fault = ""  # of ours, in a prompt: told once
        self._mark = 0  # samples towards the office since the words began
        self._next_base = 0  # towards the network, on the call's channel
        self._piece_at = 0.0  # when the phone's last piece came
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    # -- from the recorder's threads --------------------------------------------------------------

    def start(self, name: str, clock: Clock) -> None:
        """Forward from now on, in a thread of its own."""
        if self._thread is None:
            self._thread = NamedThread(self._run, f"bridge {name}", (clock,))
            self._thread.start()

    def take(self) -> list[Copy]:
        """Take the copies that wait."""
        return [self._copies.popleft() for _ in range(len(self._copies))]

    def close(self) -> None:
        """End the thread and close both ports; safe to call twice."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)
        for side in (self.network, self.terminal):
            side.port.close()

    # -- the bridge's own thread ------------------------------------------------------------------

    def _run(self, clock: Clock) -> None:
        told = ""
        with suppress(OSError):  # ahead of all hearing, where the unit allows it
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PRIORITY)
        while not self._closing.is_set():
            try:
                self._wait()
                self.turn(clock.monotonic())
            except Exception as error:  # the phone must work, whatever is wrong with us
                if (said := fault(error)) != told:
                    log.error("the ISDN bridge: a fault of ours: %s", told := said)
                self._closing.wait(TURN_SECONDS)

    def _wait(self) -> None:
        """Wait until something comes, or a turn is due."""
        poll = select.poll()
        waited = [no for side in (self.network, self.terminal) for no in side.port.filenos()]
        for each in waited:
            poll.register(each, select.POLLIN)
        if waited:
            poll.poll(TURN_SECONDS * 1000)
        else:
            self._closing.wait(TURN_SECONDS)

    def turn(self, now: float) -> None:
        """Forward what has arrived."""
        for side, other in ((self.network, self.terminal), (self.terminal, self.network)):
            if not side.ready(now):
                continue
            try:
                arrived = side.port.receive(now)
            except LineError as error:
                side.failed(text_of(error), now)
                continue
            for each in arrived:
                self._forward(each, other, now)
        self._say_without_the_phone(now)

    def _forward(self, arrived: PortInput, to: BridgeSide, now: float) -> None:
        from_network = to is self.terminal
        copy = Copy(now, from_network, arrived)
        if self._passes and not arrived.echo:  # an echo is of frames that went the other way
            if arrived.channel == self.mouth.channel != D:
                copy = self._mixed(copy)
            self._send(to, self._towards(copy), now)
        self._keep(copy)

    def _towards(self, copy: Copy) -> PortInput:
        """Return what is sent on: towards the office with the soft mark while the box speaks."""
        called = copy.from_network and copy.arrived.channel == self.mouth.channel != D
        if not (called and self.mouth.speaking):
            return copy.arrived
        try:
            return self._marked(copy.arrived)
        except Exception as error:
            self._break_off(error)
            return copy.arrived

    def _mixed(self, copy: Copy) -> Copy:
        """Add the prompt to a piece of the phone's; a fault leaves it as it came."""
        if copy.from_network:
            return copy
        arrived = copy.arrived
        self._piece_at = copy.at
        self._next_base = ((arrived.base or 0) + len(arrived.data)) & 0xFFFF
        try:
            return self._spoken(copy)
        except Exception as error:
            self._break_off(error)
            return copy

    def _break_off(self, error: Exception) -> None:
        """End the prompt after a fault of ours; the phone's own sound goes on."""
        self.broken += 1
        self.mouth.say(None)
        if (said := fault(error)) != self._fault:
            log.error("a prompt on ISDN failed: %s", said)
        self._fault = said

    def _spoken(self, copy: Copy) -> Copy:
        arrived = copy.arrived
        words = self.mouth.next_words(len(arrived.data))
        if words is None:
            return copy
        prompt, place = words
        part = prompt.sound[place : place + len(arrived.data)]
        sound = from_bus(arrived.data).astype(np.int32)
        sound[: part.size] += part
        mixed: Sound = np.clip(sound, -32768, 32767).astype(np.int16)
        sent = PortInput(arrived.channel, to_bus(mixed), arrived.base)
        return Copy(copy.at, copy.from_network, sent, prompt, place)

    def _marked(self, arrived: PortInput) -> PortInput:
        """Add the soft mark to a piece towards the office."""
        count = len(arrived.data)
        begin, self._mark = self._mark, self._mark + count
        places = (begin + np.arange(count)) % MARK_EVERY
        wave = sine_peak(MARK_DBM0) * np.sin(2 * math.pi * MARK_HZ / RATE * places)
        wave[places >= MARK_SAMPLES] = 0
        if not wave.any():
            return arrived
        sound = np.clip(from_bus(arrived.data) + np.rint(wave), -32768, 32767).astype(np.int16)
        return PortInput(arrived.channel, to_bus(sound), arrived.base)

    def _say_without_the_phone(self, now: float) -> None:
        """Carry the prompt by a piece of silence where the phone sends nothing."""
        channel = self.mouth.channel
        if not self.mouth.speaking:
            self._mark = 0
        if not self._passes or channel is None or not self.mouth.speaking:
            self._piece_at = now
            return
        late = now - self._piece_at
        if late < OVERDUE_SECONDS:
            return
        # A piece each 20 ms by the time that has passed; a machine that slept does not catch up.
        self._piece_at = now if late > 1.0 else self._piece_at + FRAME / RATE
        due = self._piece_at
        silence = PortInput(channel, to_bus(np.zeros(FRAME, np.int16)), self._next_base)
        copy = self._mixed(Copy(now, from_network=False, arrived=silence))
        self._piece_at = due
        self._send(self.network, copy.arrived, now)
        self._keep(copy)

    def _send(self, to: BridgeSide, arrived: PortInput, now: float) -> None:
        if not to.port.filenos():
            return
        try:
            to.port.send(arrived.channel, arrived.data, arrived.base or 0, now)
        except LineError as error:
            to.failed(text_of(error), now)

    def _keep(self, copy: Copy) -> None:
        if len(self._copies) >= MOST_COPIES:
            self.dropped += 1
        else:
            self._copies.append(copy)
