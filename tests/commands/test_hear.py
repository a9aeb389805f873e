import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from click.testing import CliRunner, Result

from appliance.commands.main import main, zgoda
from appliance.commands.sound_file import RAW_FORMS
from appliance.signals.callerid import Absent, CallerIdMessage, build_mdmf
from appliance.signals.dtmf import key_wave, keys_wave
from appliance.signals.fsk import modulate
from appliance.signals.pcm import Wave, encode_alaw, to_sound
from tests.signals.sounds import babble, quiet, sine


def saved(folder: Path, wave: Wave, rate: int = 8000, name: str = "call.wav") -> Path:
    path = folder / name
    scaled = wave.T / 32768
    soundfile.write(path, scaled if rate == 8000 else soxr.resample(scaled, 8000, rate), rate)
    return path


def hear(*arguments: str | Path) -> Result:
    return CliRunner().invoke(zgoda, ["hear", *map(str, arguments)])


def lines(*arguments: str | Path) -> list[dict[str, object]]:
    result = hear(*arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


WAVE = np.concatenate((quiet(0.352), keys_wave("15#", 50, 60, dbm0=-9.8, twist_db=1.2), quiet(0.5)))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100, 48000])
@pytest.mark.parametrize("name", ["call.wav", "call.flac"])
def test_keys_in_a_file_are_printed_with_their_figures(
    tmp_path: Path, rate: int, name: str
) -> None:
    found = lines(saved(tmp_path, WAVE, rate, name))
    assert [(one["event"], one["key"]) for one in found] == [("digit", key) for key in "15#"]
    assert found[0]["at"] == pytest.approx(0.352, abs=0.004)
    assert found[0]["ms"] == pytest.approx(50, abs=4)
    assert found[0]["dbm0"] == pytest.approx(-9.8, abs=0.5)
    assert found[0]["twist_db"] == pytest.approx(1.2, abs=0.3)


def test_a_key_at_the_very_end_is_heard(tmp_path: Path) -> None:
    wave = np.concatenate((quiet(0.3), keys_wave("7", 80, 0)))
    assert [one["key"] for one in lines(saved(tmp_path, wave))] == ["7"]


def test_caller_id_and_tones_in_a_file_are_printed(tmp_path: Path) -> None:
    message = modulate(build_mdmf(CallerIdMessage(number="48221234567", name="Jan Nowak")))
    wave = np.concatenate((quiet(0.5), message, quiet(1.0), sine(2100, 0.5), quiet(0.5)))
    cid, tone = lines(saved(tmp_path, wave))
    assert cid["event"] == "caller_id"
    assert (cid["number"], cid["name"]) == ("48221234567", "Jan Nowak")
    assert (cid["withheld"], cid["unavailable"]) == (False, False)
    assert (tone["event"], tone["tone"]) == ("tone", "answer")


def test_two_channels_are_mixed_or_kept_apart_as_asked(tmp_path: Path) -> None:
    path = saved(tmp_path, np.stack((np.zeros_like(WAVE), WAVE)))
    assert [one["key"] for one in lines(path)] == list("15#")
    assert [one["side"] for one in lines(path, "--sides", "far,near")] == ["near"] * 3
    assert [one["side"] for one in lines(path, "--sides", "near,far")] == ["far"] * 3


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


@pytest.mark.parametrize("absent", Absent)
def test_why_a_number_is_missing_is_kept_apart(tmp_path: Path, absent: Absent) -> None:
    message = modulate(build_mdmf(CallerIdMessage(number_absent=absent)))
    (cid,) = lines(saved(tmp_path, np.concatenate((quiet(0.5), message, quiet(0.5)))))
    assert cid["number"] is None
    assert [word for word in ("withheld", "unavailable") if cid[word]] == [absent.value]


@pytest.mark.parametrize("deviation", [-0.012, 0.012])
def test_how_far_a_keys_frequencies_are_off_is_printed(tmp_path: Path, deviation: float) -> None:
    key = key_wave("5", 100, deviation=deviation)
    (digit,) = lines(saved(tmp_path, np.concatenate((quiet(0.3), key, quiet(0.3)))))
    assert digit["deviation_percent"] == pytest.approx(100 * deviation, abs=0.1)
    assert 0 < float(str(digit["confidence"])) < 1


# -- forms of sound files ---------------------------------------------------------------------


KEYS = list("15#")
SUBTYPES = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"]


def keys(*arguments: str | Path) -> list[object]:
    return [one["key"] for one in lines(*arguments)]


@pytest.mark.parametrize("subtype", SUBTYPES)
@pytest.mark.parametrize("form", ["WAV", "WAVEX", "RF64"])
def test_every_kind_of_wav_is_heard(tmp_path: Path, form: str, subtype: str) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, WAVE / 32768, 8000, subtype=subtype, format=form)
    assert keys(path) == KEYS


@pytest.mark.parametrize("subtype", ["PCM_S8", "PCM_16", "PCM_24"])
def test_every_kind_of_flac_is_heard(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "call.flac"
    soundfile.write(path, WAVE / 32768, 8000, subtype=subtype)
    assert keys(path) == KEYS


@pytest.mark.parametrize("form", RAW_FORMS)
def test_every_kind_of_raw_samples_is_heard(tmp_path: Path, form: str) -> None:
    path = tmp_path / "call.bin"
    subtype = RAW_FORMS[form][0]
    soundfile.write(path, WAVE / 32768, 8000, format="RAW", subtype=subtype, endian="LITTLE")
    assert keys(path, "--raw", form) == KEYS


def test_raw_samples_are_known_by_the_end_of_the_name(tmp_path: Path) -> None:
    path = tmp_path / "call.al"
    path.write_bytes(encode_alaw(to_sound(WAVE)))
    assert keys(path) == KEYS
    path = tmp_path / "call.RAW"
    path.write_bytes(to_sound(WAVE).tobytes())
    assert keys(path) == KEYS


def test_raw_samples_of_another_rate_and_two_channels(tmp_path: Path) -> None:
    path = tmp_path / "call.raw"
    fast = to_sound(soxr.resample(WAVE, 8000, 16000))
    path.write_bytes(np.stack((np.zeros_like(fast), fast), axis=1).tobytes())
    two = ("--rate", "16000", "--channels", "2")
    assert keys(path, *two) == KEYS
    assert [one["side"] for one in lines(path, *two, "--sides", "far,near")] == ["near"] * 3


def test_a_wav_that_came_out_of_a_pipe_knows_no_length(tmp_path: Path) -> None:
    path = saved(tmp_path, WAVE)
    whole = bytearray(path.read_bytes())
    whole[4:8] = whole[40:44] = b"\xff\xff\xff\x7f"
    path.write_bytes(whole)
    assert keys(path) == KEYS


# -- what is no sound -------------------------------------------------------------------------


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


def test_what_describes_raw_samples_fits_nothing_else(tmp_path: Path) -> None:
    result = hear(saved(tmp_path, WAVE), "--rate", "16000")
    assert result.exit_code == 2
    assert "--rate and --channels are for raw samples" in result.output


def test_the_help_shows_examples() -> None:
    shown = hear("--help").output
    assert "zgoda hear call.wav" in shown
    assert "zgoda hear call.bin --raw alaw" in shown
