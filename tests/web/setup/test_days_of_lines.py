"""Tell of lines that do not begin on the same day, and of calls that were recorded."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from appliance.config.read import trial_text
from appliance.model.records import CallNote, LineStatus
from appliance.model.terms import Obstacle
from tests.keeper.boxes import set_up
from tests.web.conftest import PEOPLE, Panel, serve
from tests.web.setup.answering import steps_left

FIRST = "2027-02-01"
SECOND = """
[[line]]
name = "Back office"
number = "+48 22 123 45 68"
hook = { driver = "exchange" }
audio = { driver = "exchange" }
prompt = { driver = "exchange" }
purposes = ["training"]
choices = { 1 = ["training"], 2 = [] }
"""
OWN = re.compile(r'^(hook|audio|prompt) = \{ driver = "exchange" \}.*$', re.MULTILINE)


@contextmanager
def two_lines(tmp_path: Path, first: str, second: str, *, real: bool = False) -> Iterator[Panel]:
    """A panel of a box with two lines and these first days."""
    text = trial_text().replace('more_key = "9"', f'{_from(first)}more_key = "9"') + SECOND
    if real:
        ports = itertools.count()
        text = OWN.sub(lambda role: _modem(role[1], next(ports) // 3), text)
    yield from serve(set_up(tmp_path / "data", PEOPLE, seed_text=text + _from(second)))


def _modem(role: str, number: int) -> str:
    holds = ", holds_line = true" if role == "audio" else ""
    return f'{role} = {{ driver = "modem", port = "/dev/serial/by-id/{number}"{holds} }}'


def _from(day: str) -> str:
    return f'records_from = "{day}"\n' if day else ""


@pytest.mark.parametrize(("first", "second"), [(FIRST, ""), (FIRST, "2027-03-01"), ("", "")])
def test_no_page_promises_for_all_lines_what_one_does(
    tmp_path: Path, first: str, second: str
) -> None:
    with two_lines(tmp_path, first, second) as panel:
        browser = panel.log_in()
        page = browser.get("/setup/notice").text
        paper = browser.get("/setup/notice/en").text.partition("<article")[2]
    assert "No line records before" not in page
    for name, day in (("Reception", first), ("Back office", second)):
        assert (f"{name} records nothing before" in page) == bool(day)
        assert (f"{name} waits for no day: it may record at once." in page) == (not day)
    assert "The day counts for every telephone line." in page
    assert "From 1 February 2027 on" not in paper
    if first:
        listed = paper.partition("<ul>")[2].partition("</ul>")[0]
        assert ": from 1 February 2027</li>" in listed
        assert (": at once</li>" in listed) == (not second)
    else:
        assert "From ____________ on" in paper


def test_one_day_of_all_lines_is_told_once(tmp_path: Path) -> None:
    with two_lines(tmp_path, FIRST, FIRST) as panel:
        browser = panel.log_in()
        page = browser.get("/setup/notice").text
        paper = browser.get("/setup/notice/en").text
    assert "No line records before" in page
    assert "records nothing before" not in page
    assert "From 1 February 2027 on" in paper
    assert "at once" not in paper.partition("<ul>")[2].partition("</ul>")[0]


def test_the_test_call_need_not_wait_for_another_lines_day(tmp_path: Path) -> None:
    with two_lines(tmp_path, "", FIRST) as panel:
        waiting = structs.replace(panel.recorder.status, line="Back office", records_from=FIRST)
        panel.recorder.statuses = (panel.recorder.status, waiting)
        page = panel.log_in().get("/setup/test").text
    assert "make the test call then" not in page
    assert "Reception waits for no day" in page
    assert "Back office records nothing before" in page


def test_an_office_that_waits_for_its_day_is_done_until_then(tmp_path: Path) -> None:
    with two_lines(tmp_path, FIRST, FIRST, real=True) as panel:
        first, waiting = (
            LineStatus(line=name, state="idle", obstacle=Obstacle.DAY, records_from=FIRST)
            for name in ("Reception", "Back office")
        )
        panel.recorder.statuses = (first, waiting)
        browser = panel.log_in()
        home, overview = browser.get("/").text, browser.get("/setup").text
        assert steps_left(browser) == []
        for page in (home, overview):
            assert "Everything is set up. The device is ready and waits for" in page
        assert "Ready from" in home
        assert "Go on:" not in overview
        assert "on February 1, 2027</span>" in overview or "on 1 February 2027</span>" in overview
        panel.recorder.statuses = (first, structs.replace(waiting, complete=False))
        assert steps_left(browser) == ["words", "test"], "what is missing is not waited for"
        come = structs.replace(waiting, obstacle=None, records_from="")
        panel.recorder.statuses = (first, come)
        assert steps_left(browser) == ["test"], "now the test call can be made"
        assert "waits for" not in browser.get("/").text
        panel.recorder.statuses = (first, waiting)
        recorded(panel, "Back office")
        assert "waits for" not in browser.get("/").text


def recorded(panel: Panel, line: str, day: str = "2026-11-20") -> None:
    assert panel.box.keeper.box is not None
    note = CallNote(line=line, day=day, outcome="recorded", reason="")
    panel.box.keeper.box.records.ledger.count({f"{line}-{day}": note})


def test_calls_of_lines_that_are_gone_do_not_show_that_the_box_records(panel: Panel) -> None:
    browser = panel.log_in()
    recorded(panel, "Front desk")
    assert "was recorded on" not in browser.get("/setup/test").text
    assert "test" in steps_left(browser)
    recorded(panel, "Reception")
    page = browser.get("/setup/test").text
    assert "A call on the simulated line Reception was recorded on" in page
    assert "test" not in steps_left(browser)


def test_a_call_on_a_real_line_shows_that_it_works(tmp_path: Path) -> None:
    with two_lines(tmp_path, "", "", real=True) as panel:
        browser = panel.log_in()
        assert "was recorded on" not in browser.get("/setup/test").text
        assert "test" in steps_left(browser)
        recorded(panel, "Back office")
        page = browser.get("/setup/test").text
        assert "A call on Back office was recorded on" in page
        assert "on the simulated line" not in page
