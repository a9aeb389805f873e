"""The line step shows what is plugged in, has it asked, and offers the lines that it makes."""

import html
import re
from typing import Any

import pytest
from markupsafe import escape
from msgspec import structs
from werkzeug.test import TestResponse

from appliance.errors import Refused
from appliance.link.requests.devices import (
    AskDevices,
    Card,
    IsdnCard,
    PluggedDevices,
    Port,
    Proposal,
)
from appliance.model.findings import find
from tests.web.conftest import PEOPLE, Browser, Panel
from tests.web.setup.answering import LINE, OFFICE, config, kept, send
from tests.web.setup.test_devices import ISDN, MODEM, TAP, offered, wired

PORT, BLIND = "/dev/serial/by-id/usb-Modem", "/dev/serial/by-id/usb-Blind"
SOUND: dict[str, str | bool] = {"driver": "sound", "card": "LineTap"}
HOOK: dict[str, str | bool] = {"driver": "modem", "port": PORT}
LM1: dict[str, str | bool] = {"driver": "monitor", "dialect": "lm1", "port": PORT}
CARD = Card("LineTap", "Tap", 2, speaks=True)

TAPPED = Proposal(
    f"modem_tap {PORT} LineTap",
    "modem_tap",
    "A",
    find("lines.proposal_modem_tap", port=PORT, card="LineTap"),
    HOOK,
    {**SOUND, "sides": "voltage/current"},
    SOUND,
)
MIXED = structs.replace(
    TAPPED,
    key=f"modem_mixed {PORT} LineTap",
    kind="modem_mixed",
    grade="B",
    why=find("lines.proposal_modem_mixed", port=PORT, card="LineTap"),
    audio={**SOUND, "sides": "both"},
)
ALONE = Proposal(
    f"modem_alone {PORT}",
    "modem_alone",
    "B",
    find("lines.proposal_modem_alone", port=PORT),
    HOOK,
    {**HOOK, "holds_line": True},
    HOOK,
)
BUS: dict[str, str | bool] = {
    "driver": "isdn", "transport": "kernel", "mode": "bridge", "network": "te.1", "terminal": "nt.1"
}  # fmt: skip
BRIDGE = Proposal(
    "bridge te.1 nt.1",
    "bridge",
    "A",
    find("lines.proposal_bridge", network="te.1", terminal="nt.1"),
    BUS,
    {"driver": "isdn"},
    {"driver": "isdn"},
)
UNASKED = Port(PORT, "USB Modem", find("serial.may_be_modem"), can_be_asked=True, ask=True)
USED = Port("/dev/serial/by-id/used", "LM1", find("serial.in_use", line="Fax"))
SEEN = PluggedDevices(
    cards=(CARD,),
    ports=(UNASKED, USED),
    dialects=("lm1", "optocouplers", "whozz"),
    profiles=("conexant", "generic"),
    isdn=(IsdnCard("te.1", True, network=False), IsdnCard("nt.1", True, network=True)),
)
ASKED = structs.replace(
    SEEN,
    ports=(
        structs.replace(UNASKED, says=find("serial.is_modem", name="56000"), ask=False),
        USED,
    ),
    proposals=(TAPPED, MIXED, BRIDGE, ALONE),
)


@pytest.fixture(name="box")
def _box(office: Panel) -> Panel:
    """A box whose office is named, and which has no line yet."""
    kept(office, office.log_in(), "office", **OFFICE)
    office.recorder.devices, office.recorder.answered = SEEN, ASKED
    return office


def look(box: Panel, browser: Browser, **form: Any) -> TestResponse:
    return send(box, browser, "line", **{"do": "look", "ask": [PORT], **form})


def checked(page: str) -> str:
    (found,) = re.findall(r'name="device" value="([^"]*)"[^>]* checked', page)
    return html.unescape(found)


def test_what_is_plugged_in_is_said_and_nothing_is_asked_before_somebody_wants_it(
    box: Panel,
) -> None:
    page = html.unescape(box.log_in().get("/setup/line").text)
    assert "A voice modem, as its USB id says. It was not asked yet." in page
    assert re.search(rf'name="ask" value="{PORT}" checked', page)
    assert "It belongs to the line Fax, and is not asked." in page
    assert 'name="ask" value="/dev/serial/by-id/used"' not in page
    assert "a two-channel line tap fits" in page
    assert "It can be the network of a phone." in page
    assert not [each for each in box.recorder.asked if isinstance(each, AskDevices)]


def test_ticked_devices_are_asked_and_the_best_line_is_chosen(box: Panel) -> None:
    browser = box.log_in()
    form = {"name": "Recepcja", "number": "22 123 45 67", **offered(browser)}
    page = look(box, browser, **form)
    assert page.status_code == 200
    assert box.recorder.asked[-1] == AskDevices((PORT,))
    assert 'value="Recepcja"' in page.text, "what was typed stays"
    assert "that can tell that a phone is lifted: 56000" in page.text
    assert checked(page.text) == f"found {TAPPED.key}"
    order = re.findall(r'name="device" value="found (\w+)', page.text)
    assert order == ["modem_tap", "modem_mixed", "bridge", "modem_alone"]
    assert checked(browser.get("/setup/line").text) == f"found {TAPPED.key}"


