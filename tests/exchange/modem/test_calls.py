"""Calls in real time on a line whose hook a real driver reads from an emulated modem."""

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from appliance.call.call import Call
from appliance.call.states import State
from appliance.config.settings import Basis, Part
from appliance.errors import LineError
from appliance.exchange.device import runs_at_speed
from appliance.exchange.scene import Network, Scene, SceneOffice
from appliance.lines.modem.driver import Modem
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.records import Verdict
from appliance.model.terms import Hook
from appliance.recorder.line.devices import Simulation, make_devices
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox, make_box
from tests.deep import deep
from tests.recorder.calls import play, talk
from tests.recorder.supplied import supplies
from tests.scenes.worded import worded

BOTH = ("training", "quality")

# Each call takes half a minute, and the machine may do much else.
pytestmark = pytest.mark.timeout(240)


def modem_box(folder: Path, name: str) -> TrialBox:
    """Return a box whose line has an emulated modem and prompts of a few seconds."""
    bases, keys = dict.fromkeys(BOTH, Basis.CONSENT), {"1": BOTH, "2": ()}
    box = worded(make_box(folder / "data"), folder / "words", bases, keys)
    (line,) = box.config.lines
    line = replace(line, hook=Part("exchange", {"modem": name}))
    return replace(box, config=replace(box.config, lines=(line,)))


@pytest.mark.parametrize("name", ["conexant", deep("silabs"), deep("generic")])
def test_a_whole_consented_call(tmp_path: Path, name: str) -> None:
    box = modem_box(tmp_path, name)
    course = play(box, talk(hang_up_ms=5000))
    assert course.of(ev.Ring)
    assert any(e.number == "+48600555012" for e in course.events if isinstance(e, ev.CallerId))
    assert State.RECORDING in course.states
    (rid,) = course.kept
    with box.open(rid) as reader:
        assert reader.survey.verdict is Verdict.COMPLETE


@pytest.mark.parametrize(("name", "wanders"), [deep("conexant", False), ("silabs", True)])
def test_the_modem_unplugged_in_a_call_cuts_it_and_is_found_again(
    tmp_path: Path, name: str, wanders: bool
) -> None:
    """It vanishes until it is plugged in again, or returns at once as another device."""
    box = modem_box(tmp_path, name)

    def pull(recorder: Recorder, event: ev.Event, call: Call) -> None:
        modem = recorder.simulated().modem
        assert modem is not None
        said = isinstance(event, ev.VoiceHeard) and not event.active
        if said and call.state is State.RECORDING:
            (modem.wander if wanders else modem.pull)()
        elif isinstance(event, ev.LineFault) and not wanders:
            modem.start()

    course = play(box, talk(hang_up_ms=9000), wish=pull)
    (fault,) = course.of(ev.LineFault)
    restored = course.of(ev.LineRestored)[0]
    assert 0 < restored.sample - fault.sample < 10 * RATE
    (rid,) = course.kept
    with box.open(rid) as reader:
        assert reader.survey.verdict is Verdict.COMPLETE  # it plays to its end
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"
        assert reader.samples > 0
    last = [e for e in course.events if isinstance(e, ev.HookChanged)][-1]
    assert last.hook is Hook.ON


def test_a_modem_that_cannot_see_the_hook_is_a_fault_that_says_so(tmp_path: Path) -> None:
    box = modem_box(tmp_path, "usr5637")  # one jack, and no reading of the voltage
    nobody = Scene(name="nobody", about="Nobody answers.", office=SceneOffice(lifts_after_rings=0))
    course = play(box, structs.replace(nobody, network=Network(rings=1)))
    assert course.kept == []
    (fault,) = [e for e in course.events if isinstance(e, ev.LineFault)]
    assert "cannot tell that a phone is lifted" in fault.reason


def test_a_line_with_a_modem_is_never_hurried(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    hurried = Simulation(at_speed=True)
    assert runs_at_speed(line, hurried)
    line = replace(line, hook=Part("exchange", {"modem": "conexant"}))
    assert not runs_at_speed(line, hurried)
    made = make_devices(line, supplies(simulation=hurried))
    assert isinstance(made.hook, Modem)
    assert {id(made.audio), id(made.prompt)} == {id(made.exchange)}


def test_a_modem_that_nobody_knows_is_refused_in_a_sentence(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    line = replace(line, hook=Part("exchange", {"modem": "none"}))
    with pytest.raises(LineError, match="There is no profile none; known are: conexant"):
        make_devices(line, supplies())
