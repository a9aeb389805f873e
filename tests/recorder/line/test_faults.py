"""The recorder at its worst: a full disk, two lines at once, a device that is gone."""

import errno
import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from appliance.config.folders import Folders
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene
from appliance.link.requests.processes.news import RecorderNews
from appliance.recorder.handlers.news import WAITING, NewsDesk
from appliance.recorder.line.actions import LineActions
from appliance.recorder.line.thread import LineThread
from appliance.recorder.recording.notes import Notes
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.clocks import ManualClock

NUMBER = "+48221234567"


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_note_that_does_not_fit_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Notes(tmp_path, ManualClock()).write("Reception", "recorded", None)
    assert list(tmp_path.iterdir()) == []


def test_a_call_that_cannot_be_counted_is_recorded_all_the_same(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Notes, "write", full)
    with caplog.at_level(logging.ERROR):
        told = trial_box.call(Scene.ordinary(NUMBER, "1", talk=2)).result()
    assert told["outcome"] == "recorded"
    with trial_box.open(told["recording"]) as reader:
        end = reader.survey.end
    assert end is not None
    assert end.reason == "hung_up"
    assert "not counted: No space left on device" in caplog.text
    assert "fault" not in caplog.text


def test_a_watcher_that_two_lines_find_full_is_let_go_once() -> None:
    desk = NewsDesk()
    watching = desk.watch(RecorderNews(kind="lines"))
    next(watching)
    for _ in range(WAITING):
        desk.tell(RecorderNews(kind="noted"))
    (watcher,) = desk._watchers
    snapshots = [list(desk._watchers) for _ in range(2)]
    for snapshot in snapshots:  # what two threads saw before either let go
        for one in snapshot:
            desk._let_go(one)
    assert desk._watchers == []
    assert watcher.full()


def test_a_fault_is_logged_without_its_words_and_the_file_is_ended(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Even where the device that should fall silent is gone as well."""
    tape_sound, count = LineActions.tape_sound, 0

    def breaking(self: LineActions, sample: int, sound: Any) -> None:
        nonlocal count
        tape_sound(self, sample, sound)
        count += self._tape.running
        if count == 100:
            raise ValueError(NUMBER)

    stopped = Exchange.stop

    def gone(self: Exchange) -> None:
        stopped(self)
        if count == 100:
            raise OSError(errno.ENODEV, NUMBER)

    monkeypatch.setattr(LineActions, "tape_sound", breaking)
    monkeypatch.setattr(Exchange, "stop", gone)
    with caplog.at_level(logging.ERROR):
        trial_box.call(Scene.ordinary(NUMBER, "1", talk=4))
    (rid,) = trial_box.recordings()
    with trial_box.open(rid) as reader:
        assert reader.samples >= 88 * 160  # what waited on the tape was not settled
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"
    assert "ValueError" in caplog.text
    assert "not released: OSError" in caplog.text
    assert NUMBER[1:] not in caplog.text


def test_nothing_ends_the_thread_of_a_line(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not what it does while nothing comes, and not what it does after a fault."""

    def strange(*_: object) -> None:
        raise RuntimeError(NUMBER)

    make_places(trial_box.folders)
    recorder = Recorder(trial_box.config, trial_box.folders, trial_box.clock)
    thread = recorder.line("Reception").thread
    failed = threading.Event()

    def waiting(self: LineThread) -> None:
        failed.set()
        strange()

    monkeypatch.setattr(LineThread, "_watch_sound", waiting)
    monkeypatch.setattr(LineThread, "_recover", strange)
    monkeypatch.setattr("appliance.recorder.line.thread.SILENT_SECONDS", 0.01)
    thread._thread.start()
    assert failed.wait(10)
    failed.clear()
    assert failed.wait(10)
    recorder.close()
    assert not thread._thread.is_alive()
    assert NUMBER[1:] not in caplog.text


def test_the_data_folder_is_this_users_alone(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    make_places(folders)
    assert folders.data.stat().st_mode & 0o777 == 0o700
