"""The prompts that ship: their words, marks, levels, voices."""

import numpy as np
import pytest

from appliance.config.read import trial
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind
from appliance.model.prompts import LONGEST_SECONDS, digest
from appliance.prompts.levels import active_dbm0
from appliance.prompts.render import speak
from appliance.prompts.ship import VOICES, shipped_lines, shipping_engine
from appliance.prompts.shipped import SHIPPED, shipped
from appliance.prompts.store import PromptEntry
from appliance.prompts.words.compose import PromptWords, compose

ENTRIES = list(shipped().entries.values())
WITH_KEYS = [each for each in ENTRIES if each.spoken in {PromptKind.QUESTION, PromptKind.KEYS}]


def named(entry: PromptEntry) -> str:
    return entry.file


def test_all_that_the_trial_says_ships_in_three_languages_and_nothing_else() -> None:
    config = trial()
    needed = {
        (language, saying.spoken, words.text)
        for line, language in shipped_lines(config)
        for saying, words in compose(config, line, language).items()
    }
    assert {language for language, _, _ in needed} == {"pl", "en", "de"}
    assert shipped().entries.keys() == needed
    files = {path.relative_to(SHIPPED).as_posix() for path in SHIPPED.glob("*/*")}
    assert files == {f"{each.language}/{each.file}" for each in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=named)
def test_each_is_the_sound_of_its_hash_at_level_and_within_its_limit(entry: PromptEntry) -> None:
    sound = shipped().sound(entry)

    assert sound.size / RATE <= LONGEST_SECONDS[entry.spoken]
    assert active_dbm0(sound) == pytest.approx(-18, abs=0.1)
    assert np.abs(sound.astype(int)).max() < 32767


@pytest.mark.parametrize("entry", ENTRIES, ids=named)
def test_marks_agree_with_the_sound(entry: PromptEntry) -> None:
    """By energy alone: full silence follows the mark, speech precedes it."""
    sound, mark = shipped().sound(entry), entry.mark
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 100)

    assert 0 <= mark - loud[-1] < 8 * 20  # the last sample of any strength is within 20 ms
    assert not sound[mark:].any()


@pytest.mark.parametrize("entry", WITH_KEYS, ids=named)
def test_the_last_key_is_named_by_one_word_of_its_own(entry: PromptEntry) -> None:
    """A pause of 150 ms, then one short word up to the mark: the key that agrees to all."""
    last = {"pl": "jedynka.", "en": "one.", "de": "Eins."}
    assert entry.pieces[-1] == last[entry.language]
    sound, mark = shipped().sound(entry), entry.mark
    silent = np.flatnonzero(sound[:mark] != 0)
    breaks = np.flatnonzero(np.diff(silent) >= 1100)  # a pause of 150 ms, less fading
    word = mark - silent[breaks[-1] + 1]

    assert 0.2 < word / RATE < 0.95


def test_the_voices_are_those_that_may_be_passed_on() -> None:
    for entry in ENTRIES:
        assert (entry.engine, entry.voice) == VOICES[entry.language]
        assert entry.draft is (entry.language == "de")  # until a person has spoken it


@pytest.mark.voices
@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_what_ships_is_what_its_engine_speaks_bit_for_bit(language: str) -> None:
    engine = shipping_engine(language)
    for entry in shipped().entries.values():
        if (entry.language, entry.spoken) == (language, PromptKind.REFUSED):
            sound, mark = speak(PromptWords(entry.pieces, 8), engine, language)
            assert (digest(sound), mark) == (entry.sha256, entry.mark)
