"""The privacy officer holds a call, lifts the hold, and keeps the numbers never recorded."""

import re

import pytest

from tests.web.conftest import NUMBER, Panel
from tests.web.lists.test_several import chosen

POLA, LENA = "Pola Officer", "Lena Listener"
FORM = {"ground": "claims", "reason": "A claim of 12 May.", "review": "2027-05-01"}


def test_a_call_is_held_and_let_go_again(panel: Panel) -> None:
    rid = panel.record()
    pola = panel.log_in(POLA)
    free = pola.get(f"/calls/{rid}").text
    assert f'href="/calls/{rid}/hold"' in free
    assert "After that it is erased automatically, unless the law" in free
    answer = pola.send(f"/calls/{rid}/hold", **FORM)
    assert answer.headers["Location"] == f"/calls/{rid}"
    page = pola.get(f"/calls/{rid}").text
    assert '<span class="badge held">held</span>' in page
    assert "<dd>legal claims</dd>" in page
    assert "legal claims (hold)" in page  # a purpose to listen for
    assert "A claim of 12 May." in page
    assert "erased automatically" not in page
    assert "while the hold lasts" in page
    assert "May 1, 2027" in page or "1 May 2027" in page
    assert "12 May" not in panel.log_in(LENA).get(f"/calls/{rid}").text
    erased = pola.send(f"/calls/{rid}/erase", ground="objection", reason="x", sure="yes")
    assert erased.status_code == 409
    pola.send(f"/calls/{rid}/release")
    assert "badge held" in pola.get(f"/calls/{rid}").text
    pola.send(f"/calls/{rid}/release", sure="yes")
    assert "badge held" not in pola.get(f"/calls/{rid}").text
    acts = [act for act in panel.box.acts() if "h" in act]
    assert acts == ["held", "hold_released"]


HELD = "This call is held on a legal ground and cannot be erased."


def test_a_held_call_is_said_before_anybody_fills_in_the_form_of_its_erasure(panel: Panel) -> None:
    rid, free = panel.record(), panel.record()
    pola = panel.log_in(POLA)
    assert 'name="reason"' in pola.get(f"/calls/{rid}/erase").text
    pola.send(f"/calls/{rid}/hold", **FORM)
    call, page = pola.get(f"/calls/{rid}").text, pola.get(f"/calls/{rid}/erase").text
    assert (HELD in call, f'href="/calls/{rid}/erase"' in call) == (True, False)
    assert (HELD in page, 'name="reason"' in page) == (True, False)
    for rids, form in (((rid,), False), ((rid, free), True)):
        name = chosen(pola, "erase", *rids)
        many = pola.get(f"/calls/chosen/erase?chosen={name}").text
        assert ("One of these calls is held on a legal ground and stays." in many) is form
        assert ("All of them are held on a legal ground" in many) is not form
        assert ('name="reason"' in many) is form


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ground": "whim"}, "Choose the ground of the hold."),
        ({"reason": "  "}, "Say in your words why."),
        ({"reason": "x" * 2001}, "Use at most 2000 characters."),
        ({"review": "soon"}, "Choose a day to come."),
        ({"review": "2026-01-01"}, "Choose a day to come for the review."),
    ],
)
def test_a_hold_says_what_is_missing(panel: Panel, changes: dict[str, str], told: str) -> None:
    rid = panel.record()
    pola = panel.log_in(POLA)
    answer = pola.send(f"/calls/{rid}/hold", **FORM | changes)
    assert (answer.status_code, told in answer.text) == (400, True)
    assert pola.get("/calls").text.count("badge held") == 0
    assert not {"held", "failed"} & set(panel.box.acts())


def test_only_the_officer_is_offered_it(panel: Panel) -> None:
    rid = panel.record()
    lena = panel.log_in(LENA)
    assert "/hold" not in lena.get(f"/calls/{rid}").text
    assert "/never-recorded" not in lena.get("/calls").text
    assert "/never-recorded" in panel.log_in(POLA).get("/calls").text


def test_a_number_is_tested_added_and_taken_off(panel: Panel) -> None:
    pola = panel.log_in(POLA)
    path = "/never-recorded"
    assert "0 numbers are on the list." in pola.get(path).text
    asked = pola.send(path, act="test", number="22 123 45 67").text
    assert "22 123 45 67 is not on the list." in asked
    added = pola.send(path, act="add", number="22 123 45 67").text
    assert "The number is on the list." in added
    assert "1 number is on the list." in added
    assert f"{NUMBER} is on the list." in pola.send(path, act="test", number=NUMBER).text
    assert "The number was on the list already." in pola.send(path, act="add", number=NUMBER).text
    leaving = pola.find(path, act="remove", number=NUMBER)
    assert "Take +48 22 123 45 67 off the list?" in leaving.text
    assert "2212345" not in leaving.request.url
    assert "1 number is on the list." in pola.get(path).text
    name = leaving.request.url.partition("chosen=")[2]
    assert "The number is off the list." in pola.find(f"{path}/remove", chosen=name).text
    assert "0 numbers are on the list." in pola.find(f"{path}/remove", chosen=name).text
    again = pola.send(path, act="remove", number=NUMBER)
    assert (again.status_code, "This number is not on the list." in again.text) == (400, True)
    assert [type(asked).__name__ for asked in panel.recorder.asked] == ["LendList", "LendList"]


@pytest.mark.parametrize("number", ["", "Anna", "9" * 100])
def test_what_is_no_number_is_told(panel: Panel, number: str) -> None:
    answer = panel.log_in(POLA).send("/never-recorded", act="add", number=number)
    assert answer.status_code == 400
    assert "That is not a telephone number." in answer.text
    assert re.search(r'<input[^>]*id="number"[^>]*aria-invalid="true"', answer.text)


def test_the_list_is_shown_searched_and_on_record(panel: Panel) -> None:
    pola = panel.log_in(POLA)
    for number in (NUMBER, "58 555 01 07", "22 555 01 42"):
        pola.send("/never-recorded", act="add", number=number)
    page = pola.get("/never-recorded").text
    for shown in ("+48 22 123 45 67", "+48 58 555 01 07", "+48 22 555 01 42"):
        assert shown in page
    assert page.index("+48 22 123") < page.index("+48 22 555") < page.index("+48 58 555")
    found = pola.find("/never-recorded/search", text="555 01")
    assert "2 numbers found" in found.text
    assert "555" not in found.request.url
    assert "No number on the list fits." in pola.find("/never-recorded/search", text="999").text
    assert panel.box.acts().count("exempt_listed") == 1
    assert panel.log_in("Adam Admin").get("/never-recorded").status_code == 403


def test_an_act_that_is_none_is_refused(panel: Panel) -> None:
    pola = panel.log_in(POLA)
    assert pola.send("/never-recorded", act="list", number=NUMBER).status_code == 400
