"""Make calls for the rig: as short as a whole call can be, with a turn for each party."""

from appliance.exchange.scene import Network, Scene, SceneAct, SceneCaller, SceneOffice, greetings

NUMBER = "+48221234567"


def short_call(answer: str, *, longer: float = 0.0, rings: int = 1) -> Scene:
    """Return an incoming call in which the office talks for 1.5 s and the caller for 2 s.

    Args:
        answer: the key that the caller presses after the question.
        longer: seconds that the caller talks on.
        rings: it rings so often; the caller's number is told between the first two.
    """
    last = round(1000 * longer)
    acts = [
        *(*greetings(), *_key(answer)),
        SceneAct(by="office", do="speak", on="conversation", after_ms=200, seconds=1.5),
        SceneAct(by="caller", do="speak", on="conversation", after_ms=1900, seconds=2.0 + longer),
        SceneAct(by="office", do="hang_up", on="conversation", after_ms=4300 + last),
    ]
    return _scene(acts, rings)


def refused_call() -> Scene:
    """Return an incoming call in which the caller presses 2, and the office hangs up at once."""
    hang_up = SceneAct(by="office", do="hang_up", on="mark", after_ms=2500)
    return _scene([*greetings(), *_key("2"), hang_up], rings=1)


def unanswered_call() -> Scene:
    """Return an incoming call that rings once and is given up."""
    return Scene(
        name="unanswered",
        about="A call that nobody answers.",
        caller=SceneCaller(number=NUMBER),
        office=SceneOffice(lifts_after_rings=0),
        network=Network(rings=1),
    )


def _key(answer: str) -> list[SceneAct]:
    return [SceneAct(by="caller", do="key", keys=answer, on="mark", after_ms=700, ms=120)]


def _scene(acts: list[SceneAct], rings: int) -> Scene:
    return Scene(
        name="short",
        about="A call in which both say something.",
        caller=SceneCaller(number=NUMBER),
        office=SceneOffice(lifts_after_rings=rings),
        acts=tuple(acts),
    )
