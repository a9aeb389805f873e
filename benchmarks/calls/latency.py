"""Measure the box's reactions in line time: calls through the whole recorder, at speed.

The reactions of the ears alone are in ``benchmarks.tones.told``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from msgspec import structs

from appliance.call.call import Call
from appliance.clock import SystemClock
from appliance.exchange.scene import Scene, SceneAct
from appliance.exchange.script.files import find_scene
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.terms import AnswerBasis, Hook, Side
from appliance.recorder.line.devices import Simulation
from appliance.recorder.line.thread import AT_EASE, AT_ONCE
from appliance.recorder.service import Recorder
from benchmarks.calls.box import box, watch
from benchmarks.calls.reaction import Reaction, alone, ms
from benchmarks.row import Row
from benchmarks.tones.recommended import MACHINES, Machine
from benchmarks.tones.told import DIAL, TOLD, VOICE_BEGINS, VOICE_ENDS

CALLS, FEW = 5, 3
"""Seeds a scene is played with, and a long one; the worst counts."""

OVER_SECONDS = 14.0
"""From a call's beginning: the far end has answered, the question has been broken off."""

HANGS_UP_MS = 40_000
"""From the office's lift on: people have agreed and talked by then, and are silent again."""

WAITS_AT_ONCE, WAITS_AT_EASE = ((together - 1) * ms(FRAME) for together in (AT_ONCE, AT_EASE))
"""Milliseconds that a frame may wait for others in real time: in the dialogue, and elsewhere."""

SIGN_MS = 600
"""From the caller's hang-up to the network's sign of it."""


