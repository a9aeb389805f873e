"""End sessions: by browser, by person, by password; acts on people want a password.

Each test goes through the real panel in front of a real keeper.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.people.sessions import MOST_SESSIONS, MOST_WRONG
from appliance.link.operations import Role
from appliance.link.requests.login import WhoAmI
from appliance.link.requests.people import ChangeRoles, RemovePerson
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.web.conftest import Browser, Panel, serve, set_up_box

LENA, ADAM = "Lena Listener", "Adam Admin"
NEW = "zielony kajak tonie w marcu"


@pytest.fixture
def panel(tmp_path: Path, nothing_read: None) -> Iterator[Panel]:
    """A panel of a box that is set up; nobody reads calls here."""
    yield from serve(set_up_box(tmp_path))


def token(browser: Browser) -> str:
    """Return a browser's session token."""
    cookie = browser.client.get_cookie("zgoda")
    return cookie.value if cookie is not None else ""


def is_open(panel: Panel, value: str) -> bool:
    """Say whether a token opens a session, whoever sends it."""
    try:
        panel.box.ask(WhoAmI(), value)
    except Refused as error:
        return error.code != "not_logged_in"
    return True


def test_66_logins_of_one_person_end_nobody_elses_session(panel: Panel) -> None:
    owner, first = panel.log_in(), panel.log_in(LENA)
    lenas = [panel.box.log_in(LENA) for _ in range(66)]
    assert is_open(panel, token(owner))
    assert owner.get("/people").status_code == 200
    assert not is_open(panel, token(first)), "their own first ones make room"
    assert [is_open(panel, one) for one in lenas] == [False] * 50 + [True] * MOST_SESSIONS


def test_another_login_in_a_browser_ends_its_old_token(panel: Panel) -> None:
    browser, elsewhere = panel.log_in(LENA), panel.log_in(LENA)
    old = token(browser)
    assert browser.send("/login", name=LENA, password="wrong").status_code == 401
    assert is_open(panel, old), "a wrong password ends nothing"
    assert browser.send("/login", name=OWNER, password=PASSWORD).status_code == 303
    assert not is_open(panel, old)
    assert is_open(panel, token(browser))
    assert is_open(panel, token(elsewhere))


def test_a_password_change_ends_every_token_and_gives_this_browser_a_new_one(
    panel: Panel,
) -> None:
    browser, elsewhere = panel.log_in(LENA), panel.log_in(LENA)
    old = token(browser)
    answer = browser.send("/me/password", old=PASSWORD, new=NEW, repeated=NEW)
    assert answer.headers["Location"] == "/me?done=password"
    assert not is_open(panel, old)
    assert not is_open(panel, token(elsewhere))
    assert token(browser) != old
    assert browser.get("/me").status_code == 200


def test_five_wrong_passwords_end_the_session_and_no_other(panel: Panel) -> None:
    browser, elsewhere = panel.log_in(LENA), panel.log_in(LENA)
    old = token(browser)
    form = {"old": "wrong", "new": NEW, "repeated": NEW}
    for _ in range(MOST_WRONG - 1):
        assert browser.send("/me/password", **form).status_code == 400
    answer = browser.send("/me/password", **form)
    assert answer.headers["Location"] == "/login?ended=wrong"
    assert token(browser) == ""
    assert not is_open(panel, old)
    assert (
        "You were logged out after five wrong passwords." in browser.get("/login?ended=wrong").text
    )
    assert is_open(panel, token(elsewhere))
    assert browser.send("/login", name=LENA, password=PASSWORD).status_code == 303
    assert panel.box.acts().count("proof_failed") == MOST_WRONG


@pytest.mark.parametrize("act", ["remove", "roles"])
def test_removing_and_giving_roles_want_the_administrators_password(panel: Panel, act: str) -> None:
    owner = panel.log_in()
    assert panel.box.keeper.box is not None
    people = panel.box.keeper.box.keyring.content.operators
    (lena,) = [one.id for one in people.values() if one.name == LENA]
    path, form = f"/people/{lena}/{act}", {"sure": "yes", "role": "administrator"}
    for password in ({}, {"password": ""}, {"password": "wrong"}):
        answer = owner.send(path, **form, **password)
        assert answer.status_code == 400
        said = "Your password is wrong." if password.get("password") else "Type your own"
        assert said in answer.text
    operation = (
        RemovePerson(lena, "wrong")
        if act == "remove"
        else ChangeRoles(lena, (Role.ADMINISTRATOR,), "wrong")
    )
    with pytest.raises(Refused) as caught:
        panel.box.ask(operation, token(owner))
    assert caught.value.code == "wrong_password"
    mine = panel.box.keeper.box.keyring.content.operators[lena]
    assert mine.roles == (Role.LISTENER,)
    assert owner.send(path, **form, password=PASSWORD).status_code == 303


def test_a_browser_keeps_its_device_cookie_when_its_session_ends(panel: Panel) -> None:
    browser = panel.log_in(LENA)
    device = browser.client.get_cookie("zgoda-device")
    assert device is not None
    assert (device.http_only, device.same_site, device.path) == (True, "Strict", "/")
    assert device.max_age == 180 * DAY
    browser.send("/logout")
    assert browser.client.get_cookie("zgoda-device") is not None
    assert not is_open(panel, device.value), "it opens nothing"
    for _ in range(3):
        browser.send("/login", name=LENA, password="wrong")
    for _ in range(4):
        panel.browser().send("/login", name=LENA, password="wrong")
    assert panel.browser().send("/login", name=LENA, password=PASSWORD).status_code == 429
    assert browser.send("/login", name=LENA, password=PASSWORD).status_code == 303
