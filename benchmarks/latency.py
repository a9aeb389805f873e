"""How soon the box reacts, in time of the line: calls through the whole recorder, at speed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from msgspec import structs

from appliance.call.call import Call
from appliance.clock import SystemClock
from appliance.lines.scene import Act, Scene
from appliance.lines.scenes import find_scene
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.terms import Side
from appliance.recorder.builder import Simulation
from appliance.recorder.service import Recorder
from benchmarks._calls import box, watch
from benchmarks.row import Row

CALLS = 5
"""Seeds a scene is played with; the worst counts."""


@dataclass
class Course:
    """What a call's frames and steps showed, by the line clock."""

    spoken: list[int] = field(default_factory=list)  # starts of frames in which the box spoke
    steps: list[tuple[int, ev.Event, tuple[act.Action, ...]]] = field(default_factory=list)
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

    def when(self, wanted: Callable[[ev.Event, tuple[act.Action, ...]], bool]) -> tuple[int, int]:
        """Return the capture and the arrival of the first step that is wanted."""
        for arrived, event, actions in self.steps:
            if wanted(event, actions):
                return event.sample, arrived
        raise LookupError("the call did not come to that")

    def silent_after(self, sample: int) -> int:
        """Return when the box had stopped speaking, as long as it spoke across ``sample``."""
        last = sample
        for start in self.spoken:
            if start > last + FRAME:
                break
            last = max(last, start + FRAME)
        return last


def play(scene: Scene, seed: int) -> Course:
    """Let a scene happen and return its course."""
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


def during_question(does: Act) -> Scene:
    """Return a call in which something happens three seconds into the question."""
    quiet = Scene.ordinary("+48221234567", None, talk=1.0)
    acts = tuple(a for a in quiet.acts if a.on != "mark")
    return structs.replace(quiet, acts=(*acts, does))


def ms(samples: int) -> float:
    """Return a time in milliseconds."""
    return samples * 1000 / RATE


def near_key(seed: int) -> float:
    """Return the time from a near key's onset to silence."""
    key = Act(by="near", do="key", keys="5", on="question", after_ms=3000, ms=300)
    course = play(during_question(key), seed)
    onset, _ = course.when(lambda e, a: isinstance(e, ev.KeyBegan) and e.side is Side.NEAR)
    return ms(course.silent_after(onset) - onset)


def flash(seed: int) -> float:
    """Return the time from a flash's end, when it is known for one, to silence."""
    hook = Act(by="near", do="flash", on="question", after_ms=3000, ms=200)
    course = play(during_question(hook), seed)
    end = course.spoken[0] + 3 * RATE + RATE // 5
    course.when(lambda e, a: isinstance(e, ev.PartyChanged))
    return ms(course.silent_after(end) - end)


def machine_tone(seed: int) -> float:
    """Return the time from a machine tone's onset to silence; the tone is 2100 Hz, V.25."""
    tone = Act(
        by="network",
        do="tone",
        frequencies=(2100.0,),
        on="question",
        after_ms=3000,
        dbm0=-15.0,
        seconds=2.0,
    )
    course = play(during_question(tone), seed)
    question = course.spoken[0]
    onset = question + 3 * RATE
    course.when(lambda e, a: isinstance(e, ev.ToneHeard) and e.tone.machine)
    return ms(course.silent_after(onset) - onset)


def refusal(seed: int) -> float:
    """Return the time from the release of the caller's refuse key to silence."""
    course = play(find_scene("early-refusal"), seed)
    key = next(e for _, e, _ in course.steps if isinstance(e, ev.DigitPressed))
    return max(0.0, ms(course.silent_after(key.sample) - key.sample) - key.ms)


def far_hang_up(seed: int) -> float:
    """Return the time from the first sign of the caller's hang-up to the recording's end."""
    course = play(find_scene("caller-hangs-up"), seed)
    _, stopped = course.when(lambda e, a: any(isinstance(x, act.StopRecording) for x in a))
    sign, _ = course.when(lambda e, a: isinstance(e, ev.ToneHeard) and e.tone.network)
    return ms(stopped - sign)


def begin(seed: int) -> float:
    """Return the time from the end of the confirmation to the first recorded sample."""
    course = play(find_scene("agrees"), seed)
    _, resumed = course.when(lambda e, a: any(isinstance(x, act.Resume) for x in a))
    end = max(start for start in course.spoken if start < resumed) + FRAME
    return ms(resumed - end)


MEASURED = (
    ("near key to silence", near_key, 100.0),
    ("end of a flash to silence", flash, 100.0),
    ("machine tone to silence", machine_tone, 100.0),
    ("the caller's refusal to silence", refusal, 500.0),
    ("first sign of a far hang-up to the end of the recording", far_hang_up, 3000.0),
    ("confirmation's end to the first recorded sample", begin, 200.0),
)
"""What, how it is measured with a seed, and the target in milliseconds."""


def rows() -> Iterator[Row]:
    """Measure every reaction with several seeds and give the worst."""
    for what, measure, target in MEASURED:
        worst = max(measure(seed) for seed in range(CALLS))
        yield Row(f"{what}, worst of {CALLS}", f"{worst:.0f} ms", f"≤ {target:.0f} ms")
