"""A disk that takes long to sync is told everywhere, and disturbs no call."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from appliance.link.requests.doctor import ExamineLines
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.lamps import Light, lamp_pattern
from appliance.model.records import SLOW_DISK, CallNote, LineStatus
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.clocks import ManualClock
from tests.recorder.calls import Course, play, talk


class WaitingClock(ManualClock):
    """A manual clock on which the time that a thread waits for a disk passes for that thread alone.

    Two threads may sync at once: on a clock shared by both, each would see both waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self._own = threading.local()

    def monotonic(self) -> float:
        return super().monotonic() + self._waited

    def now(self) -> float:
        return super().now() + self._waited

    def wait(self, seconds: float) -> None:
        """Let this thread wait."""
        self._own.waited = self._waited + seconds

    @property
    def _waited(self) -> float:
        waited: float = getattr(self._own, "waited", 0.0)
        return waited


class SlowDisk:
    """Syncs of the data folder take as long as the test says, by the clock of who waits."""

    def __init__(self, clock: WaitingClock, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self._clock = clock
        self._data = data
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, self._slow(getattr(os, name)))

    def _slow(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def sync(fd: int) -> None:
            real(fd)
            if Path(os.readlink(f"/proc/self/fd/{fd}")).is_relative_to(self._data):
                self._clock.wait(self.seconds)

        return sync


@pytest.fixture
def slow_box(trial_box: TrialBox) -> TrialBox:
    """A box whose clock a test moves."""
    return replace(trial_box, clock=WaitingClock())


@pytest.fixture
def disk(slow_box: TrialBox, monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    assert isinstance(slow_box.clock, WaitingClock)
    return SlowDisk(slow_box.clock, slow_box.folders.data, monkeypatch)


def statuses(box: TrialBox, course_of: list[LineStatus]) -> Course:
    """Let a call happen; note the line's status at each step."""

    def look(recorder: Recorder, event: ev.Event, call: object) -> None:
        course_of.extend(recorder.statuses())

    return play(box, talk(), wish=look)


def noted(box: TrialBox) -> list[str]:
    notes = [path.read_bytes() for path in box.folders.notes.iterdir()]
    return sorted(msgspec.json.decode(note, type=CallNote).reason for note in notes)


def test_a_slow_sync_is_told_and_the_call_is_whole(slow_box: TrialBox, disk: SlowDisk) -> None:
    quick: list[LineStatus] = []
    undisturbed = statuses(slow_box, quick)
    assert {status.slow_sync_ms for status in quick} == {0}
    assert noted(slow_box) == ["recorded"]

    disk.seconds = 0.64
    seen: list[LineStatus] = []
    course = statuses(slow_box, seen)
    assert [type(e) for e in course.events] == [type(e) for e in undisturbed.events]
    assert course.spoken == undisturbed.spoken
    with slow_box.open(course.kept[0]) as one, slow_box.open(undisturbed.kept[0]) as other:
        assert abs(one.samples - other.samples) < RATE // 10
        assert not one.survey.marks, "no gap"
    assert seen[-1].slow_sync_ms == 640
    assert lamp_pattern((replace_state(seen[-1], "idle"),)).red is Light.WINK
    assert noted(slow_box) == ["recorded", SLOW_DISK]


def replace_state(status: LineStatus, state: str) -> LineStatus:
    return msgspec.structs.replace(status, state=state, obstacle=None)


def test_the_doctor_tells_it_and_an_hour_later_no_more(slow_box: TrialBox, disk: SlowDisk) -> None:
    clock = slow_box.clock
    assert isinstance(clock, ManualClock)
    disk.seconds = 0.31
    found: list[list[str]] = []

    def look(recorder: Recorder, event: ev.Event, call: object) -> None:
        if isinstance(event, ev.HookChanged | ev.RecordingOpened):
            answer = recorder.handle(ExamineLines(), None, b"")
            found.append([each.text for each in answer.found if each.id == "disk.was_slow"])
        if isinstance(event, ev.RecordingOpened):
            assert "took 310 ms" in found[-1][0]
            disk.seconds = 0.0
            clock.advance(3700)  # an hour on every thread's clock

    play(slow_box, talk(), wish=look)
    assert found[0] == []
    assert found[-1] == []
    assert any(found)


def test_a_sync_below_300_ms_is_quick_enough(slow_box: TrialBox, disk: SlowDisk) -> None:
    disk.seconds = 0.29
    seen: list[LineStatus] = []
    statuses(slow_box, seen)
    assert {status.slow_sync_ms for status in seen} == {0}
    assert noted(slow_box) == ["recorded"]
