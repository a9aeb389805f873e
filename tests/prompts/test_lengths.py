"""Announcements are measured in the voice that says them, each words once."""

from dataclasses import replace

import pytest

from appliance.errors import PromptError
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind
from appliance.prompts.lengths import Lengths
from appliance.prompts.library import Library
from tests.prompts.lines import LINES, line_of
from tests.prompts.test_render import Tones


def no_voice(language: str) -> Tones:
    raise PromptError("nobody speaks here")


def test_what_nobody_has_spoken_is_spoken_once_and_measured() -> None:
    config, line = line_of(*LINES["three"])
    voiced = Library().survey(config, line)
    engine, lengths = Tones(13.5), Lengths()
    found = {each.saying.spoken: each for each in lengths.of(voiced, "pl", lambda _: engine)}
    assert [*found] == [
        *(PromptKind.QUESTION, PromptKind.KEYS, PromptKind.MORE),
        *(PromptKind.CONFIRMATION, PromptKind.WITHDRAWN),
    ]
    keys = found[PromptKind.KEYS]
    assert keys.limit == 12
    assert keys.problem is not None
    assert keys.problem.code == "long_keys"
    assert keys.seconds > 12
    letters = {
        each.saying: len(each.ways[0].text)
        for each in voiced
        if each.saying.spoken is PromptKind.CONFIRMATION
    }
    assert letters[found[PromptKind.CONFIRMATION].saying] == max(letters.values())
    said = len(engine.spoken)
    lengths.of(voiced, "pl", lambda _: engine)
    assert len(engine.spoken) == said
    lengths.of(voiced, "pl", lambda _: Tones(16, replace(engine.voice, name="other")))
    assert len(engine.spoken) == said


def test_what_ships_needs_no_voice() -> None:
    config, line = line_of(*LINES["two, each alone"])
    voiced = Library().survey(config, line)
    question, *_ = Lengths().of(voiced, "pl", no_voice)
    assert question.saying.spoken is PromptKind.QUESTION
    prompt = next(each.prompt for each in voiced if each.saying == question.saying)
    assert prompt is not None
    assert question.seconds == prompt.sound.size / RATE


def test_without_a_voice_nothing_is_measured() -> None:
    config, line = line_of(*LINES["four"])
    with pytest.raises(PromptError):
        Lengths().of(Library().survey(config, line), "pl", no_voice)
