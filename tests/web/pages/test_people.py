"""The pages of people, of oneself, and the login in two steps."""

import re

import pyotp
import pytest

from appliance.link.operations import Role
from appliance.link.requests.login import LetIn
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.proofs import give_totp
from tests.web.conftest import PEOPLE, Browser, Panel
from tests.web.test_look import Outline

OWN = "zielony kajak tonie w marcu"
LENA, ADAM = "Lena Listener", "Adam Admin"


def ids(panel: Panel) -> dict[str, str]:
    assert panel.box.keeper.box is not None
    people = panel.box.keeper.box.keyring.content.operators.values()
    return {entry.name: entry.id for entry in people}


def give_app(panel: Panel, name: str) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    assert panel.box.keeper.box is not None
    with panel.box.keeper.box.keyring.changing() as draft:
        give_totp(draft.operators[ids(panel)[name]], secret)
    return pyotp.TOTP(secret)


def once(page: str) -> str:
    found = re.search(r'<code class="once">([A-Z0-9-]+)</code>', page)
    assert found is not None
    return found[1]


def add(browser: Browser, name: str = "Jan Nowy", role: str = "listener") -> str:
    page = browser.send("/people", name=name, role=role, password=PASSWORD)
    assert page.status_code == 200, page.text
    return once(page.text)


def enter(panel: Panel, name: str, password: str) -> Browser:
    browser = panel.browser()
    assert browser.send("/login", name=name, password=password).status_code in {200, 303}
    return browser


def test_from_a_one_time_password_to_ones_own(panel: Panel) -> None:
    owner = panel.log_in()
    password = add(owner)
    assert password not in owner.get("/people").text
    jan = panel.browser()
    answer = jan.send("/login", name="jan nowy", password=password)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Welcome, Jan Nowy." in answer.text
    assert f'<input type="hidden" name="old" value="{password}">' in answer.text
    assert 'id="old"' not in answer.text
    for path in ("/", "/calls", "/lines.json"):
        answer = jan.get(path)
        assert answer.headers.get("Location") == "/me" or answer.status_code == 403
    page = jan.get("/me").text
    assert "Choose a password" in page
    assert 'href="/calls"' not in page
    assert 'id="old"' in page  # another page than the login's answer has to ask
    short = jan.send("/me/password", old=password, new="short", repeated="short").text
    assert f'<input type="hidden" name="old" value="{password}">' in short
    wrong = jan.send("/me/password", old="wrong", new=OWN, repeated=OWN).text
    assert "The password is wrong." in wrong
    assert 'id="old"' in wrong
    panel.box.clock.advance(60)
    form = {"old": password, "new": OWN, "repeated": OWN}
    assert jan.send("/me/password", **form).headers["Location"] == "/"
    assert jan.get("/calls").status_code == 200
    assert jan.get("/audit").status_code == 403
    assert jan.get("/people").status_code == 403
    assert panel.browser().send("/login", name="Jan Nowy", password=password).status_code == 401


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"old": ""}, "Type the password that you have now."),
        ({"old": "wrong"}, "The password is wrong."),
        ({"new": "short", "repeated": "short"}, "Use at least 15 characters."),
        ({"new": "x" * 257, "repeated": "x" * 257}, "Use at most 256 characters."),
        ({"repeated": "another one altogether"}, "The two passwords are not the same."),
        (
            {"new": "Warszawa2026Lena!", "repeated": "Warszawa2026Lena!"},
            "This password is easy to guess",
        ),
    ],
)
def test_ones_password_is_changed_or_it_says_why(
    panel: Panel, changes: dict[str, str], told: str
) -> None:
    lena = panel.log_in(LENA)
    form = {"old": PASSWORD, "new": OWN, "repeated": OWN}
    answer = lena.send("/me/password", **form | changes)
    assert answer.status_code == 400
    assert told in answer.text
    assert OWN not in answer.text
    answer = lena.send("/me/password", **form)
    assert answer.headers["Location"] == "/me?done=password"
    assert "Everywhere else you were logged out." in lena.get("/me?done=password").text
    enter(panel, LENA, OWN)


