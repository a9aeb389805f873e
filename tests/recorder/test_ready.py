"""Check that what is shown of an idle line is what its next caller meets."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.config.settings import Config, LineKind
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.link.handlers import handlers_of
from appliance.link.requests.trial import EndSilence
from appliance.model.lamps import Light, lamp_pattern
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from appliance.recorder.handlers.trial import TrialDesk
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.deep import spread
from tests.model.refusals import refuses
from tests.recorder.calls import play

CALLER = Scene.ordinary("+48221234567", "1", talk=1.0)


def line(config: Config, **changes: object) -> Config:
    """Change the first line."""
    return replace(config, lines=(replace(config.lines[0], **changes),))  # type: ignore[arg-type]


def renamed(config: Config) -> Config:
    """Change one word of a purpose, for which no prompt was spoken."""
    full = {language: words + " x" for language, words in config.purposes[0].full.items()}
    changed = replace(config.purposes[0], full=full)
    return replace(config, purposes=(changed, *config.purposes[1:]))


WAYS: dict[str, tuple[Callable[[Config], Config], Obstacle | None]] = {
    "as shipped": (lambda config: config, None),
    "one word of a purpose changed": (renamed, Obstacle.WORDS),
    "no purpose": (lambda config: line(config, purposes=(), choices={}), Obstacle.PURPOSE),
    "a fax": (lambda config: line(config, kind=LineKind.FAX), Obstacle.KIND),
}


def shown(box: TrialBox) -> LineStatus:
    """Return what is shown of the idle line, before anybody calls."""
    make_places(box.folders)
    recorder = Recorder(
        box.config, box.folders, box.clock, simulation=Simulation(at_speed=True, seed=1)
    )
    try:
        thread, exchange = recorder.line("Reception").thread, recorder.simulated()
        for item in [item for _ in range(150) for item in exchange.step()]:
            thread._take(item)
        return thread.status
    finally:
        recorder.close()


@pytest.mark.parametrize(("change", "obstacle"), spread(list(WAYS.values()), 2), ids=WAYS)
def test_the_next_caller_meets_what_is_shown(
    trial_box: TrialBox, change: Callable[[Config], Config], obstacle: Obstacle | None
) -> None:
    trial_box.config = change(trial_box.config)
    status = shown(trial_box)
    assert (status.state, status.obstacle, status.asks) == ("idle", obstacle, obstacle is None)
    course = play(trial_box, CALLER)
    assert bool(course.spoken) is status.asks, "asked if and only if that was shown"
    assert (course.notes[-1][0] == "recorded") is status.asks


def test_a_trial_asks_again_after_a_call_for_help_that_was_none(trial_box: TrialBox) -> None:
    make_places(trial_box.folders)
    recorder = Recorder(
        trial_box.config,
        trial_box.folders,
        trial_box.clock,
        simulation=Simulation(at_speed=True, seed=1),
    )
    recorder.start()
    try:
        exchange, built = recorder.simulated(), recorder.line("Reception")
        exchange.place(named_scene("outgoing-emergency"))
        exchange.wait_over()
        built.thread.settle()
        status = built.thread.status
        assert (status.state, status.obstacle) == ("idle", Obstacle.EMERGENCY)
        assert lamp_pattern((status,)).green is Light.OFF
        wired = TrialDesk(recorder.line, lambda: [built, replace(built, exchange=None)], None)
        with refuses("not_all_simulated"):
            handlers_of(wired)[EndSilence](EndSilence())
        assert built.thread.status.obstacle is Obstacle.EMERGENCY
        recorder.handle(EndSilence(), None, b"")
        built.thread.settle()
        assert built.thread.status.asks
        assert built.thread.status.exempt_until == 0
    finally:
        recorder.close()
