"""First run, login and logout, the first page, the trial's buttons, languages, the audit."""

import re

import pytest
from msgspec import structs

from appliance.link.requests.lines import PressButton
from appliance.link.requests.trial import PlaceTrialCall
from appliance.model.records import LineStatus
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.web.conftest import Panel


def owner_form(panel: Panel, **changes: str) -> dict[str, str]:
    form = {"code": panel.box.code(), "name": OWNER, "password": PASSWORD, "repeated": PASSWORD}
    return form | {"plain": "yes"} | changes


def shown_groups(page: str) -> list[str]:
    return re.findall(r"<code>([A-Z0-9]+)</code>", page)


def asked_groups(page: str) -> list[int]:
    return [int(index) for index in re.findall(r'name="group-(\d+)"', page)]


def test_a_fresh_box_leads_everybody_to_its_first_run(fresh_panel: Panel) -> None:
    browser = fresh_panel.browser()
    for path in ("/", "/login", "/calls", "/audit"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/first-run")


def test_the_first_run_makes_an_owner_shows_the_sheet_and_wants_a_part_back(
    fresh_panel: Panel,
) -> None:
    browser = fresh_panel.browser()
    page = browser.send("/first-run", **owner_form(fresh_panel)).text
    groups, asked = shown_groups(page), asked_groups(page)
    assert len(groups) == 13
    assert len(asked) == 2
    assert "<svg" in page
    wrong = browser.send("/first-run/sheet", **{f"group-{i}": "AAAAA" for i in asked})
    assert wrong.status_code == 400
    assert asked_groups(wrong.text) == asked
    assert shown_groups(wrong.text) == groups, "a wrong type-back hides nothing"
    typed = {f"group-{i}": f" {groups[i].lower()} " for i in asked}
    done = browser.send("/first-run/sheet", **typed)
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert browser.get("/").status_code == 200
    assert browser.get("/first-run").headers["Location"] == "/"
    assert fresh_panel.box.acts()[:2] == ["first_run", "logged_in"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": ""}, "Type the one-time password."),
        ({"code": "AAAAA-BBBBB-CCCCC-DDDDD"}, "The one-time password is wrong."),
        ({"name": ""}, "Type a name to log in with."),
        ({"password": "short", "repeated": "short"}, "Use at least 15 characters."),
        ({"repeated": "another one altogether"}, "The two passwords are not the same."),
        ({"password": "a" * 20, "repeated": "a" * 20}, "The password repeats itself."),
    ],
)
def test_the_first_run_says_what_is_wrong_and_makes_nothing(
    fresh_panel: Panel, changes: dict[str, str], told: str
) -> None:
    answer = fresh_panel.browser().send("/first-run", **owner_form(fresh_panel, **changes))
    assert answer.status_code == 400
    assert told in answer.text
    assert PASSWORD not in answer.text
    assert fresh_panel.box.keeper.box is None


@pytest.mark.parametrize("another", [False, True])
def test_an_unconfirmed_sheet_is_shown_again_or_replaced_if_it_is_lost(
    fresh_panel: Panel, another: bool
) -> None:
    first = fresh_panel.browser()
    old = shown_groups(first.send("/first-run", **owner_form(fresh_panel)).text)
    assert shown_groups(first.get("/first-run").text) == old
    again = fresh_panel.browser()
    assert again.get("/").headers["Location"] == "/first-run"
    page = again.get("/first-run").text
    assert "was not confirmed" in page
    assert "Show the recovery sheet</button>" in page
    assert "Create the archive" not in page
    form = {"name": OWNER, "password": PASSWORD, "repeated": PASSWORD}
    lost = {"another": "yes"} if another else {}
    page = again.send("/first-run", **form, **lost).text
    groups = shown_groups(page)
    assert (groups == old) is not another
    typed = {f"group-{i}": groups[i] for i in asked_groups(page)}
    assert again.send("/first-run/sheet", **typed).headers["Location"] == "/"


def test_the_first_run_cannot_be_had_twice(panel: Panel) -> None:
    answer = panel.browser().send("/first-run", code="x", name="Eve", password=PASSWORD)
    assert answer.headers["Location"] == "/"
    assert panel.box.acts() == ["first_run"]


