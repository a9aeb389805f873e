"""Let no real line ask in a voice that callers do not understand."""

from dataclasses import replace

import msgspec
import pytest

from appliance.config.read import trial
from appliance.config.settings import Config, Confirmation, HeardVoices, Line, Part
from appliance.prompts.library import Library, needed_prompts, unclear
from appliance.prompts.shipped import shipped
from appliance.prompts.voices.understood import MOST_WRONG, WORDS_WRONG, is_clear, named
from benchmarks.words.heard import kept

SOUND = Part("sound", {"card": "LineTap"})
HOOK = Part("monitor", {"dialect": "lm1", "port": "/dev/ttyACM0"})
LANGUAGES = ("pl", "en", "de")


def real(config: Config, language: str) -> Line:
    line = replace(config.lines[0], language=language)
    return replace(line, hook=HOOK, audio=SOUND, prompt=SOUND)


def vouching(config: Config, language: str, voice: str) -> Config:
    word = Confirmation("Adam Admin", "2026-12-01", voice)
    voices = replace(HeardVoices(), **{language: word})
    return replace(config, office=replace(config.office, voices=voices))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_ships_is_declared_as_it_was_measured(language: str) -> None:
    """The mean over question, keys and second layer."""
    measured = kept()
    entries = [each for each in shipped().entries.values() if each.language == language]
    heard = [
        measured[each.sha256]
        for each in entries
        if each.spoken.value in {"question", "keys", "more"}
    ]
    assert len(heard) == 3
    mean = sum(100 * each.words_wrong / each.words for each in heard) / 3
    (voice,) = {(each.engine, each.voice) for each in entries}
    assert WORDS_WRONG[(*voice, language)] == round(mean)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_real_line_asks_in_a_clear_voice_alone_and_the_trial_goes_on(language: str) -> None:
    config = trial()
    line, library = real(config, language), Library()
    simulated = replace(config.lines[0], language=language)

    assert library.missing(config, simulated) == ()
    lacking = library.missing(config, line)
    if language == "de":
        assert [each.code for each in lacking] == ["voice_unclear"]
        assert lacking[0].values["voice"] == "RHVoice Natan-German"
        assert int(lacking[0].values["wrong"]) > MOST_WRONG
        assert library.prompts(config, line) == {}
        assert all(each.unvouched is not None for each in library.survey(config, line))
    else:
        assert lacking == ()
        assert needed_prompts(config, line) <= library.prompts(config, line).keys()


def test_an_administrator_vouches_for_one_voice_in_one_language() -> None:
    config = trial()
    line = real(config, "de")
    heard = named("RHVoice", "Natan-German")

    assert Library().missing(vouching(config, "de", heard), line) == ()
    for language, voice in (("de", "espeak-ng de+f3"), ("pl", heard), ("de", "")):
        assert Library().missing(vouching(config, language, voice), line) != ()


@pytest.mark.parametrize(
    ("engine", "voice", "language", "code"),
    [
        ("espeak-ng", "pl+f3", "pl", "voice_unclear"),
        ("espeak-ng", "en-gb+f3", "en", "voice_unclear"),
        ("espeak-ng", "de+f3", "de", "voice_unclear"),
        ("RHVoice", "Natan-German", "de", "voice_unclear"),
        ("Piper", "gosia", "pl", "voice_unmeasured"),
        ("RHVoice", "Natan", "de", "voice_unmeasured"),
        ("RHVoice", "Natan", "pl", ""),
        ("pico", "de-DE", "de", ""),
    ],
)
def test_each_engine_is_judged_by_its_figures(
    engine: str, voice: str, language: str, code: str
) -> None:
    entry = next(iter(shipped().entries.values()))
    entry = msgspec.structs.replace(entry, engine=engine, voice=voice, language=language)
    found = unclear(trial(), entry)

    assert (found.code if found is not None else "") == code
    assert is_clear(engine, voice, language) is (not code)
    assert unclear(vouching(trial(), language, named(engine, voice)), entry) is None
