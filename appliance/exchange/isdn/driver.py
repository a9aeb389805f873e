"""Simulate an ISDN line: an S0 bus over L1oIP, with the real driver between.

Network and phone are two peers on loopback. The driver of real ISDN lines bridges them: it forwards
their packets, tells calls by the D-channel, hears both directions of the B-channel and speaks into
one. The scenes and the demo phone are those of any simulated line; people's sound goes into packets
in place of wires.

Everything runs in the exchange's thread, packet by packet, so that a call at speed is the same
every time.
"""

import select
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.exchange.circuit.circuit import Loop
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.driver import Exchange
from appliance.exchange.isdn.messages import BusFrame
from appliance.exchange.isdn.signalling import BusMessages
from appliance.exchange.live.call import LiveCall
from appliance.exchange.script.call import ScriptedCall
from appliance.lines.base import HookEvent
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.channels import to_bus
from appliance.lines.isdn.driver import IsdnLine
from appliance.lines.isdn.l1oip import LONGEST_PACKET, Tunnel
from appliance.lines.isdn.ports import B1, D
from appliance.lines.isdn.udp import Ends, UdpPort
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, samples
from appliance.model.events import Gap
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave, to_sound

_LOOPBACK = "127.0.0.1"
_TUNNEL = 0x5A676F64
"""Its id; any will do, and the same at both ends."""

_ARRIVES_SECONDS = 2.0
"""Loopback delivers at once; a machine that needs longer is stuck."""


