"""Play the far end of a line on which a recorder with its real drivers hangs.

It is the exchange's own network, caller and office phone, 20 ms by 20 ms: the box's output goes in,
the signal at its tap comes out. Unlike the exchange as a driver it shares nothing with the
recorder; its parties know the box's words only by listening.
"""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from appliance.exchange.circuit.circuit import Direct, Wires
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.modem.line_side import ModemInput
from appliance.exchange.modem.plugged import seen_by_modem
from appliance.exchange.scene import Circuit, Scene, SceneCaller
from appliance.exchange.script.call import ScriptedCall
from appliance.model.audio import FRAME, RATE, Sound, samples
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave, to_sound
from tests.rig.listening import Listener

_QUIET_BEFORE = samples(3.0)
"""A call comes to a line that has been idle so long, as on the simulated line."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """20 ms of the line."""

    sample: int
    sound: Sound  # [2, FRAME]: voltage and current
    loop: Direct
    ringing: bool
    caller: SceneCaller | None  # of the call under way, as the network tells it
    late: int  # samples by which the line monitor's bytes are later than that
    seen: ModemInput  # as a modem on the line sees it


class FarEnd:
    """Network, caller and office phone of one line."""

    def __init__(self, prompts: Iterable[Prompt], voices: PartyVoices, seed: int) -> None:
        """Put the line together, idle.

        Args:
            prompts: all that the box may say: people know it when they hear it.
            voices: what both parties say.
            seed: everything random follows from it.
        """
        self._listener = Listener(dict.fromkeys(prompts))
        self._voices = voices
        self._seed = seed
        self._idle = Stage(Circuit(), Wires(Circuit(), np.random.SeedSequence((seed, 0))))
        self._sample = 0
        self._quiet_since = 0
        self._calls = 0
        self._call: ScriptedCall | None = None
        self._caller: SceneCaller | None = None
        self._waiting: deque[Scene] = deque()
        self._state = threading.Condition()  # guards _call and _waiting
        self.heard: list[tuple[int, str]] = []
        """What people noticed the box say, and that it broke off, each with its sample."""

    def place(self, scene: Scene) -> None:
        """Let a call happen, after those already placed and those that the scene needs before."""
        with self._state:
            self._waiting.extend((*scene.before, scene))

    def wait_over(self, timeout: float) -> bool:
        """Wait until every call placed is over; False if time ran out."""
        with self._state:
            return self._state.wait_for(lambda: not (self._waiting or self._call), timeout)

    def pass_by(self, box: Wave) -> Moment:
        """Let 20 ms pass, in which the box put ``box`` on the line."""
        sample, call = self._sample, self.next_call(box, self._sample)
        volts, amperes = (self._idle.carry if call is None else call.frame)(sample, box)
        stage = self._idle if call is None else call.stage
        return Moment(
            sample,
            to_sound(np.stack((volts, amperes))),
            stage.loop,
            stage.ringing,
            self._caller,
            stage.circuit.monitor_late_ms * RATE // 1000,
            seen_by_modem(stage),
        )

    def next_call(self, heard: Wave, at: int) -> ScriptedCall | None:
        """Let the next 20 ms begin, and people hear the box; return the call under way.

        Args:
            heard: of the box.
            at: the line's sample at which it was heard.
        """
        self._begin_or_end(self._sample)
        self._listen(heard, at)
        self._sample += FRAME
        return self._call

    def _begin_or_end(self, sample: int) -> None:
        with self._state:
            if self._call is not None and self._call.over(sample):
                self._call, self._quiet_since, self._caller = None, sample, None
                self._state.notify_all()
            if self._call is None and self._waiting and sample - self._quiet_since >= _QUIET_BEFORE:
                self._calls += 1
                seed = np.random.SeedSequence((self._seed, self._calls))
                scene = self._waiting.popleft()
                self._caller = scene.caller
                self._call = ScriptedCall(scene, self._voices, seed, sample)

    def _listen(self, box: Wave, sample: int) -> None:
        told = self._listener.hear(box, sample)
        if told.stopped is not None:
            self.heard.append((told.stopped, "broke off"))
            if self._call is not None:
                self._call.prompt_stopped(told.stopped)
        if told.began is not None:
            prompt, began = told.began
            self.heard.append((began, prompt.spoken.value))
            if self._call is not None:
                self._call.prompt_began(prompt, began)
