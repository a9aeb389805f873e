"""Make a line by script: a channel for each side, a hook source ahead of the sound.

The sound reaches the recorder 60 ms after it was on the wires, as from a real adapter. The hook
source dates what it tells by the wires, so its events lie ahead of the last frame.
"""

from collections.abc import Callable

import numpy as np

from appliance.call.call import Call
from appliance.call.states import State
from appliance.lines.base import Deliver, HookEvent
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.prompts import Prompt
from appliance.model.rule import NOT_YET_HEARD, HeardThrough
from appliance.model.terms import Hook
from appliance.prompts.library import Library
from appliance.recorder.line.build import assemble
from appliance.recorder.line.devices import Devices, Simulation, shared_by_lines
from appliance.recorder.line.inbox import Press
from appliance.recorder.line.shared import SharedParts
from appliance.recorder.line.speakers import KnownSpeakers
from appliance.recorder.line.stated_day import StatedDay
from appliance.recorder.line.told_entry import ToldEntry
from appliance.recorder.line.told_speakers import ToldSpeakers
from appliance.recorder.numbers.exempt import ExemptList
from appliance.recorder.serve import make_places
from appliance.signals.pcm import Wave, rms_of, to_sound
from appliance.vault.pool import Pool
from appliance.vault.timed_disk import SlowSyncs
from tests.boxes import TrialBox
from tests.clocks import ManualClock
from tests.samples import ORIGIN
from tests.signals.sounds import pair

AHEAD = 60 * RATE // 1000
KEYS = {
    "1": (697, 1209),
    "2": (697, 1336),
    "4": (770, 1209),
    "5": (770, 1336),
    "9": (852, 1477),
}
FAR, NEAR = 0, 1


class ScriptedSound:
    """Audio source, prompt sink and line clock."""

    sides: Sides = ("far", "near")

    def __init__(self, log: list[str]) -> None:
        self.sample = 0
        self.prompt: Prompt | None = None
        self._at = 0
        self._noise = np.random.default_rng(1)
        self._to_come: dict[int, Wave] = {FAR: np.zeros(0), NEAR: np.zeros(0)}
        self._log = log
        self._deliver: Deliver | None = None

    def start(self, deliver: Deliver) -> None:
        self._log.append("sound starts")
        self._deliver = deliver

    def close(self) -> None:
        self._log.append("sound closes")

    def play(self, prompt: Prompt) -> None:
        self.prompt, self._at = prompt, 0

    def stop(self) -> None:
        self.prompt = None

    def position(self) -> int:
        return self.sample + AHEAD

    def sounds(self, side: int, wave: Wave) -> None:
        """Let one side make a sound from the next frame on."""
        self._to_come[side] = wave

    def hear(self) -> None:
        """Deliver 20 ms."""
        assert self._deliver is not None
        noise = self._noise.standard_normal((2, FRAME)) * rms_of(-65.0)
        played = self._played()
        heard = noise + np.stack([self._next(side) for side in (FAR, NEAR)])
        if played is not None:
            heard[NEAR] += played
        self._deliver(AudioFrame("Reception", self.sample, to_sound(heard), self.sides, played))
        self.sample += FRAME

    def _next(self, side: int) -> Wave:
        part = np.zeros(FRAME)
        now, self._to_come[side] = np.split(self._to_come[side], [FRAME])
        part[: now.size] = now
        return part

    def _played(self) -> Sound | None:
        if self.prompt is None:
            return None
        part = np.zeros(FRAME, np.int16)
        now = self.prompt.sound[self._at : self._at + FRAME]
        part[: now.size] = now
        self._at += FRAME
        if self._at >= self.prompt.sound.size:
            self.prompt = None
        return part


class ScriptedHook:
    """Hook source."""

    lateness_ms = 50
    sees_flash = True

    def __init__(self, log: list[str]) -> None:
        self._log = log
        self.deliver: Deliver | None = None

    def start(self, deliver: Deliver) -> None:
        self._log.append("hook starts")
        self.deliver = deliver

    def close(self) -> None:
        self._log.append("hook closes")


