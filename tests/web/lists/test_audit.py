"""Search the audit and the certificates by what, who and when."""

import pytest

from appliance.clock import DAY
from appliance.vault.audit.heads import head_of
from tests.web.conftest import Panel

POLA = "Pola Officer"


def test_the_audit_is_searched_by_group_and_person(panel: Panel) -> None:
    rid = panel.record()
    pola, adam = panel.log_in(POLA), panel.log_in("Adam Admin")
    pola.send(f"/calls/{rid}/export", format="wav")
    assert panel.box.keeper.box is not None
    ids = {e.name: e.id for e in panel.box.keeper.box.keyring.content.operators.values()}
    found = adam.find("/audit", what="handed")
    assert "1 entry" in found.text
    assert "Handed over" in found.text.partition("<tbody>")[2]
    mine = adam.find("/audit", what="logins", actor=ids[POLA]).text
    assert "1 entry" in mine
    assert "0 entries" in adam.find("/audit", actor=ids["Lena Listener"]).text
    assert "No entry fits." in adam.find("/audit", until="2001-01-01").text


@pytest.mark.parametrize(
    "form", [{"what": "x"}, {"actor": "ffffffff"}, {"actor": '","'}, {"since": "soon"}]
)
def test_what_the_audit_does_not_know_is_not_searched(panel: Panel, form: dict[str, str]) -> None:
    adam = panel.log_in("Adam Admin")
    assert adam.send("/audit", **form).headers["Location"] == "/audit"


def test_the_order_of_the_audit_can_be_turned(panel: Panel) -> None:
    page = panel.log_in("Adam Admin").get("/audit?order=oldest").text
    assert '<td class="seq">1</td>' in page
    assert page.index('<td class="seq">1</td>') < page.index('<td class="seq">2</td>')


def test_the_head_of_the_last_day_that_has_ended_can_be_kept_elsewhere(panel: Panel) -> None:
    adam = panel.log_in("Adam Admin")
    assert "Signed head" not in adam.get("/audit").text, "the first day goes on"
    assert adam.get("/audit/head").headers["Location"] == "/audit"
    assert panel.box.keeper.box is not None
    audit = panel.box.keeper.box.audit
    ended, seq = audit.day, audit.newest[0]
    panel.box.clock.advance(DAY)
    panel.box.keeper.box.records.look_at_the_time()
    adam = panel.log_in("Adam Admin")
    page, file = adam.get("/audit").text, adam.get("/audit/head")
    head = head_of(file.data)
    assert head.day == ended
    assert head.seq >= seq
    assert file.headers["Content-Disposition"].endswith(f"activity-log-{ended}.head.json")
    assert f"Signed head of {ended}" in page
    assert head.text.replace('"', "&#34;") in page
    assert "<svg" in page
    assert panel.log_in("Lena Listener").get("/audit/head").status_code == 403


def test_certificates_are_listed_by_who_ordered_them(panel: Panel) -> None:
    rid = panel.record()
    pola = panel.log_in(POLA)
    assert "Nothing has been erased yet." in pola.get("/calls/erased").text
    pola.send(f"/calls/{rid}/erase", ground="objection", reason="Asked.", sure="yes")
    page = pola.get("/calls/erased").text
    assert "1 erased recording" in page
    assert f'href="/calls/{rid}/certificate"' in page
    assert "The caller objected" in page
    assert POLA in page
    assert "No certificate fits." in pola.find("/calls/erased", actor="keeper").text
