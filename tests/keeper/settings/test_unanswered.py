"""Ask on about what earlier settings left open; refuse a draft that leaves it open."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.config.mistakes import Place
from appliance.config.read import check, parse, trial_text
from appliance.config.words.unanswered import unanswered, unanswered_anew
from appliance.config.words.vocabulary import SPECIAL
from appliance.link.requests.doctor import Examine
from appliance.link.requests.settings import Changed
from tests.keeper.boxes import set_up
from tests.keeper.settings.changing import Office

ORDER: dict[str, Any] = {
    "id": "order",
    "basis": "contract",
    "full": {"pl": "przyjęcia zamówienia", "en": "taking orders", "de": "zur Annahme"},
    "short": {"pl": "zamówienie", "en": "orders", "de": "Annahme"},
    "label": {"pl": "zamówienie", "en": "orders", "de": "Annahme"},
}
SPOKEN = {
    "pl": "Jan Nowak, pod tym numerem",
    "en": "Jan Nowak, at this number",
    "de": "Jan Nowak unter dieser Nummer",
}
OLD = """
[[purpose]]
id = "service"
basis = "contract"
full = { pl = "obsługi umowy", en = "service", de = "zum Service" }
short = { pl = "obsługę", en = "service", de = "Service" }
label = { pl = "obsługa umowy", en = "service", de = "Service" }
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose settings come from an earlier version."""
    made = set_up(tmp_path / "data", seed_text=f"{trial_text()}\n{OLD}")
    yield Office(made, made.log_in())
    made.keeper.close()


def mistakes(changed: Changed) -> list[tuple[Place, str]]:
    return [(each.place, each.code) for each in changed.mistakes]


def asked(office: Office) -> list[tuple[str, str]]:
    found = office.box.ask(Examine(), office.token).found
    return [
        (each.id.partition(".")[2], each.values.get("name", ""))
        for each in found
        if each.id.endswith("_open")
    ]


def test_settings_of_before_go_on_and_the_question_stands(office: Office) -> None:
    assert ("contract_open", "service") in asked(office)
    assert office.pause(5).mistakes == ()
    assert ("contract_open", "service") in asked(office)

    values = office.values()
    values["purpose"][2]["contract_to"] = "perform"
    assert mistakes(office.change(values)) == []
    assert ("contract_open", "service") not in asked(office)


@pytest.mark.parametrize("answer", [None, ""])
def test_a_purpose_that_comes_is_answered(office: Office, answer: str | None) -> None:
    values = office.values()
    values["purpose"].append(ORDER | ({} if answer is None else {"contract_to": answer}))
    code = "not_answered" if answer is None else "word_unknown"
    assert mistakes(office.change(values)) == [(("purpose", 3, "contract_to"), code)]

    values["purpose"][3]["contract_to"] = "conclude"
    assert mistakes(office.change(values)) == []


def test_what_was_answered_cannot_be_left_open_again(office: Office) -> None:
    values = office.values()
    values["purpose"][2]["contract_to"] = "perform"
    office.change(values)
    del values["purpose"][2]["contract_to"]

    assert mistakes(office.change(values)) == [(("purpose", 2, "contract_to"), "not_answered")]
    assert mistakes(office.back(0)) == [], "earlier settings come back as they were"


@pytest.mark.parametrize("kinds", [{"health": True}, *({"special": [kind]} for kind in SPECIAL)])
def test_where_callers_speak_of_a_kind_of_art_9_home_asks_for_the_officer(
    office: Office, kinds: dict[str, Any]
) -> None:
    """An office may have none, so that no draft is refused for it."""
    values = office.values()
    assert ("officer_open", "") not in asked(office)
    values["purpose"][0] |= kinds
    assert mistakes(office.change(values)) == []
    assert ("officer_open", "") in asked(office)

    values["office"] |= {"officer": "Jan Nowak, iod@kancelaria.example", "officer_says": SPOKEN}
    assert mistakes(office.change(values)) == []
    left = {each.code for each in unanswered(check(values))}
    assert not {"officer_open", "officer_says_open"} & left


def test_an_officer_who_is_named_in_papers_is_spoken_too(office: Office) -> None:
    values = office.values()
    values["office"]["officer"] = "Jan Nowak, iod@kancelaria.example"
    assert mistakes(office.change(values)) == [(("office", "officer_says"), "not_answered")]

    values["office"]["officer_says"] = SPOKEN
    assert mistakes(office.change(values)) == []


def test_an_officer_of_before_goes_on_and_home_asks_how_they_are_spoken() -> None:
    config = parse(trial_text())
    named = replace(config, office=replace(config.office, officer="Jan Nowak"))
    assert ("officer_says_open", "") in {each.key for each in unanswered(named)}
    assert not list(unanswered_anew(named, named))
