"""Decide which mail is due, and find no word in it that could be about a person."""

import re

import pytest

from appliance.keeper.mail.letters import LetterKind, due, words_of
from appliance.keeper.mail.words import LANGUAGES
from appliance.keeper.storage.rows import MailRow
from appliance.model.findings import SUBJECTS
from appliance.model.sentences.findings import SENTENCES
from appliance.vault.audit.heads import Head

HEAD = Head(
    day="2026-11-27",
    seq=1234,
    hash="ab" * 32,
    tree="01" * 32,
    key="cd" * 32,
    signature="ef" * 64,
)
FULL, LOST = "disk.full", "vault.keys_lost"
TOLD = MailRow(told=(FULL,), day="2026-11-27")


@pytest.mark.parametrize(
    ("row", "red", "kind"),
    [
        (MailRow(), None, None),
        (MailRow(), set(), None),
        (MailRow(), {FULL}, LetterKind.TROUBLE),
        (TOLD, {FULL}, None),
        (TOLD, {FULL, LOST}, LetterKind.TROUBLE),
        (TOLD, {LOST}, LetterKind.TROUBLE),
        (TOLD, set(), LetterKind.MENDED),
        (TOLD, None, None),
        (MailRow(told=(FULL, LOST)), {FULL}, None),
        (MailRow(told=("of.an_earlier_version",)), set(), LetterKind.MENDED),
        (MailRow(told=("of.an_earlier_version",)), {FULL}, LetterKind.TROUBLE),
    ],
)
def test_what_was_told_is_told_once(
    row: MailRow, red: set[str] | None, kind: LetterKind | None
) -> None:
    assert due(row, red, "2026-11-28", trial=False, daily=False) == kind


@pytest.mark.parametrize(
    ("red", "day", "daily", "kind"),
    [
        ({FULL}, "2026-11-28", True, LetterKind.DAILY),
        ({FULL}, "2026-11-27", True, None),
        ({FULL}, "2026-11-28", False, None),
        ({FULL}, "", True, None),
        (None, "2026-11-28", True, None),
        ({LOST}, "2026-11-28", True, LetterKind.TROUBLE),
    ],
)
def test_one_a_day_where_it_is_wanted(
    red: set[str] | None, day: str, daily: bool, kind: LetterKind | None
) -> None:
    assert due(TOLD, red, day, trial=False, daily=daily) == kind


def test_what_somebody_asks_for_goes_first() -> None:
    assert due(MailRow(), {FULL}, "", trial=True, daily=True) is LetterKind.TRIAL
    assert due(MailRow(), None, "", trial=True, daily=False) is LetterKind.TRIAL


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_subject_has_words_in_every_language(language: str) -> None:
    assert set(LANGUAGES[language].subjects) == set(SUBJECTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_mail_says_what_it_is_for(language: str, kind: LetterKind) -> None:
    red = frozenset() if kind is LetterKind.MENDED else frozenset({FULL, LOST})
    subject, text = words_of(kind, red, HEAD, language)
    assert re.fullmatch(r"Zgoda: [^\r\n]{5,50}", subject)
    assert all(len(line) <= 200 for line in text.splitlines())
    for id in red:
        assert f"({id})" in text
    figures = {HEAD.day, HEAD.lines, HEAD.hash, HEAD.tree, HEAD.key, HEAD.signature}
    assert all((figure in text) == (kind is not LetterKind.TRIAL) for figure in figures)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert words_of(LetterKind.DAILY, frozenset(), None, "fr") == words_of(
        LetterKind.DAILY, frozenset(), None, "en"
    )
    assert words_of(LetterKind.DAILY, frozenset(), None, "en")[0] == "Zgoda: all is well"


def test_no_finding_brings_its_values_along() -> None:
    """A finding's sentence names lines, ports, files and people's words; a mail has none."""
    red = frozenset(SENTENCES)
    for language, says in LANGUAGES.items():
        _, text = words_of(LetterKind.TROUBLE, red, None, language)
        fixed = [says.found, says.look, says.end, *says.subjects.values()]
        for words in sorted([*fixed, *red], key=len, reverse=True):
            text = text.replace(words, "")
        assert re.fullmatch(r"[-() \n]*", text), language
