"""The home page: what became of the last calls, and what a thief of the card gets."""

import re
from html import unescape
from pathlib import Path

import pytest

from appliance.model.findings import find
from appliance.model.records import SLOW_DISK, LineStatus
from appliance.model.terms import Obstacle
from tests.keeper.boxes import OWNER, set_up, undecided
from tests.web.conftest import PEOPLE, Browser, Panel, serve
from tests.web.setup.test_days_of_lines import recorded
from web.pages.home import _by_outcome

DAY = "2026-09-21"


def test_recorded_calls_are_one_row_but_those_on_a_slow_disk() -> None:
    rows = (
        ("Reception", DAY, "recorded", "recorded", 3),
        ("Office", DAY, "recorded", "recorded", 2),
        ("Reception", DAY, "recorded", SLOW_DISK, 1),
        ("Reception", DAY, "unrecorded", "refused", 4),
    )
    assert _by_outcome(rows) == [
        ("recorded", "", 5),
        ("recorded", SLOW_DISK, 1),
        ("unrecorded", "refused", 4),
    ]


def test_one_sentence_is_told_once_with_how_often_it_holds(panel: Panel) -> None:
    full = find("disk.full", free="1 MB", path="/var/lib/zgoda")
    panel.recorder.found = (full, full, find("panel.refused"))
    page = first_page(panel.log_in())
    said = "1 MB are free on the disk: no recording starts. Erase some, or use a larger disk."
    assert f"<li>{said} (2 ×)</li>" in page
    assert page.count(said) == 1
    assert "<li>The panel cannot be reached as the settings want it: correct them.</li>" in page
    assert "/var/lib/zgoda" not in page


PLAIN = "The main key is on the memory card (protection level E0)"


def first_page(browser: Browser) -> str:
    return unescape(browser.get("/", Accept_Language="en").text)


TRIAL = "This is a trial: it only ever records simulated calls."


@pytest.mark.parametrize("name", [OWNER, *PEOPLE])
def test_everybody_reads_once_that_the_box_has_no_secret(fresh: Panel, name: str) -> None:
    page = first_page(fresh.log_in(name))
    assert page.count(PLAIN) == 1
    assert TRIAL not in page


@pytest.mark.parametrize("name", [OWNER, *PEOPLE])
def test_a_trial_says_once_and_quietly_what_it_does_without(panel: Panel, name: str) -> None:
    page = first_page(panel.log_in(name))
    assert page.count(TRIAL) == 1
    assert f'<p class="hint" id="trial">{TRIAL}' in page
    for said in (PLAIN, "memory card", "clock chip:", "Backups are not on"):
        assert said not in page


FOUND = {
    "fail": (
        *(find("disk.full", free="1 MB", path="/") for _ in range(2)),
        find("panel.refused"),
        *(find("prompts.missing", line=line) for line in ("Reception", "Surgery", "Fax")),
    ),
    "warn": (find("prompts.no_voice"), find("serial.modem_no_caller", line="Reception")),
}


@pytest.mark.parametrize("level", FOUND)
def test_badge_heading_and_list_count_the_same(fresh: Panel, level: str) -> None:
    """What is not listed is counted, too, and what is said twice."""
    fresh.recorder.found = FOUND[level]
    page = first_page(fresh.log_in(OWNER))
    badge = re.search(r'<span class="count(?: soft)?" title="(\d+) things?', page)
    heading = re.search(r"<h2 id=\"(?:amiss|warned)-title\">(\d+) things? ", page)
    assert badge is not None
    assert heading is not None
    rows = re.findall(r"<li>(.*?)</li>", page[heading.end() :].partition("</ul>")[0])
    counted = 0
    for row in rows:
        more = re.fullmatch(r"and (\d+) more;.*", row)
        twice = re.search(r" \((\d+) ×\)$", row)
        counted += int(more[1]) if more else int(twice[1]) if twice else 1
    assert counted == int(heading[1]) == int(badge[1])
    assert len(rows) == 4


def test_a_box_with_a_secret_says_nothing_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("5e" * 32)
    seed = undecided(f'pool_ahead = 16\neraser = "board"\nboard_secret = "{secret}"')
    for panel in serve(set_up(tmp_path / "data", seed_text=seed.text)):
        assert "level E0" not in first_page(panel.log_in(OWNER))


def test_what_was_fixed_is_not_told_for_a_minute_on(panel: Panel) -> None:
    """A trial's line is ready a moment after its first run, and its first page said otherwise."""
    browser = panel.log_in()
    panel.recorder.found = (find("panel.refused"),)
    said = "1 thing must be fixed."
    assert said in first_page(browser)
    panel.recorder.found = ()
    panel.box.clock.advance(4)
    assert said in first_page(browser), "nor is the device examined for each page"
    panel.box.clock.advance(2)
    assert said not in first_page(browser)


def test_what_a_line_lacks_is_counted_anew_as_soon_as_the_line_tells_another_state(
    panel: Panel,
) -> None:
    unsaid = find("lines.silent_storage", line="Reception")
    panel.recorder.status = LineStatus(line="Reception", state="idle", obstacle=Obstacle.STORAGE)
    panel.recorder.found = (unsaid,)
    panel.box.clock.advance(61)
    adam = panel.log_in("Adam Admin")
    assert "data-fail" in adam.get("/amiss").text
    panel.recorder.found = ()
    assert "data-fail" in adam.get("/amiss").text, "it was counted this very moment"
    panel.recorder.status = LineStatus(line="Reception", state="idle")
    assert "data-fail" not in adam.get("/amiss").text
    panel.recorder.status = LineStatus(line="Reception", state="idle", obstacle=Obstacle.STORAGE)
    panel.recorder.found = (unsaid,)
    assert "data-fail" in adam.get("/amiss").text


def test_the_test_call_is_done_on_the_open_page_once_it_was_recorded(panel: Panel) -> None:
    adam = panel.log_in("Adam Admin")
    to_do = 'href="/setup/test"'
    assert to_do in adam.get("/").text
    assert to_do in adam.get("/news").text
    recorded(panel, "Reception")
    assert to_do not in adam.get("/news").text


def figure(browser: Browser) -> int:
    """Return what an open page tells of how much was taken up."""
    told = re.search(r'data-taken-up="(\d+)"', browser.get("/").text)
    assert told is not None
    return int(told[1])


def test_its_figure_tells_of_what_came_and_of_nothing_else(panel: Panel) -> None:
    """An erasure that a silence only feigns, a hold and a login would show by it."""
    listener, officer = panel.log_in("Lena Listener"), panel.log_in("Pola Officer")
    first = figure(listener)
    rid, kept = panel.record(), panel.record()
    came = figure(listener)
    assert came == first + 2

    panel.log_in("Adam Admin")
    day = {"ground": "claims", "reason": "A claim", "review": "2026-10-21"}
    assert officer.send(f"/calls/{kept}/hold", **day).status_code == 303
    said = {"ground": "unlawful", "reason": "By letter.", "sure": "yes", "by": "office"}
    assert officer.send(f"/calls/{rid}/erase", **said).status_code == 303
    panel.box.keeper.take_up()
    assert officer.get(f"/calls/{rid}").status_code == 303, "it is erased"
    assert figure(listener) == came
