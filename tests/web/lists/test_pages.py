"""Every list comes in pages: people, numbers, certificates and the audit, as calls do."""

import re

import pytest

from tests.boxes import PASSWORD
from tests.web.conftest import Browser, Panel
from web.lists.listing import PER_PAGE

MORE = PER_PAGE + 2


def pages(browser: Browser, path: str, row: str) -> list[list[str]]:
    """Follow a list from page to page; return what stands in each of its rows."""
    found, seen = [], set()
    while path not in seen:
        seen.add(path)
        text = browser.get(path, Accept_Language="en").text
        found.append(re.findall(row, text))
        onward = re.search(r'<a class="button" rel="next" href="([^"]+)"', text)
        if onward is None:
            return found
        path = onward[1].replace("&amp;", "&")
    raise AssertionError(f"{path} leads in a circle")


def add_people(panel: Panel) -> None:
    adam = panel.log_in("Adam Admin")
    for number in range(MORE - 5):
        adam.send("/people", name=f"Person {number:02}", role="listener", password=PASSWORD)


def add_numbers(panel: Panel) -> None:
    pola = panel.log_in("Pola Officer")
    for number in range(MORE):
        pola.send("/never-recorded", act="add", number=f"+482255501{number:02}")


def erase_calls(panel: Panel) -> None:
    calls = [panel.record(seconds=0.5) for _ in range(MORE)]
    pola = panel.log_in("Pola Officer")
    form = {"ground": "objection", "reason": "Asked.", "sure": "yes"}
    for rid in calls:  # one order each: one order has one certificate
        assert pola.send(f"/calls/{rid}/erase", **form).status_code == 303


@pytest.mark.parametrize(
    ("fill", "path", "row"),
    [
        (add_people, "/people", r'href="/people/([0-9a-f]{8})"'),
        (add_numbers, "/never-recorded", r'name="number" value="(\+48\d+)"'),
        (erase_calls, "/calls/erased", r'href="/calls/([0-9a-f]{32})/certificate"'),
    ],
)
def test_a_long_list_has_pages_that_hold_each_row_once(
    panel: Panel, fill: object, path: str, row: str
) -> None:
    assert callable(fill)
    fill(panel)
    first, second = pages(panel.log_in(), path, row)
    assert (len(first), len(second)) == (PER_PAGE, 2)
    assert len({*first, *second}) == MORE


def test_the_audit_has_pages_in_either_order(panel: Panel) -> None:
    browser = panel.log_in()
    for number in range(55):
        browser.send("/never-recorded", act="add", number=f"+482255501{number:02}")
    for path in ("/audit", "/audit?order=oldest"):
        found = [int(seq) for page in pages(browser, path, r'class="seq">(\d+)<') for seq in page]
        assert found == sorted(found, reverse=path == "/audit")
        assert len(found) == len(set(found)) > 55


@pytest.mark.parametrize("path", ["/people", "/never-recorded", "/calls/erased", "/audit"])
def test_a_page_that_there_is_not_is_the_last_one(panel: Panel, path: str) -> None:
    browser = panel.log_in()
    for number in ("999999", "0", "-1", "x", "९"):
        assert browser.get(f"{path}?page={number}").status_code == 200