class _SimulatedTime:
    """The time of the simulated line, for the driver that is real."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    def trusted(self) -> bool:
        return True


class _Straight:
    """A bus carries each direction by itself: nothing of one is in the other."""

    at_modem: Wave = np.zeros(FRAME)

    def carry(
        self, far: Wave, near: Wave, box: Wave | None, loop: Loop, modem: Wave | None = None
    ) -> tuple[Wave, Wave]:
        return far, near


def lay_on_bus(call: ScriptedCall | LiveCall) -> None:
    """Let a call that begins go over a bus in place of wires."""
    call.stage.wires, call.stage.digital = _Straight(), True


class Peer:
    """One end of a tunnel: the network, or the office's phone."""

    def __init__(self) -> None:
        """Take a free port of this computer's."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((_LOOPBACK, 0))
        self._tunnel = Tunnel(_TUNNEL)
        self._base = 0
        self.sent = 0
        """Packets that the other end has to get."""

    @property
    def address(self) -> tuple[str, int]:
        """Return where this end is."""
        host, port = self._socket.getsockname()
        return host, port

    def meet(self, there: tuple[str, int]) -> None:
        """Take packets of that end alone, and send to it."""
        self._socket.connect(there)

    def frame(self, data: bytes, now: float) -> None:
        """Send a frame of the D-channel."""
        self._send(self._tunnel.packet(D, data, 0, now))

    def speech(self, wave: Wave | None, now: float) -> None:
        """Send 20 ms of the B-channel; None: let its time pass."""
        if wave is not None:
            self._send(self._tunnel.packet(B1, to_bus(to_sound(wave)), self._base, now))
        self._base = (self._base + FRAME) & 0xFFFF

    def receive(self, now: float) -> None:
        """Take what has come, and keep the tunnel alive."""
        with suppress(BlockingIOError, ConnectionError):
            while True:
                self._tunnel.receive(self._socket.recv(LONGEST_PACKET), now)
        if (due := self._tunnel.due(now)) is not None:
            self._send(due)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _send(self, packet: bytes) -> None:
        with suppress(ConnectionError):
            self._socket.send(packet)
            self.sent += 1


class IsdnExchange(Exchange):
    """A simulated ISDN line."""

    sides: Sides = ("far", "near")
    quiet_before = samples(5.0)

    def __init__(
        self,
        name: str,
        seed: int,
        voices: PartyVoices,
        *,
        settled: Callable[[], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Put the bus together; ``start`` begins. Arguments as of any simulated line."""
        super().__init__(name, seed, voices, settled=settled, clock=clock, sides=("far", "near"))
        self.lateness_ms, self.sees_flash = IsdnLine.lateness_ms, IsdnLine.sees_flash
        self._network, self._phone = Peer(), Peer()
        self._ports = [_port(self._network), _port(self._phone)]
        self._time = _SimulatedTime()
        self._line = IsdnLine(
            name, self._ports[0], self._ports[1], self._time, CallTracker, speaks=True
        )
        self._spoken: deque[Prompt | None] = deque()
        self._line.bridge.mouth.follow = self._spoken.append
        self._signalling = BusMessages()
        self._established = False

    def play(self, prompt: Prompt) -> None:
        """Say a prompt to the caller from the next packet on."""
        self._line.play(prompt)

    def stop(self) -> None:
        """Be silent from the next packet on."""
        self._line.stop()

    def close(self) -> None:
        """Break off the call, end the thread and close every socket; safe to call twice."""
        super().close()
        self._line.close()
        self._network.close()
        self._phone.close()

    # -- the line's own thread --------------------------------------------------------------------

    def _prepare(self, call: ScriptedCall | LiveCall) -> None:
        lay_on_bus(call)

    def step(self) -> list[AudioFrame | Gap | HookEvent]:
        """Pass 20 ms on the bus; return what the driver makes of it."""
        sample, now = self._sample, self._sample / RATE
        self._time.seconds = now
        call = self._call
        if call is None:
            frames, far, near = self._signalling.over(), None, None
        else:
            self._tell_people(call, sample)
            waves = call.frame(sample, None)
            frames = self._signalling.observe(call.switch)
            off_hook, talks = call.stage.off_hook, call.switch.talks is not None
            far, near = (waves[0] if off_hook else None), (waves[1] if talks else None)
        if not self._established:
            frames, self._established = [*self._signalling.establish(), *frames], True
        away = call is not None and call.stage.outage.away(sample)
        self._exchange(frames, far, near, away=away)
        self._sample += FRAME
        return list(self._line.turn(now))

    def _tell_people(self, call: ScriptedCall | LiveCall, sample: int) -> None:
        """Let people hear the box begin to speak, or fall silent."""
        while self._spoken:
            prompt = self._spoken.popleft()
            if prompt is None:
                call.prompt_stopped(sample)
            else:
                call.prompt_began(prompt, sample)

    def _exchange(
        self, frames: list[BusFrame], far: Wave | None, near: Wave | None, *, away: bool
    ) -> None:
        """Send what both ends have to send, and let the bridge pass it on."""
        now = self._time.seconds
        for frame in frames:
            peer = self._network if frame.from_network else self._phone
            if not away:
                peer.frame(frame.data, now)
                self._pass_on(now)  # an answer never passes before what it answers
        self._network.speech(None if away else far, now)
        self._phone.speech(None if away else near, now)
        self._pass_on(now)
        for peer in (self._network, self._phone):
            if not away:
                peer.receive(now)
        self._pass_on(now)

    def _pass_on(self, now: float) -> None:
        """Let the bridge take everything that was sent."""
        while True:
            self._line.bridge.turn(now)
            late = [
                port
                for port, peer in zip(self._ports, (self._network, self._phone), strict=True)
                if port.received < peer.sent
            ]
            if not late:
                return
            poll = select.poll()
            for port in late:
                for number in port.filenos():
                    poll.register(number, select.POLLIN)
            if not poll.poll(_ARRIVES_SECONDS * 1000):
                raise LineError("packets on loopback do not arrive")


def _port(peer: Peer) -> UdpPort:
    """Return the driver's end of a peer's tunnel, open on a free port."""
    port = UdpPort(Ends((_LOOPBACK, 0), peer.address), Tunnel(_TUNNEL))
    port.open()
    peer.meet(port.here)
    return port
