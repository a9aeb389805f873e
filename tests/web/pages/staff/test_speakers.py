"""Show who speaks on lines: named, taken off, vouched for; what a form answers."""

import pytest

from appliance.link.requests.papers.speakers import ShowSpeakers
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from tests.keeper.settings.changing import Office
from tests.web.conftest import Browser, Panel

POLA, ADAM = "Pola Officer", "Adam Admin"
LINE = {"line": "Reception"}
ANNA = {**LINE, "name": "Anna <i>Żółć", "day": "2026-09-01"}


@pytest.fixture
def german(panel: Panel) -> Panel:
    office = Office(panel.box, panel.box.log_in())
    values = office.values()
    values["office"]["country"] = "DE"
    assert office.change(values).mistakes == ()
    return panel


def mark(panel: Panel) -> str:
    return panel.box.ask(ShowSpeakers(), panel.box.log_in()).lines[0].mark


def vouch(panel: Panel, browser: Browser, **more: str) -> str:
    sent = browser.send("/speakers/vouch", **LINE, mark=mark(panel), whole="yes", **more)
    return browser.get(sent.headers["Location"]).text


def test_an_officer_names_people_and_an_administrator_vouches(german: Panel) -> None:
    pola, adam = german.log_in(POLA), german.log_in(ADAM)
    assert "so the line records nothing" in adam.get("/speakers").text
    added = pola.send("/speakers/add", **ANNA).headers["Location"]
    page = pola.get(added).text
    assert "The person is on the list." in page
    assert "Anna &lt;i&gt;Żółć" in page
    assert "agreed on 1 September 2026" in page
    assert "An administrator has to vouch" in page
    assert "Vouch for the list" not in page
    assert pola.send("/speakers/vouch", **LINE, mark=mark(german), whole="yes").status_code == 403
    page = vouch(german, adam)
    assert "You vouch for the list now." in page
    assert "Adam Admin has vouched for this list since" in page
    assert "Vouch for the list" not in page
    gone = pola.send("/speakers/remove", **LINE, name=ANNA["name"]).headers["Location"]
    page = pola.get(gone).text
    assert "The person was taken off the list." in page
    assert "so the line records nothing" in page
    assert "Żółć" not in page


def test_what_is_wrong_is_said_beside_it(german: Panel) -> None:
    adam = german.log_in(ADAM)
    for form, sentence in (
        ({**LINE, "name": "", "day": ""}, "Type a name"),
        (ANNA | {"day": ""}, "Write a day"),
        (ANNA | {"day": "9999-12-31"}, "a year ahead at most"),
        (ANNA | {"day": "gestern"}, "is not a day"),
        (ANNA | {"name": "x" * 61}, "1 to 60 printable characters"),
        (ANNA | {"name": "x" * 10_000}, "1 to 60 printable characters"),
        (ANNA | {"name": "Anna\u202egnp"}, "1 to 60 printable characters"),
    ):
        answer = adam.send("/speakers/add", **form)
        assert (answer.status_code, sentence in answer.text) == (400, True), form
    adam.send("/speakers/add", **ANNA)
    twice = adam.send("/speakers/add", **ANNA)
    assert (twice.status_code, "on the list already" in twice.text) == (400, True)
    for path, form, sentence in (
        ("vouch", {"mark": mark(german)}, "Tick this if it is so."),
        ("vouch", {"mark": "0" * 16, "whole": "yes"}, "changed the list meanwhile"),
        ("vouch", {"mark": "x" * 9_000, "whole": "yes"}, "changed the list meanwhile"),
        ("remove", {"name": "Nobody"}, "any more"),
    ):
        answer = adam.send(f"/speakers/{path}", **LINE, **form)
        assert (answer.status_code in {400, 409}, sentence in answer.text) == (True, True), form
    other = adam.send("/speakers/add", **ANNA | {"line": "Elsewhere"})
    assert other.status_code == 409


def test_elsewhere_nobody_has_to(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    page = adam.get("/speakers").text
    assert "The office is not in Germany" in page
    assert "records nothing" not in page
    assert "/speakers" not in adam.get("/settings").text
    adam.send("/speakers/add", **ANNA)
    assert "Vouch for the list" not in adam.get("/speakers").text
    refused = adam.send("/speakers/vouch", **LINE, mark=mark(panel), whole="yes")
    assert (refused.status_code, "not in Germany" in refused.text) == (409, True)


def test_home_settings_and_the_wizard_lead_there(german: Panel) -> None:
    recorder = german.recorder
    recorder.status = LineStatus(
        line="Reception", state="idle", obstacle=Obstacle.SPEAKERS, agreed=False
    )
    for name in (POLA, ADAM):
        home = german.log_in(name).get("/").text
        assert 'href="/speakers"' in home
        assert "everybody who speaks on this line has to agree first" in home
    assert 'href="/speakers"' not in german.log_in("Lena Listener").get("/").text
    adam = german.log_in(ADAM)
    assert 'href="/speakers"' in adam.get("/settings").text
    step = adam.get("/setup/notice").text
    assert 'href="/speakers"' in step
    assert "vouches that everybody" not in step
    recorder.status = LineStatus(line="Reception", state="idle")
    assert "vouches that everybody" in adam.get("/setup/notice").text


@pytest.mark.parametrize("code", ["pl", "en", "de"])
def test_the_papers_in_germany_have_a_place_for_the_signature(german: Panel, code: str) -> None:
    adam = german.log_in(ADAM)
    paper = adam.get(f"/setup/notice/{code}").text
    assert "§ 201" in paper.replace("\u00a0", " ")
    signature = {"pl": "Podpis:", "en": "Signature:", "de": "Unterschrift:"}[code]
    assert signature in paper
