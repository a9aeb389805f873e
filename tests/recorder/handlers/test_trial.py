"""Place the trial's calls: one at a time, from numbers that are not the office's."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.link.operations import Done
from appliance.link.requests.demo_phone import PhoneAct
from appliance.link.requests.trial import PlaceTrialCall, TrialCaller
from appliance.model.demo_phone import LiveAct
from appliance.prompts.speech import simulated_voices
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.model.refusals import refuses

LINE = "Reception"


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A recorder at speed, on whose line nobody hangs up by himself."""
    monkeypatch.setattr("appliance.exchange.live.call._ABANDONED", 10**15)
    folders = Folders(tmp_path)
    make_places(folders)
    made = Recorder(trial(), folders, SystemClock(), simulation=Simulation(at_speed=True, seed=1))
    made.start()
    yield made
    made.close()


def test_a_second_call_is_refused_while_one_goes_on(recorder: Recorder) -> None:
    recorder.handle(PhoneAct(line=LINE, act=LiveAct(by="office", do="lift")), None, b"")
    with refuses("one_call"):
        recorder.handle(PlaceTrialCall(line=LINE, caller="agrees"), None, b"")
    recorder.handle(PhoneAct(line=LINE, act=LiveAct(by="office", do="hang_up")), None, b"")
    assert recorder.simulated().wait_over(10)
    assert recorder.handle(PlaceTrialCall(line=LINE, caller="refuses"), None, b"") == Done()
    assert recorder.simulated().wait_over(60)


def test_the_next_call_may_be_placed_once_all_have_hung_up() -> None:
    """The line is not quiet yet then: it is Ready, and a call that is placed waits a moment."""
    seen: list[bool] = []
    exchange = Exchange(LINE, 1, PartyVoices(*simulated_voices()))
    exchange.place(Scene.ordinary("+48223334455", None, talk=0.5))
    exchange.start(lambda item: seen.append(exchange.engaged))
    assert exchange.wait_over(60)
    exchange.close()
    assert seen[0]
    assert not any(seen[-20:])


def test_trial_callers_have_numbers_of_their_own() -> None:
    callers = {named_scene(name).caller.number for name in get_args(TrialCaller)}
    assert len(callers) == len(get_args(TrialCaller))
    assert not callers & {line.number for line in trial().lines}
