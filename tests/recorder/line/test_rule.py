from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from appliance.config.read import trial
from appliance.model.policy import PromptKind, Saying
from appliance.model.rule import RuleHolder, RuleRecipients, RuleSpeakers
from appliance.prompts.library import Library
from appliance.prompts.shipped import shipped_words
from appliance.recorder.line.policy import compile_policy
from appliance.recorder.line.rule import fits, sealed_rule

CONFIG = trial()
LINE = CONFIG.lines[0]
PROMPTS = Library().prompts(CONFIG, LINE)


def test_the_rule_holds_what_callers_are_promised_in_the_words_that_they_hear() -> None:
    rule = sealed_rule(CONFIG, LINE, PROMPTS, "v")
    office = CONFIG.office
    assert (rule.controller, rule.contact) == (office.controller, office.contact)
    assert (rule.line, rule.number, rule.language) == (LINE.name, LINE.number, "pl")
    for told, purpose in zip(rule.purposes, map(CONFIG.purpose, LINE.purposes), strict=True):
        assert (told.id, told.basis) == (purpose.id, purpose.basis.value)
        assert (told.says, told.retention_days) == (purpose.full["pl"], purpose.retention_days)
        assert (told.short, told.label) == (purpose.short["pl"], purpose.label["pl"])
    assert rule.choices == {key: tuple(agreed) for key, agreed in LINE.choices.items()}
    assert rule.languages == office.languages
    said = {words.spoken: words for words in rule.words}
    assert said.keys() == {saying.spoken.value for saying in PROMPTS}
    confirmations = [words.text for words in rule.words if words.spoken == "confirmation"]
    assert len(confirmations) == len(set(confirmations)) == 3  # one for each that can be agreed to
    assert rule.controller_says == "Kancelaria Nowak w Warszawie"
    question = said["question"]
    assert question.prompt_sha256 == PROMPTS[Saying(PromptKind.QUESTION)].ref.sha256
    assert (question.text, "pl") == shipped_words()[question.prompt_sha256]
    assert question.text.startswith("Dzień dobry, tu Kancelaria Nowak w Warszawie.")
    assert question.voice == "RHVoice Natan 1.14.0"


def test_the_rule_names_law_interest_and_the_key_of_the_choice() -> None:
    law, interest = {"pl": "ustawa o usługach"}, {"pl": "dowody umów"}
    purposes = tuple(
        replace(purpose, law_says=law, interest_says=interest) for purpose in CONFIG.purposes
    )
    line = replace(LINE, choose_key="5")
    rule = sealed_rule(replace(CONFIG, purposes=purposes), line, PROMPTS, "v")
    assert rule.choose_key == "5"
    assert {(one.law, one.interest) for one in rule.purposes} == {
        ("ustawa o usługach", "dowody umów")
    }
    assert sealed_rule(CONFIG, LINE, PROMPTS, "v").choose_key is None


def test_the_rule_holds_what_is_spoken_of_recipients_officer_and_special_data() -> None:
    office = replace(
        CONFIG.office,
        recipients="these",
        recipients_say={"pl": "Biuro Rachunkowe Lipowa", "en": "the accountants"},
        officer="Jan Nowak, iod@urzad.example",
        officer_says={"pl": "Jan Nowak, pod tym numerem"},
        legal_name_says={"pl": "Kancelaria Nowak spółka komandytowa"},
        contact_says={"pl": "pod adresem biura"},
        notice_says={"pl": "w biurze"},
    )
    purposes = tuple(
        replace(
            purpose,
            contract_to="perform",
            other_way_says={"pl": "Umowę zawrzemy też na piśmie"},
            health=True,
            special=("religion", "union"),
            care_reason="Opieka",
        )
        for purpose in CONFIG.purposes
    )
    rule = sealed_rule(replace(CONFIG, office=office, purposes=purposes), LINE, PROMPTS, "v")
    assert (rule.recipients.answer, rule.recipients.says) == ("these", "Biuro Rachunkowe Lipowa")
    assert (rule.officer, rule.officer_says) == (office.officer, office.officer_says["pl"])
    told = (rule.legal_name_says, rule.contact_says, rule.notice_says)
    assert told == ("Kancelaria Nowak spółka komandytowa", "pod adresem biura", "w biurze")
    for one in rule.purposes:
        assert (one.contract_to, one.other_way) == ("perform", "Umowę zawrzemy też na piśmie")
        assert (one.kinds, one.care_reason) == (("health", "religion", "union"), "Opieka")
    assert fits(rule)
    assert (rule.holders, rule.speakers) == ((), None)
    assert rule.heard.unreal == "virtual", "nobody has asked a device yet"


@pytest.mark.parametrize(
    "change",
    [
        {"recipients": RuleRecipients(answer="somebody")},
        {"recipients": RuleRecipients(answer="nobody\n")},
        {"holders": (RuleHolder(name="A", fingerprint="ab" * 32),) * 2},
        {"holders": (RuleHolder(name="A", fingerprint="ab" * 31),)},
        {"speakers": RuleSpeakers(count=0, day=20_000, digest="ab" * 32)},
        {"speakers": RuleSpeakers(count=65, day=20_000, digest="ab" * 32)},
        {"speakers": RuleSpeakers(count=1, day=-1, digest="ab" * 32)},
        {"speakers": RuleSpeakers(count=1, day=20_000, digest="Anna Nowak")},
    ],
)
def test_a_rule_with_words_that_mean_nothing_does_not_fit(change: dict[str, Any]) -> None:
    rule = sealed_rule(CONFIG, LINE, PROMPTS, "v")
    assert fits(rule)
    assert not fits(structs.replace(rule, **change))


@pytest.mark.parametrize(
    "change", [{"contract_to": "both"}, {"special": ("health",)}, {"special": ("age",) * 65}]
)
def test_a_purpose_with_words_that_mean_nothing_does_not_fit(change: dict[str, Any]) -> None:
    rule = sealed_rule(CONFIG, LINE, PROMPTS, "v")
    wrong = structs.replace(rule.purposes[0], **change)
    assert not fits(structs.replace(rule, purposes=(wrong,)))


def policy_of(controller: str) -> bool:
    office = replace(CONFIG.office, controller=controller)
    config = replace(CONFIG, office=office)
    made = compile_policy(
        config, LINE, PROMPTS, grades=frozenset("A"), lateness_ms=50, sees_flash=True
    )
    assert made.rule is not None
    assert made.rule.version == made.version
    assert fits(made.rule) is made.complete
    return made.complete


def test_a_rule_that_no_recording_can_hold_lets_nobody_be_asked() -> None:
    assert policy_of("Kancelaria Nowak")
    assert policy_of("Kancelaria " * 400)
    assert not policy_of("x" * 65_024)


def test_the_offices_own_recording_has_no_words_but_its_hash() -> None:
    own = {saying: replace(prompt, text="") for saying, prompt in PROMPTS.items()}
    rule = sealed_rule(CONFIG, LINE, own, "v")
    assert {words.text for words in rule.words} == {""}
    assert all(len(words.prompt_sha256) == 64 for words in rule.words)


def test_a_rule_that_no_reader_would_take_does_not_fit() -> None:
    rule = sealed_rule(CONFIG, LINE, PROMPTS, "v")
    assert fits(rule)
    assert not fits(structs.replace(rule, words=rule.words[:1] * 65))
    purpose = structs.replace(rule.purposes[0], retention_days=2**18)
    assert not fits(structs.replace(rule, purposes=(purpose,)))
