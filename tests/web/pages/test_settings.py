"""The settings' pages: forms, mistakes beside their fields, previews, history, conflicts."""

import html
import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from appliance.config.kept import in_force
from appliance.config.settings import Config
from appliance.link.requests.settings import NextCall, ShowSettings
from tests.keeper.boxes import OWNER
from tests.web.conftest import Browser, Panel
from web.settings import answers
from web.settings.fields import SECTIONS

CALL = NextCall(
    "Reception", "question", "pl", ("Dzień dobry",), ("training",), {"1": ("training",)}
)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
ORDERS = {
    "full": {"pl": "przyjęcia zamówienia", "en": "the order", "de": "zur Bestellung"},
    "short": {"pl": "zamówienie", "en": "the order", "de": "Bestellung"},
    "label": {"pl": "zamówienie", "en": "the order", "de": "Bestellung"},
}
REASON = "Callers often dispute orders, so we need a record of what was agreed."


@pytest.fixture
def office(panel: Panel) -> Panel:
    """A panel whose recorder says what the next caller meets."""
    panel.recorder.next_calls = (CALL,)
    return panel


def config_version(panel: Panel) -> int:
    return in_force(panel.box.folders, panel.box.seed).version


def config(panel: Panel) -> Config:
    return in_force(panel.box.folders, panel.box.seed).config


def filled(
    panel: Panel, section: str, item: int | None = None, /, **typed: str
) -> MultiDict[str, str]:
    """Return a form as a browser has it, with something typed."""
    now = panel.box.ask(ShowSettings(), panel.box.log_in())
    form = answers.shown(now.values, SECTIONS[section], item)
    form["base"] = str(now.version)
    for key, value in typed.items():
        form[key.replace("__", "-")] = value
    return form


def send(browser: Browser, path: str, form: Any, **more: str) -> TestResponse:
    data = MultiDict(form)
    data["csrf_token"] = browser.token()
    for key, value in more.items():
        data[key] = value
    return browser.client.post(path, data=data)


def hidden(page: TestResponse) -> MultiDict[str, str]:
    """Return what a preview would send on."""
    found = [(html.unescape(k), html.unescape(v)) for k, v in FIELD.findall(page.text)]
    return MultiDict([(k, v) for k, v in found if k not in {"csrf_token", "back"}])


def save(browser: Browser, path: str, preview: TestResponse, *confirmed: str) -> TestResponse:
    assert preview.status_code == 200, preview.text
    form = hidden(preview)
    form.setlist("confirmed", list(confirmed))
    return send(browser, path, form, do="save")


def test_a_form_is_previewed_and_saved_without_a_script(office: Panel) -> None:
    browser = office.log_in()
    page = browser.get("/settings/pause")
    assert 'name="pause_minutes"' in page.text
    preview = send(
        browser, "/settings/pause", filled(office, "pause", pause_minutes="5"), do="preview"
    )
    assert "<ins>5</ins>" in preview.text
    assert "Dzień dobry" in preview.text, "what the next caller hears"
    assert "Nothing. Each keeps" in preview.text
    assert config_version(office) == 0, "a preview changes nothing"
    answer = save(browser, "/settings/pause", preview)
    assert answer.headers["Location"] == "/settings?done=taken"
    assert config(office).office.pause_minutes == 5
    assert "from its next call on" in browser.get("/settings?done=taken").text
    assert office.box.acts()[-1] == "settings_changed"


def test_all_mistakes_stand_beside_their_fields_and_in_a_summary(office: Panel) -> None:
    browser = office.log_in()
    form = filled(office, "office", name="", controller="x" * 500, outside_prefix="nine")
    page = send(browser, "/settings/office", form, do="preview")
    assert page.status_code == 400
    for field in ("name", "controller", "outside_prefix"):
        assert f'id="{field}-mistake"' in page.text
        assert f'href="#{field}-mistake"' in page.text
    assert page.text.count('aria-invalid="true"') == 3
    assert 'value="nine"' in page.text, "what was typed is still there"
    assert config_version(office) == 0


@pytest.mark.parametrize("name", SECTIONS)
def test_what_a_form_shows_it_also_sends(office: Panel, name: str) -> None:
    section = SECTIONS[name]
    now = office.box.ask(ShowSettings(), office.box.log_in())
    for item in range(len(now.values.get(section.table, []))) if section.many else [None]:
        form = answers.shown(now.values, section, item)
        assert answers.drafted(now.values, section, item, form) == now.values
        path = f"/settings/{name}" + ("" if item is None else f"/{item}")
        assert office.log_in().get(path).status_code == 200


