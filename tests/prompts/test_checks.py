"""Whoever confirms a recording has heard all that its words tell, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from appliance.config.read import trial
from appliance.config.settings import Basis, Config, Line
from appliance.config.words.ready import said_alone
from appliance.errors import PromptError
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.checks import checks
from appliance.prompts.words.compose import PromptWords, compose, variants
from tests.prompts.lines import LINES, line_of

QUESTION = Saying(PromptKind.QUESTION)


@pytest.fixture
def config() -> Config:
    return trial()


@pytest.fixture
def line(config: Config) -> Line:
    return config.lines[0]


def test_all_that_the_words_tell_has_to_be_heard(config: Config, line: Line) -> None:
    both = frozenset({"training", "quality"})
    everything = (
        *("whole", "controller", "purpose.training", "purpose.quality"),
        *("key.1", "key.4", "key.6", "key.9", "refusal", "mark"),
    )
    assert checks(QUESTION, config, line) == everything
    keys = ("whole", *everything[2:])
    assert checks(Saying(PromptKind.KEYS), config, line) == keys, "which say training and quality"
    assert checks(QUESTION, config, replace(line, more_key="")) == tuple(
        each for each in everything if each != "key.9"
    )
    named = ("whole", "purpose.training", "purpose.quality")
    assert checks(Saying(PromptKind.CONFIRMATION, both), config, line) == named
    assert checks(Saying(PromptKind.MORE), config, line) == ("whole", "controller")
    assert checks(Saying(PromptKind.REFUSED), config, line) == ("whole",)
    vital = tuple(replace(p, basis=Basis.CONTRACT) for p in config.purposes)
    silent = replace(line, choices={})
    notice = checks(Saying(PromptKind.NOTICE), replace(config, purposes=vital), silent)
    assert notice == ("whole", "controller", "purpose.training", "purpose.quality", "key.9")


def test_one_purpose_asked_alone_has_its_agreeing_key_heard() -> None:
    config, line = line_of(*LINES["four"])
    alone = checks(Saying(PromptKind.CHOICE, frozenset({"quality"})), config, line)
    assert alone == ("whole", "purpose.quality", "key.1", "refusal", "mark")
    assert checks(QUESTION, config, line)[-5:] == ("key.1", "key.4", "key.9", "refusal", "mark")


def test_keys_of_a_mixed_line_have_what_is_recorded_anyway_heard() -> None:
    config, line = line_of(*LINES["mixed"])
    assert checks(Saying(PromptKind.KEYS), config, line) == (
        *("whole", "purpose.order", "purpose.training"),
        *("key.1", "key.9", "refusal", "mark"),
    )


NUMBERS = dict(enumerate((
    *("zero", "jedynk", "dwójk", "trójk", "czwórk", "piątk", "szóstk", "siódemk", "ósemk"),
    "dziewiątk",
)))  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_every_key_and_name_of_a_sentence_has_to_be_heard_and_no_other(name: str) -> None:
    config, line = line_of(*LINES[name])
    refusing = [key for key, agreed in line.choices.items() if not agreed]
    for saying, words in compose(config, line, "pl").items():
        told, text = checks(saying, config, line), words.text.lower()
        there = {str(each) for each, number in NUMBERS.items() if number in text}
        keys = {each.removeprefix("key.") for each in told if each.startswith("key.")}
        assert keys == there - {*refusing}, (saying, text)
        assert ("refusal" in told) == (there & {*refusing} != set())
        for purpose in map(config.purpose, line.purposes):
            forms = {purpose.full["pl"], purpose.short["pl"], purpose.label["pl"]}
            forms.add(said_alone(purpose, "pl"))
            named = any(each.lower() in text for each in forms)
            assert (f"purpose.{purpose.id}" in told) == named, (saying, text)
        office = config.office
        names = {office.controller_says["pl"], office.legal_name_says.get("pl", "")} - {""}
        assert ("controller" in told) == any(each.lower() in text for each in names)


def test_what_the_words_cannot_do_without_is_heard_too(
    config: Config, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other words that cannot be made shorten no list."""

    def fussy(config: Config, line: Line, *more: Any) -> Iterator[PromptWords]:
        if any(each.startswith("…") for each in config.office.controller_says.values()):
            raise PromptError("There is no such name.")
        yield from variants(config, line, *more)

    whole = checks(QUESTION, config, line)
    monkeypatch.setattr("appliance.prompts.checks.variants", fussy)
    assert checks(QUESTION, config, line) == whole
