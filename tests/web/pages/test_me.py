"""Test the page of one's own account: what it says of the box."""

import pytest

from appliance.model.release import MODEL, VERSION
from tests.web.conftest import Panel


@pytest.mark.parametrize(
    ("language", "said", "day"),
    [
        ("en", "Security fixes until", "31 December 2031"),
        ("pl", "Poprawki bezpieczeństwa do", "31 grudnia 2031"),
        ("de", "Sicherheits\u00adupdates bis", "31. Dezember 2031"),
    ],
)
def test_model_version_and_support_period_are_told(
    panel: Panel, language: str, said: str, day: str
) -> None:
    page = panel.log_in().get("/me", Accept_Language=language).text

    assert f"<dd>{MODEL}</dd>" in page
    assert f"<dd>{VERSION}</dd>" in page
    assert f"<dt>{said}</dt><dd>{day}</dd>" in page


def test_strangers_are_not_told_the_version(panel: Panel) -> None:
    browser = panel.browser()

    assert browser.get("/me").status_code in {302, 303}
    assert VERSION not in browser.get("/login").text
