from pathlib import Path

import numpy as np
import pytest

from appliance.errors import PromptError
from appliance.prompts import render
from appliance.prompts.levels import active_dbm0, active_end
from appliance.prompts.speech import simulated_voices


def test_a_prompt_is_pieces_with_a_known_pause_between(monkeypatch: pytest.MonkeyPatch) -> None:
    time = np.arange(1600) / 8000
    word = np.rint(9000 * np.sin(2 * np.pi * 500 * time)).astype(np.int16)
    monkeypatch.setattr(render, "speak", lambda *_: word)

    sound, mark = render.render(["words", "two."], "pl", 170)

    assert mark == 1600 + 1200 + 1600
    assert not sound[1600:2800].any()
    assert active_end(sound) == mark
    assert sound.size == mark + 800


def test_without_espeak_one_sentence_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PromptError, match="espeak-ng does not speak; install it"):
        render.speak("one", "en", 170)


def test_both_voices_speak_for_a_minute_at_the_level_of_speech() -> None:
    far, near = simulated_voices()

    for voice in (far, near):
        assert voice.size == 60 * 8000
        assert active_dbm0(voice) == pytest.approx(-18, abs=0.2)
        seconds = np.abs(voice.astype(int)).reshape(60, 8000).max(axis=1)
        assert (seconds > 2000).all()  # something is said in every second
    assert np.corrcoef(far, near)[0, 1] < 0.1
