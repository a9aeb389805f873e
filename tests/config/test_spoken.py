"""Check that what is spoken is written as it is said, in forms that fit their places."""

from collections.abc import Callable

import pytest

from appliance.config.forms import MOST_WORDS, valid_form, valid_spoken
from appliance.config.mistakes import Invalid, Mistake
from appliance.config.read import parse, trial
from appliance.config.settings import Basis
from appliance.config.validators import LANGUAGES
from appliance.config.words.ready import is_ready, ready_purposes
from appliance.config.words.spell import as_spoken

Mistakes = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("written", "language", "spoken"),
    [
        (
            "Kancelaria Nowak sp. z o.o.",
            "pl",
            "Kancelaria Nowak spółka z ograniczoną odpowiedzialnością",
        ),
        (
            "Kancelaria Nowak sp. k., Warszawa",
            "pl",
            "Kancelaria Nowak spółka komandytowa, Warszawa",
        ),
        ("NZOZ Lipowa", "pl", "niepubliczny zakład opieki zdrowotnej Lipowa"),
        ("ul. Lipowa 2", "pl", "ulica Lipowa dwa"),
        ("art. 6 RODO", "pl", "artykuł sześć RODO"),
        ("rodo@kancelaria.pl", "pl", "rodo małpa kancelaria kropka pl"),
        ("https://www.kancelaria.pl/rodo", "en", "kancelaria dot pl slash rodo"),
        ("Nowak Ltd.", "en", "Nowak Limited"),
        ("Praxis Dr. Weiß GmbH", "de", "Praxis Doktor Weiß Gesellschaft mit beschränkter Haftung"),
        ("info@linde.de", "de", "info ät linde Punkt de"),
    ],
)
def test_what_voices_garble_is_refused_with_the_spoken_form(
    written: str, language: str, spoken: str
) -> None:
    assert as_spoken(written, language) == spoken
    with pytest.raises(Invalid) as told:
        valid_spoken(written, language)
    assert (told.value.code, told.value.values) == ("as_spoken", {"words": spoken})
    assert valid_spoken(spoken, language) == spoken


@pytest.mark.parametrize(
    ("text", "language"), [("Wärmeservice Łódź", "en"), ("Łódź", "de"), ("Müller", "pl")]
)
def test_letters_of_another_language_are_refused(text: str, language: str) -> None:
    with pytest.raises(Invalid, match=r"^letters$"):
        valid_spoken(text, language)


@pytest.mark.parametrize(
    ("form", "language", "text", "said"),
    [
        ("full", "pl", "szkolenie pracowników", ("genitive", "szkolenia pracowników")),
        ("full", "pl", "przyjęcie zamówienia", ("genitive", "przyjęcia zamówienia")),
        ("full", "pl", "do szkolenia", ("leave_out", "do")),
        ("full", "pl", "w celu szkolenia", ("leave_out", "w")),
        ("full", "pl", "na szkolenie", ("leave_out", "na")),
        ("full", "pl", "aby szkolić", ("leave_out", "aby")),
        ("short", "pl", "na szkolenie", ("leave_out", "na")),
        ("full", "de", "Schulung unseres Teams", ("full_start",)),
        ("short", "de", "zur Schulung", ("leave_out", "zur")),
        ("short", "de", "schulung", ("noun",)),
        ("full", "en", "for staff training", ("leave_out", "for")),
        ("full", "en", "to train staff", ("leave_out", "to")),
        (
            "full",
            "pl",
            "szkolenia wszystkich naszych pracowników oraz ich zastępców",
            ("many_words", MOST_WORDS),
        ),
        (
            "full",
            "de",
            "zur Schulung aller Beschäftigten und ihrer neuen Vertretungen",
            ("many_words", MOST_WORDS),
        ),
        ("full", "pl", "szkolenia 3 pracowników", ("as_spoken", "szkolenia trzy pracowników")),
        ("full", "pl", "szkolenia (wewnętrznego)", ("unspeakable", "(")),
        ("full", "pl", "kontroli jakości", ("vague",)),
        ("full", "en", "quality purposes", ("vague",)),
        ("full", "de", "zur Qualitätssicherung", ("vague",)),
    ],
)
def test_a_form_that_does_not_fit_its_place_is_refused_with_a_hint(
    form: str, language: str, text: str, said: tuple[object, ...]
) -> None:
    with pytest.raises(Invalid) as told:
        valid_form(text, language, form)
    assert (told.value.code, *told.value.values.values()) == said


