"""The first page shows the lamps as the box does, and names the cause that holds."""

from itertools import product
from typing import Any, get_args

import pytest

from appliance.model.lamps import Cause, Light, Need, Sign, amiss, signs
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from tests.model.lamps import EVERY_LINE
from tests.web.conftest import Panel
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
    assert ready.CAUSES.keys() == causes | {Cause.NO_LINE} | (set(Need) - {Need.NOTHING})


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_the_legend_names_one_cause_and_never_a_choice(panel: Panel, language: str) -> None:
    with panel.app.test_request_context(headers={"Accept-Language": language}):
        for cause in ready.CAUSES:
            line = LineStatus(line="Reception", state="idle")
            said = ready.legend(Sign("red", Light.WINK, cause, line))
            assert "%" not in said
            assert not {"or", "albo", "lub", "oder"} & set(said.lower().split())
    assert get_args(Sign.__annotations__["lamp"]) == ("green", "amber", "red")


def test_pages_draw_the_dot_of_a_line_as_its_lamps(panel: Panel) -> None:
    client = panel.log_in()
    for status in EVERY_LINE[:: len(EVERY_LINE) // 60]:
        panel.recorder.status = status
        told: Any = client.get("/lines.json").json
        wanted = {f"{sign.lamp}-{sign.light}" for sign in signs((status,))}
        assert set(told["lines"][0]["lamp"].split()) - {"hollow"} == wanted
        drawn = {f"{lamp}-{told['front'][lamp]}" for lamp in ("green", "amber", "red")}
        assert {each for each in drawn if not each.endswith("-off")} == wanted