def test_an_app_is_set_up_asked_for_and_taken_away(panel: Panel) -> None:
    lena, now = panel.log_in(LENA), panel.box.clock.now
    assert lena.send("/me/totp", password="wrong").status_code == 400
    page = lena.send("/me/totp", password=PASSWORD).text
    secret = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))
    assert page.count("<svg") == 1
    app = pyotp.TOTP(secret)
    wrong = lena.send("/me/totp/confirm", code="000000")
    assert wrong.status_code == 400
    assert "That is not the code that the app shows now." in wrong.text
    assert "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", wrong.text)) == secret
    assert wrong.text.count("<svg") == 1
    other = enter(panel, LENA, PASSWORD)
    assert secret[:4] not in other.send("/me/totp/confirm", code="000000").text
    done = lena.send("/me/totp/confirm", code=app.at(int(now())))
    assert done.headers["Location"] == "/me?done=totp"
    late = lena.send("/me/totp/confirm", code="000000")
    assert late.status_code == 400
    assert secret[:4] not in late.text
    panel.box.clock.advance(60)
    again = panel.browser()
    answer = again.send("/login", name=LENA, password=PASSWORD)
    assert answer.headers["Location"] == "/login/code"
    assert again.get("/calls").headers["Location"] == "/login"
    assert again.send("/login", name=LENA, password=PASSWORD).status_code == 303
    code = app.at(int(now()))
    assert again.send("/login/code", code=f"{code[:3]} {code[3:]}").headers["Location"] == "/calls"
    assert again.get("/calls").status_code == 200
    panel.box.clock.advance(60)
    form = {"password": PASSWORD, "code": "000000"}
    assert "The password or the code is wrong." in again.send("/me/totp/remove", **form).text
    form["code"] = app.at(int(now()))
    assert again.send("/me/totp/remove", **form).headers["Location"] == "/me?done=no-totp"
    enter(panel, LENA, PASSWORD).get("/calls")


def test_an_administrator_logs_somebody_out_by_a_button(panel: Panel) -> None:
    lena, owner = panel.log_in(LENA), panel.log_in()
    page = f"/people/{ids(panel)[LENA]}"
    assert "Log them out everywhere" in owner.get(page, Accept_Language="en").text
    assert owner.send(f"{page}/sessions", password="").status_code == 400
    assert owner.send(f"{page}/sessions", password="wrong wrong wrong").status_code == 400
    assert lena.get("/calls").status_code == 200
    done = owner.send(f"{page}/sessions", password=PASSWORD)
    assert done.headers["Location"] == "/people?done=sessions"
    assert "logged out everywhere" in owner.get("/people?done=sessions", Accept_Language="en").text
    assert lena.get("/calls").headers["Location"] == "/login"
    assert "Log them out everywhere" not in owner.get(page, Accept_Language="en").text


def test_backup_codes_are_made_after_a_code(panel: Panel) -> None:
    lena = panel.log_in(LENA)
    app = give_app(panel, LENA)
    page = lena.get("/me").text
    form = page[page.index('action="/me/backup-codes"') :].partition("</form>")[0]
    assert 'name="code"' in form
    wrong = lena.send("/me/backup-codes", password=PASSWORD)
    assert wrong.status_code == 400
    assert "The password or the code is wrong." in wrong.text
    panel.box.clock.advance(60)
    code = app.at(int(panel.box.clock.now()))
    made = lena.send("/me/backup-codes", password=PASSWORD, code=code)
    codes = re.findall(r'class="once">([^<]+)', made.text)
    assert len(codes) == 10
    again = enter(panel, LENA, PASSWORD)
    assert again.send("/login/code", code=codes[0].lower()).headers["Location"] == "/"


def test_whether_there_is_an_app_is_told_after_the_password_alone(panel: Panel) -> None:
    give_app(panel, LENA)
    pages = []
    for name in (LENA, ADAM, "Nobody Here"):
        answer = panel.browser().send("/login", name=name, password="wrong wrong wrong")
        assert answer.status_code == 401
        pages.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert pages[0] == pages[1] == pages[2]
    assert "one-time-code" not in panel.browser().get("/login").text