def test_a_preposition_that_the_form_asks_for_is_no_word_of_the_purpose() -> None:
    text = "zur Schulung aller Beschäftigten und ihrer Vertretungen"
    assert len(text.split()) == MOST_WORDS + 1
    assert valid_form(text, "de", "full") == text


def test_every_ready_purpose_passes_its_own_rules_in_each_language() -> None:
    assert len(ready_purposes()) == 10
    assert {basis for ready in ready_purposes() for basis in ready.bases} == set(Basis)
    for ready in ready_purposes():
        for language in LANGUAGES:
            for form in ("full", "short", "label"):
                text = getattr(ready, form)[language]
                assert valid_form(text, language, form) == text
                assert len(text.split()) <= MOST_WORDS
    assert all(is_ready(purpose, "pl") for purpose in trial().purposes)


def test_the_form_of_today_is_told_where_the_old_one_stands(
    good: str, found: Callable[[str], tuple[Mistake, ...]]
) -> None:
    text = good.replace("full = { pl", "says = { pl", 1)

    (old,) = [each for each in found(text) if each.code == "says"]

    assert old.key == "purpose.says"
    assert old.values["example"].startswith(
        'full = { pl = "szkolenia pracowników", en = "staff training"'
    )


def test_all_mistakes_of_the_words_come_at_once(good: str, mistakes: Mistakes) -> None:
    text = good.replace('pl = "Kancelaria Nowak w Warszawie"', 'pl = "Kancelaria 24"')
    text = text.replace('pl = "szkolenia pracowników"', 'pl = "szkolenie pracowników"')
    text = text.replace('de = "Prüfung" }', 'de = "zur Prüfung" }')
    text = text.replace(', de = "Schulung unseres Teams" }', " }")

    told = mistakes(text)

    assert told == [
        ("office.controller_says.pl", "as_spoken"),
        ("purpose.full.pl", "genitive"),
        ("purpose.label.de", "missing"),
        ("purpose.short.de", "leave_out"),
    ]


def test_words_that_no_sentence_holds_are_refused(good: str, mistakes: Mistakes) -> None:
    words = '{ pl = "ustawa", en = "the law", de = "das Gesetz" }'
    text = good.replace('id = "quality"', f'id = "quality"\nlaw_says = {words}')
    assert mistakes(text) == [("purpose.law_says", "other_basis")]


def test_a_confirmation_names_person_day_and_words(good: str, mistakes: Mistakes) -> None:
    confirmed = 'confirmed = { by = "Anna Nowak", day = 2026-11-27, words = "1a2b3c4d" }'
    text = good.replace('id = "quality"', f'id = "quality"\n{confirmed}')
    found = parse(text).purpose("quality").confirmed
    assert found is not None
    assert (found.by, found.day, found.words) == ("Anna Nowak", "2026-11-27", "1a2b3c4d")
    assert mistakes(text.replace("2026-11-27", '"yesterday"')) == [("purpose.confirmed.day", "day")]


@pytest.mark.parametrize("basis", ["contract", "public_task", "legitimate_interests"])
def test_in_germany_a_notice_is_no_basis(basis: str, good: str, mistakes: Mistakes) -> None:
    text = good.replace('country = "PL"', 'country = "DE"')
    text = text.replace('"+48221234567"', '"+493012345678"')
    assert mistakes(text) == []

    told = mistakes(text.replace('basis = "consent"', f'basis = "{basis}"', 1))

    assert ("purpose.basis", "notice_unlawful") in told


def test_in_germany_a_legal_obligation_stays(good: str, mistakes: Mistakes) -> None:
    law = '{ pl = "ustawa", en = "the law", de = "das Gesetz" }'
    text = good.replace('country = "PL"', 'country = "DE"')
    text = text.replace('"+48221234567"', '"+493012345678"')
    text = text.replace('basis = "consent"', f'basis = "legal_obligation"\nlaw_says = {law}')
    text = "\n".join(line for line in text.splitlines() if not line.startswith("choices"))
    assert mistakes(text) == []
