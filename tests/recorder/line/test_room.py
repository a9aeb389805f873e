"""Nobody is asked for what could not be stored: no room, no key, no pool."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.exchange.scene import Scene
from appliance.lines.base import HookEvent
from appliance.model import events as ev
from appliance.model.lamps import LampPattern, Light, lamp_pattern
from appliance.model.records import LineStatus
from appliance.model.terms import Hook, Obstacle
from appliance.recorder.recording.room import DiskRoom
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from appliance.vault.disk import Disk
from appliance.vault.pool import load, store
from appliance.vault.seal import ROOM_TO_GO_ON, ROOM_TO_START
from tests.boxes import TrialBox
from tests.recorder.calls import play, talk
from tests.recorder.conftest import Box
from tests.recorder.line.scripted import ScriptedLine
from tests.vaults import SIGNER


class SmallDisk(Disk):
    """A disk of whose room a test decides."""

    free_bytes = ROOM_TO_START

    def free(self, folder: Path) -> int:
        return self.free_bytes


def room(box: Box, disk: Disk | None = None) -> DiskRoom:
    return DiskRoom(box.pool, box.folders.new, disk or SmallDisk())


def test_room_for_a_recording_is_256_mib(box: Box) -> None:
    disk = SmallDisk()
    assert room(box, disk).can_store()
    disk.free_bytes -= 1
    assert room(box, disk).full()
    assert not room(box, disk).can_store()


def test_a_disk_that_does_not_answer_is_full(box: Box) -> None:
    shutil.rmtree(box.folders.new)
    assert DiskRoom(box.pool, box.folders.new).full()


@pytest.mark.parametrize("harm", ["empty", "damaged", "missing", "unreadable"])
def test_without_a_key_nothing_can_be_stored(box: Box, harm: str) -> None:
    assert box.pool.ready
    whole = box.folders.pool.read_bytes()
    content = load(box.folders.pool)
    box.folders.pool.unlink()
    if harm == "empty":
        store(box.folders.pool, replace(content, keys={}), SIGNER.sign)
    elif harm == "damaged":
        box.folders.pool.write_bytes(whole[:-1])
    elif harm == "unreadable":
        box.folders.pool.mkdir()
    assert not room(box).can_store()


def test_a_key_that_is_taken_is_no_longer_there(box: Box) -> None:
    while box.pool.ready:
        box.pool.take_key()
    assert not room(box).can_store()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> type[SmallDisk]:
    """The disk of the whole recorder."""
    monkeypatch.setattr(SmallDisk, "free_bytes", ROOM_TO_START)
    monkeypatch.setattr(Disk, "free", lambda self, folder: SmallDisk.free_bytes)
    return SmallDisk


def test_on_a_full_disk_nobody_is_asked_and_the_call_is_counted(
    trial_box: TrialBox, disk: type[SmallDisk]
) -> None:
    disk.free_bytes = ROOM_TO_START - 1
    course = play(trial_box, talk())
    assert course.spoken == []
    assert course.notes == [("unrecorded", "storage")]
    assert trial_box.recordings() == []


def test_each_call_is_judged_by_the_room_that_there_is_when_it_begins(
    trial_box: TrialBox, disk: type[SmallDisk]
) -> None:
    """What was true when the call before it ended may be hours old."""
    rooms = iter([ROOM_TO_START - 1, ROOM_TO_START, ROOM_TO_START - 1])

    def change(recorder: object, event: ev.Event, call: object) -> None:
        if isinstance(event, ev.TimerFired) and event.timer == "settled":
            disk.free_bytes = next(rooms)

    course = play(trial_box, talk(), talk(), wish=change)
    assert course.notes == [("unrecorded", "storage"), ("recorded", None)]
    assert len(course.kept) == 1


def test_a_box_without_a_vault_asks_nobody(trial_box: TrialBox) -> None:
    trial_box.folders.pool.unlink()
    course = play(trial_box, Scene.ordinary("+48221234567", "1"))
    assert course.spoken == []
    assert course.notes == [("unrecorded", "storage")]


def test_a_recording_stops_below_64_mib_and_plays(
    trial_box: TrialBox, disk: type[SmallDisk]
) -> None:
    def shrink(recorder: object, event: ev.Event, call: object) -> None:
        if isinstance(event, ev.RecordingOpened):
            disk.free_bytes = ROOM_TO_GO_ON
        if isinstance(event, ev.VoiceHeard) and trial_box.recordings():
            size = trial_box.file(trial_box.recordings()[0]).stat().st_size
            if size > 6 * 4096:
                disk.free_bytes = ROOM_TO_GO_ON - 1

    course = play(trial_box, talk(), wish=shrink)
    assert course.notes == [("recorded", None)]
    (rid,) = course.kept
    with trial_box.open(rid) as reader:
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "storage"
        assert reader.samples >= 8000
        assert reader.read(0, reader.samples).any()


def test_a_line_that_waits_shows_that_the_disk_is_full_and_that_it_is_not(
    trial_box: TrialBox, disk: type[SmallDisk]
) -> None:
    """A second of the line later, without any call."""
    make_places(trial_box.folders)
    recorder = Recorder(trial_box.config, trial_box.folders, trial_box.clock)
    thread = recorder.line("Reception").thread
    exchange = recorder.simulated()

    def after(seconds: int) -> LineStatus:
        for item in [item for _ in range(50 * seconds) for item in exchange.step()]:
            thread._take(item)
        return thread.status

    shown = after(3)
    assert (shown.state, shown.obstacle) == ("idle", None)
    disk.free_bytes = ROOM_TO_START - 1
    shown = after(1)
    assert shown.obstacle is Obstacle.STORAGE
    assert lamp_pattern((shown,)) == LampPattern(red=Light.WINK), "green would say: ready"
    disk.free_bytes = ROOM_TO_START
    shown = after(1)
    assert shown.asks
    assert lamp_pattern((shown,)) == LampPattern(green=Light.STEADY)
    recorder.close()


@pytest.mark.parametrize("first", [ev.Ring(0), ev.HookChanged(0, Hook.OFF)])
def test_a_call_goes_by_what_there_is_when_it_begins(trial_box: TrialBox, first: HookEvent) -> None:
    """The vault may have been made in the last second, by an owner who tries a call at once."""
    pool, kept = trial_box.folders.pool, trial_box.folders.data / "kept"
    pool.rename(kept)
    line = ScriptedLine(trial_box)
    line.on_hook()
    line.run(2100)
    kept.rename(pool)
    line.tell(replace(first, sample=line.sound.position()))
    assert line.call is not None
    assert line.call.policy.can_store
    line.close()
