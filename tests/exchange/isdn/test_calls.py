"""Calls on a simulated S0 bus, through the driver of real lines and the whole recorder."""

from dataclasses import replace

import pytest
from msgspec import structs

from appliance.call.states import State
from appliance.config.settings import Part
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.model import events as ev
from appliance.model.terms import NumberKind
from tests.boxes import TrialBox
from tests.deep import deep
from tests.recorder.calls import play

BARELY, AT_LEISURE = 800, 7000
"""Milliseconds from the last digit to the answer: below and above the four that a line waits."""


@pytest.fixture(name="box")
def _box(trial_box: TrialBox) -> TrialBox:
    (line,) = trial_box.config.lines
    line = replace(line, audio=Part("exchange", {"sides": "far/near"}))
    return replace(trial_box, config=replace(trial_box.config, lines=(line,)))


def answered_after(name: str, ms: int) -> Scene:
    scene = named_scene(name)
    return structs.replace(scene, network=structs.replace(scene.network, answers_after_ms=ms))


def test_a_call_to_an_ordinary_number_is_asked_however_soon_it_is_answered(
    box: TrialBox,
) -> None:
    course = play(box, answered_after("outgoing-agrees", BARELY))
    assert State.RECORDING in course.states
    assert len(course.kept) == 1
    (number,) = course.of(ev.NumberDialled)
    assert isinstance(number, ev.NumberDialled)
    assert number.kind is NumberKind.ORDINARY


@pytest.mark.parametrize(
    ("keys", "ms"), [("0112", BARELY), ("986", AT_LEISURE), deep("991", BARELY)]
)
def test_nothing_is_said_on_a_call_for_help_and_its_call_back(
    box: TrialBox, keys: str, ms: int
) -> None:
    """Also behind a prefix that nobody told the box of, answered before anybody could judge it."""
    scene = answered_after("outgoing-agrees", ms)
    acts = [structs.replace(act, keys=keys) if act.do == "dial" else act for act in scene.acts]
    help_ = structs.replace(scene, acts=tuple(acts))
    course = play(box, help_, Scene.ordinary("+48221234567", "1"))
    assert course.spoken == []
    assert course.kept == []
    kinds = {each.kind for each in course.events if isinstance(each, ev.NumberDialled)}
    assert kinds == {NumberKind.EMERGENCY}
    assert {State.ASKING, State.RECORDING}.isdisjoint(course.states)