def test_a_wrong_password_says_nothing_about_names(panel: Panel) -> None:
    browser = panel.browser()
    texts = []
    for name in (OWNER, "Nobody Here"):
        answer = browser.send("/login", name=name, password="wrong wrong wrong")
        assert answer.status_code == 401
        texts.append(answer.text.replace(name, "").replace(browser.token(), ""))
    assert "Name or password is wrong." in texts[0]
    assert re.sub(r'value="[^"]*"', "", texts[0]) == re.sub(r'value="[^"]*"', "", texts[1])


def test_guessing_is_slowed_down(panel: Panel) -> None:
    browser = panel.browser()
    codes = [
        browser.send("/login", name=OWNER, password=f"wrong {n}").status_code for n in range(6)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_logging_out_ends_the_session_at_the_keeper(panel: Panel) -> None:
    browser = panel.log_in()
    kept = browser.client.get_cookie("zgoda")
    assert kept is not None
    answer = browser.send("/logout")
    assert answer.headers["Location"] == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.client.get_cookie("zgoda") is None
    browser.client.set_cookie("zgoda", kept.value)
    assert browser.get("/calls").headers["Location"] == "/login"


def test_an_idle_page_does_not_keep_the_box_unlocked(panel: Panel) -> None:
    browser = panel.log_in()
    for _ in range(16):
        panel.box.clock.advance(60)
        answer = browser.get("/lines.json")
    assert answer.status_code == 401
    assert (answer.json or {})["code"] == "not_logged_in"


@pytest.mark.parametrize("caller", ["agrees", "refuses", "silent", "hands_over"])
def test_a_button_places_a_call(panel: Panel, caller: str) -> None:
    browser = panel.log_in("Otto Operator")
    assert f'value="{caller}"' in browser.get("/").text
    answer = browser.send("/trial", line="Reception", caller=caller)
    assert answer.headers["Location"] == "/?trial=rings"
    assert "A simulated call was placed" in browser.get("/?trial=rings").text
    assert panel.recorder.asked == [PlaceTrialCall(line="Reception", caller=caller)]  # type: ignore[arg-type]


def test_a_caller_or_button_that_is_none_is_refused(panel: Panel) -> None:
    browser = panel.log_in()
    assert browser.send("/trial", line="Reception", caller="shouts").status_code == 400
    assert browser.send("/press", line="Reception", button="explode").status_code == 400
    assert panel.recorder.asked == []


def test_the_boxs_button_is_on_the_page(panel: Panel) -> None:
    panel.recorder.status = LineStatus(line="Reception", state="recording", recording=True)
    browser = panel.log_in("Otto Operator")
    browser.send("/press", line="Reception", button="pause")
    assert panel.recorder.asked == [PressButton(line="Reception", button="pause")]
    told = browser.get("/lines.json").json
    assert told is not None
    assert told["lines"][0]["lamp"] == "red-steady"
    assert told["lines"][0]["buttons"] == ["pause", "private"]


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("idle", []),
        ("ringing", ["Make private"]),
        ("confirming", ["Make private"]),
        ("recording", ["Pause", "Make private"]),
        ("paused", ["Go on", "Make private"]),
        ("retryable", ["Make private", "Ask again"]),
        ("far_changed", ["Make private", "Ask again"]),
        ("refused", []),
        ("private", []),
    ],
)
def test_the_buttons_say_what_they_would_do_now(
    panel: Panel, state: str, offered: list[str]
) -> None:
    again = state in {"retryable", "far_changed"}
    panel.recorder.status = LineStatus(line="Reception", state=state, again=again)
    page = panel.log_in("Otto Operator").get("/").text
    buttons = re.findall(r'data-press="\w+"( hidden)?>([^<]+)</button>', page)
    assert [label for hidden, label in buttons if not hidden] == offered


def test_a_recorder_that_is_away_is_not_called_ready(panel: Panel) -> None:
    browser = panel.log_in()
    panel.recorder.away = True
    told = browser.get("/lines.json", Accept_Language="en").json
    assert told is not None
    assert told["recorder"] is False
    assert (told["unknown"]["lamp"], told["unknown"]["name"]) == ("", "Unknown")
    page = browser.get("/").text
    assert 'id="recorder-away" role="status">The recorder does not answer.' in page
    assert 'data-lines="/lines.json"' in page
    assert "The next caller will be asked." not in page


