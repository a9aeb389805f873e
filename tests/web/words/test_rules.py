"""Sentences are short and typeset, guess nobody's sex, and are translated in every form."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from appliance.language import TRANSLATIONS
from tests.web.words import rules
from tests.web.words.catalogues import LANGUAGES, entries

STILL: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("still.toml").read_text("utf-8")
)
"""What breaks a rule since before there was one, by the beginning of its English; only falls."""
BEGINNING = 70
STALE = 5
"""Entries of a list that may be right by now: the next change takes them out."""

SAME = {
    "pl": (
        "Austria",
        "Folder",
        "ISDN",
        "Menu",
        "Model",
        "Panel",
        "Panel: %(url)s",
        "Port",
        "System",
        "USB",
        "Zgoda %(zgoda)s, Python %(python)s, Linux %(kernel)s, %(machine)s.",
    ),
    "de": (
        "Code",
        "ISDN",
        "Medium %(id)s",
        "Name",
        "Panel",
        "Panel: %(url)s",
        "Pause",
        "Port",
        "Server",
        "Server, %(id)s",
        "System",
        "USB",
        "Updates",
        "Version %(version)s:",
        "Version",
        "Zgoda %(zgoda)s, Python %(python)s, Linux %(kernel)s, %(machine)s.",
        "normal",
    ),
}
"""What a language says as English does."""


def beginning(english: str) -> str:
    """Return by what a sentence stands in a list."""
    return english[:BEGINNING]


def held_to(found: set[str], name: str) -> None:
    """Let a list of old sentences only fall."""
    new, right = found - set(STILL[name]), set(STILL[name]) - found
    assert sorted(new) == []
    assert len(right) <= STALE, f"take them out of still.toml: {sorted(right)}"


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_sentence_is_longer_than_25_words(language: str) -> None:
    long = {
        beginning(entry.english)
        for entry in entries()
        if rules.longest(entry.text(language)) > rules.MOST_WORDS
    }
    held_to(long, f"long_{language}")


def test_a_long_sentence_is_found() -> None:
    assert rules.longest("One. " + "word " * 26 + ". Two words.") == 26
    assert rules.longest("Art. 6 " + "word " * 23 + ".") == 25
    assert rules.longest("one two.\nthree") == 2


def test_english_writes_no_straight_apostrophe() -> None:
    straight = {beginning(one.english) for one in entries() if rules.STRAIGHT.search(one.english)}
    held_to(straight, "straight")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_writes_none_either(language: str) -> None:
    assert [one for one in entries() if rules.STRAIGHT.search(one.said[language])] == []


def test_polish_does_not_guess_who_reads_it() -> None:
    assert [e.said["pl"] for e in entries() if rules.GENDERED.search(e.said["pl"])] == []


@pytest.mark.parametrize(
    "text",
    ["Pozostań zalogowany", "niezalogowana", "Polecenie wydał(a)", "Nie samemu sobie", "Wybrałeś"],
)
def test_a_guess_is_found(text: str) -> None:
    assert rules.GENDERED.search(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_writes_a_decimal_comma(language: str) -> None:
    texts = [entry.said[language] for entry in entries()]
    assert [text for text in texts if rules.DECIMAL_POINT.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_ends_between_a_figure_and_its_unit(language: str) -> None:
    texts = [entry.said[language] for entry in entries()]
    assert [text for text in texts if rules.BREAKABLE_UNIT.search(text)] == []


@pytest.mark.parametrize("text", ["%(level)s dB", "24,3 %", "%(count)s min", "przy 8000 Hz."])
def test_a_unit_behind_a_plain_space_is_found(text: str) -> None:
    assert rules.BREAKABLE_UNIT.search(text)
    assert not rules.BREAKABLE_UNIT.search(text.replace(" ", "\u00a0"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_the_same_as_in_english_is_known(language: str) -> None:
    same = {entry.english for entry in entries() if entry.said[language] == entry.english}
    assert same == set(SAME[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_english_is_left_in_a_translation(language: str) -> None:
    """Commands and addresses stay; a sentence does not."""
    bare = re.compile(r"%\(\w+\)s|--[\w-]+|„[^”“]*[”“]|\b\w+[./_]\w+\S*")
    found = {
        entry.said[language]: words
        for entry in entries()
        if len(words := rules.english(bare.sub(" ", entry.said[language]), language)) > 1
    }
    assert found == {}


def test_english_is_found() -> None:
    assert rules.english("The box is away.", "pl") == ["the", "is"]
    assert rules.english("Das war nicht so.", "de") == []


@pytest.mark.parametrize(("language", "forms"), [("pl", 3), ("de", 2)])
def test_every_entry_is_said_in_every_form(language: str, forms: int) -> None:
    """And one that counts has its word in more forms than one."""
    unpluralised = set()
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if not message.id:
                continue
            english, said = message.id, message.string or ""
            texts = [said] if isinstance(said, str) else list(said)
            assert len(texts) == (1 if isinstance(english, str) else forms), english
            assert all(text.strip() for text in texts), english
            if isinstance(english, str) and rules.uncounted(texts[0]):
                unpluralised.add(beginning(english))
    held_to(unpluralised, f"one_form_{language}")


def test_a_figure_before_a_word_of_one_form_is_found() -> None:
    assert rules.uncounted("około %(hours)s godzin") == ["godzin"]
    assert rules.uncounted("%(minutes)s min") == []


def test_what_is_new_on_no_list_is_told() -> None:
    """What is on it may stay, and must go once it is right."""
    held_to(set(STILL["straight"]), "straight")
    with pytest.raises(AssertionError):
        held_to({*STILL["straight"], "The caller's new words"}, "straight")
    with pytest.raises(AssertionError, match="take them out"):
        held_to(set(), "straight")
