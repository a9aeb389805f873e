"""A line being calibrated: what its steps show, and what it never does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from appliance.config.settings import LineKind
from appliance.errors import Refused
from appliance.lines.rehearsal import rehearsal
from appliance.lines.scene import Scene
from appliance.link.requests import calibration as ask
from appliance.model.calibration import parse
from tests.boxes import TrialBox
from tests.recorder.calibrating import LINE, Mono, mono, steps

ALL = "123456789*0#"


@pytest.fixture
def line(trial_box: TrialBox) -> Iterator[Mono]:
    with mono(trial_box) as running:
        yield running


def test_a_line_without_a_calibration_earns_nothing(line: Mono) -> None:
    known = line.ask(ask.GetCalibration(LINE))
    assert (known.grade, known.mixed, known.phones) == ("none", True, ())
    assert "No phone was enrolled." in known.reasons


def test_enrolled_phones_and_test_calls_earn_grade_b(line: Mono, trial_box: TrialBox) -> None:
    line.ask(ask.BeginCalibration(LINE))
    for number, phone in enumerate(("desk", "kitchen")):
        alone = line.step("alone", phone, number)
        assert "".join(key.key for key in alone.keys)[:12] == ALL
        assert abs(alone.prompt_db or 9) < 2.5
        assert abs((alone.tones_db or 0) - 20) < 0.5
        line.step("second", phone, number)
    for number in range(3):
        line.step("far", f"call {number}", number)
    known = line.ask(ask.KeepCalibration(LINE, every_phone=True))
    assert (known.grade, known.reasons) == ("B", ())
    assert (known.phones, known.far_calls) == (("desk", "kitchen"), 3)
    written = parse((trial_box.folders.calibration / f"{LINE}.toml").read_text("utf-8"))
    assert [phone.name for phone in written.phone] == ["desk", "kitchen"]
    assert trial_box.recordings() == []
    calls = replace(trial_box, config=line.config)
    far = calls.call(Scene.ordinary("+48221234567", "1")).result()
    near = calls.call(Scene.ordinary("+48221234567", "1", by="near")).result()
    assert far["outcome"] == "recorded"
    assert (far["receipt"]["grade"], far["receipt"]["side"]) == ("B", "far")
    assert (near["outcome"], near["receipt"]) == ("unrecorded", None)


def test_nobody_is_asked_from_the_moment_on_at_which_it_begins(line: Mono) -> None:
    thread, exchange = line.recorder.line(LINE).thread, line.recorder.simulated()
    exchange.place(rehearsal("far", 0))
    exchange.wait_over()
    for begins in (True, False):
        if begins:
            line.ask(ask.BeginCalibration(LINE))
        else:
            line.ask(ask.EndCalibration(LINE))
        assert thread.status.state == "idle"
        assert thread._call.policy.may_ask is not begins


def test_what_is_not_kept_is_forgotten(line: Mono, trial_box: TrialBox) -> None:
    line.ask(ask.BeginCalibration(LINE))
    line.step("far", "call 1", 0)
    line.ask(ask.EndCalibration(LINE))
    assert line.ask(ask.GetCalibration(LINE)).far_calls == 0
    assert not (trial_box.folders.calibration / f"{LINE}.toml").exists()
    with pytest.raises(Refused, match="begin anew"):
        line.ask(ask.KeepCalibration(LINE, every_phone=True))


@pytest.mark.parametrize("name", ["", "desk\nphone = []", '"desk"', "x" * 41])
def test_a_name_that_does_not_fit_into_the_file_is_refused(line: Mono, name: str) -> None:
    line.ask(ask.BeginCalibration(LINE))
    with pytest.raises(Refused, match="A name has 1 to 40"):
        next(steps(line.recorder, ask.TakeStep(LINE, "alone", name)))


def test_a_machines_line_is_not_calibrated_since_nothing_is_ever_said_on_it(
    trial_box: TrialBox,
) -> None:
    with mono(trial_box, kind=LineKind.FAX) as line, pytest.raises(Refused, match="machine"):
        line.ask(ask.BeginCalibration(LINE))


def test_a_v_i_tap_needs_no_phones(trial_box: TrialBox) -> None:
    with mono(trial_box, sides="voltage/current") as line:
        known = line.ask(ask.BeginCalibration(LINE))
        assert (known.grade, known.mixed) == ("A", False)
        level = line.step("level", "", 0)
        assert abs(level.prompt_db or 9) < 2.5
        assert line.ask(ask.KeepCalibration(LINE, every_phone=False)).grade == "A"