def test_a_wrong_code_says_so_and_what_time_the_box_has(panel: Panel) -> None:
    give_app(panel, LENA)
    lena = enter(panel, LENA, PASSWORD)
    answer = lena.send("/login/code", code="000000")
    assert answer.status_code == 401
    assert "That code is wrong, or was used before." in answer.text
    assert "The device believes it is 21 Sept 2026" in answer.text
    panel.box.clock.advance(200)
    late = lena.send("/login/code", code="000000")
    assert late.headers["Location"] == "/login"
    assert lena.client.get_cookie("zgoda") is None
    assert lena.get("/login/code").headers["Location"] == "/login"


def test_a_browser_that_waits_is_told_of_the_code_and_gets_in_with_it(panel: Panel) -> None:
    browser = panel.browser()
    for _ in range(3):
        browser.send("/login", name=LENA, password="wrong")
    answer = browser.send("/login", name=LENA, password=PASSWORD)
    assert answer.status_code == 429
    assert "Too many attempts, by you or by somebody else." in answer.text
    assert "<details open>" in answer.text
    code = panel.box.ask(LetIn(LENA)).code
    form = {"name": LENA, "password": PASSWORD}
    answer = browser.send("/login", **form, let_in="AAAAA-AAAAA")
    assert answer.status_code == 401
    assert "The code for a new browser is wrong or too old." in answer.text
    assert browser.send("/login", **form, let_in=f" {code.lower()} ").status_code == 303
    assert browser.get("/calls").status_code == 200


def test_people_are_listed_with_what_they_may_do(panel: Panel) -> None:
    give_app(panel, ADAM)
    page = panel.log_in().get("/people").text
    for name in (*PEOPLE, OWNER):
        assert name in page
    assert "(you)" in page
    assert "with app" in page
    assert 'href="/people" aria-current="page"' in page


@pytest.mark.parametrize(
    ("changes", "told", "status"),
    [
        ({"name": ""}, "Type a name of at most 60 letters.", 400),
        ({"name": "x" * 61}, "Type a name of at most 60 letters.", 400),
        ({"name": "a\u202eb"}, "A name has 1 to 60 printable characters.", 400),
        ({"name": LENA.upper()}, "There is already an account of this name.", 409),
        ({"role": "emperor"}, "Give at least one role.", 400),
        ({"password": "wrong"}, "Your password is wrong.", 400),
    ],
)
def test_adding_says_what_is_wrong(
    panel: Panel, changes: dict[str, str], told: str, status: int
) -> None:
    form = {"name": "Jan", "role": "operator", "password": PASSWORD} | changes
    answer = panel.log_in().send("/people", **form)
    assert (answer.status_code, told in answer.text) == (status, True)
    assert len(ids(panel)) == 5


def test_roles_are_changed_but_not_the_last_ones(panel: Panel) -> None:
    owner, lena = panel.log_in(), panel.log_in(LENA)
    path = f"/people/{ids(panel)[LENA]}/roles"
    assert owner.send(path).status_code == 400
    poor = owner.send(path, role="operator", password="wrong")
    assert (poor.status_code, "Your password is wrong." in poor.text) == (400, True)
    done = owner.send(path, role="operator", password=PASSWORD)
    assert done.headers["Location"] == "/people?done=roles"
    assert lena.get("/calls").status_code == 403
    for name in (ADAM, "Pola Officer"):
        form = {"role": "listener", "password": PASSWORD}
        owner.send(f"/people/{ids(panel)[name]}/roles", **form)
    answer = owner.send(f"/people/{ids(panel)[OWNER]}/roles", **form)
    assert answer.status_code == 409
    assert "must always" in answer.text


def test_removing_wants_a_clear_yes_and_ends_everything(panel: Panel) -> None:
    owner, lena = panel.log_in(), panel.log_in(LENA)
    path = f"/people/{ids(panel)[LENA]}/remove"
    assert "Confirm that it is meant." in owner.send(path).text
    assert lena.get("/calls").status_code == 200
    assert "Your password is wrong." in owner.send(path, sure="yes", password="wrong").text
    assert lena.get("/calls").status_code == 200
    form = {"sure": "yes", "password": PASSWORD}
    assert owner.send(path, **form).headers["Location"] == "/people?done=removed"
    assert lena.get("/calls").headers["Location"] == "/login"
    assert "An old password is being made useless." in owner.get("/people").text
    assert owner.send(path, **form).status_code == 404
    answer = owner.send(f"/people/{ids(panel)[OWNER]}/remove", **form)
    assert (answer.status_code, "Ask another administrator" in answer.text) == (409, True)


