"""The staff's notice, and the first day on which a line may record."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.web.conftest import Panel
from tests.web.setup.answering import OFFICE, config, filled, kept, send
from web.setup.papers import notice


def today(panel: Panel) -> date:
    return datetime.fromtimestamp(panel.box.clock.now(), UTC).date()


def test_the_staff_are_told_two_weeks_before_the_first_day(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    told = today(office)
    early, first = told + timedelta(days=13), told + timedelta(days=14)
    form = {"who": "staff", "told": told.isoformat()}
    page = send(office, browser, "notice", **form, first=early.isoformat())
    assert page.status_code == 400
    assert 'id="first-mistake"' in page.text
    assert send(office, browser, "notice", **form, first=first.isoformat()).status_code == 303
    assert config(office).lines[0].records_from == first.isoformat()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"who": "staff", "told": "", "first": ""},
        {"who": "staff", "told": "soon", "first": "2027-02-30"},
        {"who": "staff", "told": "2026-09-01", "first": "2999-01-01"},
        {"who": "staff", "told": "9999-12-31", "first": "2026-12-24"},
    ],
)
def test_a_first_day_that_is_none_is_refused(office: Panel, form: dict[str, str]) -> None:
    browser = office.log_in()
    filled(office, browser)
    assert send(office, browser, "notice", **form).status_code == 400
    assert config(office).lines[0].records_from == ""


def test_an_office_of_one_records_from_today_on(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    assert send(office, browser, "notice", who="alone").status_code == 303
    assert config(office).lines[0].records_from == today(office).isoformat()


@pytest.mark.parametrize(
    ("language", "says"),
    [("pl", "szkolenie pracowników"), ("en", "staff training"), ("de", "Schulung unseres Teams")],
)
def test_the_notice_for_the_staff_is_printed_in_three_languages(
    panel: Panel, language: str, says: str
) -> None:
    browser = panel.log_in()
    page = browser.get(f"/setup/notice/{language}").text
    notice = page.partition("<article")[2].partition("</article>")[0]
    assert says in notice
    assert "Kancelaria Nowak sp. k., Warszawa" in notice
    assert "rodo@kancelaria.example" in notice
    assert f'lang="{language}"' in notice
    assert ">Log out<" in page, "the page around it is in the reader's language"
    assert browser.get("/setup/notice/fr").status_code == 404


@pytest.mark.parametrize(
    ("country", "says"),
    [
        ("PL", "Art. 22³ § 4 of the Labour Code, and Art. 13 GDPR."),
        ("DE", "Basis: your consent (Art. 6(1)(a) GDPR, § 26(2) BDSG)."),
        ("AT", "This notice informs you as Art. 13 GDPR requires."),
    ],
)
def test_the_notice_names_the_basis_of_its_country(panel: Panel, country: str, says: str) -> None:
    with panel.app.test_request_context("/"):
        assert says in notice({"office": {"country": country}}, "en")


def test_a_hostile_name_stays_text_in_the_notice(office: Panel) -> None:
    browser = office.log_in()
    kept(office, browser, "office", **OFFICE | {"controller": "<script>alert(1)</script>"})
    page = browser.get("/setup/notice/pl").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
