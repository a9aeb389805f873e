"""``zgoda calibrate``: what it says, keeps and exits with."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
import pytest
from click.testing import CliRunner

from appliance.commands import calibrate
from appliance.commands.main import zgoda
from appliance.errors import Refused
from appliance.link.operations import Done
from appliance.link.requests.calibration import PlaceTestCall, StepNow
from tests.boxes import TrialBox
from tests.recorder.calibrating import LINE, Mono, mono


@dataclass
class Asking:
    """An operator whose keeper passes everything on to a recorder in this process."""

    line: Mono
    token: str = ""
    no_calls: bool = False
    """Nobody calls, and what was asked for is kept all the same."""

    @property
    def client(self) -> "Asking":
        return self

    def ask(self, operation: Any) -> Any:
        if self.no_calls and isinstance(operation, PlaceTestCall) and operation.step == "far":
            return Done()
        return self.line.ask(operation)

    def watch(self, operation: Any, session: str) -> Any:
        if self.no_calls and operation.step == "far":
            return iter((StepNow(step="far", name=operation.name, stage="done"),))
        return self.line.recorder.handle(operation, session, b"")


@pytest.fixture
def asking(trial_box: TrialBox) -> Iterator[Asking]:
    with mono(trial_box) as line:
        yield Asking(line)


def run(operator: Asking, *phones: str, line: str = LINE, as_json: bool = False) -> int:
    """Run the command behind its login, and return its exit code."""
    inside = calibrate.command.callback.__wrapped__  # type: ignore[union-attr]
    with pytest.raises(SystemExit) as ended:
        inside(operator, line=line, phones=phones, far_calls=3, as_json=as_json)
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_phones_and_calls_earn_grade_b(asking: Asking, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(asking, "desk", "kitchen") == 0
    said = capsys.readouterr()
    assert f"{LINE} now has grade B." in said.out
    assert "does not resist an employee who cheats; a V/I tap does" in said.out
    assert said.err.count("All of it was heard.") == 7
    assert "Key 1 at" in said.err


def test_an_only_phone_is_pressed_twice(asking: Asking, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(asking, "desk", as_json=True) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["grade"], told["phones"]) == ("B", ["desk"])
    assert "and then all of them again" in said.err
    assert "lift a second phone" not in said.err


def test_a_line_that_earns_nothing_is_a_failed_check(
    asking: Asking, capsys: pytest.CaptureFixture[str]
) -> None:
    asking.no_calls = True
    assert run(asking, "desk") == 1
    said = capsys.readouterr().out
    assert "no consent is recorded on this line" in said
    assert "- There were 0 test calls; 3 are needed, each with 4 keys or more." in said


def test_a_line_that_is_not_there_is_wrong_use(asking: Asking) -> None:
    inside = calibrate.command.callback.__wrapped__  # type: ignore[union-attr]
    with pytest.raises(Refused, match="no line called 'Loft'"):
        inside(asking, line="Loft", phones=("desk",), far_calls=3, as_json=False)


def test_without_a_terminal_the_phones_have_to_be_named(asking: Asking) -> None:
    inside = calibrate.command.callback.__wrapped__  # type: ignore[union-attr]
    with pytest.raises(click.UsageError, match="name every phone with --phone"):
        inside(asking, line=LINE, phones=(), far_calls=3, as_json=False)
    assert not asking.line.recorder.line(LINE).thread.enrolment.going


def test_fewer_than_three_calls_are_wrong_use() -> None:
    done = CliRunner().invoke(zgoda, ["calibrate", LINE, "--name", "Ewa", "--far-calls", "2"])
    assert done.exit_code == 2
