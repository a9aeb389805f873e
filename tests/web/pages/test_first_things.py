"""The first thing on a page is what people come for, and what it is called is so."""

import re

import pytest

from appliance.clock import DAY
from tests.boxes import PASSWORD
from tests.web.conftest import CALLER, Panel

ENGLISH = "en"


def test_a_call_begins_with_playing_then_the_consent_and_figures_are_folded(panel: Panel) -> None:
    rid = panel.record()
    page = panel.log_in("Pola Officer").get(f"/calls/{rid}", Accept_Language=ENGLISH).text
    order = [page.index(f'id="{title}-title"') for title in ("player", "receipt", "acts", "kept")]
    assert order == sorted(order)
    shown = re.sub(r"<details(?! open).*?</details>", "", page, flags=re.DOTALL)
    assert "dBm0" not in shown
    assert "SHA-256" not in shown
    assert "Needed" not in shown
    assert ">complete<" not in page, "what is usual has no badge"


def test_calls_with_a_slash_are_the_calls(panel: Panel) -> None:
    rid = panel.record()
    answer = panel.log_in().client.get("/calls/", follow_redirects=True)
    assert answer.status_code == 200
    assert f'href="/calls/{rid}"' in answer.text


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/no-such-page", 404, "Page not found · Zgoda"),
        ("/audit", 403, "Access denied · Zgoda"),
    ],
)
def test_the_title_of_a_page_that_is_not_shown_says_why(
    panel: Panel, path: str, status: int, title: str
) -> None:
    answer = panel.log_in("Lena Listener").get(path, Accept_Language=ENGLISH)
    assert answer.status_code == status
    assert f"<title>{title}</title>" in answer.text


def test_who_may_not_erase_is_told_that_another_role_may(panel: Panel) -> None:
    rid = panel.record()
    answer = panel.log_in("Lena Listener").get(f"/calls/{rid}/erase", Accept_Language=ENGLISH)
    assert answer.status_code == 403
    assert "An administrator can give it to" in answer.text
    assert "An administrator can<" not in answer.text


def test_a_finding_and_its_badge_do_not_touch(panel: Panel) -> None:
    page = panel.log_in("Adam Admin").get("/doctor", Accept_Language=ENGLISH).text
    assert re.search(r'<span class="level">[^<]+</span> <span class="said">', page)
    assert "</span><span" not in page.partition("<main")[2]


def test_a_certificate_is_tied_to_call_controller_and_whoever_ordered_it(panel: Panel) -> None:
    rid = panel.record()
    panel.box.clock.advance(3 * DAY)
    pola = panel.log_in("Pola Officer")
    pola.send(f"/calls/{rid}/erase", ground="objection", reason="Asked.", sure="yes")
    page = pola.get(f"/calls/{rid}/certificate", Accept_Language=ENGLISH).text
    certificate = page.partition("<article")[2].partition("</article>")[0]
    facts = re.sub(r"<[^>]+>", " ", certificate)
    assert "Kancelaria Nowak sp. k., Warszawa" in facts
    assert re.search(r"Recording archived on\s", facts)
    assert re.search(r"Requested by\s+a person of the office", facts)
    assert "Pola" not in facts, "who of the office did it is the office's own"
    assert "Pola Officer" in page
    at = re.findall(r'<time datetime="([^"]+)"', certificate)
    assert len(at) == 2
    assert at[0][:10] < at[1][:10], "recorded three days before it was erased"
    assert CALLER not in facts, "it is given away"


def test_an_erasure_that_was_being_typed_survives_a_login(panel: Panel) -> None:
    rid = panel.record()
    pola = panel.log_in("Pola Officer")
    panel.box.keeper._box.sessions.close_all()
    typed = {"ground": "objection", "reason": "Asked by letter.", "sure": "yes"}
    sent = pola.send(f"/calls/{rid}/erase", **typed)
    assert sent.headers["Location"] == "/login"
    assert "Your session has ended" in pola.get("/login", Accept_Language=ENGLISH).text
    back = pola.send("/login", name="Pola Officer", password=PASSWORD).headers["Location"]
    assert back == f"/calls/{rid}/erase"
    page = pola.get(back).text
    assert f'data-action="/calls/{rid}/erase"' in page
    assert "Asked by letter." in page
    assert "erasing" not in panel.box.acts(), "nothing was erased by itself"
