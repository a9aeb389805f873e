"""Any one to four purposes, in one to three languages, reach a voice and a first call."""

import random

import pytest

from tests.web.conftest import Panel
from tests.web.setup.answering import LINE, asked, config, kept, saved, send
from tests.web.setup.offices import DrawnOffice, call, drawn, equip, finish, voice
from tests.web.setup.test_drawn import told

IN_MAKE_TEST = 40
IN_ITS_OWN_SUITE = 500
CALLS = 8
"""Of so many offices one is called: the others end where the next caller would be asked."""

THREE = dict.fromkeys(("training", "quality", "complaint"), "consent")
BASES = {"order": "contract", "orders": "legal_obligation", "report": "public_task"}


def finishes(panel: Panel, seed: int) -> None:
    office = drawn(random.Random(seed))
    desk = equip(panel, voice(office.pace))
    try:
        finish(panel, panel.log_in(), office)
    finally:
        desk.close()
    if seed % CALLS == 0:
        assert call(panel, office) == "recorded", office


def test_a_clinic_with_three_consent_purposes_finishes(office: Panel) -> None:
    consent = dict.fromkeys(("training", "quality", "complaint"), "consent")
    clinic = DrawnOffice("pl", ("pl",), 13.5, 1, consent, 0)
    desk = equip(office, voice(clinic.pace))
    now = finish(office, office.log_in(), clinic)
    desk.close()
    assert now.lines[0].choose_key == "4"
    assert call(office, clinic) == "recorded"


@pytest.mark.parametrize("seed", range(IN_MAKE_TEST))
def test_every_drawn_office_finishes(office: Panel, seed: int) -> None:
    finishes(office, seed)


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(IN_MAKE_TEST, IN_ITS_OWN_SUITE))
def test_each_of_many_drawn_offices_finishes(office: Panel, seed: int) -> None:
    finishes(office, seed)


def begun(panel: Panel, office: DrawnOffice, pace: float) -> None:
    equip(panel, voice(pace))
    browser = panel.log_in()
    assert kept(panel, browser, "office", **office.office).status_code == 303
    assert kept(panel, browser, "line", **LINE).status_code == 303


@pytest.mark.parametrize(("pace", "chosen"), [(13.5, "4"), (18.0, "")])
def test_the_voice_decides_whether_each_purpose_has_a_key(
    office: Panel, pace: float, chosen: str
) -> None:
    drawn = DrawnOffice("en", ("pl",), pace, 0, THREE, 0)
    begun(office, drawn, pace)
    browser = office.log_in()
    preview = send(office, browser, "purposes", **drawn.why, do="preview")
    assert ("So key 4 lets callers choose" in preview.text) == bool(chosen)
    assert "s; at most 30 s" in preview.text
    assert saved(office, browser, preview, *asked(preview)).status_code == 303
    assert config(office).lines[0].choose_key == chosen
    assert (len(config(office).lines[0].choices) == 2) == bool(chosen)


def test_a_question_that_is_too_long_is_told_at_the_purposes(office: Panel) -> None:
    four = DrawnOffice("de", ("de",), 14.0, 0, {**BASES, "training": "consent"}, 0)
    begun(office, four, 14.0)
    browser = office.log_in()
    browser.client.set_cookie("language", "de")
    for do in ("preview", "save"):
        page = send(office, browser, "purposes", **four.why, do=do)
        assert page.status_code == 400
        beside, points = told(page.text)
        ((question, said),) = beside
        assert question == "purposes"
        assert said.startswith("Auf „Deutsch“ dauert die Frage")
        assert points == [f"Zwecke: {said}"]
    assert config(office).lines[0].purposes == ()
