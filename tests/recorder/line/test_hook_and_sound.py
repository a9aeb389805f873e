"""Join a hook source and an adapter: whose clock is ahead, who starts and closes first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.terms import PartyCue
from tests.boxes import TrialBox, make_box
from tests.recorder.line.scripted import AHEAD, ScriptedLine
from tests.recorder.line.scripted_states import awaiting, idle, recording


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    folder: Path = tmp_path_factory.mktemp("ahead")
    return make_box(folder / "data")


@pytest.fixture(name="line")
def _line(box: TrialBox) -> Iterator[ScriptedLine]:
    line = ScriptedLine(box)
    yield line
    line.close()


def test_hanging_up_ahead_of_the_sound_ends_the_recording_where_the_sound_ends(
    box: TrialBox, line: ScriptedLine
) -> None:
    recording(line)
    heard = line.sound.sample
    line.on_hook()
    assert line.stands(State.ENDED)
    line.run(200)
    (rid,) = line.files()
    with box.open(rid) as reader:
        first = next(e.sample for e in reversed(line.events) if isinstance(e, ev.PromptEnded))
        assert heard - first - 2 * AHEAD < reader.samples <= heard - first


def test_a_flash_ahead_of_the_sound_voids_a_key_that_was_just_pressed(line: ScriptedLine) -> None:
    awaiting(line)
    line.key("1")
    line.run(300)
    assert line.stands(State.AWAITING)
    line.tell(ev.PartyChanged(line.sound.position(), PartyCue.FLASH))
    line.run(1000)
    assert line.stands(State.FAR_CHANGED)
    assert line.notes == [("unrecorded", "far_changed")]
    assert line.files() == []


def test_the_sound_starts_first_and_closes_last(line: ScriptedLine) -> None:
    line.close()
    assert line.log == [
        "sound starts",
        "hook starts",
        "hook closes",
        "sound closes",
        "sound closes",  # it is the prompt sink too
    ]


def test_a_driver_is_told_whether_a_call_is_going_on(line: ScriptedLine) -> None:
    assert line.idle()
    idle(line)
    assert line.idle()
    line.tell(ev.Ring(line.sound.position()))
    assert not line.idle()
    line.run(1000)
    line.off_hook()
    line.run(200)
    assert not line.idle()
    line.on_hook()
    assert line.idle()


def test_a_device_that_fails_to_close_keeps_no_file_open(
    box: TrialBox, line: ScriptedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OSError("no such device")

    recording(line)
    with monkeypatch.context() as broken:
        broken.setattr(line.hook, "close", gone)
        line.close()
    assert "sound closes" in line.log
    (rid,) = line.files()
    with box.open(rid) as reader:
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"
