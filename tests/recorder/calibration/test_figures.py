"""Read what test calls taught about a line, or refuse it in one sentence."""

import logging
import re
from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.hearing.stream import Calibration
from appliance.recorder.calibration.figures import KeptCalibration, read_figures
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.recorder.calls import play, talk
from tests.signals.side.test_fingerprint import RULE, WHOLE


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Reception.toml").write_text(text, "utf-8")
    return folder


def test_without_a_file_nothing_is_assumed(tmp_path: Path) -> None:
    assert KeptCalibration(tmp_path / "calibration", "Reception").learnt == Calibration()
    written(tmp_path, "prompt_db = -7.5")
    assert KeptCalibration(tmp_path, "Second line").learnt == Calibration()


@pytest.mark.parametrize(
    ("text", "db"), [("", 0.0), ("prompt_db = -7.5", -7.5), ("prompt_db = 3", 3.0)]
)
def test_the_prompts_level_is_read(tmp_path: Path, text: str, db: float) -> None:
    assert KeptCalibration(written(tmp_path, text), "Reception").learnt == Calibration(prompt_db=db)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prompt_level = 3", "unknown field `prompt_level`"),
        ('prompt_db = "loud"', "Expected `float`, got `str`"),
        ("prompt_db = -60.0", ">= -40.0"),
        ("prompt_db = nan", ">= -40.0"),
        ("prompt_db = ", "holds a mistake"),
        ("version = 0", "Invalid enum value 0"),
        ('date = "today"', "`$.date`"),
        ("tones_db = 81", "<= 80.0"),
        ('every_phone = "yes"', "Expected `bool`, got `str`"),
        ("[[phone]]", "missing required field `name`"),
        ('[[phone]]\nname = "a/b"', "`$.phone[0].name`"),
        ('[[phone]]\nname = "a"\nloud = 1', "unknown field `loud`"),
        ('[[phone]]\nname = "a"\nalone = [{ key = "1" }]', "missing required field `dbm0`"),
        ('[[far]]\nname = "a"\nkeys = [{ key = "E" }]', "`$.far[0].keys[0].key`"),
        ('[[phone]]\n"\\u202e\\n" = 1', "field `\N{REPLACEMENT CHARACTER} `"),
        ("\N{REPLACEMENT CHARACTER} = \N{REPLACEMENT CHARACTER}", "holds a mistake"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    folder = written(tmp_path, text)
    with pytest.raises(LineError) as refused:
        KeptCalibration(folder, "Reception")
    said = str(refused.value)
    assert said.startswith(f"{folder / 'Reception.toml'} holds a mistake")
    assert says in said
    assert said.isprintable()
    assert said.endswith("see docs/calibration.md")


def test_what_is_kept_is_on_the_disk_and_used(tmp_path: Path) -> None:
    known = KeptCalibration(tmp_path / "calibration", "Reception")
    assert known.learnt.rule is None
    known.keep(WHOLE)
    assert read_figures(tmp_path / "calibration", "Reception") == WHOLE
    assert known.learnt == KeptCalibration(tmp_path / "calibration", "Reception").learnt
    assert known.learnt.enrolled == RULE
    assert known.learnt.prompts_db == (0.0, 0.0)
    assert [path.name for path in (tmp_path / "calibration").iterdir()] == ["Reception.toml"]


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    known = KeptCalibration(tmp_path / "calibration", "Reception")
    (tmp_path / "calibration").write_bytes(b"")
    with pytest.raises(LineError, match="cannot be written"):
        known.keep(WHOLE)
    assert known.learnt.rule is None


def test_a_file_that_is_no_text_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "Reception.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(LineError, match="holds a mistake"):
        KeptCalibration(tmp_path, "Reception")
    (tmp_path / "Second.toml").mkdir()
    with pytest.raises(LineError, match="cannot be read: Is a directory"):
        KeptCalibration(tmp_path, "Second")


def test_a_line_hears_its_prompts_by_its_calibration(trial_box: TrialBox) -> None:
    written(trial_box.folders.calibration, "prompt_db = -7.5")
    recorder = Recorder(trial_box.config, trial_box.folders, trial_box.clock)
    recorder.close()
    hearing = recorder.line("Reception").thread._hearing
    assert hearing.calibrated_db == -7.5


def test_a_line_does_not_start_on_a_mistaken_calibration(trial_box: TrialBox) -> None:
    written(trial_box.folders.calibration, "prompt = 1")
    recorder = Recorder(trial_box.config, trial_box.folders, trial_box.clock)
    recorder.close()
    (status,) = recorder.statuses()
    assert status.state == "fault"
    assert status.fault is not None
    assert "Reception.toml" in status.fault.sentence()


def test_a_test_call_tells_what_to_write_and_then_callers_can_agree(
    trial_box: TrialBox, caplog: pytest.LogCaptureFixture
) -> None:
    quiet = talk().on_line(prompt_db=-12.0)
    with caplog.at_level(logging.WARNING):
        assert play(trial_box, quiet).notes == [("unrecorded", "not_heard")]
    (told, *_) = re.findall(r"line Reception: its words are (-[\d.]+) dB off", caplog.text)
    assert -15 < float(told) < -9
    written(trial_box.folders.calibration, f"prompt_db = {told}")
    caplog.clear()
    assert play(trial_box, quiet).notes == [("recorded", None)]
    assert "dB off" not in caplog.text
