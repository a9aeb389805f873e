"""``zgoda hear`` prints keys, tones and caller ID of every kind of sound file."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from click.testing import CliRunner, Result

from appliance.commands.helpers.sound_file import RAW_FORMS
from appliance.commands.main import zgoda
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import Absent, CallerIdMessage, build_mdmf
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, encode_alaw, to_sound
from tests.signals.sounds import babble, keys_wave, quiet, sine


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
    return [json.loads(line) for line in result.stdout.splitlines()]


WAVE = np.concatenate((quiet(0.352), keys_wave("15#", 50, 60, dbm0=-9.8, twist_db=1.2), quiet(0.5)))
KEYS = list("15#")


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


def nothing_in(path: Path) -> str:
    return f"No key, tone or caller ID was heard in {path}.\n"


def test_of_two_channels_mixed_it_is_told_how_each_is_heard_by_itself(tmp_path: Path) -> None:
    path = saved(tmp_path, np.stack((WAVE, 0 * WAVE)))
    hint = "Both channels were mixed into one; --sides far,near hears each by itself.\n"
    assert hear(path).stderr == hint
    assert hear(path, "--sides", "far,near").stderr == ""
    assert hear(saved(tmp_path, WAVE)).stderr == ""


def test_of_raw_samples_without_anything_it_is_told_what_they_were_taken_for(
    tmp_path: Path,
) -> None:
    path = tmp_path / "call.al"
    path.write_bytes(to_sound(WAVE).tobytes())
    taken = (
        f"Nothing was heard in {path}. It was taken as alaw, samples a second: 8000, channels: 1."
    )
    result = hear(path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{taken} See --raw, --rate and --channels.\n"
    assert hear(path, "--raw", "s16").stderr == ""


@pytest.mark.parametrize("country", ["us", "US"])
def test_a_country_is_taken_in_any_letters(tmp_path: Path, country: str) -> None:
    wave = np.concatenate([np.concatenate((sine(480, 0.5) + sine(620, 0.5), quiet(0.5)))] * 3)
    found = lines(saved(tmp_path, wave), "--country", country)
    assert [one["tone"] for one in found] == ["busy"]


@pytest.mark.parametrize("country", ["USA", "", "XX", "Poland"])
def test_a_country_that_is_none_is_refused(tmp_path: Path, country: str) -> None:
    result = hear(saved(tmp_path, WAVE), "--country", country)
    assert result.exit_code == 2
    assert "two capital letters, such as PL" in result.stderr


def test_samples_beyond_all_bounds_are_taken_for_loud_ones(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    wild = np.concatenate((WAVE / 32768, [1e300, -1e300, np.inf, np.nan], np.zeros(800)))
    soundfile.write(path, wild, 16000, subtype="DOUBLE")
    result = hear(path)
    assert (result.exit_code, result.stderr) == (0, nothing_in(path))


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


def in_keys(folder: Path, sent: str, **how: float) -> Path:
    """Return a file with keys as a network sends them: 70 ms each, as far apart."""
    return saved(folder, np.concatenate((quiet(0.5), keys_wave(sent, 70, 70, **how), quiet(0.5))))


@pytest.mark.parametrize(
    ("sent", "number", "why"),
    [
        ("A221234567C", "221234567", None),
        ("A221234567D5550100B10C", "221234567", None),
        ("A221234567#", "221234567", None),
        ("D221234567C", "221234567", None),
        ("B00C", None, "unavailable"),
        ("B10C", None, "withheld"),
        ("D1#", None, "withheld"),
        ("D2#", None, "unavailable"),
        ("D3#", None, "unavailable"),
    ],
)
def test_caller_id_in_keys_is_printed_beside_the_keys(
    tmp_path: Path, sent: str, number: str | None, why: str | None
) -> None:
    """The hook is not known in a file: what is caller ID before an answer may be pressed keys."""
    found = lines(in_keys(tmp_path, sent))
    assert [one["key"] for one in found if one["event"] == "digit"] == list(sent)
    (cid,) = [one for one in found if one["event"] == "caller_id"]
    assert cid["number"] == number
    assert [word for word in ("withheld", "unavailable") if cid[word]] == [why] * (why is not None)


@pytest.mark.parametrize("sent", ["221234567", "221234567#", "*21*221234567#", "A221234567", "C"])
def test_keys_that_may_as_well_be_dialled_are_no_caller_id(tmp_path: Path, sent: str) -> None:
    found = lines(in_keys(tmp_path, sent))
    assert [(one["event"], one["key"]) for one in found] == [("digit", key) for key in sent]


def test_caller_id_in_keys_is_read_once_though_both_channels_hear_it(tmp_path: Path) -> None:
    keys = np.concatenate((quiet(0.5), keys_wave("A221234567C", 70, 70), quiet(0.5)))
    path = saved(tmp_path, np.stack((keys, keys / 2)))
    for sides in ("both", "far,near", "near,far", "voltage,current"):
        found = [one for one in lines(path, "--sides", sides) if one["event"] == "caller_id"]
        assert [one["number"] for one in found] == ["221234567"], sides


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
    path = saved(tmp_path, np.zeros(0))
    assert lines(path) == []
    assert hear(path).stderr == nothing_in(path)


def test_where_nothing_is_heard_it_is_said(tmp_path: Path) -> None:
    path = saved(tmp_path, babble(1.0))
    result = hear(path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", nothing_in(path))
    assert hear(path, "--voices").stderr == ""


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


SUBTYPES = ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"]


def keys(*arguments: str | Path) -> list[object]:
    return [one["key"] for one in lines(*arguments)]


@pytest.mark.parametrize("subtype", SUBTYPES)
@pytest.mark.parametrize("form", ["WAV", "WAVEX", "RF64"])
def test_every_kind_of_wav_is_heard(tmp_path: Path, form: str, subtype: str) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, WAVE / 32768, 8000, subtype=subtype, format=form)
    assert keys(path) == KEYS


def test_a_wav_that_ends_in_the_chunk_of_its_sizes_is_read_to_its_end(tmp_path: Path) -> None:
    """Who goes back by what that chunk lacks comes upon it again and again."""
    path = tmp_path / "call.wav"
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 16_000, 64_000, 4, 16)
    hidden = struct.pack("<4sI16s", b"fmt ", 16, b"data")
    path.write_bytes(b"RIFF\x44\0\0\0WAVE" + form + hidden + b"ds64" + bytes(12))
    assert lines(path, "--sides", "far,near") == []


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


def test_what_describes_raw_samples_fits_nothing_else(tmp_path: Path) -> None:
    result = hear(saved(tmp_path, WAVE), "--rate", "16000")
    assert result.exit_code == 2
    assert "--rate and --channels are for raw samples" in result.output


def test_the_help_shows_examples() -> None:
    shown = hear("--help").output
    assert "zgoda hear call.wav" in shown
    assert "zgoda hear call.bin --raw alaw" in shown
