import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.errors import PromptError
from appliance.model.policy import PromptKind
from appliance.prompts.levels import active_dbm0
from appliance.prompts.owner import read_owner_prompt

Wave = NDArray[np.float64]
Speech = Callable[..., Wave]
Save = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "rate", "options"),
    [
        ("question.wav", 8000, {}),
        ("question.wav", 44_100, {"subtype": "PCM_24"}),
        ("question.wav", 48_000, {"subtype": "FLOAT"}),
        ("question.flac", 16_000, {}),
    ],
)
def test_any_usual_recording_is_levelled_at_8_khz(
    name: str, rate: int, options: dict[str, str], speech: Speech, save: Save
) -> None:
    sound, mark = read_owner_prompt(
        save(speech(2.0, rate), name, rate, **options), PromptKind.QUESTION
    )

    assert active_dbm0(sound) == pytest.approx(-18, abs=0.2)
    assert mark / 8000 == pytest.approx(1.875, abs=0.02)  # the last of four words a second
    assert sound.size - mark == 800  # and a little silence after it


def test_both_channels_of_a_stereo_recording_are_heard(speech: Speech, save: Save) -> None:
    wave = speech()
    stereo = np.stack([wave, np.zeros_like(wave)], axis=1)

    sound, _ = read_owner_prompt(save(stereo), PromptKind.QUESTION)

    assert active_dbm0(sound) == pytest.approx(-18, abs=0.2)


def test_nothing_above_the_telephone_band_folds_back_into_it(speech: Speech, save: Save) -> None:
    rate = 48_000
    wave = speech(2.0, rate, tail=0)
    shrill = 0.3 * np.sin(2 * np.pi * 6800 * np.arange(wave.size) / rate)  # would alias to 1200 Hz

    sound, _ = read_owner_prompt(save(wave + shrill, rate=rate), PromptKind.QUESTION)

    power = np.abs(np.fft.rfft(sound.astype(float))) ** 2
    frequency = np.fft.rfftfreq(sound.size, 1 / 8000)
    alias, words = (power[np.abs(frequency - hertz) < 20].max() for hertz in (1200, 700))
    assert alias < words * 1e-3


def test_the_mark_can_be_told(speech: Speech, save: Save) -> None:
    path = save(speech())
    path.with_suffix(".toml").write_text("mark_ms = 1250\n")

    assert read_owner_prompt(path, PromptKind.QUESTION)[1] == 10_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mark_ms = 0", "names 0 ms"),
        ("mark_ms = 60000", "the speech ends at 1975 ms"),
        ("mark = 1", "may hold mark_ms alone"),
        ("mark_ms = true", "may hold mark_ms alone"),
        ("mark_ms = ", "cannot be read"),
        ("", "may hold mark_ms alone"),
    ],
)
def test_a_mark_outside_the_speech_is_refused(
    text: str, said: str, speech: Speech, save: Save
) -> None:
    path = save(speech())
    path.with_suffix(".toml").write_text(text)

    with pytest.raises(PromptError, match=said):
        read_owner_prompt(path, PromptKind.QUESTION)


def refused(path: Path, spoken: PromptKind = PromptKind.QUESTION) -> str:
    with pytest.raises(PromptError) as error:
        read_owner_prompt(path, spoken)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_silent_long_and_clipped_recordings_are_refused(speech: Speech, save: Save) -> None:
    assert "is silent" in refused(save(speech(peak=0.0005)))
    assert "is silent" in refused(save(np.zeros(8000)))
    assert "is silent" in refused(save(np.zeros(0)))
    assert "is silent" in refused(save(np.full(8000, 0.5)))  # nothing but DC
    assert "is distorted" in refused(save(np.clip(speech(peak=3.0), -1, 1)))


def test_what_is_no_usual_sound_file_is_refused(tmp_path: Path, speech: Speech, save: Save) -> None:
    text = tmp_path / "text.wav"
    text.write_text("not a sound")
    cut = tmp_path / "cut.wav"
    cut.write_bytes(save(speech()).read_bytes()[:20])
    broken = speech()
    broken[100] = np.nan
    stream = save(speech(), "question.ogg", format="OGG", subtype="VORBIS")
    for path in (text, cut, tmp_path / "missing.wav", tmp_path):
        assert "cannot be read as sound" in refused(path)
    assert "has the format OGG: save it as WAV or FLAC" in refused(stream)
    assert "holds values that are no sound" in refused(save(broken, subtype="FLOAT"))
    assert "has 3 channels" in refused(save(np.tile(speech()[:, None], 3)))
    assert "at 96000 Hz" in refused(save(speech(rate=96_000), rate=96_000))


@pytest.mark.parametrize(
    ("spoken", "longest"),
    [
        (PromptKind.QUESTION, 30),
        (PromptKind.MORE, 35),
        (PromptKind.KEYS, 12),
        (PromptKind.CONFIRMATION, 8),
    ],
)
def test_each_kind_has_a_longest_length(
    spoken: PromptKind, longest: int, speech: Speech, save: Save
) -> None:
    assert f"is longer than {longest} s" in refused(save(speech(longest)), spoken)
    sound, _ = read_owner_prompt(save(speech(longest - 0.5)), spoken)
    assert longest - 0.6 < sound.size / 8000 <= longest


def test_a_packed_file_whose_length_shows_at_the_end_is_refused(tmp_path: Path) -> None:
    """A WAV of G.721: libsndfile opens it, and cannot say how long it is."""
    path = tmp_path / "question.wav"
    form = struct.pack("<HHIIHH", 0x40, 1, 8000, 4000, 1, 4)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 0)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)

    with pytest.raises(PromptError, match=r"is compressed \(G721_32\): save it as 16-bit WAV"):
        read_owner_prompt(path, PromptKind.QUESTION)
