"""The wizard asks of each purpose whether callers may speak of sensitive data (Art. 9)."""

from typing import Any

import pytest

from appliance.config.words.unanswered import unanswered
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.words.compose import compose
from tests.web.conftest import Browser, Panel
from tests.web.setup.answering import REASON, config, filled, kept, send, sent_by

OWN = {
    "full-own-pl": "ustalenia terminu wizyty",
    "short-own-pl": "ustalenie terminu",
    "label-own-pl": "ustalenie terminu wizyty",
}


@pytest.fixture(name="browser")
def _browser(office: Panel) -> Browser:
    browser = office.log_in()
    filled(office, browser)
    return browser


@pytest.mark.parametrize("do", ["preview", "save", ""])
@pytest.mark.parametrize("name", ["training", "own"])
@pytest.mark.parametrize("said", ["", "yes", "true"])
def test_a_purpose_is_not_kept_before_the_office_has_answered(
    office: Panel, browser: Browser, name: str, said: str, do: str
) -> None:
    form: dict[str, Any] = OWN | {"use": ["quality", name], f"health-{name}": said}
    page = send(office, browser, "purposes", **form, do=do, confirmed="words.own")
    assert page.status_code == 400
    assert f'id="health-{name}-mistake"' in page.text
    assert 'id="health-quality-mistake"' not in page.text
    assert config(office).purposes == ()


def test_a_doctor_is_asked_for_an_officer_and_callers_hear_it(
    office: Panel, browser: Browser
) -> None:
    assert "officer_open" not in {each.code for each in unanswered(config(office))}
    sensitive = {"health-own": "yes", "special-own": ["health", "genetic"]}
    form = {"use": "own"} | OWN | sensitive
    assert kept(office, browser, "purposes", **form, do="preview").status_code == 303
    made = config(office)
    assert made.purposes[0].kinds == ("health", "genetic")
    words = compose(made, made.lines[0], "pl")[Saying(PromptKind.QUESTION)].text
    assert "także tego, co powiedzą Państwo o zdrowiu i danych genetycznych" in words
    assert "officer_open" in {each.code for each in unanswered(made)}


def test_an_answer_stays_until_the_office_gives_another(office: Panel, browser: Browser) -> None:
    page = browser.get("/setup/purposes").text
    assert "health-training" not in sent_by(page), "nothing is answered in the office's place"
    for answer in ({"health-training": "no"}, {"health-training": "yes"}):
        kinds = {"special-training": "religion"} if "yes" in answer.values() else {}
        sent = {"use": "training", "retention_days-training": "90"} | answer | kinds
        assert kept(office, browser, "purposes", **sent, do="preview").status_code == 303
        form = sent_by(browser.get("/setup/purposes").text)
        assert {key: form[key] for key in sent} == sent
        before = config(office)
        assert send(office, browser, "purposes", **form, do="preview").status_code == 303
        assert config(office) == before
    assert before.purposes[0].kinds == ("religion",)
    cleared = {"use": "training", "health-training": "no", "special-training": "religion"}
    assert kept(office, browser, "purposes", **cleared, do="preview").status_code == 303
    assert config(office).purposes[0].kinds == ()


def test_without_consent_health_needs_a_reason_that_the_wizard_asks_for(
    office: Panel, browser: Browser
) -> None:
    form = {
        "use": "agreements",
        "basis-agreements": "contract",
        "contract_to-agreements": "perform",
        "health-agreements": "yes",
        "special-agreements": "health",
    }
    page = send(office, browser, "purposes", **form, do="preview")
    assert page.status_code == 400
    assert 'id="basis-agreements-mistake"' in page.text
    form["care_reason-agreements"] = REASON
    assert kept(office, browser, "purposes", **form, do="preview").status_code == 303
    (purpose,) = config(office).purposes
    assert (purpose.kinds, purpose.care_reason) == (("health",), REASON)
    assert 'id="care_reason-training"' not in page.text, "it rests on consent alone"
