"""One word a thing, in each language: what people read holds the table of terms."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.commands.first_run import CARD, TRUST
from appliance.keeper.mail.words import LANGUAGES as MAILS
from tests.web.conftest import Panel
from tests.web.words.catalogues import LANGUAGES, Entry, entries
from tests.web.words.table import REJECTED, TERMS, Term

ALLOWED = [
    ("pl", "sejf", r"\bsafe\b", "a safe of steel, in which the sheet is kept"),
    ("en", "forgotten", r"Forgotten the password\?", "a person forgets; a device does not"),
]
"""A rejected word, the English sentences in which it means another thing, and which."""


def allowed(language: str, word: str, english: str) -> bool:
    """Return whether the word means another thing in this sentence."""
    return any(
        language == of and word.casefold().startswith(stem) and re.search(where, english)
        for of, stem, where, _why in ALLOWED
    )


def rejected(language: str, text: str, english: str = "") -> list[str]:
    """Return the words of a text that no reader should meet."""
    words = [match.group() for match in re.finditer(REJECTED[language], text, re.IGNORECASE)]
    return [word for word in words if not allowed(language, word, english)]


def without_its_term(term: Term, language: str, texts: tuple[Entry, ...]) -> Iterator[Entry]:
    """Yield the sentences that name a thing and call it something else."""
    for entry in texts:
        if term.said(entry.english) and not term.held(language, entry.said[language]):
            yield entry


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TERMS)
def test_a_thing_has_its_own_word(name: str, language: str) -> None:
    told = [entry.said[language] for entry in without_its_term(TERMS[name], language, entries())]

    assert told == [], f"{name}: say it as tests/web/words/table.py has it"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TERMS)
def test_another_word_in_its_place_is_found(name: str, language: str) -> None:
    """Each term is said somewhere, and there the test sees that its word is missing."""
    term = TERMS[name]
    stems = {"pl": term.polish, "de": term.german}[language]
    said = [entry for entry in entries() if term.said(entry.english)]
    assert said, "nobody says it any more: take it out of the table"

    changed = tuple(
        Entry(entry.english, {language: re.sub(stems, "…", entry.said[language], flags=re.I)})
        for entry in said
    )

    assert list(without_its_term(term, language, changed)) == list(changed)


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_rejected_word_is_read(language: str) -> None:
    told = [
        (word, entry.text(language))
        for entry in entries()
        for word in rejected(language, entry.text(language), entry.english)
    ]

    assert told == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Utwórz sejf."),
        ("pl", "Strażnik nagrań nie odpowiada."),
        ("pl", "Wypal klucz na zawsze."),
        ("pl", "Ta płyta ma własny klucz."),
        ("pl", "Czujnik V/I słyszy linię."),
        ("pl", "Musi się na to zgodzić administrator."),
        ("pl", "Numer dzwoniącego"),
        ("pl", "Zapytaj Waszego informatyka."),
        ("de", "Die Box antwortet nicht."),
        ("de", "Tresor anlegen"),
        ("de", "Der Kurier läuft nicht."),
        ("de", "Hier mithören"),
        ("de", "Diese Leitung zeichnet nichts auf."),
        ("de", "auf dieser Maschine"),
        ("de", "Ein Administrator muss zustimmen."),
        ("en", "The box does not answer."),
        ("en", "Make the vault"),
        ("en", "The keeper is away."),
        ("en", "Mend it."),
        ("en", "Whoever has both reads it."),
        ("en", "The doctor says which."),
    ],
)
def test_a_rejected_word_is_found(language: str, text: str) -> None:
    assert rejected(language, text)


def test_each_exception_is_needed() -> None:
    for language, stem, where, why in ALLOWED:
        assert why
        texts = [entry.text(language) for entry in entries() if re.search(where, entry.english)]
        assert any(stem in text.casefold() for text in texts), (language, stem)


def test_a_safe_may_be_called_one_and_the_archive_may_not() -> None:
    assert not rejected("pl", "trzymaj ją w sejfie", "keep it in a safe")
    assert rejected("pl", "Utwórz sejf", "Create the archive")


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_mail_holds_the_terms_too(language: str) -> None:
    words = MAILS[language]
    texts = [getattr(words, field) for field in words.__slots__ if field != "subjects"]

    assert [text for text in [*texts, *words.subjects.values()] if rejected(language, text)] == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_stands_on_the_memory_card_holds_them_too(language: str) -> None:
    """Three languages in one file each."""
    network = Path(__file__).parents[3] / "image-build" / "boot" / "zgoda-network.txt"
    for text in (CARD, TRUST, network.read_text("utf-8")):
        assert [
            word for word in rejected(language, text) if word != "adapter"
        ] == []  # a network adapter


SPOKEN_OR_CODE = r"""(?sx)
    <(script|style|code|blockquote|q)\b.*?</\1>  # commands, and what callers hear: another reader
    | keeper:  # a process's own name, as systemctl shows it
    | <[^>]*>
"""
PAGES = ("/", "/calls", "/audit", "/doctor", "/people", "/settings", "/words", "/time", "/backup")


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_rejected_word_reaches_a_browser(panel: Panel, language: str) -> None:
    """What pages put together by themselves, and what the keeper says on them."""
    rid = panel.record()
    browser = panel.log_in()
    for path in (*PAGES, f"/calls/{rid}", f"/calls/{rid}/proof", f"/calls/{rid}/erase"):
        answer = browser.get(path, Accept_Language=language)
        assert answer.status_code == 200, path
        page = re.sub(SPOKEN_OR_CODE, " ", answer.text)
        assert rejected(language, page, page) == [], path
