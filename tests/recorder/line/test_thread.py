"""Run a line's thread over the whole path: wishes become files, notes and silence."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from msgspec import structs

from appliance.call.call import Call
from appliance.call.states import State
from appliance.exchange.scene import Scene, SceneAct
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.records import LineStatus
from appliance.recorder.line.devices import Simulation
from appliance.recorder.line.inbox import Press
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox

NUMBER = "+48600555012"
Wish = Callable[[Recorder, ev.Event, Call], None]


def run(box: TrialBox, scene: Scene, wish: Wish, *more: Scene) -> list[State]:
    """Let calls happen while ``wish`` may press buttons; return the states it went through."""
    states: list[State] = []
    make_places(box.folders)
    recorder: Recorder

    def observe(event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        if not states or states[-1] is not call.state:
            states.append(call.state)
        wish(recorder, event, call)

    simulation = Simulation(at_speed=True, seed=1, observe=observe)
    recorder = Recorder(box.config, box.folders, box.clock, simulation=simulation)
    try:
        recorder.start()
        exchange = recorder.simulated()
        for each in (scene, *more):
            exchange.place(each)
            exchange.wait_over()
    finally:
        recorder.close()
    return states


def nothing(recorder: Recorder, event: ev.Event, call: Call) -> None:
    """Press no button."""


class Once:
    """Presses a button once, so long after the first sample of a recording."""

    def __init__(self, *presses: tuple[float, str]) -> None:
        self._presses = list(presses)

    def __call__(self, recorder: Recorder, event: ev.Event, call: Call) -> None:
        if not self._presses or call.first_sample is None:
            return
        seconds, button = self._presses[0]
        if event.sample - call.first_sample >= seconds * RATE:
            del self._presses[0]
            recorder.line("Reception").thread.press(Press(button))  # type: ignore[arg-type]


def test_consent_becomes_a_recording(trial_box: TrialBox) -> None:
    states = run(trial_box, Scene.ordinary(NUMBER, "1", talk=5.0, name="Zofia"), nothing)
    assert State.RECORDING in states
    (rid,) = trial_box.recordings()
    with trial_box.open(rid) as reader:
        assert reader.meta.number == NUMBER
        assert reader.meta.name == "Zofia"
        assert reader.receipt.key == "1"
        assert reader.receipt.grade == "A"
        assert set(reader.receipt.purposes) == {"training", "quality"}
        assert reader.receipt.time == pytest.approx(trial_box.clock.now(), abs=60)
        sound = reader.read(0, reader.samples)
        assert reader.samples > 5 * RATE
        assert np.abs(sound).max() > 500


def test_the_call_is_counted_without_a_person(trial_box: TrialBox) -> None:
    run(trial_box, Scene.ordinary(NUMBER, "2"), nothing)
    (note,) = trial_box.folders.notes.iterdir()
    told = json.loads(note.read_text())
    assert told.keys() == {"line", "day", "outcome", "reason"}
    assert (told["outcome"], told["reason"]) == ("unrecorded", "refused")


def test_a_pause_by_button_is_silence(trial_box: TrialBox) -> None:
    scene = Scene.ordinary(NUMBER, "1", talk=8.0)
    states = run(trial_box, scene, Once((2.0, "pause"), (4.0, "pause")))
    assert State.PAUSED in states
    (rid,) = trial_box.recordings()
    with trial_box.open(rid) as reader:
        marks = {mark.kind: mark.sample for mark in reader.survey.marks}
        paused = reader.read(marks["pause"], marks["resume"] - marks["pause"])
        after = reader.read(marks["resume"], 2 * RATE)
    assert paused.shape[1] > RATE // 2
    assert np.abs(paused).max() <= 8  # the smallest steps of A-law
    assert np.abs(after).max() > 500


def test_private_stops_and_keeps_what_was(trial_box: TrialBox) -> None:
    states = run(trial_box, Scene.ordinary(NUMBER, "1", talk=8.0), Once((3.0, "private")))
    assert State.PRIVATE in states
    (rid,) = trial_box.recordings()
    with trial_box.open(rid) as reader:
        assert 2 * RATE < reader.samples < 4 * RATE


def test_withdrawing_leaves_a_marker_and_no_header(trial_box: TrialBox) -> None:
    run(trial_box, Scene.ordinary(NUMBER, "1", talk=8.0, withdraw_after=3.0), nothing)
    (rid,) = trial_box.recordings()
    assert [path.name for path in trial_box.folders.withdrawn.iterdir()] == [rid]
    assert trial_box.file(rid).read_bytes()[:4096] == bytes(4096)


def test_a_key_during_the_recording_is_blanked(trial_box: TrialBox) -> None:
    scene = Scene.ordinary(NUMBER, "1", talk=8.0)
    keyed = SceneAct(by="caller", do="key", keys="7", on="conversation", after_ms=3000, ms=900)
    states = run(trial_box, with_act(scene, keyed), nothing)
    assert State.RECORDING in states
    (rid,) = trial_box.recordings()
    with trial_box.open(rid) as reader:
        (blank,) = [mark for mark in reader.survey.marks if mark.kind == "blank"]
        sound = reader.read(0, reader.samples)[0].astype(float)
    assert blank.samples >= 0.9 * RATE
    assert np.abs(sound[blank.sample : blank.sample + blank.samples]).max() <= 8
    assert power_at(sound, 852) < 5 * power_at(sound, 1040)


def with_act(scene: Scene, *acts: SceneAct) -> Scene:
    return structs.replace(scene, acts=(*scene.acts, *acts))


def power_at(sound: np.ndarray, hertz: float) -> float:
    """Return the largest power at a frequency in any 25 ms."""
    whole = sound[: sound.size // 200 * 200].reshape(-1, 200)
    wave = np.exp(-2j * np.pi * hertz * np.arange(200) / RATE)
    return float((np.abs(whole @ wave) ** 2).max())


def test_a_fault_of_ours_ends_in_silence_and_not_in_a_dead_line(trial_box: TrialBox) -> None:
    broken: list[bool] = []

    def break_once(recorder: Recorder, event: ev.Event, call: Call) -> None:
        if call.state is State.RECORDING and not broken:
            broken.append(True)
            raise RuntimeError("a fault of ours")

    states = run(trial_box, Scene.ordinary(NUMBER, "1", talk=6.0), break_once)
    assert broken
    assert states[states.index(State.RECORDING) + 1] is State.UNKNOWN
    states = run(trial_box, Scene.ordinary(NUMBER, "1", talk=3.0), nothing)
    assert State.RECORDING in states


def test_ears_that_fail_at_every_frame_are_replaced_for_the_next_call(
    trial_box: TrialBox, caplog: pytest.LogCaptureFixture
) -> None:
    broken: list[bool] = []

    def deafen_once(recorder: Recorder, event: ev.Event, call: Call) -> None:
        if call.state is State.RECORDING and not broken:
            broken.append(True)
            recorder.line("Reception").thread._hearing._progress = None  # type: ignore[assignment]

    scene = Scene.ordinary(NUMBER, "1", talk=3.0)
    states = run(trial_box, scene, deafen_once, scene)
    assert states.count(State.RECORDING) == 2
    told = [record for record in caplog.records if "a fault of ours" in record.message]
    assert len(told) == 1


def test_every_change_is_told(trial_box: TrialBox) -> None:
    make_places(trial_box.folders)
    simulation = Simulation(at_speed=True, seed=1)
    recorder = Recorder(trial_box.config, trial_box.folders, trial_box.clock, simulation=simulation)
    (status,) = recorder.statuses()
    assert isinstance(status, LineStatus)
    assert status.trial
    assert status.state == "unknown"
    recorder.close()


def test_the_status_tells_what_became_of_the_last_call(trial_box: TrialBox) -> None:
    told: list[tuple[str | None, str | None]] = []

    def note(recorder: Recorder, event: ev.Event, call: Call) -> None:
        status = recorder.line("Reception").thread.status
        told.append((status.outcome, status.reason))

    run(trial_box, Scene.ordinary(NUMBER, "1", talk=2.0), note)
    run(trial_box, Scene.ordinary(NUMBER, "2"), note)
    assert ("recorded", "hung_up") in told
    assert ("unrecorded", "refused") in told
