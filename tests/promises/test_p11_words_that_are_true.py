"""Prove P11 for what callers hear: every sentence is known, and so wherever it is said.

The rules of ``spoken`` know the conditions under which each sentence would be untrue, and nothing
of how it is composed. A sentence that no rule knows fails, too.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from appliance.config.settings import Basis, Config, Line, Part, Purpose
from appliance.config.words.ready import ready_purposes
from appliance.config.words.vocabulary import SPECIAL
from appliance.model.policy import PromptKind, Saying
from appliance.model.terms import Obstacle
from appliance.prompts.words.compose import compose, variants
from appliance.recorder.line.stated_day import StatedDay
from tests.promises.spoken import english, german, polish
from tests.promises.spoken.rules import Rule
from tests.promises.spoken.world import World
from tests.prompts.lines import line_of

PARTS, IN_PART = 10, 50
"""So many purposes are drawn: 500, beside the ready ones."""

CLAIMS: Mapping[str, Sequence[tuple[re.Pattern[str], Sequence[Rule]]]] = {
    language: [(re.compile(pattern), rules) for pattern, rules in claims]
    for language, claims in (
        ("pl", polish.CLAIMS),
        ("en", english.CLAIMS),
        ("de", german.CLAIMS),
    )
}
SAID = {"pl": "Biuro Rachunkowe Lipowa", "en": "Lipowa Accountants", "de": "Buchhaltung Linde"}
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu wa ze".split()
DAYS = (1, 7, 30, 90, 183, 365, 400, 730, 3653)


def drawn(pick: random.Random, number: int, basis: Basis) -> Purpose:
    """A purpose with words that no other has, as an owner might write them."""
    word = "".join(pick.choice(SYLLABLES) for _ in range(3)) + SYLLABLES[number % 17]
    more = pick.choice(["", " i spraw", " spraw"]), pick.choice([" and work", " work", ""])
    too = pick.choice([" und Arbeit", " unserer Arbeit", ""])
    start = pick.choice(["zur", "zum", "für"])
    return fitted(
        Purpose(
            id=word,
            basis=basis,
            full={
                "pl": f"{word}ania{more[0]}",
                "en": f"{word}ing{more[1]}",
                "de": f"{start} {word.title()}ung{too}",
            },
            short={"pl": f"{word}anie", "en": f"{word}ing", "de": f"{word.title()}ung"},
            label={
                "pl": f"{word}anie{more[0]}",
                "en": f"{word}ing{more[1]}",
                "de": f"{word.title()}ung{too}",
            },
            retention_days=pick.choice(DAYS),
        ),
        pick,
        basis,
    )


def fitted(purpose: Purpose, pick: random.Random, basis: Basis) -> Purpose:
    """A purpose on a basis, with all that it needs there and some of what it may have."""
    other_way = {each: f"Inaczej {purpose.id} bez nagrania" for each in CLAIMS}
    law = {each: f"ustawa {purpose.id[:2]} o telefonach" for each in CLAIMS}
    contract = basis is Basis.CONTRACT
    named = basis in {Basis.LEGAL_OBLIGATION, Basis.PUBLIC_TASK}
    return replace(
        purpose,
        basis=basis,
        contract_to=pick.choice(["conclude", "perform", ""]) if contract else "",
        other_way_says=other_way if contract and pick.random() < 0.4 else {},
        law_says=law if named else {},
        interest_says=(
            {each: f"an {purpose.id}wert" for each in CLAIMS}
            if basis is Basis.LEGITIMATE_INTERESTS
            else {}
        ),
        health=pick.random() < 0.3,
        special=tuple(pick.sample(list(SPECIAL), pick.choice([0, 0, 0, 1, 2]))),
        justification="Weighed and written down." if basis.can_be_objected_to else "",
    )


def alone(purpose: Purpose) -> tuple[Config, Line]:
    """A line with one purpose."""
    keys: dict[str, list[Purpose]] = {}
    if purpose.basis is Basis.CONSENT:
        keys = {"1": [purpose], "2": []}
    elif purpose.basis.can_be_objected_to:
        keys = {"2": []}
    return line_of([purpose], keys)


def mixed(pick: random.Random, purposes: Sequence[Purpose]) -> tuple[Config, Line]:
    """A line with several purposes, on any bases."""
    some = [fitted(each, pick, pick.choice(list(Basis))) for each in purposes]
    consent = [each for each in some if each.basis is Basis.CONSENT]
    keys: dict[str, list[Purpose]] = {}
    choose = ""
    if consent or any(each.basis.can_be_objected_to for each in some):
        keys["2"] = []
    if len(consent) > 1:
        keys["1"] = consent
        if len(consent) == 4 or pick.random() < 0.3:
            choose = "4"
        else:
            keys |= {key: [each] for key, each in zip("467", consent, strict=False)}
    elif consent:
        keys["1"] = consent
    return line_of(some, keys, choose, more_key=pick.choice(["", "9", "9"]))


OFFICER = {"pl": "Jan Nowak", "en": "Jan Nowak", "de": "Jan Nowak"}
RECIPIENTS: Mapping[str, Callable[[Config], Config]] = {
    "nobody": lambda config: _office(config, recipients="nobody", recipients_say={}),
    "these": lambda config: _office(config, recipients="these", recipients_say=SAID),
    "named, as before": lambda config: _office(config, recipients="", recipients_say=SAID),
    "never asked": lambda config: _office(
        config, recipients="", recipients_say={}, officer_says=OFFICER
    ),
}


def _office(config: Config, **said: object) -> Config:
    return replace(config, office=replace(config.office, **said))  # type: ignore[arg-type]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.) ", text)


def untrue(world: World, saying: Saying, text: str) -> list[str]:
    """Every sentence that no rule knows, or whose conditions do not hold."""
    found = []
    other_ways = {
        f"{each.other_way_says.get(world.language)}."
        for each in world.purposes
        if each.basis is Basis.CONTRACT
    }
    for sentence in sentences(text):
        if sentence in other_ways:
            continue
        claim = claim_of(world.language, sentence)
        if claim is None or not all(rule(world, saying, claim.said) for rule in claim.rules):
            found.append(sentence)
    return found


class Claim(NamedTuple):
    """What a sentence claims: the words that it puts in, and when it is so."""

    said: Mapping[str, str]
    rules: Sequence[Rule]


@lru_cache(maxsize=4096)  # most sentences are said again and again
def claim_of(language: str, sentence: str) -> Claim | None:
    """Return what a sentence claims, or None if no rule knows it."""
    for pattern, rules in CLAIMS[language]:
        if match := pattern.fullmatch(sentence):
            return Claim(match.groupdict(default=""), rules)
    return None


def wrong(config: Config, line: Line, language: str) -> Iterator[tuple[Saying, list[str]]]:
    """Yield what is untrue of all that a line may say, in every length."""
    world = World(config, line, language)
    for saying in compose(config, line, language):
        for words in variants(config, line, language, saying):
            if found := untrue(world, saying, words.text):
                yield saying, found


@pytest.mark.parametrize("language", CLAIMS)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_sentence_about_a_drawn_purpose_is_untrue(language: str, part: int) -> None:
    pick = random.Random(part)
    for number in range(IN_PART):
        for basis in Basis:
            config, line = alone(drawn(pick, number, basis))
            for answer, ask in RECIPIENTS.items():
                told = list(wrong(ask(config), line, language))
                assert told == [], (answer, config.purposes)


@pytest.mark.parametrize("language", CLAIMS)
def test_no_sentence_about_a_ready_purpose_is_untrue(language: str) -> None:
    pick = random.Random(28)
    for ready in ready_purposes():
        for basis in Basis:
            purpose = Purpose(ready.id, basis, ready.full, short=ready.short, label=ready.label)
            purpose = fitted(purpose, pick, basis)
            config, line = alone(purpose)
            for ask in RECIPIENTS.values():
                assert list(wrong(ask(config), line, language)) == [], (ready.id, basis)


@pytest.mark.parametrize("language", CLAIMS)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_sentence_of_a_mixed_line_is_untrue(language: str, part: int) -> None:
    pick = random.Random(1000 + part)
    for number in range(IN_PART):
        count = pick.randint(2, 4)
        some = [drawn(pick, number * 4 + at, Basis.CONSENT) for at in range(count)]
        if len({each.id for each in some}) < count:
            continue
        config, line = mixed(pick, some)
        ask = RECIPIENTS[pick.choice(list(RECIPIENTS))]
        assert list(wrong(ask(config), line, language)) == [], config.purposes


@pytest.mark.parametrize("day", ["", "2026-12-01"])
@pytest.mark.parametrize("first", ["", "2027-01-11"])
def test_no_caller_of_a_real_line_hears_of_erasing_before_the_time_was_confirmed(
    tmp_path: Path, day: str, first: str
) -> None:
    """The line asks nobody then, so that nothing of the above is said."""
    _, line = alone(drawn(random.Random(1), 0, Basis.CONSENT))
    sound = Part("sound", {"card": "LineTap"})
    real = replace(line, hook=sound, audio=sound, prompt=sound, records_from=first)
    stated = StatedDay(tmp_path / "day")
    stated.tell(day)
    against = stated.against(real)

    assert (against is None) == bool(day and not first)
    assert against in {None, Obstacle.DAY if first else Obstacle.TIME}
    assert stated.against(line) is None, "a simulated line has no callers"


UNTRUE: Sequence[tuple[str, PromptKind, Mapping[str, object], str]] = (
    (
        "pl",
        PromptKind.NOTICE,
        {"basis": Basis.CONTRACT, "contract_to": "perform"},
        "Nagramy tę rozmowę w celu {full}, bo jest to potrzebne do zawarcia umowy z Państwem.",
    ),
    (
        "de",
        PromptKind.MORE,
        {"basis": Basis.CONTRACT, "contract_to": "perform"},
        "Ohne Aufnahme können wir den Vertrag nicht am Telefon schließen.",
    ),
    (
        "en",
        PromptKind.MORE,
        {"basis": Basis.CONTRACT, "contract_to": "conclude", "other_way_says": SAID},
        "Without the recording we cannot conclude the contract by telephone.",
    ),
    (
        "en",
        PromptKind.MORE,
        {},
        "We delete the recording after thirty days and pass it to nobody.",
    ),
    ("de", PromptKind.QUESTION, {}, "Das Gespräch dient Ihrer Sicherheit."),
)


@pytest.mark.parametrize(("language", "kind", "said", "sentence"), UNTRUE)
def test_the_rules_find_what_was_untrue(
    language: str, kind: PromptKind, said: Mapping[str, object], sentence: str
) -> None:
    """What callers heard before, and a sentence that nobody wrote a rule for."""
    purpose = drawn(random.Random(3), 3, Basis.CONSENT)
    purpose = replace(purpose, retention_days=90, **said)  # type: ignore[arg-type]
    world = World(*alone(purpose), language)
    text = sentence.format(full=purpose.full[language])

    assert untrue(world, Saying(kind), text) == [text]
