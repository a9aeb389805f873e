"""The page about mail: set up with password and word, shown without its secret, stopped."""

import re

import pytest
from werkzeug.test import TestResponse

from appliance.clock import DAY
from appliance.keeper.handlers.mail import LOOK
from appliance.keeper.mail.letters import LetterKind
from appliance.model.findings import Finding, find
from appliance.model.sentences.findings import SENTENCES
from appliance.vault.opening.content import MailState
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.keeper.desks import mail_of
from tests.keeper.mail.mailed import PLACE, SECRET, Mailed
from tests.web.conftest import CALLER, Browser, Panel

ADAM = "Adam Admin"
VALUE = re.compile(r"%\((\w+)\)s")
FORM = {
    "server": "smtp.office.example",
    "port": "",
    "way": "starttls",
    "user": "zgoda",
    "password-server": SECRET,
    "sender": "zgoda@office.example",
    "recipients": "ewa@office.example, jan@office.example",
    "password": PASSWORD,
}


def shown(browser: Browser, language: str = "en", done: str = "") -> str:
    return browser.get(f"/mail?done={done}", Accept_Language=language).text


def set_up(browser: Browser, **changes: str) -> TestResponse:
    return browser.send("/mail", **FORM | changes)


def kept(panel: Panel) -> MailState | None:
    assert panel.box.keeper.box is not None
    return panel.box.keeper.box.keyring.content.mail


