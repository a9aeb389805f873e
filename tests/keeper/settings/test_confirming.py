"""Confirm one's own words by name on saving; a changed letter asks again."""

from typing import Any

from appliance.config.kept import in_force
from appliance.config.settings import Config
from appliance.link.requests.settings import ConfirmWords, ListVersions
from appliance.prompts.words.confirmed import unconfirmed
from tests.keeper.boxes import OWNER
from tests.keeper.settings.changing import Office
from tests.model.refusals import refuses

REMINDERS = {"pl": "przypomnienia o wizycie", "en": "visit reminders", "de": "zur Terminerinnerung"}
ALONE = REMINDERS | {"de": "Terminerinnerung"}


def reminding(office: Office, full: dict[str, str] = REMINDERS) -> dict[str, Any]:
    """Return settings whose first purpose has words of the owner's own."""
    values = office.values()
    values["purpose"][0] |= {"full": full, "short": ALONE, "label": ALONE}
    return values


def held(office: Office) -> Config:
    return in_force(office.box.folders, office.box.seed).config


def test_new_words_are_confirmed_with_name_and_day(office: Office) -> None:
    asked = office.change(reminding(office))
    assert [(each.code, each.kind) for each in asked.statements] == [("words.training", "words")]
    assert "przypomnienia o wizycie, visit reminders" in asked.statements[0].words
    assert asked.version == 0, "nothing was saved"
    assert office.change(reminding(office), "words.training").version == 2
    confirmed = held(office).purposes[0].confirmed
    assert confirmed is not None
    assert (confirmed.by, confirmed.day) == (OWNER, "2026-09-21")
    (newest, *_) = office.box.ask(ListVersions(), office.token).versions
    assert newest.confirmed == ("words.training",)


def test_a_changed_letter_asks_again_and_nothing_else_does(office: Office) -> None:
    office.change(reminding(office), "words.training")
    assert office.pause(5).statements == ()
    changed = office.change(reminding(office, REMINDERS | {"en": "visit reminder"}))
    assert [each.code for each in changed.statements] == ["words.training"]


def test_the_offices_names_are_words_of_its_own(office: Office) -> None:
    values = office.values()
    values["office"]["controller_says"]["en"] = "Nowak Law Office in Lipowo"
    (asked,) = office.change(values).statements
    assert (asked.code, asked.purpose, asked.basis) == ("words", "", "")
    assert office.change(values, "words").version == 2
    said = held(office)
    assert unconfirmed(said, said.lines[0], "pl") == ()


def test_nobody_confirms_in_anothers_name(office: Office) -> None:
    """A draft may hold any name; only a confirmation that held before counts."""
    values = reminding(office)
    digest = office.attempt(values).statements[0]
    forged = {"by": "Jan Kowalski", "day": "2020-01-01", "words": "00000000"}
    values["purpose"][0]["confirmed"] = forged
    assert office.attempt(values).statements == (digest,)
    office.change(values, "words.training")
    confirmed = held(office).purposes[0].confirmed
    assert confirmed is not None
    assert confirmed.by == OWNER
    again = office.values()
    again["purpose"][0]["confirmed"]["by"] = "Jan Kowalski"
    assert [each.code for each in office.change(again).statements] == ["words.training"]


def test_going_back_to_words_that_nobody_confirmed_asks(office: Office) -> None:
    office.change(reminding(office), "words.training")
    office.change(reminding(office, REMINDERS | {"en": "reminding you"}), "words.training")
    assert [each.code for each in office.back(2).statements] == ["words.training"]
    assert office.back(2, "words.training").version == 4


def test_words_of_the_seed_are_confirmed_later(office: Office) -> None:
    assert office.box.ask(ConfirmWords(0, ("words",)), office.token).version == 2
    confirmed = held(office).office.confirmed
    assert confirmed is not None
    assert confirmed.by == OWNER
    assert office.box.acts()[-1] == "settings_changed"
    with refuses("nothing_waits"):
        office.box.ask(ConfirmWords(2, ("words",)), office.token)
    with refuses("settings_changed"):
        office.box.ask(ConfirmWords(0, ("words",)), office.token)


def test_a_justification_stays_confirmed_when_its_words_are(office: Office) -> None:
    """The digest of a justification is not about who has confirmed the forms."""
    values = office.values()
    interest = {"pl": "wyjaśnianie awarii", "en": "fault reports", "de": "an der Klärung"}
    values["purpose"][0] |= {
        "basis": "legitimate_interests",
        "justification": "Callers often dispute orders, so we need a record of them.",
        "interest_says": interest,
    }
    values["line"][0]["choices"] = {"1": ["quality"], "2": []}
    asked = office.change(values).statements
    assert {each.code for each in asked} == {"justified.training", "words.training"}
    assert office.change(values, "justified.training", "words.training").version == 2
    assert office.pause(7).statements == ()
