"""Narrow the list of calls by filters that stand in the address; what is typed never does."""

import re
from html import unescape

import pytest

from appliance.clock import DAY
from tests import samples
from tests.web.conftest import CALLER, Browser, Panel

HELD = {"ground": "claims", "reason": "A claim.", "review": "2027-06-30"}


def rids(page: str) -> list[str]:
    return re.findall(r'class="call" href="/calls/([0-9a-f]{32})"', page)


def taken_away(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'class="chip" href="([^"]+)"', page)]


@pytest.fixture
def calls(panel: Panel) -> list[str]:
    """Three calls, the oldest first: on two lines, for one and two purposes, one held."""
    made = []
    last = erasure_day(panel)
    for said in (
        {},
        {"line": "Surgery"},
        {"line": "Surgery", "purposes": ("quality",), "due_days": {"quality": last}},
    ):
        panel.box.clock.advance(60)
        made.append(panel.record(**said))
    answer = panel.log_in().send(f"/calls/{made[1]}/hold", **HELD)
    assert answer.status_code == 303, answer.text
    return made


def erasure_day(panel: Panel) -> int:
    return int(panel.box.clock.now() // DAY) + 90


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("line=Surgery", [2, 1]),
        ("line=Reception", [0]),
        ("purpose=training", [1, 0]),
        ("purpose=quality", [2, 1, 0]),
        ("answer=agreed", [2, 1, 0]),
        ("answer=notice", []),
        ("hold=held", [1]),
        ("hold=not_held", [2, 0]),
        ("line=Surgery&hold=not_held&purpose=quality", [2]),
        ("line=&hold=", [2, 1, 0]),
        ("until=2001-01-01", []),
        ("since=2001-01-01&order=oldest", [0, 1, 2]),
    ],
)
def test_filters_narrow_the_list_and_combine(
    panel: Panel, calls: list[str], asked: str, found: list[int]
) -> None:
    answer = panel.log_in().get(f"/calls?{asked}")
    assert answer.status_code == 200, answer.text
    assert rids(answer.text) == [calls[at] for at in found]
    assert f"{len(found)} call" in answer.text


def test_each_filter_in_force_is_shown_and_can_be_taken_away(
    panel: Panel, calls: list[str]
) -> None:
    browser = panel.log_in()
    typed = browser.find("/calls", text="zol", line="Surgery", hold="held")
    assert rids(typed.text) == [calls[1]]
    assert "Line: Surgery" in typed.text
    assert "Hold: held" in typed.text
    search, line, hold = taken_away(typed.text)
    assert "search=" not in search
    assert rids(browser.get(search).text) == [calls[1]]
    assert rids(browser.get(line).text) == [calls[1]]
    assert rids(browser.get(hold).text) == calls[:0:-1]
    assert "zol" not in search + line + hold + typed.request.url


def test_a_filter_goes_with_each_page_and_order(
    panel: Panel, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.calls.PER_PAGE", 1)
    browser = panel.log_in()
    first = browser.get("/calls?line=Surgery&order=oldest").text
    (link,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert rids(first) + rids(browser.get(unescape(link)).text) == calls[1:]
    chosen = browser.send("/calls/chosen", do="hold", line="Surgery", hold="held").text
    assert "Choose at least one call." in chosen
    assert rids(chosen) == [calls[1]]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("line=Elsewhere", "There is no call on a line of this name."),
        ("purpose=<b>", "There is no call with this purpose."),
        ("answer=yes", "Choose one of the answers in the list."),
        ("hold=perhaps", "Choose “held” or “not held”."),
        ("since=yesterday", "Write the day as 2026-11-25."),
        ("until=20261125", "Write the day as 2026-11-25."),
        ("since=2026-11-26&until=2026-11-25", "The last day is before the first."),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_and_lists_nothing(
    panel: Panel, calls: list[str], asked: str, sentence: str
) -> None:
    answer = panel.log_in().get(f"/calls?{asked}")
    assert answer.status_code == 400
    assert answer.text.count(sentence) == 1
    assert rids(answer.text) == []
    assert CALLER not in answer.text


def field(page: str, name: str) -> str:
    """Return the form that a field is in."""
    (form,) = [one for one in re.findall(r"<form.*?</form>", page, re.S) if f'id="{name}"' in one]
    return str(form)


def test_words_are_sent_by_post_and_filters_need_no_script(panel: Panel, calls: list[str]) -> None:
    page = panel.log_in().get("/calls").text
    assert 'method="post"' in field(page, "text")
    for name in ("line", "purpose", "answer", "hold", "since", "until"):
        assert 'method="get"' in field(page, name)
    assert field(page, "text") != field(page, "line")


def hold_silently(panel: Panel, browser: Browser, rid: str) -> None:
    """Hand the call to the police, silenced, and hold it for them."""
    paper = {
        "recipient": "authority",
        "words": "KMP",
        **samples.PAPER,
        "silent_until": "2027-03-01",
    }
    copy = browser.send(f"/calls/{rid}/hand-over", **paper)
    assert copy.status_code == 200, copy.text
    _ = copy.data
    hold = HELD | {"ground": "legal_duty"}
    assert browser.send(f"/calls/{rid}/hold", **hold).status_code == 303


def test_no_filter_tells_a_listener_of_a_silent_hold(panel: Panel, calls: list[str]) -> None:
    def pages() -> list[tuple[str, list[str]]]:
        asked = ("hold=held", "hold=not_held", "hold=held&line=Surgery", "hold=not_held&page=2", "")
        answers = [listener.get(f"/calls?{one}").text for one in asked]
        return [(re.findall(r"<h2 id=\"found-title\">(.*?)</h2>", a)[0], rids(a)) for a in answers]

    listener, officer = panel.log_in("Lena Listener"), panel.log_in("Pola Officer")
    before = pages()
    hold_silently(panel, officer, calls[0])
    assert rids(officer.get("/calls?hold=held").text) == [calls[1], calls[0]]
    assert pages() == before
