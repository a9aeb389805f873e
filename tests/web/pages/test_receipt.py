"""The consent receipt on a call's page."""

import html
from typing import Literal, get_args, get_type_hints

import pytest
from flask import render_template
from msgspec import structs

from appliance.call.effects.speaking import take_key
from appliance.errors import LinkError
from appliance.model.policy import PromptKind
from appliance.model.records import ConsentReceipt, KeyTaken, WordsHeard
from appliance.model.terms import AnswerBasis
from tests.web.conftest import RECEIPT
from tests.web.test_app import refusing
from web.app import create_app
from web.words.proof import language_of
from web.words.receipt import MEANT, SPOKEN
from web.words.words import ANSWERS


def shown(receipt: ConsentReceipt) -> str:
    app = create_app(refusing(LinkError("away")))
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        return render_template("calls/receipt.html", receipt=receipt, purpose_words=str)


@pytest.mark.parametrize("grade", ["A", "B", "C"])
def test_a_receipt_says_what_its_grade_does_not_resist(grade: Literal["A", "B", "C"]) -> None:
    told = shown(structs.replace(RECEIPT, grade=grade))
    assert ("does not resist an employee who cheats" in told) is (grade != "A")
    assert ("as long as every phone of the office is behind the line tap" in told) is (grade == "A")
    assert f"(evidence grade {grade})" in told


def test_a_receipt_shows_the_detectors_figures_as_far_as_it_has_them() -> None:
    figures = ("-11.2 dBm0", "twist 1.4 dB", "-0.35 %")
    told = shown(structs.replace(RECEIPT, dbm0=-11.2, twist_db=1.4, deviation_percent=-0.35))
    assert [each for each in figures if each in told] == list(figures)
    older = shown(structs.replace(RECEIPT, deviation_percent=None))
    assert "off frequency" in told
    assert "off frequency" not in older


@pytest.mark.parametrize("basis", AnswerBasis)
def test_a_receipt_says_what_told_that_an_outgoing_call_was_answered(basis: AnswerBasis) -> None:
    told = html.unescape(shown(structs.replace(RECEIPT, answer_basis=basis.value)))
    assert "Counted as answered because" in told
    assert str(ANSWERS[basis]) in told
    assert "Counted as answered" not in shown(RECEIPT)


def test_a_mixed_line_says_that_what_was_a_choice_was_refused() -> None:
    refused = structs.replace(
        RECEIPT,
        outcome="notice",
        purposes=("contract",),
        refused=("training",),
        key=None,
        grade=None,
        keys=(KeyTaken(key="2", at_ms=9_500, means="refused", purposes=("training",)),),
    )
    told = " ".join(shown(refused).split())
    assert "did not agree to what was a choice" in told
    assert "its basis asks for no key" not in told
    assert "<dt>Not agreed to</dt><dd>training</dd>" in told
    assert "<li>2: refused (training), 9.5 s after the pick-up</li>" in told


def test_the_second_layer_and_every_prompt_are_shown() -> None:
    said = WordsHeard(
        spoken="more",
        prompt_id="more-pl",
        prompt_sha256="cd" * 32,
        at_ms=30_000,
        heard_ms=21_000,
        level_db=0.1,
        talked_over=0.1,
    )
    told = " ".join(
        shown(structs.replace(RECEIPT, more_key="9", said=(*RECEIPT.said, said))).split()
    )
    assert "asked for with key 9" in told
    assert (
        "the further information: began 9.0 s after the pick-up at the latest, ended 30.0 s after "
        "it, heard for 21.0 s, 10 % talked over"
    ) in told


def test_every_prompt_and_meaning_has_its_words() -> None:
    assert {*SPOKEN} == {*PromptKind}
    assert {*MEANT} == {*get_args(get_type_hints(take_key)["means"])}


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("question-en-6be9fdb1", "en"),
        ("more-pl-cd12ab34", "pl"),
        ("question", "de"),
        ("a-xx", "de"),
    ],
)
def test_a_prompts_id_says_its_language_where_it_names_one(prompt: str, language: str) -> None:
    assert language_of(prompt, "de") == language
