"""The wizard asks a purpose for each reason that its basis or its length can need."""

from tests.web.conftest import Panel
from tests.web.setup.answering import REASON, config, filled, kept, send, sent_by

LAW = "ustawa o obrocie instrumentami finansowymi"
YEARS = {"use": "orders", "law_says-orders-pl": LAW, "retention_days-orders": "1826"}


def test_a_law_that_demands_years_is_justified_where_the_mistake_is_told(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    page = send(office, browser, "purposes", **YEARS, do="preview")
    assert page.status_code == 400
    assert 'id="retention_days-orders-mistake"' in page.text
    form = sent_by(page.text)
    assert form["justification-orders"].strip() == ""
    form["justification-orders"] = REASON
    assert kept(office, browser, "purposes", **form, do="preview").status_code == 303
    (purpose,) = config(office).purposes
    assert (purpose.retention_days, purpose.justification) == (1826, REASON)


def test_a_ready_purpose_keeps_the_basis_that_the_settings_give_it(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    weighed = {
        "basis-training": "legitimate_interests",
        "interest_says-training-pl": "dobra obsługa",
        "justification-training": REASON,
        "retention_days-training": "30",
    }
    answer = kept(office, browser, "purposes", use="training", **weighed, do="preview")
    assert answer.status_code == 303
    before = config(office)
    form = sent_by(browser.get("/setup/purposes").text)
    assert {key: form[key] for key in weighed} == weighed
    answer = send(office, browser, "purposes", **form, do="preview")
    assert answer.status_code == 303, "nothing is missing, and nothing is other than before"
    assert config(office) == before


def test_a_purpose_on_consent_alone_is_asked_for_no_justification(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    page = browser.get("/setup/purposes").text
    assert 'id="justification-agreements"' in page, "it may rest on a contract, too"
    assert 'id="justification-training"' not in page
