"""The first page shows the lamps as the box does, and says what each means."""

from typing import Any

import pytest

from appliance.model.lamps import Light
from appliance.model.records import LineStatus
from tests.web.conftest import Panel
from web.pages import live


@pytest.mark.parametrize(
    ("state", "lights", "said"),
    [
        ("idle", ("steady", "off", "off"), "Green: ready."),
        ("asking", ("off", "blinking", "off"), "Yellow blinks: asking."),
        ("paused", ("off", "off", "blinking"), "Red blinks: a recording is paused."),
        (
            "fault",
            ("off", "off", "wink"),
            "Red flashes: a line asks nobody, its phone was not yet at rest, the disk is slow, or "
            "an administrator has to look at the panel.",
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


@pytest.mark.parametrize(
    ("need", "lamp", "said"),
    [
        ("needed", "red", "an administrator has to look at the panel"),
        ("plain", "amber", "the device has no board key"),
    ],
)
def test_a_lamp_winks_and_says_what_is_needed(
    panel: Panel, need: str, lamp: str, said: str
) -> None:
    setattr(panel.recorder, need, True)
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    front = told["front"]
    assert front[lamp] == "wink"
    assert said in front["text"]


def test_every_light_that_can_shine_has_its_words() -> None:
    shining = {
        (name, light)
        for name, lights in (
            ("green", {Light.STEADY, Light.WINK}),
            ("amber", {Light.BLINKING, Light.WINK}),
            ("red", {Light.STEADY, Light.BLINKING, Light.WINK}),
        )
        for light in lights
    }
    assert live.LAMPS.keys() == shining
