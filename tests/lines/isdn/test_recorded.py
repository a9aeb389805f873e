"""Record an ISDN line: whole calls over L1oIP on loopback, through the whole recorder."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from appliance.call.states import State
from appliance.config.settings import Line, Part
from appliance.exchange.isdn.driver import IsdnExchange
from appliance.exchange.scene import Network, SceneOffice
from appliance.exchange.script.files import named_scene
from appliance.lines.device import Supplies
from appliance.lines.isdn.driver import IsdnLine
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE
from appliance.model.sentences.faults import device_fault
from appliance.model.terms import Hook, Obstacle
from appliance.recorder.line.devices import Devices, make_devices
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from appliance.signals.pcm import level_dbm0
from tests.boxes import TrialBox
from tests.recorder.calls import at_talk, play, talk
from tests.recorder.supplied import supplies

ENDS = {
    "network": "127.0.0.1:9311",
    "terminal": "127.0.0.1:9312",
    "network_here": "127.0.0.1:9301",
    "terminal_here": "127.0.0.1:9302",
}
BRIDGE = {"transport": "l1oip", "mode": "bridge", "id": "5a2b4c6d", **ENDS}


@pytest.fixture
def isdn_box(trial_box: TrialBox) -> TrialBox:
    (line,) = trial_box.config.lines
    on_bus = replace(line, audio=Part("exchange", {"sides": "far/near"}))
    trial_box.config = replace(trial_box.config, lines=(on_bus,))
    return trial_box


def with_isdn(box: TrialBox, **options: str) -> TrialBox:
    """Give the box a real ISDN line; nothing answers at the other ends."""
    (line,) = box.config.lines
    isdn = Part("isdn")
    on_bus = replace(line, hook=Part("isdn", {**BRIDGE, **options}), audio=isdn, prompt=isdn)
    box.undecide()
    box.config = replace(box.config, lines=(on_bus,))
    return box


def test_a_callers_key_makes_a_sealed_recording_of_two_channels(isdn_box: TrialBox) -> None:
    course = play(isdn_box, talk(at_talk("speak", by="caller", seconds=2.0)))
    assert course.notes == [("recorded", None)]
    (rid,) = course.kept
    with isdn_box.open(rid) as reader:
        assert reader.meta.sides == ("far", "near")
        assert (reader.receipt.grade, reader.receipt.side, reader.receipt.key) == ("A", "far", "1")
        sound = reader.read(0, reader.samples)
    assert sound.shape[0] == 2
    # People speak in turns: where one does, the other channel is silent.
    frames = sound[:, : sound.shape[1] // FRAME * FRAME].reshape(2, -1, FRAME).astype(np.float64)
    powers = (frames**2).mean(axis=2)
    alone = [int((powers[side] > 100 * powers[1 - side]).sum()) for side in (0, 1)]
    assert min(alone) > 20
    assert all(level_dbm0(channel) > -40 for channel in sound)
    digits = [event for event in course.of(ev.DigitPressed) if isinstance(event, ev.DigitPressed)]
    assert [(digit.key, digit.side.value) for digit in digits] == [("1", "far")]


def test_the_offices_key_is_not_the_callers(isdn_box: TrialBox) -> None:
    course = play(isdn_box, named_scene("near-key"))
    assert course.notes == [("unrecorded", "interrupted")]
    assert course.kept == []


def test_a_call_that_waited_and_is_taken_ends_the_recording(isdn_box: TrialBox) -> None:
    course = play(isdn_box, named_scene("call-waiting-swap"))
    (rid,) = course.kept
    with isdn_box.open(rid) as reader:
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "far_changed"


def test_a_network_that_is_unplugged_cuts_what_plays_and_is_ready_again(
    isdn_box: TrialBox,
) -> None:
    nobody, once = SceneOffice(lifts_after_rings=0), Network(rings=1)
    rings = structs.replace(named_scene("silent"), office=nobody, network=once)
    course = play(isdn_box, named_scene("sound-unplugged:recording"), rings)
    after = course.states[course.states.index(State.FAULT) :]
    assert after[after.index(State.IDLE) :][:2] == [State.IDLE, State.RINGING]
    (rid,) = course.kept
    with isdn_box.open(rid) as reader:
        assert reader.read(0, reader.samples).any()
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"
    (fault,) = course.of(ev.LineFault)
    (restored,) = course.of(ev.LineRestored)
    hooks = [each for each in course.of(ev.HookChanged) if isinstance(each, ev.HookChanged)]
    on = next(each for each in hooks if each.sample > restored.sample)
    assert on.hook is Hook.ON
    assert fault.sample < restored.sample < on.sample < restored.sample + 10 * RATE


def test_the_simulated_bus_is_made_by_the_configuration(isdn_box: TrialBox) -> None:
    (line,) = isdn_box.config.lines
    devices = make_devices(line, supplies(isdn_box.clock))
    assert isinstance(devices.exchange, IsdnExchange)
    assert devices.speaks
    devices.exchange.close()


@pytest.mark.parametrize(("mode", "speaks"), [("bridge", True), ("tap", False)])
@pytest.mark.parametrize("transport", ["l1oip", "kernel"])
def test_an_isdn_line_is_one_device_with_all_roles(
    trial_box: TrialBox, mode: str, speaks: bool, transport: str
) -> None:
    (line,) = with_isdn(trial_box, mode=mode, transport=transport).config.lines
    devices = make_devices(line, supplies(trial_box.clock))
    assert isinstance(devices.hook, IsdnLine)
    assert {id(devices.hook)} == {id(devices.audio), id(devices.prompt)}
    assert devices.speaks is speaks
    assert devices.audio.sides == ("far", "near")


@pytest.mark.parametrize(
    ("mode", "why"), [("tap", Obstacle.MUTE), ("bridge", None)], ids=["tap", "bridge"]
)
def test_a_line_that_cannot_speak_says_so_and_asks_nobody(
    trial_box: TrialBox, mode: str, why: Obstacle | None
) -> None:
    box = with_isdn(trial_box, mode=mode)
    make_places(box.folders)
    recorder = Recorder(box.config, box.folders, box.clock)
    try:
        thread = recorder.line("Reception").thread
        assert thread._held_back() is (why or Obstacle.TIME)
        recorder._shared.day.tell("2027-01-11")
        assert thread._held_back() is why
        assert not thread.status.fault
        thread._take(ev.LineFault(0, "hook", device_fault("peer_silent", peer="here")))
        assert (thread.status.state, thread.status.fault) == (
            "unknown",
            device_fault("peer_silent", peer="here").fault,
        )
        thread._take(ev.LineRestored(8000, "hook"))
        assert thread.status.fault is None
        assert not recorder.statuses()[0].asks
    finally:
        recorder.close()


def test_a_call_on_a_line_that_cannot_speak_is_unrecorded_for_want_of_a_policy(
    isdn_box: TrialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mute(line: Line, supplies: Supplies) -> Devices:
        return replace(make_devices(line, supplies), speaks=False)

    monkeypatch.setattr("appliance.recorder.line.build.make_devices", mute)
    course = play(isdn_box, talk())
    assert course.notes == [("unrecorded", "no_policy")]
    assert (course.kept, course.spoken) == ([], [])