def test_it_is_set_up_and_shown_without_its_secret(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    page = shown(adam)
    assert "Set it up" in page
    assert "Send no more mail" not in page
    assert set_up(adam).status_code == 303
    mail = kept(panel)
    assert mail is not None
    assert (mail.port, mail.tls, mail.secret) == (587, False, SECRET)
    assert mail.recipients == ("ewa@office.example", "jan@office.example")
    page = shown(adam, done="set")
    assert "A first mail goes out within a minute." in page
    assert "a mail is to go out" in page
    assert 'value="ewa@office.example jan@office.example"' in page
    assert SECRET not in page
    Mailed(panel.box).deliver()
    page = shown(adam)
    assert "none has gone out yet" not in page
    assert "a mail is to go out" not in page


def test_the_usual_port_follows_the_way(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam, way="tls", daily="yes")
    mail = kept(panel)
    assert mail is not None
    assert (mail.port, mail.tls, mail.daily) == (465, True, True)


def test_what_was_claimed_in_the_address_is_shown_only_where_it_is_so(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    for done in ("set", "tried"):
        assert "within a minute" not in shown(adam, done=done)
    set_up(adam)
    assert "has removed" not in shown(adam, done="stopped")


def test_all_mistakes_are_named_at_once_and_what_was_typed_stays(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    wrong = {"server": "not a server", "port": "x", "sender": "ewa", "recipients": "", "user": "u"}
    answer = set_up(adam, **wrong, password="", **{"password-server": "p"})
    assert answer.status_code == 400
    assert kept(panel) is None
    for field in ("server", "port", "sender", "recipients", "password"):
        assert f'id="{field}-mistake"' in answer.text
    assert 'value="not a server"' in answer.text
    assert 'id="port" name="port" value="x"' in answer.text
    assert 'value="p"' not in answer.text


@pytest.mark.parametrize("field", ["server", "user", "sender", "recipients", "password-server"])
def test_a_line_break_is_a_mistake(panel: Panel, field: str) -> None:
    adam = panel.log_in(ADAM)
    evil = "a@b.example\r\nBcc:eve@evil.example"
    answer = set_up(adam, **{field: evil})
    if field == "recipients":  # blanks of any kind lie between them: "Bcc:eve@…" is no address
        assert "Bcc" not in str(kept(panel))
    assert answer.status_code == 400
    assert kept(panel) is None


def test_a_wrong_password_changes_nothing(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    answer = set_up(adam, password="x" * 20)
    assert answer.status_code == 400
    assert 'id="password-mistake"' in answer.text
    assert kept(panel) is None


def test_the_servers_password_stays_with_its_server(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    panel.box.clock.advance(60)
    answer = set_up(adam, server="evil.example", **{"password-server": ""})
    assert answer.status_code == 400
    assert 'id="secret-mistake"' in answer.text
    assert set_up(adam, daily="yes", **{"password-server": ""}).status_code == 303
    mail = kept(panel)
    assert mail is not None
    assert (mail.server, mail.secret, mail.daily) == (FORM["server"], SECRET, True)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("certificate", "certificate does not hold"),
        ("login", "does not take this user and password"),
        ("no_tls", "offers no encryption this way"),
    ],
)
def test_why_it_did_not_go_out_is_said(panel: Panel, code: str, said: str) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    one = Mailed(panel.box)
    one.take()
    one.tell(code)
    page = shown(adam)
    assert said in page.replace("&#39;", "'")
    assert "It is tried again by itself." in page
    assert said not in shown(adam, "pl")


def test_one_is_asked_for(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    assert adam.send("/mail/try").status_code == 409
    set_up(adam)
    one = Mailed(panel.box)
    one.deliver()
    assert adam.send("/mail/try").status_code == 303
    assert one.take() is not None
    assert one.mail_acts()[-2:] == [("mail_asked", None), ("mail_begun", LetterKind.TRIAL)]


def test_it_is_stopped_with_the_password(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    assert adam.send("/mail/stop").status_code == 400
    assert adam.send("/mail/stop", password="x" * 20).status_code == 400
    assert kept(panel) is not None
    panel.box.clock.advance(60)
    assert adam.send("/mail/stop", password=PASSWORD).status_code == 303
    assert kept(panel) is None
    page = shown(adam, done="stopped")
    assert "has removed" in page
    assert PLACE.server not in page


def test_it_says_what_a_stolen_card_tells(panel: Panel) -> None:
    """A trial keeps its root in a plain file (E0)."""
    assert "can find this password on it" in shown(panel.log_in(ADAM))


def test_the_first_page_of_the_settings_leads_there(panel: Panel) -> None:
    assert 'href="/mail"' in panel.log_in(ADAM).get("/settings").text


def test_only_administrators_reach_it(panel: Panel) -> None:
    for name in ("Lena Listener", "Otto Operator", "Pola Officer"):
        other = panel.log_in(name)
        assert other.get("/mail").status_code == 403
        for path in ("/mail", "/mail/try", "/mail/stop"):
            assert other.send(path, **FORM).status_code == 403
    assert kept(panel) is None


WORDS = {
    "line": "Rechtsanwältin Zofia Kowalska",
    "number": "+48221234567",
    "path": "/home/zofia/umowa.txt",
    "detail": "Zofia Kowalska rang at noon",
}
"""What people typed, and what only they would know; a finding may quote any of it."""


def every_finding() -> tuple[Finding, ...]:
    """Every finding that must be mended, each value of it something that people typed."""
    red = {id: one for id, one in SENTENCES.items() if one.level == "fail" and id != "mail.stuck"}
    assert len(red) > 40
    return tuple(
        Finding(id, {name: WORDS.get(name, WORDS["detail"]) for name in VALUE.findall(one.english)})
        for id, one in red.items()
    )


@pytest.mark.parametrize("daily", ["yes", ""])
def test_no_mail_names_anybody_whatever_the_box_finds(panel: Panel, daily: str) -> None:
    panel.record(), panel.record(number="+48600123456")
    panel.recorder.found = every_finding()
    adam = panel.log_in(ADAM)
    set_up(adam, daily=daily)
    one = Mailed(panel.box)
    letters = [one.deliver()]
    for _ in range(2):
        mail_of(panel.box.keeper).look()
        panel.box.clock.advance(LOOK)
    letters.append(one.deliver())
    panel.box.clock.advance(DAY)
    panel.recorder.found = ()
    for _ in range(2):
        mail_of(panel.box.keeper).look()
        panel.box.clock.advance(LOOK)
    letters.append(one.deliver())
    assert all(f"({finding.id})" in letters[1].text for finding in every_finding())
    config, clear = panel.box.config, "\n".join(one.subject + one.text for one in letters)
    needles = {*WORDS.values(), OWNER, ADAM, CALLER, "600123456", "221234567", config.office.name}
    needles |= {config.office.controller, config.office.contact, str(panel.box.folders.data)}
    needles |= {line.name for line in config.lines} | {line.number for line in config.lines}
    needles |= {word for needle in needles for word in needle.split() if len(word) > 5}
    assert len(needles) > 15
    assert [needle for needle in needles if needle and needle.lower() in clear.lower()] == []


def test_the_usual_port_is_shown_as_empty_so_that_it_follows_the_way(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    set_up(adam)
    assert '"port" name="port" value=""' in shown(adam)
    set_up(adam, port="2525")
    assert '"port" name="port" value="2525"' in shown(adam)


def test_what_the_recorder_makes_up_is_no_finding_and_silences_none(panel: Panel) -> None:
    """Whoever takes the recorder over cannot send words out by mail, nor keep others from it."""
    adam = panel.log_in(ADAM)
    set_up(adam)
    one = Mailed(panel.box)
    one.deliver()
    panel.recorder.found = (Finding("lines.zofia_rang_at_noon"), find("sound.no_pyaudio"))
    for _ in range(2):
        panel.box.clock.advance(LOOK)
        mail_of(panel.box.keeper).look()
    letter = one.take()
    assert letter is not None
    assert "zofia" not in letter.text
    assert "(sound.no_pyaudio)" in letter.text
