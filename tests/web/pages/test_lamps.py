"""The first page shows the lamps as the box does, and names the cause that holds."""

from itertools import product
from typing import Any, get_args

import pytest

from appliance.link.requests.demo_phone import PhoneNews
from appliance.link.requests.live import LiveNews
from appliance.model.demo_phone import idle
from appliance.model.lamps import Cause, Light, Need, Sign, amiss, signs
from appliance.model.records import LineStatus
from appliance.model.sentences.lines import CAUSES
from appliance.model.terms import Obstacle
from tests.model.lamps import EVERY_LINE
from tests.repository import lamps_page
from tests.repository.trees import ROOT
from tests.web.conftest import Panel
from web.pages import demo_phone, live
from web.words import ready


@pytest.mark.parametrize(
    ("state", "lights", "said"),
    [
        ("idle", ("steady", "off", "off"), "Green: ready."),
        ("asking", ("off", "blinking", "off"), "Yellow blinks: asking."),
        ("recording", ("off", "off", "steady"), "Red: recording."),
        ("paused", ("off", "off", "blinking"), "Red blinks: paused."),
        ("fault", ("off", "off", "wink"), "Red flashes: Reception cannot be heard."),
        (
            "unknown",
            ("off", "off", "wink"),
            "Red flashes: Reception waits for its phone: hang up for a second.",
        ),
    ],
)
def test_the_lamps_shine_as_on_the_box_and_are_said(
    panel: Panel, state: str, lights: tuple[str, str, str], said: str
) -> None:
    panel.recorder.status = LineStatus(line="Reception", state=state)
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    front = told["front"]
    assert (front["green"], front["amber"], front["red"]) == lights
    assert front["text"] == said


def test_a_need_is_named(panel: Panel) -> None:
    panel.recorder.need = Need.TIME
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert told["front"]["red"] == "wink"
    assert told["front"]["text"] == "Green: ready. Red flashes: confirm the time."


def test_the_day_is_named_while_nothing_else_is_missing(panel: Panel) -> None:
    panel.recorder.status = LineStatus(
        line="Reception", state="idle", obstacle=Obstacle.DAY, records_from="2026-12-15"
    )
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert told["front"]["text"] == "Green flashes: ready from 15 December 2026."


def test_every_light_and_every_cause_has_its_words_and_no_other() -> None:
    shining = {
        (sign.lamp, sign.light)
        for status, need in product(EVERY_LINE, Need)
        for sign in signs((status,), need)
    }
    assert ready.LAMPS.keys() == shining
    causes = {amiss(status) for status in EVERY_LINE} - {None}
    assert CAUSES.keys() == causes | {Cause.NO_LINE} | (set(Need) - {Need.NOTHING})


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_the_legend_names_one_cause_and_never_a_choice(panel: Panel, language: str) -> None:
    with panel.app.test_request_context(headers={"Accept-Language": language}):
        for cause in CAUSES:
            line = LineStatus(line="Reception", state="idle")
            said = ready.legend(Sign("red", Light.WINK, cause, line))
            assert "%" not in said
            assert not {"or", "albo", "lub", "oder"} & set(said.lower().split())
    assert get_args(Sign.__annotations__["lamp"]) == ("green", "amber", "red")


def test_the_demo_phone_says_every_line_as_the_first_page_does(panel: Panel) -> None:
    with panel.app.test_request_context(headers={"Accept-Language": "pl"}):
        for status in EVERY_LINE[::29]:
            shown = live.told(LiveNews("state", lines=(status,)))
            phone = demo_phone.told(PhoneNews(idle(0), status))["line"]
            assert phone == {name: shown["lines"][0][name] for name in phone}, status
            lit = {f"{lamp}-{shown['front'][lamp]}" for lamp in ("green", "amber", "red")}
            assert set(phone["lamp"].split()) - {"hollow"} == {
                each for each in lit if not each.endswith("-off")
            }


ROWS = {
    ("green", Light.STEADY): "green",
    ("green", Light.WINK): "green winks every 5 s",
    ("amber", Light.BLINKING): "amber blinks",
    ("red", Light.STEADY): "red",
    ("red", Light.BLINKING): "red blinks",
    ("red", Light.WINK): "red winks every 5 s",
}


def test_the_documents_table_of_lamps_is_the_products() -> None:
    text = (ROOT / "docs/front.md").read_text("utf-8")
    table = text[text.index("| Lamps |") : text.index("With several lines")]
    first = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("| ")]
    assert {row for row in first if not row.startswith(("Lamps", "all dark", "*"))} == {
        ROWS[shines] for shines in ready.LAMPS
    }


def test_the_page_of_all_lamps_is_what_the_product_says_now() -> None:
    page = lamps_page.PAGE.read_text("utf-8")
    assert lamps_page.written() == page  # otherwise: make docs
    for said in CAUSES.values():
        assert f"| Red flashes: {said % {'line': lamps_page.LINE}} |" in page or said in {
            CAUSES[need] for need in Need if need is not Need.NOTHING
        }
    for need in set(Need) - {Need.NOTHING}:
        assert f"Green: ready. Red flashes: {CAUSES[need]} |" in page


def test_pages_draw_the_dot_of_a_line_as_its_lamps(panel: Panel) -> None:
    client = panel.log_in()
    for status in EVERY_LINE[:: len(EVERY_LINE) // 60]:
        panel.recorder.status = status
        told: Any = client.get("/lines.json").json
        wanted = {f"{sign.lamp}-{sign.light}" for sign in signs((status,))}
        assert set(told["lines"][0]["lamp"].split()) - {"hollow"} == wanted
        drawn = {f"{lamp}-{told['front'][lamp]}" for lamp in ("green", "amber", "red")}
        assert {each for each in drawn if not each.endswith("-off")} == wanted