def test_what_somebody_has_chosen_stays_chosen(box: Panel) -> None:
    browser = box.log_in()
    form = {**LINE, **offered(browser), "device": "monitor+sound", "shown-device": "exchange"}
    assert checked(look(box, browser, **form).text) == "monitor+sound"


@pytest.mark.parametrize("only", [BRIDGE, ALONE], ids=lambda each: each.kind)
def test_what_costs_something_is_chosen_by_nobody_but_a_person(box: Panel, only: Proposal) -> None:
    box.recorder.devices = structs.replace(ASKED, proposals=(only,))
    assert checked(box.log_in().get("/setup/line").text) == "exchange"


@pytest.mark.parametrize("chosen", [TAPPED, MIXED, BRIDGE, ALONE], ids=lambda each: each.kind)
def test_a_choice_writes_the_lines_settings(box: Panel, chosen: Proposal) -> None:
    box.recorder.devices = ASKED
    browser = box.log_in()
    form = {**LINE, **offered(browser), "device": f"found {chosen.key}"}
    answer = send(box, browser, "line", **form)
    assert answer.status_code == 303, answer.text
    (line,) = config(box).lines
    parts = (line.hook, line.audio, line.prompt)
    told = [{"driver": part.driver, **part.options} for part in parts]
    assert told == [chosen.hook, chosen.audio, chosen.prompt]


def test_a_modem_that_tells_who_calls_is_chosen_on_purpose_and_given_up_again(box: Panel) -> None:
    """A draft that named it must not leave it behind when the line without it is chosen."""
    plain, beside = (
        structs.replace(TAPPED, key=key, kind="monitor_tap", why=why, hook=hook)
        for key, why, hook in (
            ("monitor_tap A", find("lines.proposal_monitor_tap", port=PORT, card="LineTap"), LM1),
            (
                "monitor_tap A B",
                find("lines.proposal_caller_tap", port=PORT, card="LineTap", modem=BLIND),
                LM1 | {"caller": "modem", "caller_port": BLIND},
            ),
        )
    )
    box.recorder.devices = structs.replace(ASKED, proposals=(plain, beside))
    browser = box.log_in()
    page = browser.get("/setup/line").text
    assert checked(page) == f"found {plain.key}"
    assert "and a modem that tells who calls (up to evidence grade A)" in page
    for chosen in (beside, plain):
        form = {**LINE, **offered(browser), "device": f"found {chosen.key}"}
        assert send(box, browser, "line", **form).status_code == 303
        (line,) = config(box).lines
        assert {"driver": line.hook.driver, **line.hook.options} == chosen.hook


def test_devices_that_are_gone_are_not_set_up(box: Panel) -> None:
    browser = box.log_in()
    form = {**LINE, **offered(browser), "device": f"found {TAPPED.key}"}
    page = send(box, browser, "line", **form | {"number": "9"})
    assert page.status_code == 400
    assert "is not plugged in any more" in page.text
    assert re.findall(r'id="(\w+)-mistake"', page.text) == ["number", "device"]
    assert config(box).lines == ()
    box.recorder.away = True
    assert send(box, browser, "line", **form).status_code == 400


def test_settings_come_from_the_recorder_and_not_from_the_form(box: Panel) -> None:
    box.recorder.devices = ASKED
    browser = box.log_in()
    evil = f"found modem_tap {PORT} /etc/shadow"
    assert send(box, browser, "line", **{**LINE, "device": evil}).status_code == 400
    assert config(box).lines == ()


def test_a_call_keeps_the_devices_from_being_asked(box: Panel) -> None:
    box.recorder.refusal = Refused("call_on")
    browser = box.log_in()
    page = look(box, browser, **LINE)
    assert page.status_code == 409
    assert "Ask what is plugged in when it is over." in page.text
    assert 'value="Recepcja"' in page.text


def test_nothing_ticked_looks_again_and_opens_nothing(box: Panel) -> None:
    browser = box.log_in()
    page = look(box, browser, **{**LINE, "ask": []})
    assert page.status_code == 200
    assert not [each for each in box.recorder.asked if isinstance(each, AskDevices)]


def test_paths_that_no_port_has_go_nowhere(box: Panel) -> None:
    page = look(box, box.log_in(), **{**LINE, "ask": ["/dev/" + "x" * 400] * 40 + [PORT]})
    assert page.status_code == 200
    assert box.recorder.asked[-1] == AskDevices((PORT,))


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "Adam Admin"])
def test_only_administrators_have_devices_asked(box: Panel, who: str) -> None:
    browser = box.log_in(who)
    assert browser.get("/setup/line").status_code == 403
    assert look(box, browser, **LINE).status_code == 403
    assert not [each for each in box.recorder.asked if isinstance(each, AskDevices)]


def test_an_administrator_may(box: Panel) -> None:
    assert look(box, box.log_in("Adam Admin"), **LINE).status_code == 200


