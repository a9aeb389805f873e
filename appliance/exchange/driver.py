"""Simulate a line: network, caller and office phone as one driver with all three roles.

It emits only samples and the bytes of a line monitor, which go through the same parser as a real
monitor's. Calls come one after the other, placed as scenes or made by people at the phones.
Everything follows from the seed.

An emulated voice modem can be plugged into the line in place of the monitor. Then a driver of its
own opens the modem's port, and this one delivers the tap's sound alone.

With a clock it runs in real time and the line is there between calls too. Without one it runs as
fast as the processor goes and waits on ``settled`` after each frame; between calls its time stands
still.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from appliance.clock import Clock
from appliance.exchange.circuit.circuit import Wires
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.live.call import LiveCall
from appliance.exchange.live.phones import Phones
from appliance.exchange.monitor import SimulatedMonitor
from appliance.exchange.scene import Circuit, Scene
from appliance.exchange.script.call import ScriptedCall
from appliance.exchange.speaker import Speaker
from appliance.lines.base import Deliver, HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.profiles import lm1_profile
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, samples
from appliance.model.demo_phone import idle
from appliance.model.events import Gap
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave, to_sound
from appliance.threads import NamedThread

if TYPE_CHECKING:  # most lines have none, and it takes memory
    from appliance.exchange.modem.plugged import PluggedModem

_MAY_LAG = 1.0
"""Seconds: a machine that slept longer does not catch up; the line slept with it."""


class Exchange:
    """A line of the simulated network."""

    sides: Sides = ("voltage", "current")
    quiet_before = samples(3.0)
    """The line is idle for so long before a call, so that the recorder sees it on-hook."""

    def __init__(
        self,
        name: str,
        seed: int,
        voices: PartyVoices,
        *,
        settled: Callable[[], None] | None = None,
        clock: Clock | None = None,
        sides: Sides | None = None,
        modem: "PluggedModem | None" = None,
    ) -> None:
        """Put the line together; ``start`` begins.

        Args:
            name: of the line.
            seed: everything random follows from it.
            voices: of both parties.
            settled: waits, after each frame, until the recorder has processed it.
            clock: paces the line in real time; None runs it as fast as the processor goes.
            sides: what the tap delivers: voltage and current, or both parties as one signal.
            modem: tells the hook in place of the line monitor; only in real time.
        """
        profile = lm1_profile()
        self.lateness_ms = profile.lateness_ms
        self.sees_flash = profile.sees_flash
        self.sides = sides or self.sides
        self._name = name
        self._voices = voices
        self._settled = settled
        self._clock = clock
        self._seed = seed
        self._calls = 0
        self._idle = Stage(Circuit(), Wires(Circuit(), np.random.SeedSequence((seed, 0))))
        self.modem = modem
        """The voice modem on the line, if there is one."""
        self._monitor = SimulatedMonitor()
        self._parser = Lm1(profile)
        self._banner = profile.banner.encode()
        self._underway: deque[tuple[int, bytes]] = (
            deque()
        )  # the monitor's bytes, with their arrival
        self._speaker = Speaker()
        self._sample = 0
        self._quiet_since = 0
        self._call: ScriptedCall | LiveCall | None = None
        self._waiting: deque[Scene] = deque()
        self._state = threading.Condition()  # guards _waiting, _call and _closing
        self._closing = False
        self._thread: threading.Thread | None = None
        self.phones = Phones(voices)
        self.phones.wake = self._wake

    # -- the three roles --------------------------------------------------------------------------

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver frames and events from a thread of its own; once is enough."""
        if self._thread is None:
            if self.modem is not None:
                self.modem.start()
            self._thread = NamedThread(self._run, f"exchange {self._name}", (deliver,))
            self._thread.start()

    def play(self, prompt: Prompt) -> None:
        """Play a prompt from the next frame on, instead of the current one."""
        self._speaker.play(prompt)

    def stop(self) -> None:
        """Be silent from the next frame on."""
        self._speaker.stop()

    def close(self) -> None:
        """Break off the call and end the thread; safe to call twice."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        self.phones.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        if self.modem is not None:
            self.modem.close()

    def position(self) -> int:
        """Return the line clock of the sample on the wires now."""
        return self._sample

    # -- calls ------------------------------------------------------------------------------------

    def place(self, scene: Scene) -> None:
        """Queue a scene, after the calls that it needs before it."""
        with self._state:
            self._waiting.extend((*scene.before, scene))
            self._state.notify_all()

    @property
    def engaged(self) -> bool:
        """Say whether a call waits, or somebody in one has not hung up yet."""
        with self._state:
            waits = bool(self._waiting or self.phones.asked)
            return waits or (self._call is not None and not self._call.hung_up)

    def wait_over(self, timeout: float | None = None) -> bool:
        """Wait until no call is in progress or waiting; return False if time ran out."""
        with self._state:
            return self._state.wait_for(lambda: self._closing or not self._calls_to_come, timeout)

    @property
    def _calls_to_come(self) -> bool:
        return bool(self._waiting or self.phones.asked) or self._call is not None

    def _wake(self) -> None:
        with self._state:
            self._state.notify_all()

    # -- the line's own thread --------------------------------------------------------------------

    def _run(self, deliver: Deliver) -> None:
        began = self._clock.monotonic() if self._clock else 0.0
        while self._turn():
            for item in self.step():
                deliver(item)
            if self._settled is not None:
                self._settled()
            if self._clock is not None:
                began = self._pace(self._clock, began)

    def _turn(self) -> bool:
        """Begin and end calls, at speed wait for one; return False once the line is closed."""
        with self._state:
            if self._call is not None and self._call.over(self._sample):
                self._call, self._quiet_since = None, self._sample
                self.phones.tell(idle(self._sample))
                self._state.notify_all()
            if self._clock is None:
                self._state.wait_for(lambda: self._closing or self._calls_to_come)
            if self._call is None and self._sample - self._quiet_since >= self.quiet_before:
                self._begin()
            if isinstance(self._call, ScriptedCall):
                for asked in self.phones.take_asked():
                    asked.refuse("taken")
            return not self._closing

    def _begin(self) -> None:
        """Begin the next call, a scene before people's; do nothing if there is none."""
        if self._waiting:
            self._calls += 1
            seed = np.random.SeedSequence((self._seed, self._calls))
            scene = self._waiting.popleft()
            self._call = ScriptedCall(scene, self._voices, seed, self._sample)
            self.phones.tell(idle(self._sample, taken=True))
        elif self.phones.asked:
            self._call = self._people(self._sample)
        if self._call is not None:
            self._prepare(self._call)

    def _prepare(self, call: ScriptedCall | LiveCall) -> None:
        """Lay a call that begins on this kind of line."""

    def step(self) -> list[AudioFrame | Gap | HookEvent]:
        """Pass 20 ms on the line; return its frame and what the monitor saw."""
        sample = self._sample
        put = self._speaker.put()
        if self._call is not None:
            if put.stopped:
                self._call.prompt_stopped(sample)
            if put.began is not None:
                self._call.prompt_began(put.began, sample)
        box = None if put.sound is None else put.sound.astype(np.float64)
        sent = None if self.modem is None else self._pass_modem(self.modem, sample)
        source = self._idle.carry if self._call is None else self._call.frame
        volts, amperes = source(sample, box, sent)
        sound = to_sound(np.stack((volts, amperes)[: len(self.sides)]))
        self._sample += FRAME
        frame = AudioFrame(self._name, sample, sound, self.sides, put.sound)
        stage = self._stage
        events = self._watch(stage, sample) if self.modem is None else []
        return list(events) if stage.outage.deaf(sample) else [*events, frame]

    @property
    def _stage(self) -> Stage:
        return self._idle if self._call is None else self._call.stage

    def _pass_modem(self, modem: "PluggedModem", sample: int) -> Wave | None:
        """Pass 20 ms in the modem, and let the network see its hook; return what it sends."""
        done = modem.step_on(self._stage)
        if done.off_hook is not self._stage.modem:
            if self._call is None:
                with self._state:
                    self._call = self._people(sample)  # a modem that dials, or only listens
            if done.off_hook:
                self._call.modem_took_line(sample)
            else:
                self._call.modem_left_line(sample)
        if done.dialled and self._call is not None:
            self._call.modem_dials(done.dialled, sample)
        return done.sound

    def _people(self, sample: int) -> LiveCall:
        """Return a call of the people at the phones."""
        self._calls += 1
        return LiveCall(self.phones, np.random.SeedSequence((self._seed, self._calls)), sample)

    def _watch(self, stage: Stage, sample: int) -> list[HookEvent]:
        """Let the monitor observe the loop; return the events of the bytes that have arrived."""
        self._monitor.counts = stage.circuit.monitor_counts
        told = self._monitor.observe(stage.loop, stage.ringing, sample)
        if self._parser.request():
            told += self._monitor.ask(stage.loop, sample)
        told = stage.outage.told(told, self._banner, sample)
        late = stage.circuit.monitor_late_ms * RATE // 1000
        self._underway.append((sample + late, told))
        arrived = b""
        while self._underway and self._underway[0][0] <= sample:
            arrived += self._underway.popleft()[1]
        return self._parser.receive(arrived, sample)

    def _pace(self, clock: Clock, began: float) -> float:
        """Wait until the clock reaches the line's time; return the time of sample 0."""
        due = began + self._sample / RATE
        if clock.monotonic() - due > _MAY_LAG:
            return clock.monotonic() - self._sample / RATE
        with self._state:
            while not self._closing and (left := due - clock.monotonic()) > 0:
                self._state.wait(left)
        return began
