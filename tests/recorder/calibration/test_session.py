"""Calibrate a line: its steps show what they should, and it never does what it must not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from msgspec import structs

from appliance.config.settings import LineKind
from appliance.exchange import call as exchange_call
from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.scene import Circuit, Scene
from appliance.exchange.script.rehearsal import rehearsal
from appliance.link.requests import calibration as ask
from appliance.model.calibration import parse
from appliance.model.terms import Obstacle
from appliance.signals.pcm import Wave
from tests.boxes import TrialBox
from tests.deep import deep
from tests.model.faults import said
from tests.model.refusals import refuses
from tests.recorder.calibration.calibrating import LINE, Mono, mono, steps

ALL = "123456789*0#"

pytestmark = pytest.mark.timeout(300)  # a test is up to nine calls; a slow machine takes 20 s


@pytest.fixture
def line(trial_box: TrialBox) -> Iterator[Mono]:
    with mono(trial_box) as running:
        yield running


def enrolled(line: Mono, step: Literal["alone", "second"], name: str, number: int) -> ask.StepNow:
    """Take a step of a phone's, as the line's people do it, and return how it ended."""
    told = steps(line.recorder, ask.TakeStep(LINE, step, name))
    now = next(told)
    line.ask(ask.PlaceTestCall(LINE, step, number))
    for now in told:
        assert now.stage != "ended"
    assert now.stage == "done"
    return now


def called(line: Mono, step: Literal["alone", "second"], *, second_phone: bool) -> ask.StepNow:
    """Make one call of the desk's in a step and return how it stands after that."""
    told = steps(line.recorder, ask.TakeStep(LINE, step, "desk"))
    next(told)
    exchange = line.recorder.simulated()
    exchange.place(rehearsal(step, 0).on_line(second_phone=second_phone))
    assert exchange.wait_over()
    return next(told)


class InTheMiddle(Wires):
    """Wires at which a second phone is lifted, or put down, after half of the keys."""

    def __init__(self, circuit: Circuit, seed: np.random.SeedSequence) -> None:
        super().__init__(circuit, seed)
        other = structs.replace(circuit, second_phone=not circuit.second_phone)
        self._others = Wires(other, seed)._nodes
        self._pressed = 0  # frames

    def carry(
        self, far: Wave, near: Wave, box: Wave | None, loop: Loop, modem: Wave | None = None
    ) -> tuple[Wave, Wave]:
        self._pressed += bool(near.any())
        if self._pressed == 30:
            self._nodes = self._others
        return super().carry(far, near, box, loop, modem)


def test_a_line_without_a_calibration_earns_nothing(line: Mono) -> None:
    known = line.ask(ask.GetCalibration(LINE))
    assert (known.grade, known.mixed, known.phones) == ("none", True, ())
    assert "Reception: no phone was enrolled." in known.reasons


def test_enrolled_phones_and_test_calls_earn_grade_b(line: Mono, trial_box: TrialBox) -> None:
    line.ask(ask.BeginCalibration(LINE))
    for number, phone in enumerate(("desk", "kitchen")):
        alone = enrolled(line, "alone", phone, number)
        assert "".join(key.key for key in alone.keys)[:12] == ALL
        assert abs(alone.prompt_db or 9) < 2.5
        assert abs((alone.tones_db or 0) - 20) < 0.5
        second = enrolled(line, "second", phone, number)
        assert 3 < (alone.prompt_db or 0) - (second.prompt_db or 0) < 4.5
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
    near = calls.call(Scene.ordinary("+48221234567", "1", by="office")).result()
    assert far["outcome"] == "recorded"
    assert (far["receipt"]["grade"], far["receipt"]["side"]) == ("B", "far")
    assert (near["outcome"], near["receipt"]) == ("unrecorded", None)


@pytest.mark.faults  # the command is tried at each run: tests/commands/test_calibrate.py
def test_an_owner_who_lifts_no_second_phone_is_told_and_earns_no_b(line: Mono) -> None:
    line.ask(ask.BeginCalibration(LINE))
    enrolled(line, "alone", "desk", 0)
    now = called(line, "second", second_phone=False)
    assert (now.stage, now.keys, now.lacking) == ("waiting", (), ALL)
    assert "so no phone was lifted since: lift a second phone now" in said(now.faults)
    for number in range(3):
        line.step("far", f"call {number}", number)
    known = line.ask(ask.KeepCalibration(LINE, every_phone=True))
    assert known.grade != "B"
    assert "phone desk, with a second phone off-hook: not pressed were 1 2 3" in " ".join(
        known.reasons
    )


@pytest.mark.parametrize(
    ("then", "says"),
    [
        (True, "or begin anew if one was off the hook before"),
        deep(False, "louder than with desk alone"),
    ],
)
def test_a_second_phone_in_the_step_before_shows_in_the_next(
    line: Mono, then: bool, says: str
) -> None:
    line.ask(ask.BeginCalibration(LINE))
    assert called(line, "alone", second_phone=True).stage == "done"
    now = called(line, "second", second_phone=then)
    assert (now.stage, now.keys) == ("waiting", ())
    assert says in said(now.faults)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("alone", "quieter while the keys were pressed, so another phone was lifted"),
        deep("second", "louder while the keys were pressed, so another phone was put down"),
    ],
)
def test_a_second_phone_lifted_or_put_down_among_the_keys_is_noticed_at_the_end(
    line: Mono,
    monkeypatch: pytest.MonkeyPatch,
    step: Literal["alone", "second"],
    says: str,
) -> None:
    line.ask(ask.BeginCalibration(LINE))
    if step == "second":
        enrolled(line, "alone", "desk", 0)
    monkeypatch.setattr(exchange_call, "Wires", InTheMiddle)
    now = called(line, step, second_phone=step == "second")
    assert (now.stage, now.keys, now.lacking) == ("waiting", (), ALL)
    assert says in said(now.faults)


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
        assert thread._call.policy.held_back is (Obstacle.CALIBRATING if begins else None)


def test_what_is_not_kept_is_forgotten(line: Mono, trial_box: TrialBox) -> None:
    line.ask(ask.BeginCalibration(LINE))
    line.step("far", "call 1", 0)
    line.ask(ask.EndCalibration(LINE))
    assert line.ask(ask.GetCalibration(LINE)).far_calls == 0
    assert not (trial_box.folders.calibration / f"{LINE}.toml").exists()
    with refuses("not_calibrating"):
        line.ask(ask.KeepCalibration(LINE, every_phone=True))


@pytest.mark.parametrize("name", ["", "desk\nphone = []", '"desk"', "x" * 41])
def test_a_name_that_does_not_fit_into_the_file_is_refused(line: Mono, name: str) -> None:
    line.ask(ask.BeginCalibration(LINE))
    with refuses("phone_name"):
        next(steps(line.recorder, ask.TakeStep(LINE, "alone", name)))


def test_a_machines_line_is_not_calibrated_since_nothing_is_ever_said_on_it(
    trial_box: TrialBox,
) -> None:
    with mono(trial_box, kind=LineKind.FAX) as line, refuses("machine_line"):
        line.ask(ask.BeginCalibration(LINE))


def test_a_v_i_tap_needs_no_phones(trial_box: TrialBox) -> None:
    with mono(trial_box, sides="voltage/current") as line:
        known = line.ask(ask.BeginCalibration(LINE))
        assert (known.grade, known.mixed) == ("A", False)
        level = line.step("level", "", 0)
        assert abs(level.prompt_db or 9) < 2.5
        assert line.ask(ask.KeepCalibration(LINE, every_phone=False)).grade == "A"
