"""The devices of a line that somebody has wired already: a step rewrites none of them."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.config.read import trial_text
from appliance.link.requests.devices import Card, PluggedDevices, Port
from tests.keeper.boxes import set_up
from tests.web.conftest import PEOPLE, Browser, Panel, serve
from tests.web.setup.answering import config, send

TAP = """hook = { driver = "monitor", dialect = "lm1", port = "/dev/serial/by-id/old" }
audio = { driver = "sound", card = "LineTap", rate = 48000, sides = "far/near" }
prompt = { driver = "sound", card = "LineTap" }
"""
ONE_CHANNEL = TAP.replace(', sides = "far/near"', "")
MODEM = "".join(
    f'{role} = {{ driver = "modem", port = "/dev/serial/by-id/m", profile = "silabs"{more} }}\n'
    for role, more in (("hook", ""), ("audio", ", holds_line = true"), ("prompt", ""))
)
ISDN = """
hook = { driver = "isdn", transport = "kernel", mode = "bridge", network = "a", terminal = "b" }
audio = { driver = "isdn" }
prompt = { driver = "isdn" }
"""
PLUGGED = PluggedDevices(
    cards=(Card("Other", "Another card", 2, speaks=True), Card("LineTap", "Tap", 2, speaks=True)),
    ports=(
        Port("/dev/serial/by-id/new", "New monitor"),
        Port("/dev/serial/by-id/old", "LM1 monitor"),
    ),
    dialects=("lm1", "optocouplers", "whozz"),
)


@contextmanager
def wired(tmp_path: Path, devices: str, *, fresh: bool = False) -> Iterator[Panel]:
    """A panel of a box whose line has these devices; a fresh one may get any others."""
    text = re.sub(r"(?m)^(hook|audio|prompt) = .*\n", "", trial_text())
    text = text.replace('more_key = "9"', devices + 'more_key = "9"')
    text = f"fresh = true\n{text}" if fresh else text
    yield from serve(set_up(tmp_path / "data", PEOPLE, seed_text=text))


def offered(browser: Browser) -> dict[str, str]:
    """Return what a browser sends if nobody touches the page's devices."""
    page = browser.get("/setup/line").text
    (device,) = re.findall(r'name="device" value="([^"]*)"[^>]* checked', page)
    form = {"device": html.unescape(device)}
    for name, inside in re.findall(r'(?s)<select id="([\w.+]+)".*?>(.*?)</select>', page):
        options = re.findall(r"<option([^>]*)>([^<]*)", inside)
        about, shown = next((each for each in options if "selected" in each[0]), options[0])
        value = re.search(r'value="([^"]*)"', about)
        form[name] = html.unescape(value[1] if value else shown)
    shown = re.findall(r'name="(shown-[\w.+]+)" value="([^"]*)"', page)
    return form | {name: html.unescape(value) for name, value in shown}


def tapped(**options: str) -> dict[str, str]:
    """Return what a form says of a line monitor beside a USB sound card."""
    drivers = dict.fromkeys(("card", "sides"), "sound")
    names = {key: f"monitor+sound.{drivers.get(key, 'monitor')}.{key}" for key in options}
    return {"device": "monitor+sound"} | {names[key]: value for key, value in options.items()}


def renamed(panel: Panel, changes: dict[str, str] | None = None) -> Any:
    """Save the step under another name, else as the page offers it; return the line."""
    browser = panel.log_in()
    form = {"name": "Front desk", "number": "22 123 45 67", **offered(browser), **(changes or {})}
    answer = send(panel, browser, "line", **form)
    assert answer.status_code == 303, answer.text
    (line,) = config(panel).lines
    assert line.name == "Front desk"
    return line


@pytest.mark.parametrize("plugged", [PLUGGED, PluggedDevices()], ids=["plugged", "bare"])
@pytest.mark.parametrize(
    "devices", [TAP, ONE_CHANNEL, MODEM, ISDN], ids=["tap", "one channel", "modem", "isdn"]
)
def test_another_name_leaves_the_devices_as_they_are(
    tmp_path: Path, devices: str, plugged: PluggedDevices
) -> None:
    """Other channels than the wiring's would let the wrong party's key agree."""
    with wired(tmp_path, devices) as panel:
        panel.recorder.devices = plugged
        (before,) = config(panel).lines
        line = renamed(panel)
        assert (line.hook, line.audio, line.prompt) == (before.hook, before.audio, before.prompt)


@pytest.mark.parametrize(("devices", "sides"), [(TAP, "far/near"), (ONE_CHANNEL, "both")])
def test_another_monitor_leaves_the_adapter_as_it_is_wired(
    tmp_path: Path, devices: str, sides: str
) -> None:
    with wired(tmp_path, devices) as panel:
        panel.recorder.devices = PLUGGED
        line = renamed(panel, tapped(port="/dev/serial/by-id/new"))
        assert line.hook.options == {"dialect": "lm1", "port": "/dev/serial/by-id/new"}
        assert line.audio.options == {"card": "LineTap", "rate": 48000, "sides": sides}


