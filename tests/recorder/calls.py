"""One call through the whole recorder, with everything seen that a test asks about."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import structs

from appliance.call.call import Call
from appliance.call.states import State
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene, SceneAct, greetings
from appliance.lines.base import Deliver
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import AudioFrame
from appliance.model.policy import PromptKind
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox

Wish = Callable[[Recorder, ev.Event, Call], None]
"""May press buttons or break things at any step."""

Keep = Callable[[AudioFrame], bool]
"""Says whether a frame reaches the recorder."""


@dataclass
class Course:
    """What was seen of a call."""

    states: list[State] = field(default_factory=list)
    events: list[ev.Event] = field(default_factory=list)
    spoken: list[PromptKind] = field(default_factory=list)
    notes: list[tuple[str, str | None]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # recordings that stay
    withdrawn: list[str] = field(default_factory=list)

    def of(self, kind: type[ev.Event]) -> list[ev.Event]:
        """Return all events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]


def nothing(recorder: Recorder, event: ev.Event, call: Call) -> None:
    """Press no button."""


def everything(frame: AudioFrame) -> bool:
    """Lose no frame."""
    return True


def play(
    box: TrialBox,
    *scenes: Scene,
    seed: int = 1,
    wish: Wish = nothing,
    keep: Keep = everything,
    first: Callable[[Exchange], None] = lambda _: None,
) -> Course:
    """Let calls happen one after the other on one line; ``first`` does something before them."""
    make_places(box.folders)
    course = Course()

    def observe(event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        course.events.append(event)
        if not course.states or course.states[-1] is not call.state:
            course.states.append(call.state)
        for action in actions:
            if isinstance(action, act.Play):
                course.spoken.append(action.saying.spoken)
            elif isinstance(action, act.Note):
                reason = action.reason.value if action.reason else None
                course.notes.append((action.outcome, reason))
        wish(recorder, event, call)

    before = set(box.recordings())
    gone = {path.name for path in box.folders.withdrawn.iterdir()}
    simulation = Simulation(at_speed=True, seed=seed, observe=observe)
    recorder = Recorder(box.config, box.folders, box.clock, simulation=simulation)
    try:
        _lose(recorder, keep)
        recorder.start()
        exchange = recorder.simulated()
        first(exchange)
        for scene in scenes:
            exchange.place(scene)
        exchange.wait_over()
    finally:
        recorder.close()
    course.withdrawn = sorted({path.name for path in box.folders.withdrawn.iterdir()} - gone)
    course.kept = sorted(set(box.recordings()) - before - set(course.withdrawn))
    return course


def _lose(recorder: Recorder, keep: Keep) -> None:
    """Let only the frames that ``keep`` wants reach the line."""
    exchange = recorder.simulated()
    start = exchange.start

    def start_losing(deliver: Deliver) -> None:
        def some(item: object) -> None:
            if not isinstance(item, AudioFrame) or keep(item):
                deliver(item)  # type: ignore[arg-type] # only looks

        start(some)

    exchange.start = start_losing  # type: ignore[method-assign] # the driver knows nothing of it


def talk(*acts: SceneAct, hang_up_ms: int = 9000, answer: str | None = "1") -> Scene:
    """Return a call in which the caller answers and both talk for 3 s, with some acts more."""
    key = SceneAct(by="caller", do="key", keys=answer or "1", on="mark", after_ms=700, ms=120)
    both = SceneAct(by="both", do="speak", on="conversation", after_ms=200, seconds=3.0)
    end = SceneAct(by="office", do="hang_up", on="conversation", after_ms=hang_up_ms)
    said = (*greetings(), *([key] if answer else []), both, *acts, end)
    return structs.replace(Scene.ordinary("+48600555012", None, name="Zofia Testowa"), acts=said)


def at_talk(do: str, by: str = "office", after_ms: int = 4000, **more: object) -> SceneAct:
    """Return an act so long after the people begin to talk."""
    fields = {"by": by, "do": do, "on": "conversation", "after_ms": after_ms, **more}
    return SceneAct(**fields)  # type: ignore[arg-type] # as a scene's file gives them
