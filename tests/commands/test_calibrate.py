"""``zgoda calibrate``: its sentences, its file and its exit codes."""

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import pytest
from click.testing import CliRunner

from appliance.commands import calibrate
from appliance.commands.main import zgoda
from appliance.exchange.script.rehearsal import rehearsal
from appliance.link.operations import Done
from appliance.link.requests.calibration import (
    EndCalibration,
    GetCalibration,
    PlaceTestCall,
    StepNow,
)
from tests.boxes import TrialBox
from tests.model.faults import said
from tests.model.refusals import refuses
from tests.recorder.calibration.calibrating import LINE, Mono, mono

pytestmark = pytest.mark.timeout(300)  # a test is up to nine calls; a slow machine takes 20 s


@dataclass
class Asking:
    """An operator whose keeper passes everything on to a recorder in this process."""

    line: Mono
    token: str = ""
    no_calls: bool = False
    """Nobody calls, and what was asked for is kept all the same."""
    lifts_second: str = "at once"
    """Or "when told", or "never"."""

    @property
    def client(self) -> "Asking":
        return self

    def ask(self, operation: Any) -> Any:
        if self.no_calls and isinstance(operation, PlaceTestCall) and operation.step == "far":
            return Done()
        if self._lifts_none(operation):
            self.call_without_second()
            return Done()
        return self.line.ask(operation)

    def _lifts_none(self, operation: Any) -> bool:
        second = isinstance(operation, PlaceTestCall) and operation.step == "second"
        return second and self.lifts_second != "at once"

    def call_without_second(self) -> None:
        """Let the desk's keys be pressed as if a second phone were off-hook."""
        exchange = self.line.recorder.simulated()
        exchange.place(rehearsal("second", 0).on_line(second_phone=False))

    def watch(self, operation: Any, session: str) -> Any:
        if self.no_calls and operation.step == "far":
            return iter((StepNow(step="far", name=operation.name, stage="done"),))
        told = self.line.recorder.handle(operation, session, b"")
        return told if self.lifts_second == "at once" else self._obeying(told)

    def _obeying(self, told: Any) -> Any:
        """Do what the command says, once it has said that no second phone was lifted."""
        for now in told:
            yield now
            if now is None or "lift a second phone now" not in said(now.faults):
                continue
            if self.lifts_second == "never":
                self.line.ask(EndCalibration(LINE))
            elif self.lifts_second == "when told":
                self.lifts_second = "at once"
                self.line.recorder.simulated().wait_over()
                self.line.ask(PlaceTestCall(LINE, "second", 0))


@pytest.fixture
def asking(trial_box: TrialBox) -> Iterator[Asking]:
    with mono(trial_box) as line:
        yield Asking(line)


def run(operator: Asking, *phones: str, line: str = LINE, as_json: bool = False) -> int:
    """Run the command behind its login, and return its exit code."""
    inside = inspect.unwrap(calibrate.command.callback)  # type: ignore[arg-type]
    with pytest.raises(SystemExit) as ended:
        inside(operator, line=line, phones=phones, far_calls=3, as_json=as_json)
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_who_lifts_no_second_phone_is_told_so_and_earns_nothing(
    asking: Asking, capsys: pytest.CaptureFixture[str]
) -> None:
    asking.lifts_second = "never"
    inside = inspect.unwrap(calibrate.command.callback)  # type: ignore[arg-type]
    with refuses("calibration_ended"):
        inside(asking, line=LINE, phones=("desk", "kitchen"), far_calls=3, as_json=False)
    said = capsys.readouterr().err
    assert "so no phone was lifted since: lift a second phone now" in said
    assert said.count("All of it was heard.") == 1  # alone
    known = asking.ask(GetCalibration(LINE))
    assert (known.grade, known.phones) == ("none", ())


def test_phones_and_calls_earn_grade_b_even_if_one_is_lifted_only_when_told(
    asking: Asking, capsys: pytest.CaptureFixture[str]
) -> None:
    asking.lifts_second = "when told"
    assert run(asking, "desk", "kitchen") == 0
    said = capsys.readouterr()
    assert f"{LINE} now has evidence grade B." in said.out
    assert "An employee can still cheat; only a two-channel line tap prevents that." in said.out
    assert said.err.count("All of it was heard.") == 7
    assert said.err.count("The device’s words arrive at") == 4
    assert "Key 1 at" in said.err
    assert "lift a second phone now" in said.err


def test_an_only_phone_is_pressed_twice(asking: Asking, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(asking, "desk", as_json=True) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["grade"], told["phones"]) == ("B", ["desk"])
    assert "press all keys a second time" in said.err
    assert "lift a second phone" not in said.err


def test_a_line_that_earns_nothing_is_a_failed_check(
    asking: Asking, capsys: pytest.CaptureFixture[str]
) -> None:
    asking.no_calls = True
    assert run(asking, "desk") == 1
    said = capsys.readouterr().out
    assert "this line records no consent" in said
    assert "- Reception: calibration calls from outside, 0 of 3; each with 4 keys or more." in said


def test_a_line_that_is_not_there_is_wrong_use(asking: Asking) -> None:
    inside = inspect.unwrap(calibrate.command.callback)  # type: ignore[arg-type]
    with refuses("no_line"):
        inside(asking, line="Loft", phones=("desk",), far_calls=3, as_json=False)


def test_without_a_terminal_the_phones_have_to_be_named(asking: Asking) -> None:
    inside = inspect.unwrap(calibrate.command.callback)  # type: ignore[arg-type]
    with pytest.raises(click.UsageError, match="name every phone with --phone"):
        inside(asking, line=LINE, phones=(), far_calls=3, as_json=False)
    assert not asking.line.recorder.line(LINE).thread.calibration.going


def test_fewer_than_three_calls_are_wrong_use() -> None:
    done = CliRunner().invoke(zgoda, ["calibrate", LINE, "--name", "Ewa", "--far-calls", "2"])
    assert done.exit_code == 2