class ScriptedLine:
    """One line with its thread; every step waits until all of it has been dealt with."""

    def __init__(self, box: TrialBox) -> None:
        make_places(box.folders)
        self.log: list[str] = []
        self.hook, self.sound = ScriptedHook(self.log), ScriptedSound(self.log)
        self.clock = ManualClock()
        self.events: list[ev.Event] = []
        self.notes: list[tuple[str, str | None]] = []
        self.played = 0
        self.call: Call | None = None
        self.heard: HeardThrough = NOT_YET_HEARD
        self._box, self._before = box, set(box.recordings())
        pool = Pool(box.folders.pool, box.folders.new)
        shared = SharedParts(
            config=box.config,
            folders=box.folders,
            clock=self.clock,
            pool=pool,
            exempt=ExemptList(pool, "PL"),
            day=StatedDay(box.folders.day),
            speakers=KnownSpeakers(box.folders.speakers, lambda day: True, lambda raw: True),
            told_speakers=ToldSpeakers(box.folders.told_speakers),
            entry=ToldEntry(),
            origin=ORIGIN,
            library=Library(box.config.vault.prompts or None),
            syncs=SlowSyncs(self.clock.monotonic),
            tell=lambda report: None,
            simulation=Simulation(observe=self._observe),
            of_drivers=shared_by_lines(self.clock),
        )
        (line,) = box.config.lines
        devices = Devices(
            *(self.hook, self.sound, self.sound),
            ask_when_idle=self._take_idle,
            heard=lambda: self.heard,
        )
        self.thread = assemble(shared, line, devices)
        self.thread.start()

    def _take_idle(self, idle: Callable[[], bool]) -> None:
        self.idle = idle

    def _observe(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        self.events.append(event)
        self.call = call
        for action in actions:
            self.played += isinstance(action, act.Play)
            if isinstance(action, act.Note):
                reason = action.reason.value if action.reason else None
                self.notes.append((action.outcome, reason))

    @property
    def state(self) -> State:
        return State(self.thread.status.state)

    def stands(self, state: State) -> bool:
        """Say whether the call is in a state."""
        return self.state is state

    def files(self) -> list[str]:
        """Name the recordings of this line that can be read."""
        new = sorted(set(self._box.recordings()) - self._before)
        return [name for name in new if self._box.file(name).read_bytes()[:4096] != bytes(4096)]

    def run(self, ms: int, until: State | None = None) -> None:
        """Let time pass with sound, or until the call is in a state."""
        for _ in range(0, ms, 20):
            if until is not None and self.state is until:
                return
            self.sound.hear()
            self.clock.advance(0.02)
            self.thread.settle()
        assert until is None or self.state is until, f"{self.state} after {ms} ms"

    def run_silent(self, ms: int) -> None:
        """Let time pass without a frame; a driver may say more than once that it is lost."""
        self.clock.advance(ms / 1000)
        self.sound.sample += ms * RATE // 1000
        self.tell(ev.LineFault(self.sound.position(), "audio", "still unplugged"))

    def tell(self, event: HookEvent) -> None:
        assert self.hook.deliver is not None
        self.hook.deliver(event)
        self.thread.settle()

    def on_hook(self) -> None:
        self.tell(ev.HookChanged(self.sound.position(), Hook.ON))

    def off_hook(self) -> None:
        self.tell(ev.HookChanged(self.sound.position(), Hook.OFF))

    def press(self, press: Press) -> None:
        self.thread.press(press)
        self.thread.settle()

    def key(self, key: str, side: int = FAR, ms: int = 120) -> None:
        """Let somebody press a key."""
        self.sound.sounds(side, pair(*KEYS[key], ms / 1000))

    def close(self) -> None:
        self.thread.close()
