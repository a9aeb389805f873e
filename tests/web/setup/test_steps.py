"""The steps of setting up: what they ask, keep and refuse, and what Home says is missing."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from appliance.config.read import parse
from appliance.link.requests.devices import Card, PluggedDevices, Port
from appliance.link.requests.settings import NextCall
from appliance.model.sentences.lacking import lack
from tests.web.conftest import Panel
from tests.web.setup.answering import (
    LINE,
    OFFICE,
    REASON,
    asked,
    config,
    filled,
    kept,
    saved,
    send,
    steps_left,
    version,
)


def test_a_fresh_box_is_led_from_nothing_to_a_line_that_asks(office: Panel) -> None:
    browser = office.log_in()
    assert steps_left(browser) == ["office", "line", "purposes", "words", "notice", "test"]
    answer = kept(office, browser, "office", **OFFICE)
    assert answer.headers["Location"] == "/setup/line?kept=office"
    assert "Office: saved." in browser.get(answer.headers["Location"]).text
    assert config(office).fresh, "there is no line yet"
    assert kept(office, browser, "line", **LINE).status_code == 303
    assert not config(office).fresh
    preview = send(office, browser, "purposes", use=["training", "quality"], do="preview")
    assert version(office) == "3", "a preview changes nothing"
    assert saved(office, browser, preview).headers["Location"] == "/setup/words?kept=purposes"
    (line,) = config(office).lines
    assert line.purposes == ("training", "quality")
    assert line.choices == {
        "1": ("training", "quality"),
        "4": ("training",),
        "6": ("quality",),
        "2": (),
    }
    assert office.box.acts().count("settings_changed") == 3
    assert steps_left(browser) == ["words", "test"], "nobody works at a simulated line"


def test_steps_can_be_left_and_taken_up_again_by_another_administrator(office: Panel) -> None:
    filled(office, office.log_in())
    other = office.log_in("Adam Admin")
    page = other.get("/setup").text
    assert "Go on: Purposes" in page
    assert "Biuro Nowak" in other.get("/setup/office").text
    assert "Recepcja" in other.get("/setup/line").text


def test_all_mistakes_of_a_step_stand_beside_their_questions(office: Panel) -> None:
    browser = office.log_in()
    page = send(office, browser, "office", **OFFICE | {"name": "", "controller_says-pl": "Biuro 7"})
    assert page.status_code == 400
    assert 'id="name-mistake"' in page.text
    assert 'id="controller_says-pl-mistake"' in page.text
    assert "rodo@biuro.example" in page.text, "what was typed stays"
    assert version(office) == "0"
    page = send(office, browser, "line", **LINE | {"number": "112 112", "device": ""})
    assert page.status_code == 400
    assert version(office) == "0"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl", "Urządzenia tej linii: Wypełnij to pole."),
        ("de", "Geräte dieser Leitung: Füllen Sie dieses Feld aus."),
    ],
)
def test_a_line_without_devices_is_told_once_and_in_the_readers_language(
    office: Panel, language: str, said: str
) -> None:
    browser = office.log_in()
    browser.send("/language", language=language)
    kept(office, browser, "office", **OFFICE)
    page = send(office, browser, "line", **LINE | {"device": ""})
    assert page.status_code == 400
    assert re.sub("<[^>]+>", "", page.text).count(said) == 1


@pytest.mark.parametrize(
    ("purposes", "keys"),
    [
        (["quality"], {"1": ("quality",), "2": ()}),
        (["order"], {}),
        (["faults"], {"2": ()}),
        (["quality", "order"], {"1": ("quality",), "2": ()}),
        (
            ["training", "quality", "note"],
            {
                "1": ("training", "quality", "note"),
                "4": ("training",),
                "6": ("quality",),
                "7": ("note",),
                "2": (),
            },
        ),
    ],
)
def test_any_purposes_get_keys_that_ask_for_each(
    office: Panel, purposes: list[str], keys: dict[str, tuple[str, ...]]
) -> None:
    browser = office.log_in()
    filled(office, browser)
    form: dict[str, Any] = {"use": purposes, "justification-faults": REASON}
    preview = send(office, browser, "purposes", **form, do="preview")
    answer = saved(office, browser, preview, *asked(preview))
    assert answer.status_code == 303, answer.text
    assert config(office).lines[0].choices == keys


def test_four_purposes_are_chosen_one_by_one_and_five_are_too_many(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    four = ["training", "quality", "note", "agreements"]
    saved(office, browser, send(office, browser, "purposes", use=four, do="preview"))
    assert (config(office).lines[0].choose_key, len(config(office).lines[0].choices)) == ("4", 2)
    page = send(office, browser, "purposes", use=[*four, "complaint"], do="preview")
    assert page.status_code == 400
    saved(office, browser, send(office, browser, "purposes", use=["quality"], do="preview"))
    assert config(office).lines[0].choose_key == ""


def test_a_justification_is_asked_for_and_confirmed(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    page = send(office, browser, "purposes", use=["faults"], do="preview")
    assert 'id="justification-faults-mistake"' in page.text
    preview = send(
        office,
        browser,
        "purposes",
        use=["faults"],
        **{"justification-faults": REASON},
        do="preview",
    )
    assert saved(office, browser, preview).status_code == 400, "not confirmed"
    assert saved(office, browser, preview, "words.faults").status_code == 400
    assert saved(office, browser, preview, *asked(preview)).status_code == 303


def test_a_purpose_of_the_offices_own(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    words = {
        "full-own-pl": "ustalenia terminu wizyty",
        "short-own-pl": "ustalenie terminu",
        "label-own-pl": "ustalenie terminu wizyty",
        "retention_days-own": "30",
    }
    preview = send(office, browser, "purposes", use=["own"], **words, do="preview")
    assert asked(preview) == ["words.own"]
    saved(office, browser, preview, "words.own")
    (purpose,) = config(office).purposes
    assert (purpose.full["pl"], purpose.retention_days) == ("ustalenia terminu wizyty", 30)
    page = send(office, browser, "purposes", use=["own"], **words | {"full-own-pl": ""})
    assert page.status_code == 400
    assert 'id="full-own-mistake"' in page.text


def test_words_in_other_languages_stay(office: Panel) -> None:
    browser = office.log_in()
    filled(office, browser)
    both = {
        f"{form}-own-{language}": text
        for form, words in {
            "full": {"pl": "ustalenia terminu", "en": "the booking of a day"},
            "short": {"pl": "ustalenie terminu", "en": "a booking"},
            "label": {"pl": "ustalenie terminu", "en": "booking"},
        }.items()
        for language, text in words.items()
    }
    two = OFFICE | {"languages-1": "en", "controller_says-en": "Nowak Office"}
    assert kept(office, browser, "office", **two).status_code == 303
    assert kept(office, browser, "purposes", use=["own"], **both, do="preview").status_code == 303
    assert kept(office, browser, "office", **OFFICE).status_code == 303
    polish = {key: text for key, text in both.items() if key.endswith("pl")}
    polish["full-own-pl"] = "umówienia wizyty"
    assert kept(office, browser, "purposes", use=["own"], **polish, do="preview").status_code == 303
    (purpose,) = config(office).purposes
    assert purpose.full == {"pl": "umówienia wizyty", "en": "the booking of a day"}


def test_what_somebody_chose_in_the_settings_stays(panel: Panel) -> None:
    browser = panel.log_in()
    before = config(panel)
    page = browser.get("/setup/purposes").text
    assert len(re.findall(r'name="use" value="(?:training|quality)" checked', page)) == 2
    answer = kept(panel, browser, "purposes", use=["training", "quality"], do="preview")
    assert answer.headers["Location"] == "/setup/words?kept=purposes"
    assert config(panel) == before


def test_what_is_plugged_in_is_offered(office: Panel) -> None:
    browser = office.log_in()
    office.recorder.devices = PluggedDevices(
        cards=(Card("LineTap", "USB Line Tap", 2, speaks=True),),
        ports=(Port("/dev/serial/by-id/usb-monitor", "LM1 monitor"),),
        dialects=("lm1",),
    )
    page = browser.get("/setup/line").text
    assert "USB Line Tap" in page
    assert "LM1 monitor" in page
    kept(office, browser, "office", **OFFICE)
    form = {
        **LINE,
        "device": "monitor+sound",
        "monitor+sound.sound.card": "LineTap",
        "monitor+sound.monitor.port": "/dev/serial/by-id/usb-monitor",
        "monitor+sound.monitor.dialect": "lm1",
        "monitor+sound.sound.sides": "voltage/current",
    }
    assert send(office, browser, "line", **form).status_code == 303
    (line,) = config(office).lines
    assert line.hook.options == {"dialect": "lm1", "port": "/dev/serial/by-id/usb-monitor"}
    assert line.audio.options == {"card": "LineTap", "sides": "voltage/current"}
    assert (
        send(
            office, browser, "line", **{**form, "monitor+sound.monitor.port": "/etc/shadow"}
        ).status_code
        == 400
    )
    office.recorder.devices = PluggedDevices()
    assert "Neither a USB sound card nor a serial device" in browser.get("/setup/line").text


def test_the_words_are_shown_with_what_still_lacks(panel: Panel) -> None:
    told = lack("words", line="Reception")
    call = NextCall("Reception", "nothing", "pl", (), ("training",), {}, lacking=(told,))
    panel.recorder.next_calls = (structs.replace(call, lacking=(), voices=("Ewa Nowak", "")),)
    page = panel.log_in().get("/setup/words").text
    assert (
        "Spoken by: Ewa Nowak, a file in the folder of announcements; nobody has confirmed" in page
    )
    panel.recorder.next_calls = (structs.replace(call, words=("Dzień dobry, tu biuro",)),)
    page = panel.log_in().get("/setup/words").text
    assert "Dzień dobry, tu biuro" in page
    assert page.count("Nobody has spoken the words of line Reception yet") == 1
    panel.recorder.status = structs.replace(panel.recorder.status, complete=False)
    assert "words" in steps_left(panel.log_in())
    panel.recorder.status = structs.replace(panel.recorder.status, complete=True)
    assert steps_left(panel.log_in()) == ["test"], "the trial is filled in"


def test_the_words_step_plays_each_text_in_place(panel: Panel) -> None:
    call = NextCall("Reception", "question", "pl", ("Dzień dobry",), ("training",), {})
    panel.recorder.next_calls = (call,)
    browser = panel.log_in()
    page = browser.get("/setup/words").text
    players = re.findall(
        r'<audio controls preload="none" src="(/words/Reception/[\w-]+\.wav)"', page
    )
    assert len(players) > 3
    assert any("/question" in each for each in players)
    assert page.count("<blockquote") == len(players)
    answer = browser.get(players[0])
    assert (answer.status_code, answer.content_type) == (200, "audio/wav")
    assert answer.data[:4] == b"RIFF"


def test_the_words_step_plays_each_language_of_a_line_as_it_is(panel: Panel) -> None:
    around = panel.box.keeper._around
    (line,) = around.config.lines
    around.config = replace(around.config, lines=(replace(line, other_languages=("en",)),))
    polish = NextCall("Reception", "question", "pl", ("Dzień dobry",), ("training",), {})
    english = structs.replace(polish, language="en", says=("Hello",))
    panel.recorder.next_calls = (polish, english)
    page = panel.log_in().get("/setup/words").text
    parts = page.split("<section")[1:]
    assert [re.findall(r'lang="(\w\w)">(Polski|English)<', part) for part in parts] == [
        [("pl", "Polski")],
        [("en", "English")],
    ]
    own, other = parts
    assert "Odmowa: dwójka." in own
    assert "To refuse, press two." in other
    assert '/words/Reception/keys.wav"' in own
    assert "?language=" not in own
    assert "/words/Reception/keys.wav?language=en" in other
    assert not re.search(r'/words/Reception/[\w-]+\.wav"', other)


def test_while_the_recorder_is_away_nothing_is_said_to_be_ready(panel: Panel) -> None:
    panel.recorder.away = True
    assert "words" in steps_left(panel.log_in())


def test_the_test_call_rings_the_simulated_line_and_waits_for_the_first_day(panel: Panel) -> None:
    browser = panel.log_in()
    page = browser.get("/setup/test").text
    assert "Call now" in page
    answer = send(panel, browser, "test", line="Reception", do="call")
    assert answer.headers["Location"] == "/setup/test?trial=rings"
    assert "A simulated call was placed" in browser.get("/setup/test?trial=rings").text
    assert [type(each).__name__ for each in panel.recorder.asked] == ["PlaceTrialCall"]
    waiting = structs.replace(panel.recorder.status, records_from="2027-01-11")
    panel.recorder.status = waiting
    assert "make the test call then" in browser.get("/setup/test").text


def test_two_administrators_at_once_lose_nothing(office: Panel) -> None:
    browser, old = office.log_in(), version(office)
    kept(office, browser, "office", **OFFICE)
    other = office.log_in("Adam Admin")
    page = send(office, other, "office", **OFFICE | {"name": "Inne Biuro"}, base=old)
    assert page.status_code == 409
    assert "Inne Biuro" in page.text
    assert config(office).office.name == "Biuro Nowak"


@pytest.mark.parametrize("name", ["Lena Listener", "Otto Operator", "Pola Officer"])
def test_nobody_else_is_told_or_led(office: Panel, name: str) -> None:
    browser = office.log_in(name)
    assert steps_left(browser) == []
    for path in ("/setup", "/setup/office", "/setup/notice/pl"):
        assert browser.get(path).status_code == 403
    assert send(office, browser, "office", **OFFICE).status_code == 403
    assert version(office) == "0"


def test_nonsense_is_no_step(office: Panel) -> None:
    browser = office.log_in()
    assert browser.get("/setup/nothing").status_code == 404
    assert send(office, browser, "words").status_code == 405
    page = send(office, browser, "purposes", use=["x" * 99, "../etc"], do="preview")
    assert page.status_code == 400


def test_the_shipped_fresh_seed_is_a_configuration() -> None:
    text = (Path(__file__).parents[3] / "appliance/config/fresh.toml").read_text("utf-8")
    fresh = parse(text)
    assert fresh.fresh
    assert not fresh.lines
    assert not fresh.purposes


def test_the_test_call_gives_the_live_script_all_that_home_gives_it(panel: Panel) -> None:
    browser = panel.log_in()
    hooks = [
        set(re.findall(r'<div class="live"([^>]*)>', browser.get(path).text)[0].split("="))
        for path in ("/", "/setup/test")
    ]
    names = [{name.split()[-1] for name in found if " data-" in name} for found in hooks]
    assert names[0] == names[1] | {"data-amiss"}  # what must be fixed stands on Home alone
    assert "data-unknown" in names[0]
