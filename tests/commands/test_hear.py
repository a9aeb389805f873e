import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from click.testing import CliRunner, Result

from appliance.commands.hear import command
from appliance.errors import FileFormatError
from appliance.signals.callerid import CallerIdMessage, build_mdmf
from appliance.signals.dtmf import keys_wave
from appliance.signals.fsk import modulate
from appliance.signals.pcm import Wave
from tests.signals.sounds import babble, quiet, sine


def saved(folder: Path, wave: Wave, rate: int = 8000, name: str = "call.wav") -> Path:
    path = folder / name
    scaled = wave.T / 32768
    soundfile.write(path, scaled if rate == 8000 else soxr.resample(scaled, 8000, rate), rate)
    return path


def hear(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def lines(*arguments: str | Path) -> list[dict[str, object]]:
    result = hear(*arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


WAVE = np.concatenate((quiet(0.352), keys_wave("15#", 50, 60, dbm0=-9.8, twist_db=1.2), quiet(0.5)))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100, 48000])
@pytest.mark.parametrize("name", ["call.wav", "call.flac"])
def test_keys_in_a_file(tmp_path: Path, rate: int, name: str) -> None:
    found = lines(saved(tmp_path, WAVE, rate, name))
    assert [(one["event"], one["key"]) for one in found] == [("digit", key) for key in "15#"]
    assert found[0]["at"] == pytest.approx(0.352, abs=0.004)
    assert found[0]["ms"] == pytest.approx(50, abs=4)
    assert found[0]["dbm0"] == pytest.approx(-9.8, abs=0.5)
    assert found[0]["twist_db"] == pytest.approx(1.2, abs=0.3)


def test_a_key_at_the_very_end_is_heard(tmp_path: Path) -> None:
    wave = np.concatenate((quiet(0.3), keys_wave("7", 80, 0)))
    assert [one["key"] for one in lines(saved(tmp_path, wave))] == ["7"]


def test_caller_id_and_tones_in_a_file(tmp_path: Path) -> None:
    message = modulate(build_mdmf(CallerIdMessage(number="48221234567", name="Jan Nowak")))
    wave = np.concatenate((quiet(0.5), message, quiet(1.0), sine(2100, 0.5), quiet(0.5)))
    cid, tone = lines(saved(tmp_path, wave))
    assert cid["event"] == "caller_id"
    assert (cid["number"], cid["name"], cid["withheld"]) == ("48221234567", "Jan Nowak", False)
    assert (tone["event"], tone["tone"]) == ("tone", "answer")


def test_two_channels_are_mixed_or_kept_apart_as_asked(tmp_path: Path) -> None:
    path = saved(tmp_path, np.stack((np.zeros_like(WAVE), WAVE)))
    assert [one["key"] for one in lines(path)] == list("15#")
    assert [one["side"] for one in lines(path, "--sides", "far,near")] == ["near"] * 3


def test_voices_are_printed_only_when_asked_for(tmp_path: Path) -> None:
    path = saved(tmp_path, np.concatenate((quiet(0.5), babble(1.0), quiet(1.0))))
    assert lines(path) == []
    assert [one["active"] for one in lines(path, "--voices")] == [True, False]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert lines(saved(tmp_path, np.zeros(0))) == []


def test_what_is_no_number_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    wave = np.array([np.nan, np.inf, -np.inf] * 4000, np.float32)
    soundfile.write(path, wave, 8000, subtype="FLOAT")
    assert lines(path) == []


def test_what_is_no_sound_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "letter.wav"
    path.write_text("Dear Sir or Madam")
    with pytest.raises(FileFormatError, match="not a sound file"):
        command.main([str(path)], standalone_mode=False)


def test_other_rates_and_missing_channels_are_refused(tmp_path: Path) -> None:
    fast = tmp_path / "fast.wav"
    soundfile.write(fast, np.zeros(9600), 96000)
    with pytest.raises(FileFormatError, match="96000 samples a second"):
        command.main([str(fast)], standalone_mode=False)
    with pytest.raises(FileFormatError, match="two sides need two"):
        command.main([str(saved(tmp_path, WAVE)), "--sides", "far,near"], standalone_mode=False)


def test_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    assert hear(tmp_path / "nothing.wav").exit_code == 2


def test_the_help_shows_an_example() -> None:
    assert "zgoda hear call.wav" in hear("--help").output
