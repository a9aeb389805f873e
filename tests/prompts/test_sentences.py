"""Whoever vouches for spoken forms reads them in sentences, in each of their languages."""

from dataclasses import replace

import pytest

from appliance.config.settings import Basis
from appliance.prompts.words.sentences import in_sentences
from tests.prompts.lines import FAULTS, TRAINING, TRIAL

OWN = replace(
    TRAINING,
    id="own",
    full={"pl": "ustalenia terminu", "en": "booking your visit"},
    short={"pl": "ustalenie terminu", "en": "booking"},
    label={"pl": "ustalanie wizyt", "en": "bookings"},
)


def test_the_names_of_the_office_stand_in_a_question_and_in_the_second_layer() -> None:
    said = in_sentences(TRIAL)
    assert {language for language, _ in said} == set(TRIAL.office.controller_says)
    for language, name in TRIAL.office.controller_says.items():
        question, more = [text for each, text in said if each == language]
        assert name in question
        assert TRIAL.office.legal_name_says.get(language, name) in more


@pytest.mark.parametrize("basis", [Basis.CONSENT, Basis.CONTRACT, Basis.VITAL_INTERESTS])
def test_each_form_of_an_own_purpose_is_heard(basis: Basis) -> None:
    own = replace(OWN, basis=basis)
    said = in_sentences(replace(TRIAL, purposes=(own,)), "own")
    assert {language for language, _ in said} == {"pl", "en"}, "German has no forms"
    for language in ("pl", "en"):
        texts = " ".join(text for each, text in said if each == language)
        assert own.full[language] in texts
        assert own.label[language] in texts or basis is not Basis.CONSENT


def test_an_objection_has_its_key() -> None:
    texts = [text for _, text in in_sentences(replace(TRIAL, purposes=(FAULTS,)), "faults")]
    assert any("dwójk" in text for text in texts)
