"""Words become a prompt: pieces, pauses, a mark, and no longer than their limit."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from appliance.config.read import trial
from appliance.errors import PromptError
from appliance.model.audio import RATE, Sound
from appliance.model.policy import PromptKind, Saying
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.levels import active_dbm0, active_end
from appliance.prompts.render import FASTEST, PAUSE, join, render, render_line
from appliance.prompts.speech import simulated_voices
from appliance.prompts.voices.engine import Voice
from appliance.prompts.words.compose import PromptWords, variants

QUESTION = Saying(PromptKind.QUESTION)
HUM = Voice("tones", "hum", "1", "none", "pl")


@dataclass
class Tones:
    """An engine that hums so long as somebody would speak."""

    letters_a_second: float
    voice: Voice = HUM
    spoken: list[tuple[str, float]] = field(default_factory=list)

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        self.spoken.append((piece, pace))
        time = np.arange(round(len(piece) / self.letters_a_second / pace * RATE)) / RATE
        hum: Sound = np.rint(9000 * np.sin(2 * np.pi * 500 * time)).astype(np.int16)
        return hum


def ways() -> Iterator[PromptWords]:
    config = trial()
    line = replace(config.lines[0], purposes=("training",), choices={"1": ("training",), "2": ()})
    return variants(config, line, "pl", QUESTION)


def test_a_prompt_is_pieces_with_a_known_pause_between() -> None:
    word = Tones(10).speak("word", "en")

    sound, mark = join([word, word])

    assert mark == word.size + PAUSE + word.size
    assert not sound[word.size + 1 : word.size + PAUSE].any()
    assert active_end(sound) == pytest.approx(mark, abs=40)
    assert sound.size == mark + RATE // 10
    assert active_dbm0(sound) == pytest.approx(-18, abs=0.1)


def test_what_fits_is_said_as_it_should_be() -> None:
    full, *_ = ways()

    entry, sound = render(ways(), Tones(16), "pl", QUESTION)

    assert entry.pieces == full.pieces
    assert (entry.samples, entry.engine, entry.voice) == (sound.size, "tones", "hum")


def test_what_is_too_long_is_said_shorter_and_faster_only_at_last() -> None:
    full, *shorter = ways()
    assert len(shorter) == 2
    rates = {full: 0.0, **dict.fromkeys(shorter, 0.0)}
    for words in rates:
        rates[words] = len("".join(words.pieces)) / (words.limit - 0.3)
    slow = [rates[full] - 0.05, rates[shorter[0]] - 0.05]

    for pace, expected in zip(slow, shorter, strict=True):
        assert render(ways(), Tones(pace), "pl", QUESTION)[0].pieces == expected.pieces

    engine = Tones(rates[shorter[1]] / 1.04)
    assert render(ways(), engine, "pl", QUESTION)[0].pieces == shorter[1].pieces
    assert 1 < engine.spoken[-1][1] <= FASTEST


def test_what_cannot_be_shortened_is_an_error_that_names_the_way_out() -> None:
    engine = Tones(5)

    with pytest.raises(PromptError) as told:
        render(ways(), engine, "pl", QUESTION)

    assert isinstance(told.value, Lacks)
    lacking = told.value.lacking
    assert lacking.code == "long_question"
    assert lacking.values["limit"] == "30"
    assert int(lacking.values["lasts"]) > 30
    said = {piece for piece, _ in engine.spoken}
    assert any("zgodę można" in piece for piece in said)  # withdrawal is never left out


def test_a_line_is_rendered_whole_and_only_what_is_new() -> None:
    config = trial()
    first = list(render_line(config, config.lines[0], "pl", Tones(16)))
    known = {entry.text for entry, _ in first}

    again = render_line(
        config, config.lines[0], "pl", Tones(16), lambda _, words: words.text in known
    )

    assert {entry.spoken for entry, _ in first} == {
        *(PromptKind.QUESTION, PromptKind.KEYS, PromptKind.CONFIRMATION, PromptKind.MORE),
        *(PromptKind.REFUSED, PromptKind.UNANSWERED, PromptKind.WITHDRAWN),
    }
    assert list(again) == []


def test_both_voices_speak_for_a_minute_at_the_level_of_speech() -> None:
    far, near = simulated_voices()

    for voice in (far, near):
        assert voice.size == 60 * 8000
        assert active_dbm0(voice) == pytest.approx(-18, abs=0.2)
        seconds = np.abs(voice.astype(int)).reshape(60, 8000).max(axis=1)
        assert (seconds > 2000).all()  # something is said in every second
    assert np.corrcoef(far, near)[0, 1] < 0.1
