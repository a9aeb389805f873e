"""Name in the staff's notice what a country's law and sensitive data ask for."""

import copy
from typing import Any

import pytest

from appliance import toml
from appliance.config.read import trial_text
from tests.web.conftest import Panel
from web.setup.papers import notice

LAWS = {"AT": "§ 120", "CH": "179quinquies", "PL": "22²"}
HEALTH = {"pl": "o zdrowiu", "en": "their health", "de": "Gesundheit"}


def values(country: str = "PL", **purpose: Any) -> dict[str, Any]:
    said = copy.deepcopy(toml.loads(trial_text()))
    said["office"]["country"] = country
    said["purpose"][0] |= purpose
    return said


def paper(panel: Panel, told: dict[str, Any], language: str) -> str:
    with panel.app.test_request_context():
        return notice(told, language)


@pytest.mark.parametrize("language", HEALTH)
@pytest.mark.parametrize("country", [*LAWS, "DE", "GB"])
def test_each_country_has_its_own_law(panel: Panel, country: str, language: str) -> None:
    text = paper(panel, values(country), language)
    for other, law in LAWS.items():
        assert (law in text) == (other == country), (other, country)


@pytest.mark.parametrize("language", HEALTH)
@pytest.mark.parametrize("touches", [{"health": True}, {"special": ["religion"]}, {}])
def test_the_staff_read_that_callers_may_speak_of_health(
    panel: Panel, touches: dict[str, Any], language: str
) -> None:
    assert (HEALTH[language] in paper(panel, values(**touches), language)) == bool(touches)
