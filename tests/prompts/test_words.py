"""Compose words: golden texts, and what holds for every line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.config.settings import Basis, Config, Line, Purpose
from appliance.config.words.ready import ready_purposes
from appliance.errors import PromptError
from appliance.model.policy import PromptKind, Saying
from appliance.model.sayings import possible_sayings
from appliance.prompts.words import numbers
from appliance.prompts.words.compose import BRIEFEST, PromptWords, compose, variants
from tests.prompts.lines import (
    LAW,
    LINES,
    NONE,
    OTHER_WAY,
    TRAINING,
    Spoken,
    line_of,
    ready,
)

GOLDEN = tomllib.loads((Path(__file__).parent / "composed.toml").read_text("utf-8"))
LANGUAGES = ("pl", "en", "de")
ASKED = frozenset({PromptKind.QUESTION, PromptKind.NOTICE})

FORBIDDEN: Mapping[str, str] = {
    "pl": r"rozłącz|pozostanie na linii|pozostając|może być nagrywan|w celach jakościowych"
    r"|zgodnie z rodo|bezpieczeństw|anonimow|nieodwracalnie|nikt nie (?:słucha|odsłuchuje)"
    r"|wyłącznie pisemnie|tylko na piśmie|\b(?:trójka|trójkę|trzy)\b",
    "en": r"hang up|staying on the line|may be recorded|might be recorded|is being recorded"
    r"|for quality purposes|gdpr|for your safety|improve our service|anonymous|irrevocabl"
    r"|nobody listens|only in writing",
    "de": r"auflegen|in der leitung bleiben|kann aufgezeichnet|kann aufgenommen|wird aufgezeichnet"
    r"|zu qualitätszwecken|dsgvo|sicherheit|anonym|unwiderruflich|niemand hört|nur schriftlich",
}
"""What would be wrong in law or would press the caller, in any prompt."""

KEYS: Mapping[str, Mapping[str, str]] = {
    "pl": {"1": "jedyn", "2": "dwójk", "4": "czwór", "6": "szóst", "7": "siódem", "9": "dziewiąt"},
    "en": {"1": "one", "2": "two", "4": "four", "6": "six", "7": "seven", "9": "nine"},
    "de": {"1": "Eins", "2": "Zwei", "4": "Vier", "6": "Sechs", "7": "Sieben", "9": "Neun"},
}  # fmt: skip


def said(name: str, language: str) -> dict[str, str]:
    purposes, keys, choose_key = LINES[name]
    composed = compose(*line_of(purposes, keys, choose_key), language)
    return {title(saying): "|".join(words.pieces) for saying, words in composed.items()}


def title(saying: Saying) -> str:
    return " ".join((saying.spoken.value, *sorted(saying.purposes)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LINES)
def test_each_line_says_these_very_words(name: str, language: str) -> None:
    assert said(name, language) == GOLDEN[name][language]


IN_FULL = "told in full"
CONTACT = {
    "pl": "rodo małpa kancelaria kropka pl",
    "en": "rodo at kancelaria dot p l",
    "de": "rodo ätt kancelaria Punkt p l",
}
RECIPIENTS = {
    "pl": "Biuro Rachunkowe Lipowa",
    "en": "Lipowa Accountants",
    "de": "Buchhaltung Linde",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_layer_names_contact_and_recipients(language: str) -> None:
    """Where the office has both; the lines above have neither."""
    config, line = line_of(*LINES["consent"])
    office = replace(
        config.office, contact_says=CONTACT, recipients="these", recipients_say=RECIPIENTS
    )
    composed = compose(replace(config, office=office), line, language)
    more = "|".join(composed[Saying(PromptKind.MORE)].pieces)
    assert more == GOLDEN[IN_FULL][language]["more"]


NOBODY = {
    "pl": "nikomu go nie przekazujemy",
    "en": "pass it to nobody",
    "de": "geben sie nicht weiter",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", ["nobody", "these", ""])
@pytest.mark.parametrize("named", [RECIPIENTS, NONE])
def test_nobody_receives_recordings_only_where_somebody_said_so(
    language: str, answer: str, named: Spoken
) -> None:
    config, line = line_of(*LINES["consent"])
    office = replace(config.office, recipients=answer, recipients_say=named)
    text = compose(replace(config, office=office), line, language)[Saying(PromptKind.MORE)].text

    assert (NOBODY[language] in text) == (answer == "nobody" and not named)
    assert (RECIPIENTS[language] in text) == bool(named)


def test_no_golden_text_is_left_over() -> None:
    assert GOLDEN.keys() == {*LINES, IN_FULL}
    assert all(set(languages) == set(LANGUAGES) for languages in GOLDEN.values())


# -- what holds for every line ---------------------------------------------------------------------

PURPOSES = st.sampled_from(
    [
        ready(each.id, basis, law_says=LAW, interest_says=dict.fromkeys(LANGUAGES, "x"))
        for each in ready_purposes()
        for basis in each.bases
    ]
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Config, Line]:
    """Any line that the configuration accepts: purposes, keys, retention."""
    chosen = draw(st.lists(PURPOSES, min_size=1, max_size=4, unique_by=lambda each: each.id))
    days = st.one_of(st.integers(1, 400), st.sampled_from([730, 1095, 1826, 3653]))
    purposes = [replace(each, retention_days=draw(days)) for each in chosen]
    consent = [each for each in purposes if each.basis is Basis.CONSENT]
    objectionable = any(each.basis.can_be_objected_to for each in purposes)
    keys = draw(st.permutations(["1", "2", "4", "6", "7", "9"]))
    more_key = draw(st.sampled_from(["", keys.pop()]))
    choices: dict[str, list[Purpose]] = {keys.pop(): []} if consent or objectionable else {}
    choose_key = ""
    if len(consent) >= 2 and (len(consent) == 4 or draw(st.booleans())):
        choose_key = keys.pop()
    elif consent:
        choices |= {keys.pop(): [each] for each in consent}
    if len(consent) >= 2 and (choose_key or draw(st.booleans())):
        choices |= {keys.pop(): consent}
    return line_of(purposes, choices, choose_key, more_key=more_key)


def words_of(config: Config, line: Line, language: str) -> Mapping[Saying, PromptWords]:
    return compose(config, line, language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(line=lines())
@settings(max_examples=40, deadline=None)
def test_any_line_can_say_all_that_it_may_have_to(language: str, line: tuple[Config, Line]) -> None:
    config, telephone = line
    purposes = [config.purpose(name) for name in telephone.purposes]
    possible = possible_sayings(purposes, telephone.choices, telephone.choose_key)

    composed = compose(config, telephone, language)

    unsaid = possible - composed.keys()
    assert unsaid <= {Saying(PromptKind.MORE)}
    for words in composed.values():
        assert all(piece == piece.strip() and "  " not in piece for piece in words.pieces)
        assert "|" not in words.text
        assert not re.search(r"\{|\}|\bNone\b|[0-9@]", words.text)
        assert words.text.endswith(".")
        assert not re.search(FORBIDDEN[language], words.text, re.IGNORECASE), words.text


@pytest.mark.parametrize("language", LANGUAGES)
@given(line=lines())
@settings(max_examples=40, deadline=None)
def test_who_and_what_for_come_first_and_agreement_last(
    language: str, line: tuple[Config, Line]
) -> None:
    config, telephone = line
    bases = {config.purpose(name).basis for name in telephone.purposes}
    for saying, words in compose(config, telephone, language).items():
        if saying.spoken not in ASKED:
            continue
        first, _, rest = words.text.partition(". ")
        assert first.endswith(config.office.controller_says[language])
        assert rest.startswith(what_for(config, telephone, language))
        agreeing = [key for key, agreed in telephone.choices.items() if agreed]
        refusing = [key for key, agreed in telephone.choices.items() if not agreed]
        last = key_named(words.pieces[-1], language)
        if Basis.CONSENT in bases:
            assert last in agreeing
            assert len(telephone.choices[last]) == max(map(len, telephone.choices.values()))
        elif refusing:
            assert [last] == refusing  # an objection
        positions = {key: where(words.text, key, language) for key in telephone.choices}
        for key in agreeing:
            assert positions[refusing[0]] < positions[key]
        if telephone.more_key and bases != {Basis.VITAL_INTERESTS}:
            assert where(words.text, telephone.more_key, language) > 0
            for key in agreeing:
                assert where(words.text, telephone.more_key, language) < positions[key]


def what_for(config: Config, line: Line, language: str) -> str:
    """The beginning of the sentence that names the first purposes."""
    purposes = [config.purpose(name) for name in line.purposes]
    if {each.basis for each in purposes} == {Basis.VITAL_INTERESTS}:
        return {"pl": "Nagrywamy", "en": "We record", "de": "Wir nehmen"}[language]
    if any(each.basis is not Basis.CONSENT for each in purposes):
        return {"pl": "Nagramy tę", "en": "We will record", "de": "Wir nehmen"}[language]
    return {"pl": "Prosimy o zgodę", "en": "With your consent", "de": "Mit Ihrer Einw"}[language]


def where(text: str, key: str, language: str) -> int:
    """The place at which a key is named as one to press, -1 if it is not."""
    found = list(re.finditer(rf"\b{KEYS[language][key]}", text))
    return found[-1].start() if found else -1


def key_named(word: str, language: str) -> str:
    return next((key for key, name in KEYS[language].items() if word.startswith(name)), "")


@pytest.mark.parametrize("language", LANGUAGES)
@given(line=lines())
@settings(max_examples=40, deadline=None)
def test_shorter_words_keep_every_purpose_key_and_right(
    language: str, line: tuple[Config, Line]
) -> None:
    config, telephone = line
    for saying in compose(config, telephone, language):
        ways = list(variants(config, telephone, language, saying))
        assert len(ways) <= BRIEFEST + 1
        for longer, shorter in pairwise(ways):
            assert len(shorter.text) < len(longer.text)
            for name in telephone.purposes:
                forms = config.purpose(name)
                named = [each[language] for each in (forms.full, forms.short, forms.label)]
                assert any(map(longer.text.__contains__, named)) == any(
                    map(shorter.text.__contains__, named)
                )
            for key in KEYS[language]:
                named_before = where(longer.text, key, language) >= 0
                assert named_before == (where(shorter.text, key, language) >= 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_can_be_taken_back_and_that_is_said_before_it_is_given(language: str) -> None:
    withdraw = {"pl": "cofnąć", "en": "withdraw", "de": "widerrufen"}[language]
    for name in ("consent", "two, each alone", "three", "four", "mixed"):
        text = said(name, language)["question"]
        assert withdraw in text[: text.rindex("|")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_choice_is_refused_in_voice(language: str) -> None:
    composed = said("mixed", language)
    only = {"pl": "tylko", "en": "only", "de": "nur"}[language]

    assert only in composed["confirmation order"]
    assert only not in composed["confirmation order training"]
    assert only in composed["withdrawn order"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("contract_to", ["conclude", "perform", ""])
@pytest.mark.parametrize("other_way", [OTHER_WAY, NONE])
def test_no_contract_without_a_recording_is_said_of_concluding_one_alone(
    language: str, contract_to: str, other_way: Spoken
) -> None:
    order = ready("order", Basis.CONTRACT, other_way_says=other_way, contract_to=contract_to)
    text = compose(*line_of([order], {}), language)[Saying(PromptKind.MORE)].text
    without = {"pl": "Bez nagrania nie", "en": "Without the recording", "de": "Ohne Aufnahme"}

    assert (without[language] in text) == (contract_to == "conclude" and not other_way)


def test_a_missing_form_is_one_sentence() -> None:
    lacking = replace(TRAINING, short={"en": "training"})
    config, line = line_of([lacking], {"1": [lacking], "2": []})
    with pytest.raises(PromptError, match="“training” has no words for “short” in “Polish”"):
        compose(config, line, "pl")
    nameless = replace(config, office=replace(config.office, controller_says={}))
    with pytest.raises(PromptError, match="spoken name is missing in “Polish”"):
        compose(nameless, line, "pl")


@pytest.mark.parametrize(
    ("days", "polish", "english", "german"),
    [
        (1, "jednym dniu", "one day", "einem Tag"),
        (7, "siedmiu dniach", "seven days", "sieben Tagen"),
        (14, "czternastu dniach", "fourteen days", "vierzehn Tagen"),
        (21, "dwudziestu jeden dniach", "twenty one days", "einundzwanzig Tagen"),
        (30, "trzydziestu dniach", "thirty days", "dreißig Tagen"),
        (60, "sześćdziesięciu dniach", "sixty days", "sechzig Tagen"),
        (90, "dziewięćdziesięciu dniach", "ninety days", "neunzig Tagen"),
        (100, "stu dniach", "one hundred days", "hundert Tagen"),
        (180, "stu osiemdziesięciu dniach", "one hundred and eighty days", "hundertachtzig Tagen"),
        (365, "roku", "one year", "einem Jahr"),
        (730, "dwóch latach", "two years", "zwei Jahren"),
        (1096, "trzech latach", "three years", "drei Jahren"),
        (1826, "pięciu latach", "five years", "fünf Jahren"),
        (3653, "dziesięciu latach", "ten years", "zehn Jahren"),
    ],
)
def test_periods_are_said_in_their_case(days: int, polish: str, english: str, german: str) -> None:
    assert (numbers.polish(days), numbers.english(days), numbers.german(days)) == (
        polish,
        english,
        german,
    )
    assert numbers.is_exact(days)


def test_a_period_between_years_is_said_as_the_next_whole_one() -> None:
    assert numbers.polish(400) == "dwóch latach"
    assert not numbers.is_exact(400)
    config, line = line_of([replace(TRAINING, retention_days=400)], {"1": [TRAINING], "2": []})
    text = compose(config, line, "pl")[Saying(PromptKind.MORE)].text
    assert "najpóźniej po dwóch latach" in text
    config, line = line_of([TRAINING], {"1": [TRAINING], "2": []})
    assert (
        "usuwamy po dziewięćdziesięciu dniach"
        in compose(config, line, "pl")[Saying(PromptKind.MORE)].text
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_period_that_can_be_set_is_said_in_letters(language: str) -> None:
    say = {"pl": numbers.polish, "en": numbers.english, "de": numbers.german}[language]
    spoken = {days: say(days) for days in range(1, 3654)}
    assert all(re.fullmatch(r"[^\W\d_]+( [^\W\d_]+)*", words) for words in spoken.values())
    assert len({spoken[days] for days in range(1, 365)}) == 364
