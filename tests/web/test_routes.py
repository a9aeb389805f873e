"""Ask every route with every role, without a token and without a session."""

import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.link.operations import Role
from tests.boxes import PASSWORD
from tests.deep import spread
from tests.keeper.boxes import OWNER
from tests.web.conftest import PEOPLE, Browser, Panel

EVERYBODY = frozenset(Role)
READERS = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
OFFICER = frozenset({Role.PRIVACY_OFFICER})
AUDITORS = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
TRIERS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
OPERATOR = frozenset({Role.OPERATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
ANYBODY = None
RID = "<recording>"
PERSON = "0a1b2c3d"


@dataclass(frozen=True)
class Route:
    """One way into the panel, and the roles that may take it; None is anybody."""

    method: str
    path: str
    roles: frozenset[Role] | None
    form: tuple[tuple[str, str], ...] = ()


ROUTES = {
    ("home.page", "GET"): Route("GET", "/", EVERYBODY),
    ("home.lines", "GET"): Route("GET", "/lines.json", EVERYBODY),
    ("home.line_events", "GET"): Route("GET", "/lines/events", EVERYBODY),
    ("home.news", "GET"): Route("GET", "/news", EVERYBODY),
    ("login.page", "GET"): Route("GET", "/login", ANYBODY),
    ("login.log_in", "POST"): Route("POST", "/login", ANYBODY),
    ("login.code", "GET"): Route("GET", "/login/code", ANYBODY),
    ("login.enter_code", "POST"): Route("POST", "/login/code", ANYBODY, (("code", "000000"),)),
    ("login.log_out", "POST"): Route("POST", "/logout", ANYBODY),
    ("language.switch", "POST"): Route("POST", "/language", ANYBODY),
    ("first_run.owner", "GET"): Route("GET", "/first-run", ANYBODY),
    ("first_run.make_vault", "POST"): Route("POST", "/first-run", ANYBODY),
    ("first_run.confirm", "POST"): Route("POST", "/first-run/sheet", ANYBODY),
    ("trial.place", "POST"): Route(
        "POST", "/trial", TRIERS, (("line", "Reception"), ("caller", "agrees"))
    ),
    ("trial.press", "POST"): Route(
        "POST", "/press", OPERATOR, (("line", "Reception"), ("button", "pause"))
    ),
    ("demo_phone.page", "GET"): Route("GET", "/phone", TRIERS),
    ("demo_phone.facts", "GET"): Route("GET", "/phone/events", TRIERS),
    ("demo_phone.sound", "GET"): Route("GET", f"/phone/sound/{'0' * 64}.wav", TRIERS),
    ("demo_phone.outcome", "GET"): Route("GET", "/phone/outcome.json", TRIERS),
    ("demo_phone.lend", "POST"): Route("POST", "/phone/voice", TRIERS),
    ("demo_phone.act", "POST"): Route(
        "POST", "/phone/act", TRIERS, (("line", "Reception"), ("by", "office"), ("do", "lift"))
    ),
    ("calls.listed", "GET"): Route("GET", "/calls", READERS),
    ("calls.search", "POST"): Route("POST", "/calls", READERS, (("text", "221234567"),)),
    ("calls.show", "GET"): Route("GET", f"/calls/{RID}", READERS),
    ("calls.export", "POST"): Route("POST", f"/calls/{RID}/export", OFFICER, (("format", "wav"),)),
    ("hand_over.hand_over", "POST"): Route(
        "POST", f"/calls/{RID}/hand-over", OFFICER, (("recipient", "caller"), ("words", "Anna"))
    ),
    ("proof.sheet", "GET"): Route("GET", f"/calls/{RID}/proof", READERS),
    ("proof.take", "POST"): Route("POST", f"/calls/{RID}/proof", OFFICER),
    ("proof.words", "GET"): Route("GET", f"/proof/words/{'0' * 64}.wav", READERS),
    ("calls.add_number", "POST"): Route(
        "POST", f"/calls/{RID}/number", OFFICER, (("number", "221234567"),)
    ),
    ("playback.listen", "POST"): Route(
        "POST", f"/calls/{RID}/listen", READERS, (("purpose", "training"),)
    ),
    ("playback.player", "GET"): Route("GET", f"/calls/{RID}/listen/{'x' * 22}", READERS),
    ("playback.sound", "GET"): Route("GET", f"/playback/{'x' * 22}.wav", READERS),
    ("erasure.page", "GET"): Route("GET", f"/calls/{RID}/erase", OFFICER),
    ("erasure.erase", "POST"): Route("POST", f"/calls/{RID}/erase", OFFICER),
    ("erasure.certificate", "GET"): Route("GET", f"/calls/{RID}/certificate", OFFICER),
    ("words.page", "GET"): Route("GET", "/words", ADMINISTRATOR),
    ("words.speak", "POST"): Route("POST", "/words/speak", ADMINISTRATOR),
    ("words.confirm", "POST"): Route(
        "POST", "/words/confirm", ADMINISTRATOR, (("base", "0"), ("confirmed", "words"))
    ),
    ("words.record", "GET"): Route("GET", "/words/Reception/question", ADMINISTRATOR),
    ("words.take", "POST"): Route("POST", "/words/Reception/question", ADMINISTRATOR),
    ("words.sound", "GET"): Route("GET", "/words/Reception/nothing.wav", ADMINISTRATOR),
    ("words.drop", "POST"): Route("POST", "/words/drop", ADMINISTRATOR),
    ("words.draft", "GET"): Route("GET", f"/words/takes/{'x' * 16}/heard", ADMINISTRATOR),
    ("words.keep", "POST"): Route("POST", f"/words/takes/{'x' * 16}/heard", ADMINISTRATOR),
    ("words.draft_sound", "GET"): Route("GET", f"/words/takes/{'x' * 16}/end.wav", ADMINISTRATOR),
    ("calls.choose", "POST"): Route("POST", "/calls/chosen", OFFICER, (("do", "copies"),)),
    ("erasure.ask_many", "GET"): Route("GET", "/calls/chosen/erase", OFFICER),
    ("erasure.erase_many", "POST"): Route("POST", "/calls/chosen/erase", OFFICER),
    ("erasure.certificates", "GET"): Route("GET", "/calls/erased", OFFICER),
    ("erasure.search", "POST"): Route("POST", "/calls/erased", OFFICER),
    ("holds.ask_many", "GET"): Route("GET", "/calls/chosen/hold", OFFICER),
    ("holds.hold_many", "POST"): Route("POST", "/calls/chosen/hold", OFFICER),
    ("people.page", "GET"): Route("GET", "/people", ADMINISTRATOR),
    ("people.add", "POST"): Route("POST", "/people", ADMINISTRATOR, (("name", "Jan"),)),
    ("people.search", "POST"): Route("POST", "/people/search", ADMINISTRATOR),
    ("people.person", "GET"): Route("GET", f"/people/{PERSON}", ADMINISTRATOR),
    ("people.change_roles", "POST"): Route("POST", f"/people/{PERSON}/roles", ADMINISTRATOR),
    ("people.reset_password", "POST"): Route("POST", f"/people/{PERSON}/password", ADMINISTRATOR),
    ("people.remove_totp", "POST"): Route("POST", f"/people/{PERSON}/totp", ADMINISTRATOR),
    ("people.end_sessions", "POST"): Route("POST", f"/people/{PERSON}/sessions", ADMINISTRATOR),
    ("people.remove", "POST"): Route("POST", f"/people/{PERSON}/remove", ADMINISTRATOR),
    ("me.page", "GET"): Route("GET", "/me", EVERYBODY),
    ("me.change_password", "POST"): Route("POST", "/me/password", EVERYBODY),
    ("me.begin_totp", "POST"): Route("POST", "/me/totp", EVERYBODY),
    ("me.confirm_totp", "POST"): Route("POST", "/me/totp/confirm", EVERYBODY),
    ("me.drop_totp", "POST"): Route("POST", "/me/totp/remove", EVERYBODY),
    ("me.make_backup_codes", "POST"): Route(
        "POST", "/me/backup-codes", EVERYBODY, (("password", PASSWORD), ("code", "000000"))
    ),
    ("sheet.page", "GET"): Route("GET", "/sheet", ADMINISTRATOR),
    ("sheet.draw", "POST"): Route("POST", "/sheet", ADMINISTRATOR, (("password", PASSWORD),)),
    ("sheet.confirm", "POST"): Route("POST", "/sheet/confirm", ADMINISTRATOR),
    ("sheet.drop", "POST"): Route("POST", "/sheet/drop", ADMINISTRATOR),
    ("sheet.entrance", "GET"): Route("GET", "/recovery", ANYBODY),
    ("sheet.enter", "POST"): Route("POST", "/recovery", ANYBODY),
    ("kept_form.keep", "POST"): Route("POST", "/kept-form", ANYBODY),
    ("me.end_others", "POST"): Route("POST", "/me/sessions", EVERYBODY),
    ("me.left", "GET"): Route("GET", "/me/session.json", EVERYBODY),
    ("me.stay", "POST"): Route("POST", "/me/stay", EVERYBODY),
    ("holds.page", "GET"): Route("GET", f"/calls/{RID}/hold", OFFICER),
    ("holds.hold", "POST"): Route("POST", f"/calls/{RID}/hold", OFFICER),
    ("holds.release", "POST"): Route("POST", f"/calls/{RID}/release", OFFICER),
    ("exempt.page", "GET"): Route("GET", "/never-recorded", OFFICER),
    ("exempt.act", "POST"): Route(
        "POST", "/never-recorded", OFFICER, (("act", "add"), ("number", "221234567"))
    ),
    ("exempt.search", "POST"): Route("POST", "/never-recorded/search", OFFICER),
    ("exempt.confirm", "GET"): Route("GET", "/never-recorded/remove", OFFICER),
    ("exempt.remove", "POST"): Route("POST", "/never-recorded/remove", OFFICER),
    ("settings.page", "GET"): Route("GET", "/settings", ADMINISTRATOR),
    ("settings.form", "GET"): Route("GET", "/settings/office", ADMINISTRATOR),
    ("settings.item_form", "GET"): Route("GET", "/settings/lines/0", ADMINISTRATOR),
    ("settings.change", "POST"): Route(
        "POST", "/settings/pause", ADMINISTRATOR, (("do", "preview"), ("pause_minutes", "3"))
    ),
    ("settings.change_item", "POST"): Route(
        "POST", "/settings/purposes/0", ADMINISTRATOR, (("do", "preview"), ("id", "training"))
    ),
    ("settings.history", "GET"): Route("GET", "/settings/history", ADMINISTRATOR),
    ("settings.version", "GET"): Route("GET", "/settings/history/0", ADMINISTRATOR),
    ("settings.go_back", "POST"): Route(
        "POST", "/settings/history/0", ADMINISTRATOR, (("do", "preview"), ("base", "0"))
    ),
    ("settings.seed", "POST"): Route("POST", "/settings/seed", ADMINISTRATOR),
    ("setup.page", "GET"): Route("GET", "/setup", ADMINISTRATOR),
    ("setup.step", "GET"): Route("GET", "/setup/purposes", ADMINISTRATOR),
    ("setup.paper", "GET"): Route("GET", "/setup/notice/pl", ADMINISTRATOR),
    ("setup.answer", "POST"): Route("POST", "/setup/notice", ADMINISTRATOR, (("who", "alone"),)),
    ("audit.page", "GET"): Route("GET", "/audit", AUDITORS),
    ("audit.search", "POST"): Route("POST", "/audit", AUDITORS),
    ("doctor.page", "GET"): Route("GET", "/doctor", ADMINISTRATOR),
    ("doctor.line", "GET"): Route("GET", "/doctor/line", ADMINISTRATOR),
    ("doctor.line_now", "GET"): Route("GET", "/doctor/line.json", ADMINISTRATOR),
    ("doctor.line_events", "GET"): Route("GET", "/doctor/line/events", ADMINISTRATOR),
    ("doctor.tones", "POST"): Route(
        "POST", "/doctor/line/tones", ADMINISTRATOR, (("line", "Reception"), ("do", "begin"))
    ),
    ("erase_all.page", "GET"): Route("GET", "/erase-all", AUDITORS),
    ("erase_all.ask", "POST"): Route("POST", "/erase-all", ADMINISTRATOR),
    ("erase_all.confirm", "POST"): Route("POST", "/erase-all/confirm", AUDITORS),
    ("erase_all.cancel", "POST"): Route("POST", "/erase-all/cancel", AUDITORS),
    ("backup.page", "GET"): Route("GET", "/backup", ADMINISTRATOR),
    ("backup.start", "POST"): Route("POST", "/backup", ADMINISTRATOR),
    ("backup.forget", "POST"): Route("POST", "/backup/forget", ADMINISTRATOR),
    ("drill.page", "GET"): Route("GET", "/backup/try", ADMINISTRATOR),
    ("drill.try_sheet", "POST"): Route("POST", "/backup/try", ADMINISTRATOR, (("sheet", "AAAAA"),)),
    ("restore.page", "GET"): Route("GET", "/first-run/restore", ANYBODY),
    ("restore.begin", "POST"): Route("POST", "/first-run/restore", ANYBODY),
    ("mail.page", "GET"): Route("GET", "/mail", ADMINISTRATOR),
    ("mail.change", "POST"): Route("POST", "/mail", ADMINISTRATOR),
    ("mail.try_it", "POST"): Route("POST", "/mail/try", ADMINISTRATOR),
    ("mail.stop", "POST"): Route("POST", "/mail/stop", ADMINISTRATOR),
    ("update.page", "GET"): Route("GET", "/update", ADMINISTRATOR),
    ("update.install", "POST"): Route("POST", "/update", ADMINISTRATOR),
    ("update.restart", "POST"): Route("POST", "/update/restart", ADMINISTRATOR),
    ("time.page", "GET"): Route("GET", "/time", AUDITORS),
    ("time.confirm", "POST"): Route(
        *("POST", "/time", ADMINISTRATOR),
        (("time", "clock"), ("clock", "1790000000"), ("uptime", "0")),
    ),
    ("time.allow", "POST"): Route(
        *("POST", "/time/erasure", ADMINISTRATOR),
        (("sure", "yes"), ("through", "1"), ("recordings", "1")),
    ),
}
POSTS = [route for route in ROUTES.values() if route.method == "POST"]
GETS = [route for route in ROUTES.values() if route.method == "GET"]


def go(browser: Browser, route: Route, rid: str) -> TestResponse:
    """Take a route as a person with a browser does."""
    path = route.path.replace(RID, rid)
    if route.method == "GET":
        return browser.get(path)
    return browser.send(path, **dict(route.form))


def refused(answer: TestResponse) -> bool:
    """Say whether somebody who is not logged in was sent away."""
    return answer.status_code == 401 or answer.headers.get("Location", "").endswith("/login")


def test_the_table_names_every_route(panel: Panel) -> None:
    known = {
        (rule.endpoint, method)
        for rule in panel.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert known == set(ROUTES)


def test_nobody_gets_in_without_a_session(panel: Panel) -> None:
    rid = panel.record()
    stranger = panel.browser()
    for name, route in ROUTES.items():
        if route.roles is not ANYBODY:
            assert refused(go(stranger, route, rid)), name
    assert panel.recorder.asked == []


@pytest.mark.parametrize("name", [*PEOPLE, OWNER])
def test_a_role_gets_what_it_may_and_no_more(panel: Panel, name: str) -> None:
    take_every_route(panel, name, PEOPLE.get(name, EVERYBODY))


PAIRS = [frozenset(pair) for pair in itertools.combinations(Role, 2)]


@pytest.mark.parametrize("roles", spread(PAIRS, 1), ids=sorted)
def test_two_roles_give_the_sum_of_both(panel: Panel, roles: frozenset[Role]) -> None:
    change(panel, next(iter(PEOPLE)), roles=tuple(sorted(roles)))
    take_every_route(panel, next(iter(PEOPLE)), roles)


def take_every_route(panel: Panel, name: str, roles: frozenset[Role]) -> None:
    rid = panel.record()
    browser = panel.log_in(name)
    for endpoint, route in ROUTES.items():
        if route.roles is ANYBODY:
            continue
        answer = go(browser, route, rid)
        if roles & route.roles:
            assert answer.status_code != 403, endpoint
            assert not refused(answer), endpoint
        else:
            assert answer.status_code == 403, endpoint


def change(panel: Panel, name: str, **changes: Any) -> None:
    assert panel.box.keeper.box is not None
    with panel.box.keeper.box.keyring.changing() as draft:
        for entry in draft.operators.values():
            if entry.name == name:
                for field, value in changes.items():
                    setattr(entry, field, value)


BEFORE_A_PASSWORD = {"me.page", "me.change_password", "me.left", "me.stay"}


def test_a_one_time_password_leads_to_a_password_of_ones_own_and_nowhere_else(
    panel: Panel,
) -> None:
    rid = panel.record()
    change(panel, OWNER, one_time_until=panel.box.clock.now() + 60)
    browser = panel.log_in(one_time=True)
    for (endpoint, _), route in ROUTES.items():
        answer = go(browser, route, rid)
        if endpoint in BEFORE_A_PASSWORD:
            assert answer.status_code in {200, 400}, endpoint
        elif route.roles is not ANYBODY:
            away = answer.headers.get("Location") == "/me"
            told: Any = answer.json
            assert away or told["code"] == "choose_password", endpoint
        elif endpoint == "login.log_out":
            browser = panel.log_in(one_time=True)
    assert panel.recorder.asked == []


@pytest.mark.parametrize("name", PEOPLE)
def test_the_navigation_offers_only_what_the_role_may_open(panel: Panel, name: str) -> None:
    browser = panel.log_in(name)
    page = browser.get("/").text
    for path in ("/calls", "/audit"):
        if f'<a href="{path}"' in page:
            assert browser.get(path).status_code == 200
        else:
            assert browser.get(path).status_code == 403


def test_a_form_without_its_token_does_nothing(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    acts = panel.box.acts()
    for route in POSTS:
        path = route.path.replace(RID, rid)
        fields = dict(route.form)
        others = panel.browser().token()
        for token in ({}, {"csrf_token": "forged"}, {"csrf_token": others}):
            answer = browser.client.post(path, data={**fields, **token})
            assert answer.status_code == 400, (path, token)
            assert (panel.box.acts(), panel.recorder.asked) == (acts, []), (path, token)


def test_a_form_from_another_site_is_refused_even_with_a_token(panel: Panel) -> None:
    browser = panel.log_in()
    answer = browser.client.post(
        "/trial",
        data={"csrf_token": browser.token(), "line": "Reception", "caller": "agrees"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 400
    assert panel.recorder.asked == []


def test_reading_changes_nothing(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    acts = panel.box.acts()
    kept = [path.name for path in panel.box.folders.recordings.iterdir()]
    for route in GETS:
        go(browser, route, rid)
    assert set(panel.box.acts()[len(acts) :]) <= {
        "listed",
        "viewed",
        "exempt_listed",
        "failed",
    }  # what was seen
    assert [path.name for path in panel.box.folders.recordings.iterdir()] == kept
    assert panel.recorder.asked == []


def check_headers(answer: TestResponse) -> None:
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_every_answer_carries_the_headers(panel: Panel) -> None:
    rid = panel.record()
    for browser in (panel.browser(), panel.log_in()):
        for route in ROUTES.values():
            answer = go(browser, route, rid)
            check_headers(answer)
            assert answer.headers["Cache-Control"] == "no-store"
        check_headers(browser.get("/nowhere"))
        check_headers(browser.get("/static/panel.css"))


def test_no_page_holds_anything_inline_or_from_elsewhere(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    for route in GETS:
        page = go(browser, route, rid).text
        for word in ("<style", " style=", " onclick=", " onload=", "http://", "https://"):
            assert word not in page.replace('xmlns="http://www.w3.org/2000/svg"', ""), route.path
        assert page.count("<script") == page.count("<script src=")


def test_cookies_are_closed_to_scripts_and_other_sites(panel: Panel) -> None:
    browser = panel.browser()
    token = browser.token()
    answer = browser.client.post(
        "/login", data={"csrf_token": token, "name": OWNER, "password": "correct horse battery"}
    )
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("zgoda=") for cookie in cookies)
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


def test_a_tampered_or_endless_session_cookie_opens_nothing(panel: Panel) -> None:
    for value in ("x", "x" * 4000, "é", '"{}"'):
        client: FlaskClient = panel.app.test_client()
        client.set_cookie("zgoda", value)
        assert refused(client.get("/calls")), value[:10]
