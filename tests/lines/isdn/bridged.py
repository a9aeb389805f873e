"""Hold a line on an S0 bus in memory, at the test's own time, with the real tracker."""

import numpy as np

from appliance.exchange.isdn import messages as said
from appliance.exchange.isdn.messages import BusFrame, Link
from appliance.exchange.scene import SceneCaller
from appliance.lines.isdn.calls.tracker import CallTracker
from appliance.lines.isdn.channels import to_bus
from appliance.lines.isdn.driver import (
    QUIET,
    IsdnLine,
)
from appliance.lines.isdn.ports import B1, D, PortInput
from appliance.lines.isdn.q931.message import MessageType as Kind
from appliance.model.audio import FRAME, RATE, AudioFrame, Sound
from appliance.model.events import (
    Gap,
    HookChanged,
)
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.model.terms import Hook
from appliance.signals.pcm import through_alaw
from tests.clocks import ManualClock
from tests.lines.isdn.dummy_port import DummyPort

CALLER = SceneCaller(number="+48221234567")
FAR: Sound = through_alaw((np.arange(FRAME) * 97 % 3000 - 1500).astype(np.int16))
NEAR: Sound = through_alaw((np.arange(FRAME) * 31 % 2000 - 900).astype(np.int16))
WORDS: Sound = through_alaw((np.arange(3 * FRAME) * 53 % 4000 - 2000).astype(np.int16))
PROMPT = Prompt(PromptRef("p", "0" * 64, "pl"), PromptKind.QUESTION, WORDS, WORDS.size)


class Bus:
    """A bus with a line on it, at the test's own time."""

    def __init__(self, *, speaks: bool = True) -> None:
        self.network, self.phone = DummyPort("the network"), DummyPort("the phone")
        self.clock = ManualClock()
        self.line = IsdnLine(
            "Reception", self.network, self.phone, self.clock, CallTracker, speaks=speaks
        )
        self.link = Link()
        self.items: list[object] = []
        self.base = 0

    def pass_time(self, seconds: float, *, far: bool = False, near: bool = False) -> None:
        """Let time pass, with sound from either side."""
        for _ in range(round(seconds * RATE / FRAME)):
            for there, port, sound in ((far, self.network, FAR), (near, self.phone, NEAR)):
                if there:
                    port.waiting.append(PortInput(B1, to_bus(sound), self.base))
            self.base = (self.base + FRAME) & 0xFFFF
            self.clock.advance(FRAME / RATE)
            self.look()

    def look(self) -> None:
        self.line.bridge.turn(self.clock.monotonic())
        self.items += self.line.turn(self.clock.monotonic())

    def send(self, *frames: list[BusFrame]) -> None:
        for frame in [each for some in frames for each in some]:
            port = self.network if frame.from_network else self.phone
            port.waiting.append(PortInput(D, frame.data))
            self.look()

    def rings(self, caller: SceneCaller = CALLER, reference: int = 1) -> None:
        self.send(
            self.link.broadcast(said.setup_in(reference, caller, B1)),
            self.link.say(
                said.bare(Kind.ALERTING, reference, by_originator=False), from_network=False
            ),
        )

    def answers(self, reference: int = 1) -> None:
        taken = said.on_channel(Kind.CONNECT_ACKNOWLEDGE, reference, B1, by_originator=True)
        self.send(
            self.link.say(
                said.bare(Kind.CONNECT, reference, by_originator=False), from_network=False
            ),
            self.link.say(taken, from_network=True),
        )

    def clears(self, reference: int = 1) -> None:
        for kind, by_network in ((Kind.DISCONNECT, True), (Kind.RELEASE, False)):
            told = said.clearing(kind, reference, 16, by_originator=by_network)
            self.send(self.link.say(told, from_network=by_network))

    def talking(self) -> None:
        """Let a call come and be answered."""
        self.ready()
        self.rings()
        self.pass_time(1.0)
        self.answers()
        self.pass_time(1.0, far=True, near=True)
        self.items.clear()

    def ready(self) -> None:
        self.pass_time(QUIET / RATE + 0.1)
        assert self.events() == [HookChanged(QUIET, Hook.ON)]
        self.items.clear()

    def events(self) -> list[object]:
        return [each for each in self.items if not isinstance(each, AudioFrame | Gap)]

    def frames(self) -> list[AudioFrame]:
        return [each for each in self.items if isinstance(each, AudioFrame)]