def test_a_simulated_line_stays_one_until_somebody_chooses(tmp_path: Path) -> None:
    devices = re.findall(r"(?m)^(?:hook|audio|prompt) = .*\n", trial_text())
    with wired(tmp_path, "".join(devices), fresh=True) as panel:
        panel.recorder.devices = PLUGGED
        assert offered(panel.log_in())["device"] == "exchange"
        line = renamed(panel, tapped(card="Other", sides="voltage/current"))
        assert line.audio.options == {"card": "Other", "sides": "voltage/current"}


def test_a_simulated_line_that_is_chosen_is_no_forgotten_adapter(tmp_path: Path) -> None:
    """A script chooses the adapter when its fields change; somebody may think again."""
    with wired(tmp_path, TAP, fresh=True) as panel:
        panel.recorder.devices = PLUGGED
        line = renamed(panel, tapped(card="Other") | {"device": "exchange"})
        assert line.audio.driver == "exchange"


def test_another_adapter_is_never_ignored_though_its_way_was_not_chosen(tmp_path: Path) -> None:
    with wired(tmp_path, TAP) as panel:
        panel.recorder.devices = PLUGGED
        browser = panel.log_in()
        form = {"name": "Front desk", "number": "22 123 45 67", **offered(browser)}
        assert form["device"] == "kept"
        other = {name: value for name, value in tapped(card="Other").items() if name != "device"}
        page = send(panel, browser, "line", **form | other)
        assert page.status_code == 400
        assert "so they are chosen now" in page.text
        assert re.search(r'value="monitor\+sound" id="device-monitor\+sound" checked', page.text)
        assert config(panel).lines[0].name == "Reception", "nothing is saved yet"
        now = dict(re.findall(r'name="(shown-[\w.+]+)" value="([^"]*)"', page.text))
        assert now["shown-monitor+sound.sound.card"] == "Other"
        kept = form | now | other | {"device": "kept"}
        assert send(panel, browser, "line", **kept).status_code == 303, "that was meant"
        assert config(panel).lines[0].audio.options["card"] == "LineTap"


def test_optocouplers_get_the_usual_pins_and_keep_others(tmp_path: Path) -> None:
    with wired(tmp_path, TAP) as panel:
        panel.recorder.devices = PLUGGED
        line = renamed(panel, tapped(dialect="optocouplers"))
        assert line.hook.options == {
            "dialect": "optocouplers",
            "port": "/dev/serial/by-id/old",
            "off_hook": "not dcd",
            "ringing": "ri",
        }


def test_the_options_of_another_dialect_do_not_stay(tmp_path: Path) -> None:
    unit = TAP.replace('dialect = "lm1"', 'dialect = "whozz", line = 2')
    with wired(tmp_path, unit) as panel:
        panel.recorder.devices = PLUGGED
        kept = renamed(panel, tapped())
        assert kept.hook.options["line"] == 2
        line = renamed(panel, tapped(dialect="lm1"))
        assert line.hook.options == {"dialect": "lm1", "port": "/dev/serial/by-id/old"}


TRIAL = "".join(re.findall(r"(?m)^(?:hook|audio|prompt) = .*\n", trial_text()))
STAYS = "a trial never records real calls"
BECOMES = "the device is a trial and cannot get a real line any more"


def test_the_lines_step_says_what_becomes_of_a_trial_before_work_is_lost(tmp_path: Path) -> None:
    """A trial says that it stays one; a fresh box what a simulated call would decide."""
    with wired(tmp_path / "trial", TRIAL) as panel:
        panel.recorder.devices = PLUGGED
        browser = panel.log_in()
        page = browser.get("/setup/line").text
        assert "This is a trial: only a simulated line can be chosen here" in page
        assert "zgoda settings take" in page
        assert BECOMES not in page
        form = {"name": "Front desk", "number": "22 123 45 67", **offered(browser)}
        wanted = tapped(card="Other", port="/dev/serial/by-id/new", dialect="lm1")
        answer = send(panel, browser, "line", **form | wanted)
        assert answer.status_code == 400
        assert STAYS in answer.text.partition('id="device-mistake"')[2]
        assert config(panel).lines[0].name == "Reception"
        assert "becomes a trial" not in browser.get("/setup/test").text
    with wired(tmp_path / "fresh", TRIAL, fresh=True) as panel:
        browser = panel.log_in()
        page = browser.get("/setup/line").text
        assert "This is a trial:" not in page
        assert BECOMES in page
        assert (
            "With the first recorded call this device becomes a trial"
            in browser.get("/setup/test").text
        )


def test_a_box_of_real_lines_is_offered_no_simulated_one(tmp_path: Path) -> None:
    with wired(tmp_path, TAP) as panel:
        panel.recorder.devices = PLUGGED
        browser = panel.log_in()
        assert "a simulated line" not in browser.get("/setup/line").text
        form = {"name": "Front desk", "number": "22 123 45 67", **offered(browser)}
        answer = send(panel, browser, "line", **form | {"device": "exchange"})
        assert answer.status_code == 400
        assert "none of its lines can be simulated" in answer.text
        assert config(panel).lines[0].name == "Reception"