@dataclass
class Course:
    """The frames and steps of a call, by the line clock."""

    spoken: list[int] = field(default_factory=list)  # starts of frames in which the box spoke
    steps: list[tuple[int, ev.Event, tuple[act.Action, ...]]] = field(default_factory=list)
    answer: tuple[int, AnswerBasis] | None = None  # when its estimate stood, and on what
    now: int = 0

    def frame(self, item: object) -> None:
        """Note whether the box speaks in this frame."""
        if isinstance(item, AudioFrame):
            self.now = item.sample + FRAME
            if item.played is not None and item.played.any():
                self.spoken.append(item.sample)

    def step(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        """Note one step of the dialogue."""
        self.steps.append((self.now, event, actions))
        if self.answer is None and call.answered is not None:
            self.answer = self.now, call.answered.basis

    def when(self, wanted: Callable[[ev.Event, tuple[act.Action, ...]], bool]) -> tuple[int, int]:
        """Return capture and arrival of the first step that fits."""
        for arrived, event, actions in self.steps:
            if wanted(event, actions):
                return event.sample, arrived
        raise LookupError("the call did not come to that")

    @property
    def lifted(self) -> int:
        """Return the sample at which the office lifted."""
        sample, _ = self.when(lambda e, a: isinstance(e, ev.HookChanged) and e.hook is Hook.OFF)
        return sample

    def silent_after(self, sample: int) -> int:
        """Return when the box stopped speaking, if it spoke across ``sample``."""
        last = sample
        for start in self.spoken:
            if start > last + FRAME:
                break
            last = max(last, start + FRAME)
        return last


def play(scene: Scene, seed: int) -> Course:
    """Play a scene and return its course."""
    course = Course()
    with box() as here:
        simulation = Simulation(at_speed=True, seed=seed, observe=course.step)
        recorder = Recorder(here.config, here.folders, SystemClock(), simulation=simulation)
        exchange = recorder.simulated()
        watch(exchange, course.frame)
        try:
            recorder.start()
            exchange.place(scene)
            exchange.wait_over()
        finally:
            recorder.close()
    return course


def during_question(does: SceneAct) -> Scene:
    """Return a call with an act three seconds into the question."""
    quiet = Scene.ordinary("+48221234567", None, talk=1.0)
    acts = tuple(a for a in quiet.acts if a.on != "mark")
    return structs.replace(quiet, acts=(*acts, does), limit_seconds=OVER_SECONDS)


def near_key(seed: int) -> float:
    """Return the time from a near key's onset to silence."""
    key = SceneAct(by="office", do="key", keys="5", on="question", after_ms=3000, ms=300)
    course = play(during_question(key), seed)
    onset, _ = course.when(lambda e, a: isinstance(e, ev.KeyBegan) and e.side is Side.NEAR)
    return ms(course.silent_after(onset) - onset)


def flash(seed: int) -> float:
    """Return the time from a flash's end, where it is known to be one, to silence."""
    hook = SceneAct(by="office", do="flash", on="question", after_ms=3000, ms=200)
    course = play(during_question(hook), seed)
    end = course.spoken[0] + 3 * RATE + RATE // 5
    course.when(lambda e, a: isinstance(e, ev.PartyChanged))
    return ms(course.silent_after(end) - end)


def machine_tones(seed: int) -> float:
    """Return the time from where a machine can be known to silence, the worst of some machines.

    The seeds 0 to ``CALLS - 1`` have all of them between them.
    """
    some = MACHINES[seed % CALLS :: CALLS]
    return max(_machine_tone(which, seed, later_ms=7 * n) for n, which in enumerate(some))


def _machine_tone(which: Machine, seed: int, later_ms: int) -> float:
    guard = () if which.guard is None else which.guard[:1]
    tone = SceneAct(
        by="network",
        do="tone",
        frequencies=(which.hertz, *guard),
        on="question",
        after_ms=3000 + later_ms,
        dbm0=-15.0,
        seconds=which.seconds,
    )
    course = play(during_question(tone), seed)
    known = course.spoken[0] + (3000 + later_ms + which.known_ms) * RATE // 1000
    course.when(lambda e, a: isinstance(e, ev.ToneHeard) and e.tone is which.tone)
    return ms(course.silent_after(known) - known)


def refusal(seed: int) -> float:
    """Return the time from the release of the caller's refuse key to silence."""
    course = play(find_scene("early-refusal"), seed)
    key = next(e for _, e, _ in course.steps if isinstance(e, ev.DigitPressed))
    return max(0.0, ms(course.silent_after(key.sample) - key.sample) - key.ms)


def far_hang_up(sign: SceneAct, seed: int) -> float:
    """Return the time from the first sample of the network's first sign to the recording's end."""
    late_ms = 7 * seed
    scene = find_scene("caller-hangs-up")
    acts = tuple(
        structs.replace(a, on="lifted", after_ms=HANGS_UP_MS + late_ms)
        if (a.by, a.do) == ("caller", "hang_up")
        else a
        for a in scene.acts
    )
    network = structs.replace(scene.network, when_far_gone="silence")
    course = play(structs.replace(scene, acts=(*acts, sign), network=network), seed)
    _, stopped = course.when(lambda e, a: any(isinstance(x, act.StopRecording) for x in a))
    return ms(stopped - course.lifted) - HANGS_UP_MS - late_ms - sign.after_ms


def _network(does: SceneAct) -> SceneAct:
    return structs.replace(does, on="far_gone", after_ms=SIGN_MS)


BUSY = _network(SceneAct(by="network", do="tone", on="", tone="busy", seconds=5.0))
DIAL_TONE = _network(SceneAct(by="network", do="tone", on="", tone="dial", seconds=5.0))
PULSE = _network(SceneAct(by="network", do="disconnect", on="", ms=260))
"""How the network tells that the caller has hung up."""


def answer(name: str, basis: AnswerBasis, seed: int) -> float:
    """Return the time from the far end's first sign to the estimate that it has answered.

    The sign is the network's reversal of the wires, or somebody's first word.
    """
    scene = find_scene(name)
    network = structs.replace(
        scene.network, answers_after_ms=scene.network.answers_after_ms + 7 * seed
    )
    course = play(structs.replace(scene, network=network, limit_seconds=OVER_SECONDS), seed)
    if course.answer is None or course.answer[1] is not basis:
        raise LookupError(f"{name}: the estimate is {course.answer}, not one by {basis}")
    dial = next(a for a in scene.acts if a.do == "dial")
    word = next(a for a in scene.acts if a.by == "caller" and a.do == "speak")
    known_ms = dial.after_ms + len(dial.keys) * (dial.ms + dial.gap_ms) - dial.gap_ms
    known_ms += network.answers_after_ms
    if basis is AnswerBasis.RINGBACK_AND_VOICE:
        known_ms += word.after_ms
    return ms(course.answer[0] - course.lifted) - known_ms


def begin(seed: int) -> float:
    """Return the time from the end of the confirmation to the first recorded sample."""
    course = play(find_scene("agrees"), seed)
    _, resumed = course.when(lambda e, a: any(isinstance(x, act.Resume) for x in a))
    end = max(start for start in course.spoken if start < resumed) + FRAME
    return ms(resumed - end)


def _waited(basis: AnswerBasis, name: str) -> Reaction:
    sign = (
        "the wires' reversal" if basis is AnswerBasis.REVERSAL else "the first word after ringing"
    )
    what = f"{sign} to the estimate of the answer, which waits 500 ms for what may come late"
    return Reaction(what, alone(partial(answer, name, basis)), 600.0, FEW, WAITS_AT_EASE)


def _ended(sign: str, does: SceneAct) -> Reaction:
    what = f"first sign of a far hang-up to the end of the recording, {sign}"
    return Reaction(what, alone(partial(far_hang_up, does)), 3000.0, FEW, WAITS_AT_EASE)


MEASURED = (
    Reaction("near key to silence", alone(near_key), 100.0, CALLS, WAITS_AT_ONCE),
    Reaction("end of a flash to silence", alone(flash), 100.0, CALLS),
    Reaction(
        "tone of a machine, any of those below, to silence",
        alone(machine_tones),
        100.0,
        CALLS,
        WAITS_AT_ONCE,
    ),
    Reaction("the caller's refusal to silence", alone(refusal), 500.0, CALLS, WAITS_AT_ONCE),
    _ended("busy tone", BUSY),
    _ended("dial tone", DIAL_TONE),
    _ended("disconnect pulse of 260 ms", PULSE),
    Reaction(
        "confirmation's end to the first recorded sample", alone(begin), 200.0, CALLS, WAITS_AT_ONCE
    ),
    _waited(AnswerBasis.REVERSAL, "outgoing-agrees"),
    _waited(AnswerBasis.RINGBACK_AND_VOICE, "outgoing-agrees:no-reversal"),
)
"""What is measured in whole calls; each has a target."""


def rows() -> Iterator[Row]:
    """Measure every reaction with several seeds and give the worst."""
    for reaction in (*MEASURED, *TOLD, DIAL, VOICE_BEGINS, VOICE_ENDS):
        yield reaction.row()
