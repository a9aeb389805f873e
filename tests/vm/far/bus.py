"""Be the public network and the office's phone of an S0 bus, at cards of the kernel.

::

    network ── l1oip-s0.1 ═ UDP on loopback ═ l1oip-s0.2 ──┐
    (the caller's)                                         ├─ the recorder, a bridge
    phone ──── l1oip-s0.4 ═ UDP on loopback ═ l1oip-s0.3 ──┘
"""

import fcntl
import struct
import threading
from collections import deque
from collections.abc import Iterable
from select import POLLIN, poll
from time import monotonic, time_ns

import numpy as np

from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.isdn.driver import lay_on_bus
from appliance.exchange.isdn.messages import BusFrame
from appliance.exchange.isdn.signalling import BusMessages
from appliance.lines.isdn.channels import HELD, ChannelPiece, Direction, to_bus
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.kernel_port import KernelPort
from appliance.lines.isdn.ports import B1, D, PortInput
from appliance.model.audio import FRAME, RATE
from appliance.model.prompts import Prompt
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import Wave, to_sound
from tests.rig.far_end import FarEnd

FAR_NETWORK, FAR_PHONE = "l1oip-s0.1", "l1oip-s0.4"

_SECONDS = FRAME / RATE
_ARRIVES_SECONDS = 0.5
"""The box forwards at once; a frame that needs longer is lost."""


_ON_THE_WAY = 100
"""Pieces of the phone that may still come out of the box."""

_SILENCE = to_bus(np.zeros(FRAME, np.int16))

_CONTROL = 0x80044945
_GET_PEER, _SET_PEER = 0x400, 0x40
_PEER = struct.Struct("=iiII")
"""``IMCTRLREQ`` of ``mISDNif.h`` and its ``mISDN_ctrl_req``: act, channel, address, ports.

The ports are the other end's in the lower 16 bits, and this end's.
"""

_NOBODY = 998 << 16 | 999
"""Ports of a tunnel that leads nowhere. Without a peer a card would take the next that sends."""


class KernelBus:
    """Both ends of the bus, running from ``start`` to ``close``."""

    def __init__(self, prompts: Iterable[Prompt]) -> None:
        """Take both cards; the people know the box's prompts."""
        self.far_end = FarEnd(prompts, PartyVoices(*simulated_voices()), seed=1)
        self.forwarded: list[DFrame] = []
        """D-channel frames that went through the box, as they came out of it."""
        self.lost: list[DFrame] = []
        """Frames that did not come out."""
        self._network = KernelPort(FAR_NETWORK, terminal=False)
        self._phone = KernelPort(FAR_PHONE, terminal=True)
        self._signalling = BusMessages()
        self._established = False
        self._caller_hears = Direction()
        self._office_said: deque[bytes] = deque(maxlen=_ON_THE_WAY)
        self._sample = 0
        self._cable = 0, 0  # the address and ports that its tunnel goes to
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bus", daemon=True)

    def start(self) -> None:
        """Open both cards and let time pass."""
        self._network.open()
        self._phone.open()
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._closing.set()
        self._thread.join()
        self._network.close()
        self._phone.close()

    def pull_cable(self) -> None:
        """Pull the network's cable out of its card: nothing arrives at the other end any more."""
        self._cable = self._control(_GET_PEER, 0, 0)
        self._control(_SET_PEER, self._cable[0], _NOBODY)

    def plug_cable(self) -> None:
        """Plug it in again; the phone sets its data link up anew, since layer 1 was down."""
        self._control(_SET_PEER, *self._cable)
        self._established = False

    def _control(self, act: int, address: int, ports: int) -> tuple[int, int]:
        asked = bytearray(_PEER.pack(act, 0, address, ports))
        fcntl.ioctl(self._network.filenos()[0], _CONTROL, asked)
        _, _, address, ports = _PEER.unpack(asked)
        return address, ports

    # -- the bus's own thread ---------------------------------------------------------------------

    def _run(self) -> None:
        due = monotonic()
        while not self._closing.is_set():
            self._step()
            due += _SECONDS
            self._closing.wait(max(0.0, due - monotonic()))

    def _step(self) -> None:
        """Pass 20 ms."""
        self._take(self._network)
        self._take(self._phone)
        at = self._sample - HELD
        heard = self._caller_hears.cut(at)[0] if at >= 0 else np.zeros(FRAME)
        call = self.far_end.next_call(heard.astype(np.float64), max(0, at))
        far = near = None
        if call is None:
            frames = self._signalling.over()
        else:
            if not call.stage.digital:
                lay_on_bus(call)
            waves = call.frame(self._sample, None)
            frames = self._signalling.observe(call.switch)
            far = waves[0] if call.stage.off_hook else None
            near = waves[1] if call.switch.talks is not None else None
        if not self._established:
            frames, self._established = [*self._signalling.establish(), *frames], True
        for frame in frames:
            self._carry(frame)
        self._speak(self._network, far)
        self._speak(self._phone, near)
        self._sample += FRAME

    def _carry(self, sent: BusFrame) -> None:
        """Send a frame and wait until the box has forwarded it: none overtakes another."""
        here, there = self._network, self._phone
        if not sent.from_network:
            here, there = there, here
        here.send(D, sent.data, 0, monotonic())
        frame = DFrame(time_ns() // 1000, sent.from_network, sent.data)
        until = monotonic() + _ARRIVES_SECONDS
        while (left := until - monotonic()) > 0:
            if any(each.channel == D and each.data == sent.data for each in self._take(there)):
                self.forwarded.append(frame)
                return
            waiting = poll()
            for fileno in there.filenos():
                waiting.register(fileno, POLLIN)
            waiting.poll(1000 * left)
        self.lost.append(frame)

    def _take(self, port: KernelPort) -> list[PortInput]:
        """Return what has come through a card; let the caller hear what the box says.

        What the phone says comes through as it was. The caller need not compare it with the box's
        words, which is slow.
        """
        arrived = port.receive(monotonic())
        for each in arrived:
            if each.channel == B1 and port is self._network:
                data = _SILENCE if each.data in self._office_said else each.data
                self._caller_hears.lay(ChannelPiece(data, each.base), self._sample)
        return arrived

    def _speak(self, port: KernelPort, wave: Wave | None) -> None:
        if wave is not None:
            data = to_bus(to_sound(wave))
            if port is self._phone:
                self._office_said.append(data)
            port.send(B1, data, 0, monotonic())