POISON = "<img src=x onerror=alert(1)>\"'&"


def test_names_of_devices_are_never_markup(box: Panel) -> None:
    says = find("serial.is_modem", name=POISON)
    why = find("lines.proposal_modem_tap", port=POISON, card=POISON)
    box.recorder.devices = structs.replace(
        SEEN,
        cards=(Card(POISON, POISON, 2, speaks=True),),
        ports=(Port(POISON, POISON, says, can_be_asked=True),),
        isdn=(IsdnCard(POISON, True, True), IsdnCard("b", True, True)),
        proposals=(structs.replace(TAPPED, key=POISON, why=why),),
        lacks=(find("lines.buy_sight", port=POISON),),
    )
    for language in ("en", "pl", "de"):
        browser = box.log_in()
        browser.send("/language", language=language)
        page = browser.get("/setup/line").text
        assert "<img src=x" not in page
        assert page.count(str(escape(POISON))) > 8


def test_what_is_missing_is_said(box: Panel) -> None:
    box.recorder.devices = PluggedDevices(lacks=(find("lines.buy_all"),))
    page = html.unescape(box.log_in().get("/setup/line").text)
    assert "Nothing that is plugged in makes a line" in page
    assert "Look again" in page


def test_a_modem_can_be_put_together_by_hand(box: Panel) -> None:
    browser = box.log_in()
    profile = "modem+sound.modem.profile"
    by_hand = {
        **LINE,
        **offered(browser),
        "device": "modem+sound",
        "modem+sound.sound.sides": "both",
    }
    assert by_hand[profile] == ""
    assert send(box, browser, "line", **by_hand | {profile: "conexant"}).status_code == 303
    (line,) = config(box).lines
    assert (line.hook.driver, line.hook.options) == ("modem", {"port": PORT, "profile": "conexant"})
    assert offered(browser)[profile] == "conexant"
    assert send(box, browser, "line", **by_hand).status_code == 303
    (line,) = config(box).lines
    assert line.hook.options == {"port": PORT}


def test_isdn_can_be_put_together_by_hand(box: Panel) -> None:
    browser = box.log_in()
    form = {**LINE, **offered(browser), "device": "isdn", "isdn.isdn.mode": "tap"}
    sides = form["isdn.isdn.network"], form["isdn.isdn.terminal"]
    assert sides == ("te.1", "nt.1")
    assert send(box, browser, "line", **form).status_code == 303
    (line,) = config(box).lines
    assert line.hook.options["mode"] == "tap"
    wrong = send(box, browser, "line", **form | {"isdn.isdn.terminal": "te.1"})
    assert wrong.status_code == 400
    assert 'id="isdn.isdn.terminal-mistake"' in wrong.text


def test_isdn_fields_that_were_changed_are_never_ignored(box: Panel) -> None:
    browser = box.log_in()
    form = {**LINE, **offered(browser)}
    page = send(box, browser, "line", **form | {"isdn.isdn.mode": "tap"})
    assert page.status_code == 400
    assert checked(page.text) == "isdn"


def test_what_is_not_asked_stays_as_long_as_its_driver_does(tmp_path: Any) -> None:
    text = MODEM.replace('profile = "silabs"', 'profile = "silabs", short_loop = true', 1)
    with wired(tmp_path, text) as panel:
        panel.recorder.devices = ASKED
        browser = panel.log_in()
        form = {**LINE, **offered(browser), "device": f"found {TAPPED.key}"}
        assert form["device"] != "kept"
        assert send(panel, browser, "line", **form).status_code == 303
        (line,) = config(panel).lines
        assert line.hook.options == {"port": PORT, "short_loop": True}
        assert line.audio.options == {"card": "LineTap", "sides": "voltage/current"}


def test_a_tunnels_options_do_not_stay_with_cards(tmp_path: Any) -> None:
    tunnel = ISDN.replace('transport = "kernel"', 'transport = "l1oip"')
    tunnel = tunnel.replace(
        'network = "a", terminal = "b"',
        'id = "5a2b4c6d", network = "127.0.0.1:9311", network_here = "127.0.0.1:9301", '
        'terminal = "127.0.0.1:9312", terminal_here = "127.0.0.1:9302"',
    )
    with wired(tmp_path, tunnel) as panel:
        panel.recorder.devices = ASKED
        browser = panel.log_in()
        form = {**LINE, **offered(browser), "device": f"found {BRIDGE.key}"}
        assert send(panel, browser, "line", **form).status_code == 303
        (line,) = config(panel).lines
        assert line.hook.options == {key: each for key, each in BUS.items() if key != "driver"}


def test_a_wired_line_keeps_its_devices_whatever_is_proposed(tmp_path: Any) -> None:
    with wired(tmp_path, TAP) as panel:
        panel.recorder.devices = ASKED
        browser = panel.log_in()
        assert checked(browser.get("/setup/line").text) == "kept"
        assert checked(look(panel, browser, **LINE | {"device": "kept"}).text) == "kept"
