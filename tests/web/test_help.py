"""Every page says in place what it is for, and cases from outside lead to what exists."""

import re
from html import unescape

import pytest

from tests.keeper.boxes import OWNER
from tests.web.conftest import PEOPLE, Panel
from tests.web.routes import ROUTES, go
from web.help.cases import CASES
from web.help.pages import ANSWERS, PAGES, paragraph
from web.setup.steps import STEPS

LONGEST = 90
"""Words of a paragraph: what is longer belongs into a manual."""

BUTTON = 'popovertarget="help" aria-label'
BESIDE = {"proof.words", "setup.paper"}
"""Endpoints that answer with a page of their own, to be printed or kept, without the panel's."""


def helped(page: str) -> str:
    """Return the paragraph that a page has; empty without one."""
    found = re.search(r'<aside class="help".*?<p>(.*?)</p>', page, re.DOTALL)
    return unescape(found[1]) if found and BUTTON in page else ""


def test_every_page_of_the_panel_has_its_paragraph(panel: Panel) -> None:
    rid = panel.record()
    seen = set()
    for browser in (panel.log_in(), panel.browser()):
        for (endpoint, method), route in ROUTES.items():
            if method != "GET":
                continue
            answer = go(browser, route, rid)
            if answer.status_code != 200 or not answer.mimetype == "text/html":
                continue
            if "<header" not in answer.text:
                continue
            assert helped(answer.text) == str(paragraph(endpoint, steps_name(route.path))), endpoint
            seen.add(endpoint)
    assert len(seen) > 30
    assert {"home.page", "calls.listed", "calls.show", "login.page", "sheet.entrance"} <= seen


def steps_name(path: str) -> str:
    """Return the step of setting up in a path."""
    name = path.rpartition("/")[2]
    return name if path.startswith("/setup/") and name in {step.name for step in STEPS} else ""


def test_every_address_that_could_be_a_page_has_a_paragraph(panel: Panel) -> None:
    for rule in panel.app.url_map.iter_rules():
        if rule.endpoint not in {"static", "language.switch", "kept_form.keep"} | ACTS_ALONE:
            assert paragraph(rule.endpoint) is not None, rule.endpoint


ACTS_ALONE = {"trial.place", "trial.press"}
"""Endpoints that only lead back to the page from which they are asked."""


def test_no_paragraph_is_for_a_page_that_is_not_there(panel: Panel) -> None:
    endpoints = {rule.endpoint for rule in panel.app.url_map.iter_rules()}
    known = endpoints | {one.partition(".")[0] for one in endpoints}
    assert PAGES.keys() <= known | {f"setup.{step.name}" for step in STEPS}
    assert ANSWERS.keys() <= endpoints
    assert len(STEPS) == 7  # as the paragraph of setting up says
    assert set(ANSWERS.values()) <= PAGES.keys()


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_a_paragraph_is_short_and_in_the_readers_language(panel: Panel, language: str) -> None:
    said = set()
    with panel.app.test_request_context(headers={"Accept-Language": language}):
        for key, text in PAGES.items():
            assert 10 < len(str(text).split()) <= LONGEST, key
            said.add(str(text))
    assert len(said) == len(PAGES)


@pytest.mark.parametrize("name", [*PEOPLE, OWNER])
def test_a_case_leads_only_where_the_reader_may_go(panel: Panel, name: str) -> None:
    browser = panel.log_in(name)
    page = browser.get("/calls")
    if page.status_code == 403:
        return
    cases = re.search(r'<section class="card cases".*?</section>', page.text, re.DOTALL)
    assert cases is not None
    assert cases[0].count("<details>") == len(CASES) == 4
    for link in re.findall(r'href="([^"]+)"', cases[0]):
        assert browser.get(link).status_code == 200, link


def test_a_case_has_three_lines() -> None:
    assert {len(case.lines) for case in CASES} == {3}
    assert sum(line.needs is not None for case in CASES for line in case.lines) >= 4