def test_a_purpose_is_added_renamed_and_removed_with_its_lines(office: Panel) -> None:
    browser = office.log_in()
    form = MultiDict(
        {"id": "orders", "basis": "contract", "contract_to": "conclude"}
        | {"retention_days": "30", "base": "0"}
        | {
            f"{form}-{language}": said
            for form, words in ORDERS.items()
            for language, said in words.items()
        }
    )
    save(
        browser,
        "/settings/purposes/new",
        send(browser, "/settings/purposes/new", form, do="preview"),
        "words.orders",
    )
    assert [purpose.id for purpose in config(office).purposes] == ["training", "quality", "orders"]
    renamed = filled(office, "purposes", 0, id="schooling")
    save(
        browser,
        "/settings/purposes/0",
        send(browser, "/settings/purposes/0", renamed, do="preview"),
    )
    assert config(office).lines[0].purposes == ("schooling", "quality")
    assert "schooling" in config(office).lines[0].choices["1"]
    gone = send(browser, "/settings/purposes/0", filled(office, "purposes", 0), do="remove")
    save(browser, "/settings/purposes/0", gone)
    assert [purpose.id for purpose in config(office).purposes] == ["quality", "orders"]
    assert config(office).lines[0].purposes == ("quality",)
    keys = config(office).lines[0].choices
    assert {key: list(agreed) for key, agreed in keys.items()} == {"1": ["quality"], "2": []}


def test_what_a_device_may_is_ticked(office: Panel) -> None:
    values = office.box.ask(ShowSettings(), office.box.log_in()).values
    form = answers.shown(values, SECTIONS["lines"], 0)
    for role in ("hook", "audio", "prompt"):
        form[f"{role}-driver"], form[f"{role}-port"] = "modem", "/dev/ttyACM0"
    form["audio-holds_line"] = "yes"
    form["hook-short_loop"] = ""
    (line,) = answers.drafted(values, SECTIONS["lines"], 0, form)["line"]
    assert line["audio"] == {"driver": "modem", "port": "/dev/ttyACM0", "holds_line": True}
    assert "short_loop" not in line["hook"]
    page = send(office.log_in(), "/settings/lines/0", form, do="edit").text
    assert 'name="audio-holds_line" value="yes" checked' in page
    assert "short_loop" in page
    assert "holds_line" not in office.log_in().get("/settings/lines/0").text, "a simulated line"


def test_a_form_asks_of_a_device_what_its_kind_has_and_no_more(fresh: Panel) -> None:
    browser = fresh.log_in()
    form = filled(fresh, "lines", 0)
    form["hook-driver"] = "monitor"
    for role in ("audio", "prompt"):
        form[f"{role}-driver"], form[f"{role}-card"] = "sound", "Tap"
    page = send(browser, "/settings/lines/0", form, do="preview")
    assert page.status_code == 400
    assert 'id="hook-port-mistake"' in page.text
    assert 'id="hook-dialect-mistake"' in page.text
    assert 'name="hook-line"' not in page.text
    form["hook-dialect"], form["hook-port"] = "whozz", "/dev/ttyUSB0"
    form["hook-line"] = "9"
    page = send(browser, "/settings/lines/0", form, do="preview")
    assert 'id="hook-line-mistake"' in page.text
    assert 'name="hook-off_hook"' not in page.text
    form["hook-line"] = "2"
    save(browser, "/settings/lines/0", send(browser, "/settings/lines/0", form, do="preview"))
    assert config(fresh).lines[0].hook.options == {
        "dialect": "whozz",
        "port": "/dev/ttyUSB0",
        "line": 2,
    }
    form["hook-dialect"] = "lm1"  # the number was asked of a Whozz Calling unit alone
    save(browser, "/settings/lines/0", send(browser, "/settings/lines/0", form, do="preview"))
    assert "line" not in config(fresh).lines[0].hook.options


def test_a_line_gets_other_keys(office: Panel) -> None:
    browser = office.log_in()
    form = filled(office, "lines", 0, name="Front desk")
    rows = {form[f"key-{row}"]: row for row in range(4)}
    form[f"key-{rows['4']}"], form[f"key-{rows['6']}"] = "6", "4"
    preview = send(browser, "/settings/lines/0", form, do="preview")
    save(browser, "/settings/lines/0", preview)
    line = config(office).lines[0]
    assert line.name == "Front desk"
    assert {key: tuple(line.choices[key]) for key in ("4", "6")} == {
        "4": ("quality",),
        "6": ("training",),
    }


def test_a_justification_is_confirmed_by_whoever_saves(office: Panel) -> None:
    browser = office.log_in()
    send_line = filled(office, "lines", 0)
    form = filled(office, "purposes", 0, justification=REASON)
    preview = send(browser, "/settings/purposes/0", form, do="preview")
    assert f"To be confirmed by you, {OWNER}" in preview.text
    unconfirmed = save(browser, "/settings/purposes/0", preview)
    assert unconfirmed.status_code == 400
    assert "Confirm every statement" in unconfirmed.text
    assert config_version(office) == 0
    done = save(browser, "/settings/purposes/0", preview, "justified.training")
    assert done.status_code == 303
    assert "Confirmed by" in browser.get("/settings/history/2").text
    assert send_line


