"""Play a scene through the whole recorder and say how it ended."""

from dataclasses import dataclass, field

from appliance.exchange.scene import Expectation, Scene
from tests.boxes import TrialBox


@dataclass(frozen=True)
class Ending:
    """The end of a call."""

    outcome: str
    why: str | None
    files: int  # left in the recordings' folder and readable
    spoken: bool = field(default=False, compare=False)  # a prompt began

    def __str__(self) -> str:
        """Return it as it stands in the table."""
        return f"{self.outcome}, {self.why or 'not counted'}"


def play(box: TrialBox, scene: Scene, seed: int = 0) -> Ending:
    """Play a scene and look at the folder as well as at the dialogue.

    The files are those of all its calls; calls that happen before are chosen to leave none.
    """
    before = set(box.recordings())
    result = box.call(scene, seed=seed).result()
    new = [box.file(name) for name in set(box.recordings()) - before]
    readable = [path for path in new if path.read_bytes()[:4096] != bytes(4096)]
    spoken = any(event["event"].startswith("prompt_") for event in result["events"])
    return Ending(result["outcome"], result["reason"], len(readable), spoken)


def expected(scene: Scene) -> Ending:
    """Return how a shipped scene must end."""
    return _ending(scene.expect or Expectation(outcome="unrecorded"))


def today(scene: Scene) -> Ending:
    """Return how it ends today: the same, unless the scene says otherwise."""
    return expected(scene) if scene.today is None else _ending(scene.today)


def _ending(expect: Expectation) -> Ending:
    recorded = expect.outcome == "recorded"
    why = expect.ended if recorded else expect.reason
    return Ending(expect.outcome, why or None, int(recorded))
