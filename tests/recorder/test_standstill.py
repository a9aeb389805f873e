"""The recorder vouches for its lines only while each comes round."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.recorder.serve import Standstill, make_places
from appliance.recorder.service import Recorder


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    folders = Folders(tmp_path / "data")
    make_places(folders)
    recorder = Recorder(trial(), folders, SystemClock())
    recorder.start()
    yield recorder
    recorder.close()


def test_a_line_that_stands_still_is_named(recorder: Recorder) -> None:
    (name,) = recorder.rounds()
    thread = recorder.line(name).thread
    held, go_on, round_again = threading.Event(), threading.Event(), threading.Event()

    def stand_still() -> None:
        held.set()
        go_on.wait(60)

    watch = Standstill(recorder.rounds)
    assert watch.problem() == ""
    thread.run_task(stand_still)
    assert held.wait(10)
    watch.problem()
    assert watch.problem() == f"line {name} stands still"

    go_on.set()
    thread.run_task(round_again.set)
    assert round_again.wait(10)
    assert watch.problem() == ""


def test_a_line_whose_thread_has_died_stands_still(recorder: Recorder) -> None:
    (name,) = recorder.rounds()
    recorder.line(name).thread.close()
    watch = Standstill(recorder.rounds)
    watch.problem()

    assert watch.problem() == f"line {name} stands still"


def test_a_box_without_lines_stands_still_nowhere() -> None:
    watch = Standstill(dict)
    assert [watch.problem(), watch.problem()] == ["", ""]


def test_a_line_that_came_since_the_last_time_is_given_time() -> None:
    rounds = {"Reception": 5}
    watch = Standstill(lambda: dict(rounds))
    watch.problem()
    rounds |= {"Reception": 6, "Office": 0}
    assert watch.problem() == ""
    rounds |= {"Reception": 7}
    assert watch.problem() == "line Office stands still"
