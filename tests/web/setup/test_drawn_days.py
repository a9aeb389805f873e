"""Whatever days the wizard is told, each that cannot be is refused once, at its question."""

import html
import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.language import translated
from tests.deep import deep
from tests.web.conftest import Panel
from tests.web.setup.answering import config, filled, send, sent_by

BESIDE = re.compile(r'id="(\w+)-mistake"[^>]*>([^<]*)<')
NO_DAYS = (
    "",
    " ",
    "soon",
    "2027-02-30",
    "2027-1-1",
    "<b>&amp;",
    "２０２７-01-11",
    "x" * 300,
    "\x00",
)
EDGES = ("9999-12-31", "9999-12-17", "0001-01-01")
CHOOSE = "Choose one."
NO_DAY = "Write a day, such as 2027-01-11."
EARLY = "Two weeks after the staff are told is %(day)s; choose that day or a later one."
LATE = "That is more than a year away; choose an earlier day."
IN_ONE_GO = 25


def read(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def wrong(form: dict[str, str], today: date) -> dict[str, str]:
    """Return the sentence for each question; nothing if the days are right."""
    if form["who"] != "staff":
        return {} if form["who"] == "alone" else {"who": CHOOSE}
    days = {key: read(form[key]) for key in ("told", "first")}
    found = {key: NO_DAY for key, day in days.items() if day is None}
    found |= {key: LATE for key, day in days.items() if day and (day - today).days > 366}
    told, first = days.values()
    if told and first and not found and (first - told).days < 14:
        found["first"] = EARLY
    return found


@pytest.mark.parametrize("part", [0, 1, *(deep(part) for part in range(2, 20))])
def test_each_mistake_of_drawn_days_is_told_once_at_its_question(office: Panel, part: int) -> None:
    pick, browser = random.Random(part), office.log_in()
    filled(office, browser)
    today = datetime.fromtimestamp(office.box.clock.now(), UTC).date()
    near = [(today + timedelta(days=days)).isoformat() for days in (-20, -1, 0, 13, 14, 366, 367)]
    for _ in range(IN_ONE_GO):
        language = pick.choice(("pl", "de", "en"))
        browser.send("/language", language=language)
        form = {
            key: pick.choice((*near, *near, *NO_DAYS, *EDGES, *EDGES)) for key in ("told", "first")
        }
        form["who"] = pick.choice(("staff", "staff", "staff", "alone", "", "nobody"))
        expected = wrong(form, today)

        answer = send(office, browser, "notice", **form)

        if not expected:
            assert answer.status_code == 303, (form, answer.text)
            day = read(form["first"]) if form["who"] == "staff" else today
            assert day is not None
            assert config(office).lines[0].records_from == day.isoformat()
            continue
        assert answer.status_code == 400, form
        beside = BESIDE.findall(answer.text)
        assert [key for key, _ in beside] == [
            key for key in ("who", "told", "first") if key in expected
        ]
        for key, text in beside:
            begin, _, end = translated(expected[key], language).partition("%(day)s")
            said = html.unescape(text)
            assert said.startswith(begin), form
            assert said.endswith(end), form
        shown = sent_by(answer.text)
        assert [shown[key] for key in ("told", "first")] == [form["told"], form["first"]]
