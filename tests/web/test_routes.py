"""Ask every route with every role, without a token and without a session."""

import itertools
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.link.operations import Role
from tests.deep import spread
from tests.keeper.boxes import OWNER
from tests.web.conftest import PEOPLE, Panel
from tests.web.routes import ANYBODY, EVERYBODY, GETS, POSTS, RID, ROUTES, go


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