def test_a_basis_that_hardly_ever_fits_is_explained_and_confirmed_twice(office: Panel) -> None:
    browser = office.log_in()
    assert "Never for training or quality" in browser.get("/settings/purposes/1").text
    form = MultiDict({"base": "0"})
    now = office.box.ask(ShowSettings(), office.box.log_in())
    form = answers.shown(now.values, SECTIONS["lines"], 0)
    form["base"] = "0"
    form.setlist("purposes", ["training"])
    for row in range(4):
        if form[f"key-{row}"] in {"4", "6"}:
            form[f"key-{row}"] = ""
        elif form.getlist(f"agrees-{row}"):
            form.setlist(f"agrees-{row}", ["training"])
    save(browser, "/settings/lines/0", send(browser, "/settings/lines/0", form, do="preview"))
    vital = filled(office, "purposes", 1, basis="vital_interests")
    preview = send(browser, "/settings/purposes/1", vital, do="preview")
    assert preview.text.count('name="confirmed"') == 2
    assert save(browser, "/settings/purposes/1", preview, "fits.quality").status_code == 400
    both = ("fits.quality", "advised.quality")
    assert save(browser, "/settings/purposes/1", preview, *both).status_code == 303


def test_of_two_administrators_the_later_loses_nothing(office: Panel) -> None:
    first, second = office.log_in(), office.log_in("Adam Admin")
    mine = filled(office, "office", name="Kancelaria Kowalska")
    theirs = filled(office, "pause", pause_minutes="7")
    mine_seen = send(first, "/settings/office", mine, do="preview")
    save(second, "/settings/pause", send(second, "/settings/pause", theirs, do="preview"))
    late = save(first, "/settings/office", mine_seen)
    assert late.status_code == 409
    assert "Adam Admin" in late.text
    assert 'value="Kancelaria Kowalska"' in late.text
    assert "<ins>7</ins>" in late.text
    again = filled(office, "office", name="Kancelaria Kowalska")
    save(first, "/settings/office", send(first, "/settings/office", again, do="preview"))
    assert (config(office).office.name, config(office).office.pause_minutes) == (
        "Kancelaria Kowalska",
        7,
    )


def test_history_shows_each_version_and_goes_back(office: Panel) -> None:
    browser = office.log_in()
    for minutes in ("5", "7"):
        form = filled(office, "pause", pause_minutes=minutes)
        save(browser, "/settings/pause", send(browser, "/settings/pause", form, do="preview"))
    listed = browser.get("/settings/history").text
    assert OWNER in listed
    assert "Settings version 3" in listed
    assert "<ins>7</ins>" in browser.get("/settings/history/3").text
    preview = send(browser, "/settings/history/2", {"base": "3"}, do="preview")
    assert "<ins>5</ins>" in preview.text
    form = hidden(preview)
    assert send(browser, "/settings/history/2", form, do="save").status_code == 303
    assert config(office).office.pause_minutes == 5


def test_trust_in_the_certificate_is_said_once_and_taken_back_in_so_many_words(
    office: Panel,
) -> None:
    """Browsers that were told to come with TLS alone have to be told that they need not."""
    browser, names = office.log_in(), {"certificate": "/etc/zgoda/tls/a", "key": "/etc/zgoda/tls/b"}

    def saved(trusted: str) -> bool | None:
        form = filled(office, "network", **names, trusted=trusted)
        preview = send(browser, "/settings/network", form, do="preview")
        assert save(browser, "/settings/network", preview).status_code == 303
        assert office.box.acts()[-1] == "settings_changed"
        return config(office).panel.trusted

    assert saved("") is None
    assert saved("yes") is True
    names["names"] = "zgoda.lan"
    assert saved("") is False
    names["names"] = "other.lan"
    assert saved("") is False, "a browser may have been away meanwhile"


def test_the_form_for_the_network_takes_out_what_is_no_setting_any_more(office: Panel) -> None:
    now = office.box.ask(ShowSettings(), office.box.log_in()).values
    old = now | {"panel": {"allow_unencrypted": True}}
    network, pause = SECTIONS["network"], SECTIONS["pause"]
    form = answers.shown(old, network, None)
    assert "allow_unencrypted" not in answers.drafted(old, network, None, form).get("panel", {})
    form = answers.shown(old, pause, None)
    assert answers.drafted(old, pause, None, form)["panel"] == old["panel"]


def test_without_a_recorder_the_preview_says_so(office: Panel) -> None:
    office.servers[1].stop()
    browser = office.log_in()
    preview = send(
        browser, "/settings/pause", filled(office, "pause", pause_minutes="5"), do="preview"
    )
    assert "The recorder is not running" in preview.text
    assert save(browser, "/settings/pause", preview).headers["Location"] == "/settings?done=away"


def test_there_is_no_such_section_line_or_version(office: Panel) -> None:
    browser = office.log_in()
    for path in ("vault", "lines/9", "lines/x", "pause/0", "history/99", "../etc", "purposes/-1"):
        assert browser.get(f"/settings/{path}").status_code == 404, path


def test_who_may_not_change_the_list_of_numbers_never_recorded_is_told_who_may(
    office: Panel,
) -> None:
    page = office.log_in("Adam Admin").get("/settings").text
    assert "A privacy officer keeps this list." in page
    assert "/never-recorded" not in page
    assert "/never-recorded" in office.log_in().get("/settings").text