@pytest.mark.parametrize(("state", "label"), [("idle", "Last call"), ("retryable", "Why")])
def test_a_reason_is_said_of_the_call_it_belongs_to(panel: Panel, state: str, label: str) -> None:
    told_of = LineStatus(line="Reception", state=state, reason="no_answer")
    panel.recorder.status = (
        structs.replace(told_of, outcome="unrecorded") if state == "idle" else told_of
    )
    browser = panel.log_in()
    told = browser.get("/lines.json").json
    assert told is not None
    assert told["lines"][0]["about"] == label
    assert told["lines"][0]["last"].endswith("the question was not answered")
    assert f'data-part="about">{label}<' in browser.get("/").text


def test_a_real_line_offers_no_trial(panel: Panel) -> None:
    panel.recorder.status = LineStatus(line="Reception", state="idle")
    assert 'name="caller"' not in panel.log_in().get("/").text


@pytest.mark.parametrize(
    ("accepted", "language", "word"),
    [
        ("pl", "pl", "Zaloguj się"),
        ("de-AT,de;q=0.9", "de", "Anmelden"),
        ("en-US", "en", "Log in"),
        ("fr", "en", "Log in"),
    ],
)
def test_the_browsers_language_is_spoken(
    panel: Panel, accepted: str, language: str, word: str
) -> None:
    page = panel.browser().get("/login", Accept_Language=accepted).text
    assert f'<html lang="{language}">' in page
    assert word in page


def test_the_switch_is_kept_and_leads_back(panel: Panel) -> None:
    browser = panel.browser()
    answer = browser.send("/language", language="pl", back="/login")
    assert answer.headers["Location"] == "/login"
    assert "Zaloguj się" in browser.get("/login", Accept_Language="de").text


def test_the_switch_leads_back_to_where_a_form_led(panel: Panel) -> None:
    browser = panel.log_in()
    found = browser.find("/calls", text="Anna")
    (back,) = re.findall(r'name="back" value="(/calls[^"]*)"', found.text)
    assert back == found.request.full_path
    assert "Anna" in browser.get(back).text
    assert 'name="back" value="/"' in browser.send("/trial", line="x", caller="shouts").text


def test_the_sheet_offers_nothing_that_would_lose_it(fresh_panel: Panel) -> None:
    page = fresh_panel.browser().send("/first-run", **owner_form(fresh_panel)).text
    assert shown_groups(page)
    assert 'action="/language"' not in page


def test_a_sheet_that_is_not_confirmed_leads_to_no_other_page(fresh_panel: Panel) -> None:
    browser = fresh_panel.browser()
    page = browser.send("/first-run", **owner_form(fresh_panel)).text
    wrong = {f"group-{i}": "AAAAA" for i in asked_groups(page)}
    again = browser.send("/first-run/sheet", **wrong).text
    assert "That is not what the sheet says" in again
    for path in ("/calls", "/audit"):
        assert f'href="{path}"' not in again


def test_the_first_mistake_of_a_form_is_where_one_types_next(fresh_panel: Panel) -> None:
    form = owner_form(fresh_panel, name="", password="short", repeated="short")
    page = fresh_panel.browser().send("/first-run", **form).text
    named = re.findall(r"<input[^>]*autofocus[^>]*>", page)
    assert 'id="name"' in named[0]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil", "x", ""])
def test_the_switch_leads_nowhere_else(panel: Panel, back: str) -> None:
    answer = panel.browser().send("/language", language="de", back=back)
    assert answer.headers["Location"] == "/"


def test_the_audit_shows_who_did_what_and_that_the_chain_holds(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    browser.send(f"/calls/{rid}/listen", purpose="training")
    page = browser.get("/audit").text
    assert "The log is complete and unchanged." in page
    assert re.search(rf"Listened to</td>\s*<td>{OWNER}</td>", page)
    assert f'href="/calls/{rid}"' in page


def test_a_broken_chain_is_told(panel: Panel) -> None:
    browser = panel.log_in()
    for file in panel.box.folders.audit.glob("*.log"):
        file.write_text(file.read_text().replace('"logged_in"', '"logged_ix"', 1))
    page = browser.get("/audit").text
    assert "The log is incomplete or was changed." in page
    assert "Entry 3 is the first that is wrong" in page
