"""Test what a line of several languages says, and how another language is offered."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from appliance.config.settings import Config, Confirmation, HeardVoices, Line
from appliance.model.audio import RATE, Sound
from appliance.model.policy import PromptKind, Saying
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.checks import checks
from appliance.prompts.languages import in_languages, language_of
from appliance.prompts.levels import active_dbm0
from appliance.prompts.library import Library, unclear
from appliance.prompts.on_box import speak_on_box
from appliance.prompts.render import PAUSE, render, speak_offer
from appliance.prompts.ship import shipping_engine
from appliance.prompts.store import Store
from appliance.prompts.voices.engine import Engine, Voice
from appliance.prompts.words.compose import OFFER_SECONDS, Offer, PromptWords, compose, variants
from tests.prompts.lines import LINES, TRIAL, line_of

QUESTION = Saying(PromptKind.QUESTION)
OFFERS = {
    "pl": "Po polsku: proszę nacisnąć trójkę.",
    "en": "For English, press three.",
    "de": "Für Deutsch drücken Sie die Drei.",
}
FIRST = {PromptKind.QUESTION, PromptKind.NOTICE}


class Speaker:
    """Speaks a tone of its own level, so long for each word."""

    def __init__(self, language: str, word_seconds: float = 0.3, level: int = 4000) -> None:
        self._seconds, self._level = word_seconds, level
        self.said: list[tuple[str, str, float]] = []
        self.voice = Voice("tones", f"of {language}", "1", "none", language)

    def speak(self, piece: str, language: str, pace: float = 1.0) -> Sound:
        self.said.append((piece, language, pace))
        count = round(len(piece.split()) * self._seconds / pace * RATE)
        tone = np.sin(np.arange(count) * (2 * np.pi * 440 / RATE)) * self._level
        spoken: Sound = tone.astype(np.int16)
        return spoken


def spoken(line: Line, *others: str, key: str = "3") -> Line:
    return replace(line, language="pl", other_languages=others, language_key=key)


def without_offer(words: PromptWords) -> PromptWords:
    assert words.offer is not None
    first, *rest = words.pieces
    return PromptWords((first.replace(f"{words.offer.text} ", ""), *rest), words.limit)


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("others", [("en",), ("de", "en")])
def test_the_offer_stands_behind_the_first_sentence_and_changes_nothing_else(
    name: str, others: tuple[str, ...]
) -> None:
    config, line = line_of(*LINES[name])
    key = "8" if "3" in line.choices else "3"
    for each in in_languages(config, spoken(line, *others, key=key)):
        language = language_of(config, each)
        said = compose(config, each, language)
        plain = compose(config, replace(each, other_languages=()), language)
        assert said.keys() == plain.keys()
        for saying, words in said.items():
            if saying.spoken not in FIRST or name == "vital interests":
                assert words == plain[saying]
                continue
            assert words.offer is not None
            assert words.offer.language == each.other_languages[0]
            assert without_offer(words) == plain[saying]
            greeting = words.text.split(". ")[0]
            assert words.text.startswith(f"{greeting}. {words.offer.text} ")


def test_each_language_offers_the_next_of_the_ring() -> None:
    (line,) = TRIAL.lines
    ring = in_languages(TRIAL, spoken(line, "en", "de"))
    assert [(each.language, each.other_languages[0]) for each in ring] == [
        ("pl", "en"),
        ("en", "de"),
        ("de", "pl"),
    ]
    for each in ring:
        offer = compose(TRIAL, each, each.language)[QUESTION].offer
        assert offer == Offer(each.other_languages[0], OFFERS[each.other_languages[0]])


def test_a_line_of_one_language_is_itself() -> None:
    (line,) = TRIAL.lines
    assert in_languages(TRIAL, line) == (line,)
    assert compose(TRIAL, line, "pl")[QUESTION].offer is None


@pytest.mark.parametrize("key", ["", "1", "9"])
def test_without_a_key_of_its_own_nothing_is_offered(key: str) -> None:
    (line,) = TRIAL.lines
    assert compose(TRIAL, spoken(line, "en", key=key), "pl") == compose(TRIAL, line, "pl")


def test_who_listens_to_a_recording_confirms_the_key_of_the_offer() -> None:
    (line,) = TRIAL.lines
    assert "key.3" in checks(QUESTION, TRIAL, spoken(line, "en"))
    assert "key.3" not in checks(Saying(PromptKind.KEYS), TRIAL, spoken(line, "en"))
    assert "key.3" not in checks(QUESTION, TRIAL, line)


# -- spoken ----------------------------------------------------------------------------------------


def question(line: Line) -> PromptWords:
    return next(variants(TRIAL, line, "pl", QUESTION))


def test_a_voice_of_the_other_language_speaks_the_offer_as_loud_as_the_one_around_it() -> None:
    (line,) = TRIAL.lines
    words = question(spoken(line, "en"))
    polish, english = Speaker("pl"), Speaker("en", level=400)
    entry, sound = render([words], polish, "pl", QUESTION, {"en": english}.__getitem__)
    assert english.said == [(OFFERS["en"], "en", 1.0)]
    assert not any(OFFERS["en"] in piece for piece, _, _ in polish.said)
    assert [piece for piece, _, _ in polish.said] == [
        "Dzień dobry, tu Kancelaria Nowak w Warszawie.",
        words.pieces[0].partition(OFFERS["en"])[2].strip(),
        words.pieces[1],
    ]
    said = (entry.other_language, entry.other_engine, entry.other_voice)
    assert said == ("en", "tones", "of en")
    assert entry.pieces == words.pieces
    first = round(7 * 0.3 * RATE)
    offer = sound[first + PAUSE : first + PAUSE + round(4 * 0.3 * RATE)]
    assert abs(active_dbm0(offer) - active_dbm0(sound[:first])) < 0.5
    assert not sound[first : first + PAUSE].any(), "a pause parts it from the greeting"


def test_an_offer_that_lasts_too_long_is_quickened_and_then_refused() -> None:
    (line,) = TRIAL.lines
    words = question(spoken(line, "en"))
    quick, slow = Speaker("en", 0.78), Speaker("en", 0.9)
    offered = speak_offer(words, lambda _: quick)
    assert offered is not None
    assert offered[0].size <= OFFER_SECONDS * RATE
    assert [pace for _, _, pace in quick.said] == [1.0, 1.05]
    with pytest.raises(Lacks) as refused:
        speak_offer(words, lambda _: slow)
    assert refused.value.lacking.code == "long_offer"
    assert refused.value.lacking.values["language"] == "en"


def several(config: Config, *others: str) -> Config:
    (line,) = config.lines
    return replace(config, lines=(spoken(line, *others),))


def test_the_box_speaks_every_language_of_a_line_and_finds_it_again(tmp_path: Path) -> None:
    config = several(TRIAL, "en")
    config = replace(config, vault=replace(config.vault, prompts=str(tmp_path)))
    voices = {language: Speaker(language, 0.2) for language in ("pl", "en")}
    entries = list(speak_on_box(config, tmp_path, voices.__getitem__))
    # Whatever ships is there already: of each language only the offering question is new.
    assert [(each.language, each.spoken, each.other_language) for each in entries] == [
        ("pl", PromptKind.QUESTION, "en"),
        ("en", PromptKind.QUESTION, "pl"),
    ]
    kept = Store.read(tmp_path / "rendered")
    assert {each.other_voice for each in kept.entries.values()} == {"of en", "of pl"}
    assert list(speak_on_box(config, tmp_path, voices.__getitem__)) == []


def test_a_line_lacks_what_any_of_its_languages_lacks() -> None:
    config = several(TRIAL, "en")
    (line,) = config.lines
    library = Library()
    assert [each.code for each in library.missing(config, line)] == ["words"]
    polish, english = in_languages(config, line)
    for each in (polish, english):
        assert QUESTION not in library.prompts(config, each)
        assert Saying(PromptKind.KEYS) in library.prompts(config, each)


def test_a_voice_that_nobody_understands_offers_nothing_on_a_real_line(tmp_path: Path) -> None:
    (line,) = TRIAL.lines
    entry, _ = render(
        [question(spoken(line, "en"))],
        _named("RHVoice", "Natan", "pl"),
        "pl",
        QUESTION,
        lambda language: _named("tones", "nobody", language),
    )
    why = unclear(TRIAL, entry)
    assert why is not None
    assert why.code == "voice_unmeasured"
    heard = HeardVoices(en=Confirmation("Ewa Nowak", "2026-12-02", "tones nobody"))
    vouched = replace(TRIAL, office=replace(TRIAL.office, voices=heard))
    assert unclear(vouched, entry) is None


def _named(engine: str, name: str, language: str) -> Engine:
    speaker = Speaker(language, 0.2)
    speaker.voice = Voice(engine, name, "1", "none", language)
    return speaker


PAIRS = [(own, other) for own in OFFERS for other in OFFERS if own != other]


@pytest.mark.voices
@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_the_shipping_voices_keep_to_both_limits(own: str, other: str) -> None:
    (line,) = TRIAL.lines
    line = replace(line, language=own, other_languages=(other,))
    ways = list(variants(TRIAL, line, own, QUESTION))
    offered = speak_offer(ways[0], shipping_engine)
    assert offered is not None
    assert 1 < offered[0].size / RATE <= OFFER_SECONDS
    _, sound = render(ways, shipping_engine(own), own, QUESTION, shipping_engine)
    assert sound.size / RATE <= ways[0].limit
