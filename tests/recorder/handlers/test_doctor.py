"""Watch a line of the whole recorder, and play tones on it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from appliance.call.call import Call
from appliance.call.states import State
from appliance.config.settings import LineKind, Part
from appliance.errors import Refused
from appliance.exchange.scene import Circuit, Scene, SceneAct
from appliance.link.requests import doctor as ask
from appliance.link.requests.calibration import BeginCalibration
from appliance.model import events as ev
from appliance.model.audio import Sound
from appliance.model.terms import Obstacle
from appliance.recorder.handlers import doctor
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.deep import deep
from tests.recorder.calls import play

LINE = "Reception"
NUMBER, NAME = "+48600555012", "Zofia Testowa"

LIFTS = SceneAct(by="office", do="hang_up", on="lifted", after_ms=9000)


def lift(circuit: Circuit | None = None, *acts: SceneAct) -> Scene:
    """The office lifts the phone and dials nothing."""
    return Scene(
        name="tones",
        about="A check.",
        direction="outgoing",
        circuit=circuit or Circuit(),
        acts=(*acts, LIFTS),
    )


def look(recorder: Recorder) -> ask.LineMoment:
    seen: ask.LineMoment = recorder.handle(ask.LookAtLine(LINE), None, b"")
    return seen


class Watcher:
    """Looks at the line at every event, and begins a check on the idle line if told to."""

    def __init__(self, *, checks: bool = False, looks: bool = True) -> None:
        self.checks, self.looks = checks, looks
        self.seen: list[ask.LineMoment] = []
        self.stages: list[str] = []
        self.obstacles: set[Obstacle | None] = set()

    def __call__(self, recorder: Recorder, event: ev.Event, call: Call) -> None:
        view = recorder.line(LINE).thread.view
        if self.checks and call.state is State.IDLE:
            self.checks = False
            view.check.begin(0.0)
        if self.looks:
            self.seen.append(look(recorder))
        stage = view.check.now.stage
        if [stage] != self.stages[-1:]:
            self.stages.append(stage)
        if stage == "playing":
            self.obstacles.add(call.policy.held_back)

    @property
    def happened(self) -> list[str]:
        """Everything that was told, the oldest first."""
        told = {(each.at, each.what) for seen in self.seen for each in seen.happened}
        return [what for _, what in sorted(told)]

    @property
    def check(self) -> ask.ToneCheck:
        return self.seen[-1].check


def test_a_call_is_seen_with_its_ring_number_and_hook_and_without_who_it_is(
    trial_box: TrialBox,
) -> None:
    watcher = Watcher()
    course = play(trial_box, Scene.ordinary(NUMBER, "1", talk=3.0, name=NAME), wish=watcher)
    told = set(watcher.happened)
    assert {"ring", "caller_id", "off_hook", "on_hook"} <= told
    off = [seen for seen in watcher.seen if seen.hook == "off"]
    assert off
    assert off[-1].hook_since > 0
    measured = [seen for seen in watcher.seen if seen.figures == "measured"]
    assert {each.channel for each in measured[-1].channels} == {"voltage", "current"}
    assert max(seen.channels[0].dbm0 for seen in measured if seen.state == "asking") > -30
    assert len(course.kept) == 1
    everything = repr(watcher.seen)
    assert NUMBER[-9:] not in everything
    assert "Zofia" not in everything


def test_a_watched_call_goes_and_is_recorded_as_an_unwatched_one(trial_box: TrialBox) -> None:
    scene = Scene.ordinary(NUMBER, "1", talk=3.0, name=NAME)
    alone = play(trial_box, scene, wish=Watcher(looks=False))
    watched = play(trial_box, scene, wish=Watcher())
    assert watched.states == alone.states
    assert [replace(each, sample=0) for each in watched.events if _told(each)] == [
        replace(each, sample=0) for each in alone.events if _told(each)
    ]
    assert watched.spoken == alone.spoken
    assert watched.notes == alone.notes
    (one,), (other,) = alone.kept, watched.kept
    assert np.array_equal(sound_of(trial_box, one), sound_of(trial_box, other))


def _told(event: ev.Event) -> bool:
    """Leave out what names the file."""
    return not isinstance(event, ev.RecordingOpened)


def sound_of(box: TrialBox, rid: str) -> Sound:
    with box.open(rid) as reader:
        return reader.read(0, reader.samples)


@pytest.mark.parametrize("broken", ["LineCondition", deep("LineEvent")])
def test_a_fault_in_watching_never_reaches_the_call(
    trial_box: TrialBox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"appliance.recorder.watch.line.{broken}", fails)
    scene = Scene.ordinary(NUMBER, "1", talk=3.0)
    course = play(trial_box, scene, wish=Watcher())
    assert len(course.kept) == 1
    assert State.FAULT not in course.states
    assert caplog.text.count("a fault of ours") == 1


def test_a_refused_call_is_not_measured(trial_box: TrialBox) -> None:
    watcher = Watcher()
    play(trial_box, Scene.ordinary(NUMBER, "2", talk=3.0), wish=watcher)
    refused = [seen for seen in watcher.seen if seen.state == "refused"]
    assert refused
    assert "private" in {seen.figures for seen in refused}
    assert all(not seen.channels for seen in refused if seen.figures == "private")


@pytest.mark.parametrize(("agc", "found"), [(False, "tones_back"), (True, "controls_gain")])
def test_tones_go_out_and_come_back_over_the_modelled_line(
    trial_box: TrialBox, agc: bool, found: str
) -> None:
    watcher = Watcher(checks=True)
    course = play(trial_box, lift(Circuit(capture_agc=agc)), wish=watcher)
    assert watcher.stages == ["none", "lift", "dial_tone", "playing", "done"]
    assert f"sound.{found}" in {each.id for each in watcher.check.found}
    if not agc:
        assert abs(watcher.check.level_db) < 3.0  # the phone in parallel takes its share
    assert 0 <= watcher.check.round_trip_ms <= 40
    assert course.spoken == []  # no question
    assert course.kept == []
    assert Obstacle.CALIBRATING in watcher.obstacles
    measured = [each for seen in watcher.seen if seen.channels for each in seen.in_the_way]
    assert "grade.best" in {each.id for each in measured}  # before the check at least


def test_hum_on_the_wires_is_found_and_does_not_spoil_the_check(trial_box: TrialBox) -> None:
    watcher = Watcher(checks=True)
    play(trial_box, lift(Circuit(hum_dbm0=-28.0)), wish=watcher)
    hums = [each for seen in watcher.seen for each in seen.found if each.id == "sound.hums"]
    assert abs(float(hums[-1].values["level"]) + 28) <= 2
    assert watcher.check.stage == "done"
    assert "sound.tones_back" in {each.id for each in watcher.check.found}
    assert "sound.hums" in {each.id for each in watcher.seen[-1].in_the_way}


@pytest.mark.parametrize("pulses", [deep(False), True])
def test_whoever_dials_silences_the_box(trial_box: TrialBox, pulses: bool) -> None:
    dials = SceneAct(by="office", do="dial", keys="112", on="lifted", after_ms=2600, pulses=pulses)
    watcher = Watcher(checks=True)
    course = play(trial_box, lift(None, dials), wish=watcher)
    assert watcher.check.stage == "stopped"
    assert watcher.check.stopped in {"key", "call", "no_dial_tone"}
    digits = [event for event in course.of(ev.DigitPressed)]
    assert "".join(each.key for each in digits) == "112"  # type: ignore[attr-defined] # digits
    assert course.spoken == []


def test_a_caller_who_rings_meanwhile_is_not_asked_and_hears_no_tones(trial_box: TrialBox) -> None:
    watcher = Watcher(checks=True)
    course = play(trial_box, Scene.ordinary(NUMBER, "1", talk=2.0), wish=watcher)
    assert (watcher.check.stage, watcher.check.stopped) == ("stopped", "call")
    assert "playing" not in watcher.stages
    assert course.spoken == []
    assert course.kept == []


# -- the operations ---------------------------------------------------------------------------


@pytest.fixture
def recorder(trial_box: TrialBox) -> Iterator[Recorder]:
    made = started(trial_box)
    yield made
    made.close()


def started(box: TrialBox, **changes: Any) -> Recorder:
    make_places(box.folders)
    (line,) = box.config.lines
    config = replace(box.config, lines=(replace(line, **changes),))
    made = Recorder(config, box.folders, box.clock, simulation=Simulation(at_speed=True, seed=3))
    made.start()
    return made


def test_a_stream_tells_what_is_new_and_ends_with_the_recorder(recorder: Recorder) -> None:
    told: Any = recorder.handle(ask.WatchLine(LINE), None, b"")
    first = next(told)
    assert first.line == LINE
    assert next(told) is None  # nothing has changed
    recorder.line(LINE).thread.view.watch.follow(ev.Ring(0))
    assert [each.what for each in next(told).happened] == ["ring"]
    recorder.close()
    assert list(told) in ([], [None])


def test_what_stays_as_it_is_is_told_again(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "AGAIN_SECONDS", 0.0)
    told: Any = recorder.handle(ask.WatchLine(LINE), None, b"")
    first, second = next(told), next(told)
    assert structs.replace(second, now=first.now) == first


def test_two_watchers_see_the_same_and_one_may_leave(recorder: Recorder) -> None:
    one: Any = recorder.handle(ask.WatchLine(LINE), None, b"")
    two: Any = recorder.handle(ask.WatchLine(LINE), None, b"")
    assert structs.replace(next(one), now=0.0) == structs.replace(next(two), now=0.0)
    one.close()
    recorder.line(LINE).thread.view.watch.follow(ev.Ring(0))
    assert [each.what for each in next(two).happened] == ["ring"]


@pytest.mark.parametrize(
    "operation",
    [ask.LookAtLine, ask.WatchLine, ask.BeginToneCheck, ask.EndToneCheck],
)
def test_a_line_that_is_not_there_is_refused(recorder: Recorder, operation: Any) -> None:
    with pytest.raises(Refused) as refused:
        recorder.handle(operation("Nowhere"), None, b"")
    assert refused.value.code == "no_line"


def test_a_check_begins_on_an_idle_line_alone(recorder: Recorder) -> None:
    with pytest.raises(Refused) as refused:  # the phone was not seen on its hook yet
        recorder.handle(ask.BeginToneCheck(LINE), None, b"")
    assert refused.value.code == "line_not_idle"
    recorder.handle(BeginCalibration(LINE), None, b"")
    with pytest.raises(Refused) as refused:
        recorder.handle(ask.BeginToneCheck(LINE), None, b"")
    assert refused.value.code == "line_not_idle"
    recorder.handle(ask.EndToneCheck(LINE), None, b"")  # nothing goes on: nothing happens
    assert look(recorder).check.stage == "none"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": LineKind.ALARM}, "machine_line"),
        ({"audio": Part("exchange", {"sides": "far/near"})}, "no_tones"),
    ],
)
def test_nothing_is_played_on_a_machines_or_a_digital_line(
    trial_box: TrialBox, changes: dict[str, Any], code: str
) -> None:
    recorder = started(trial_box, **changes)
    try:
        with pytest.raises(Refused) as refused:
            recorder.handle(ask.BeginToneCheck(LINE), None, b"")
    finally:
        recorder.close()
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("audio", "grade", "ids"),
    [
        (Part("exchange"), "A", ["grade.by_devices"]),  # nobody has measured it yet
        (Part("exchange", {"sides": "both"}), "none", ["grade.one_signal", "grade.not_calibrated"]),
    ],
)
def test_what_stands_in_the_way_is_told(
    trial_box: TrialBox, audio: Part, grade: str, ids: list[str]
) -> None:
    recorder = started(trial_box, audio=audio)
    try:
        seen = look(recorder)
    finally:
        recorder.close()
    assert seen.grade == grade
    assert [each.id for each in seen.in_the_way] == ids
    assert seen.checkable
