"""``zgoda hear`` refuses other files with one sentence and exit code 2."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.commands.main import main
from appliance.signals.pcm import to_sound
from tests.commands.test_hear import KEYS, WAVE, saved
from tests.signals.sounds import babble


@pytest.fixture(name="refused")
def _refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[str, str]]:
    """Run the command as a person does, expect exit 2, return the sentence and what was heard."""

    def run(*arguments: str | Path) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["zgoda", "hear", *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            main()
        heard, sentence = capsys.readouterr()
        assert exited.value.code == 2
        assert sentence.startswith("zgoda: ")
        assert sentence.endswith((".\n", "?\n"))
        assert sentence.count("\n") == 1
        return sentence, heard

    return run


Refused = Callable[..., tuple[str, str]]


def test_what_is_no_sound_is_told_in_one_sentence(tmp_path: Path, refused: Refused) -> None:
    letter = tmp_path / "letter.wav"
    letter.write_text("Dear Sir or Madam")
    assert refused(letter) == (f"zgoda: {letter} is not a sound file that can be read.\n", "")
    letter.write_bytes(b"")
    assert refused(letter) == (f"zgoda: {letter} is empty.\n", "")
    assert refused(letter, "--raw", "s16") == (f"zgoda: {letter} is empty.\n", "")
    assert refused(tmp_path) == (f"zgoda: {tmp_path} is a folder, not a sound file.\n", "")
    nothing = tmp_path / "nothing.wav"
    assert refused(nothing) == (f"zgoda: There is no file {nothing}.\n", "")


def test_of_a_file_that_may_not_be_read_it_is_told_why(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, WAVE)

    def forbidden(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert refused(path)[0] == f"zgoda: {path} cannot be read: Permission denied.\n"


@pytest.mark.parametrize(
    ("form", "subtype", "kind"),
    [("MP3", "MPEG_LAYER_III", "MPEG_LAYER_III"), ("OGG", "VORBIS", "OGG"), ("AIFF", "", "AIFF")],
)
def test_other_kinds_of_sound_are_refused(
    tmp_path: Path, refused: Refused, form: str, subtype: str, kind: str
) -> None:
    path = tmp_path / "call"
    soundfile.write(path, WAVE / 32768, 48000, format=form, subtype=subtype or "PCM_16")
    sentence = f"zgoda: {path} is {kind}; WAV, FLAC and raw samples can be heard.\n"
    assert refused(path) == (sentence, "")


def test_other_rates_and_channels_are_refused(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "call.wav"
    for rate in (7999, 96000):
        soundfile.write(path, np.zeros(9600), rate)
        assert f"{rate} samples a second; 8000 to 48000 can be heard" in refused(path)[0]
    raw = tmp_path / "call.raw"
    raw.write_bytes(bytes(16000))
    assert "4000 samples a second" in refused(raw, "--rate", "4000")[0]
    soundfile.write(path, np.zeros((8000, 3)), 8000)
    assert "3 channels; one or two" in refused(path)[0]
    soundfile.write(path, np.zeros(8000), 8000)
    assert "two sides need two" in refused(path, "--sides", "far,near")[0]


RATES = ("-1", "0", "7999", "48001", "2147483648", "99999999999")
COUNTS = ("-1", "0", "3", "1025", "2147483648", "99999999999")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--rate", rate, "samples a second; 8000 to 48000 can be heard") for rate in RATES]
    + [("--channels", count, "channels; one or two can be heard") for count in COUNTS],
)
def test_absurd_rates_and_channels_of_raw_samples_are_told_with_what_is_allowed(
    tmp_path: Path, refused: Refused, option: str, value: str, said: str
) -> None:
    raw = tmp_path / "call.raw"
    raw.write_bytes(bytes(16000))
    assert refused(raw, option, value) == (f"zgoda: {raw} has {value} {said}.\n", "")


@pytest.mark.parametrize("rate", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_an_absurd_rate_in_a_header_is_told(tmp_path: Path, refused: Refused, rate: int) -> None:
    path = saved(tmp_path, WAVE)
    whole = bytearray(path.read_bytes())
    whole[24:28] = rate.to_bytes(4, "little")
    path.write_bytes(whole)
    sentence, heard = refused(path)
    assert ("8000 to 48000 can be heard" in sentence) or ("not a sound file" in sentence)
    assert heard == ""


def test_a_wav_that_breaks_off_is_heard_as_far_as_it_goes(tmp_path: Path, refused: Refused) -> None:
    path = saved(tmp_path, WAVE)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size * 2 // 3])
    sentence, heard = refused(path)
    assert sentence == f"zgoda: {path} breaks off after 0.8 s.\n"
    assert [json.loads(line)["key"] for line in heard.splitlines()] == KEYS
    path.write_bytes(path.read_bytes()[:30])
    assert refused(path) == (f"zgoda: {path} is not a sound file that can be read.\n", "")


def test_of_a_large_wav_too_it_is_told_that_it_breaks_off(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, WAVE / 32768, 8000, format="RF64")
    path.write_bytes(path.read_bytes()[:-4000])
    assert "breaks off after" in refused(path)[0]


def test_of_a_flac_too_it_is_told_that_it_breaks_off(tmp_path: Path, refused: Refused) -> None:
    path = saved(tmp_path, np.concatenate((WAVE, babble(6.0))), name="call.flac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "breaks off" in refused(path)[0]


def test_raw_samples_that_break_off(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "call.raw"
    path.write_bytes(to_sound(WAVE).tobytes() + b"1")
    sentence, heard = refused(path)
    assert sentence == f"zgoda: {path} ends in the middle of a sample; is it s16?\n"
    assert len(heard.splitlines()) == 3