def test_ones_own_entry_offers_only_what_one_may(panel: Panel) -> None:
    page = panel.log_in().get(f"/people/{ids(panel)[OWNER]}").text
    assert "/remove" not in page
    assert 'href="/me"' in page
    assert panel.log_in().get("/people/0a1b2c3d").status_code == 404


def test_the_audit_shows_names_to_those_who_may_read_it(panel: Panel) -> None:
    owner = panel.log_in()
    add(owner, role="operator")
    page = owner.get("/audit").text
    assert re.search(r"Person added</td>\s*<td>Ewa Nowak</td>\s*<td>Jan Nowy", page)
    assert '<span class="letter">Line desk</span>' in page
    rid = panel.record()
    panel.log_in("Pola Officer").send(f"/calls/{rid}/listen", purpose="training")
    pola = ids(panel)["Pola Officer"]
    for reader in (owner, panel.log_in(LENA)):
        page = reader.get(f"/calls/{rid}").text
        assert "Pola Officer" in page
        assert pola not in page
    add(owner, name="Piotr Nowy", role="privacy_officer")
    owner.send(f"/people/{pola}/remove", sure="yes", password=PASSWORD)
    assert f"somebody who left ({pola})" in owner.get(f"/calls/{rid}").text


def test_other_sessions_are_listed_and_ended(panel: Panel) -> None:
    first, second = panel.log_in(LENA), panel.log_in(LENA)
    assert second.get("/me").text.count("Another browser") == 1
    assert second.send("/me/sessions").headers["Location"] == "/me?done=sessions"
    assert first.get("/calls").headers["Location"] == "/login"
    assert "Another browser" not in second.get("/me").text


def test_every_page_about_people_can_be_read_aloud(panel: Panel) -> None:
    give_app(panel, ADAM)
    owner, lena = panel.log_in(), panel.log_in(LENA)
    jan = enter(panel, "Jan Nowy", add(owner))
    pages = [
        owner.get("/people"),
        owner.send("/people", name="", password=""),
        owner.get(f"/people/{ids(panel)[ADAM]}"),
        owner.get(f"/people/{ids(panel)[OWNER]}"),
        owner.send(f"/people/{ids(panel)[ADAM]}/password", password="wrong"),
        owner.send("/people", name="Ola", role="operator", password=PASSWORD),
        lena.get("/me"),
        lena.send("/me/password"),
        lena.send("/me/totp", password=PASSWORD),
        lena.send("/me/totp/confirm", code="1"),
        jan.get("/me"),
        enter(panel, ADAM, PASSWORD).get("/login/code"),
    ]
    for answer in pages:
        outline = Outline()
        outline.feed(answer.text)
        where = answer.request.path
        assert outline.seen.count("h1") == 1, where
        assert len(outline.ids) == len(set(outline.ids)), where
        assert set(outline.referred) <= set(outline.ids), where
        for field in outline.fields:
            assert field["inside a label"] or field.get("id") in outline.labelled, (where, field)
        assert " style=" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_roles_of_the_page_are_the_roles_there_are(panel: Panel) -> None:
    page = panel.log_in().get("/people").text
    assert re.findall(r'name="role" value="(\w+)"', page) == [role.value for role in Role]


def test_an_empty_form_is_told_of_all_its_fields_at_once_and_costs_no_guess(panel: Panel) -> None:
    owner = panel.log_in()
    adam = f"/people/{ids(panel)[ADAM]}"
    own, role = "Type your own password.", "Give at least one role."
    for path, said in (
        ("/people", ("Type a name of at most", role, own)),
        (f"{adam}/roles", (role, own)),
        (f"{adam}/password", (own,)),
        (f"{adam}/remove", ("Confirm that it is meant.", own)),
        ("/time", ("Choose the time that is right.", own)),
        ("/erase-all", ("Choose the ground.", "Confirm that it is meant.", own)),
        ("/sheet", (own,)),
    ):
        answer = owner.send(path)
        missing = [each for each in said if each not in answer.text]
        assert (answer.status_code, missing) == (400, []), path
        assert answer.text.count(" autofocus") <= 2, path  # a group of choices has it on both
    assert owner.send(f"{adam}/password", password=PASSWORD).status_code == 200
