"""Manage other people's accounts, and keep the duties that somebody must always have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from appliance.errors import Refused
from appliance.keeper.audit.lines import readable
from appliance.keeper.handlers.people import MOST_PEOPLE, ONE_TIME_SECONDS
from appliance.keeper.people.gate import LOCAL
from appliance.keeper.people.second_factor import backup_digest, draw_backup_codes
from appliance.keeper.people.strangers import FREE
from appliance.link.operations import Role
from appliance.link.registry import AnyOperation
from appliance.link.requests.audit import GetCounts, ListAudit
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.login import Browser, EnterCode, LogIn, WhoAmI
from appliance.link.requests.me import ChangePassword
from appliance.link.requests.people import (
    AddPerson,
    ChangeRoles,
    EndSessions,
    ListPeople,
    NamePeople,
    OneTime,
    Person,
    RemovePerson,
    RemoveTotp,
    ResetPassword,
)
from appliance.vault.opening.keys import public_half
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, set_up
from tests.model.refusals import refuses
from tests.proofs import OpenHere, give_totp

LISTENER = (Role.LISTENER,)
ADMIN = "Adam Admin"
OWN = "zielony kajak tonie w marcu"


@pytest.fixture
def box(tmp_path: Path, nothing_read: None) -> Iterator[KeeperBox]:
    people = {
        "Lena": frozenset({Role.LISTENER}),
        ADMIN: frozenset({Role.ADMINISTRATOR}),
    }
    made = set_up(tmp_path / "data", people)
    yield made
    made.keeper.close()


@pytest.fixture
def owner(box: KeeperBox) -> str:
    return box.log_in()


def person(box: KeeperBox, token: str, name: str) -> Person:
    return next(one for one in box.ask(ListPeople(), token).people if one.name == name)


def add(box: KeeperBox, token: str, **changes: Any) -> OneTime:
    asked = {"person_name": "Jan Nowy", "person_roles": LISTENER, "password": PASSWORD} | changes
    return box.ask(AddPerson(**asked), token)


def code(box: KeeperBox, operation: AnyOperation, token: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        box.ask(operation, token)
    return caught.value.code


def details(box: KeeperBox) -> list[str]:
    return [f"{e.type} {e.detail}" for e, _ in readable(box.folders.audit) if e.detail]


def test_whoever_is_added_chooses_a_password_before_anything_else(
    box: KeeperBox, owner: str
) -> None:
    made = add(box, owner)
    assert made.until == box.clock.now() + ONE_TIME_SECONDS
    assert len(made.password) == 23
    assert person(box, owner, "Jan Nowy").one_time
    session = box.ask(LogIn(name="jan nowy", password=made.password))
    assert (session.step, session.roles) == ("password", ())
    assert code(box, ListCalls(), session.token) == "choose_password"
    full = box.ask(ChangePassword(old=made.password, new=OWN), session.token)
    assert (full.step, full.roles) == ("open", LISTENER)
    assert code(box, GetCounts(), session.token) == "not_logged_in"
    assert box.ask(GetCounts(), full.token).rows == ()
    assert code(box, LogIn(name="Jan Nowy", password=made.password)) == "wrong_password"
    box.clock.advance(1)
    again = box.ask(LogIn(name="Jan Nowy", password=OWN))
    assert again.step == "open"
    assert not person(box, owner, "Jan Nowy").one_time


def test_the_new_persons_password_opens_the_reading_key(box: KeeperBox, owner: str) -> None:
    made = add(box, owner)
    assert box.keeper.box is not None
    _, proof = box.keeper.box.operators.prove("Jan Nowy", made.password, "", LOCAL)
    assert isinstance(proof, OpenHere)
    assert public_half(proof.reading_key) == box.keeper.box.keyring.content.reading_key


def test_a_one_time_login_unlocks_nothing(box: KeeperBox, owner: str) -> None:
    made = add(box, owner)
    box.restart()
    session = box.ask(LogIn(name="Jan Nowy", password=made.password))
    assert box.ask(GetBoxState()).locked
    box.ask(ChangePassword(old=made.password, new=OWN), session.token)
    assert not box.ask(GetBoxState()).locked


def test_a_one_time_password_grows_too_old(box: KeeperBox, owner: str) -> None:
    made = add(box, owner)
    box.clock.advance(ONE_TIME_SECONDS + 1)
    owner = box.log_in()
    assert code(box, LogIn(name="Jan Nowy", password=made.password)) == "one_time_expired"
    assert code(box, LogIn(name="Jan Nowy", password="wrong")) == "wrong_password"
    assert person(box, owner, "Jan Nowy").expired


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"person_name": " "}, "name_length"),
        ({"person_name": "x" * 61}, "name_length"),
        ({"person_name": "  EWA   nowak"}, "name_taken"),
        ({"person_roles": ()}, "no_role"),
        ({"password": "not the owner's"}, "wrong_password"),
    ],
)
def test_nobody_is_added_by_halves(
    box: KeeperBox, owner: str, changes: dict[str, Any], why: str
) -> None:
    before = box.ask(ListPeople(), owner)
    with pytest.raises(Refused) as caught:
        add(box, owner, **changes)
    assert caught.value.code == why
    assert box.ask(ListPeople(), owner) == before
    assert "person_added" not in box.acts()


def test_there_is_an_end_to_how_many(box: KeeperBox, owner: str) -> None:
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        (first, *_) = draft.operators.values()
        for number in range(MOST_PEOPLE):
            draft.operators[f"{number:08x}"] = first
    with refuses("too_many_people"):
        add(box, owner)
    assert box.acts()[-2:] == ["person_added", "failed"]


def test_other_roles_count_at_once(box: KeeperBox, owner: str) -> None:
    token = box.log_in("Lena")
    lena = person(box, owner, "Lena").operator
    assert code(box, ListCalls(), token) == "locked"  # let through: nothing is read here
    box.ask(ChangeRoles(operator=lena, person_roles=(Role.OPERATOR,), password=PASSWORD), owner)
    assert code(box, ListCalls(), token) == "forbidden"
    assert box.ask(WhoAmI(), token).roles == (Role.OPERATOR,)
    assert f"roles_changed of_{lena}.o" in details(box)


def test_somebody_stays_administrator_and_somebody_privacy_officer(
    box: KeeperBox, owner: str
) -> None:
    me, adam = (person(box, owner, name).operator for name in (OWNER, ADMIN))
    assert (
        code(box, ChangeRoles(operator=me, person_roles=LISTENER, password=PASSWORD), owner)
        == "privacy_officer_needed"
    )
    admin = box.log_in(ADMIN)
    assert (
        code(box, RemovePerson(operator=me, password=PASSWORD), admin) == "privacy_officer_needed"
    )  # the only privacy officer
    box.ask(
        ChangeRoles(operator=adam, person_roles=(Role.PRIVACY_OFFICER,), password=PASSWORD), owner
    )
    assert (
        code(box, ChangeRoles(operator=me, person_roles=LISTENER, password=PASSWORD), owner)
        == "administrator_needed"
    )
    both = (Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)
    box.ask(ChangeRoles(operator=adam, person_roles=both, password=PASSWORD), owner)
    box.ask(ChangeRoles(operator=me, person_roles=LISTENER, password=PASSWORD), owner)
    assert code(box, ListPeople(), owner) == "forbidden"


def test_an_administrator_without_a_password_of_their_own_does_not_count(
    box: KeeperBox, owner: str
) -> None:
    me, adam = (person(box, owner, name).operator for name in (OWNER, ADMIN))
    box.ask(ResetPassword(operator=adam, password=PASSWORD), owner)
    roles = (Role.PRIVACY_OFFICER,)
    assert (
        code(box, ChangeRoles(operator=me, person_roles=roles, password=PASSWORD), owner)
        == "administrator_needed"
    )


@pytest.mark.parametrize("act", ["remove", "reset", "totp", "sessions"])
def test_nobody_does_it_to_themselves(box: KeeperBox, owner: str, act: str) -> None:
    me = person(box, owner, OWNER).operator
    acts: dict[str, AnyOperation] = {
        "sessions": EndSessions(operator=me, password=PASSWORD),
        "remove": RemovePerson(operator=me, password=PASSWORD),
        "reset": ResetPassword(operator=me, password=PASSWORD),
        "totp": RemoveTotp(operator=me, password=PASSWORD),
    }
    assert code(box, acts[act], owner) == "yourself"
    assert box.ask(WhoAmI(), owner).name == OWNER


def test_whoever_is_removed_is_out_at_once(box: KeeperBox, owner: str) -> None:
    token = box.log_in("Lena")
    lena = person(box, owner, "Lena").operator
    box.ask(RemovePerson(operator=lena, password=PASSWORD), owner)
    assert code(box, ListCalls(), token) == "not_logged_in"
    assert code(box, LogIn(name="Lena", password=PASSWORD)) == "wrong_password"
    assert code(box, RemovePerson(operator=lena, password=PASSWORD), owner) == "no_person"
    assert f"person_removed of_{lena}" in details(box)


def test_an_administrator_logs_a_person_out_everywhere(box: KeeperBox, owner: str) -> None:
    tokens = [box.log_in("Lena"), box.log_in("Lena")]
    lena = person(box, owner, "Lena").operator
    assert code(box, EndSessions(operator=lena, password="wrong"), owner) == "wrong_password"
    assert code(box, EndSessions(operator=lena, password=PASSWORD), tokens[0]) == "forbidden"
    assert person(box, owner, "Lena").sessions == 2
    box.ask(EndSessions(operator=lena, password=PASSWORD), owner)
    for token in tokens:
        assert code(box, ListCalls(), token) == "not_logged_in"
    assert f"sessions_ended of_{lena}" in details(box)
    assert box.ask(WhoAmI(), owner).name == OWNER
    assert box.log_in("Lena"), "the password stays"


def test_a_half_login_ends_with_them(box: KeeperBox, owner: str) -> None:
    lena, secret = person(box, owner, "Lena").operator, pyotp.random_base32()
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        give_totp(draft.operators[lena], secret)
    half = box.ask(LogIn(name="Lena", password=PASSWORD))
    box.ask(EndSessions(operator=lena, password=PASSWORD), owner)
    typed = pyotp.TOTP(secret).at(int(box.clock.now()))
    assert code(box, EnterCode(half.token, typed)) == "login_expired"


def test_two_administrators_cannot_both_remove_each_other(box: KeeperBox, owner: str) -> None:
    me, adam = (person(box, owner, name).operator for name in (OWNER, ADMIN))
    admin = box.log_in(ADMIN)
    box.ask(RemovePerson(operator=adam, password=PASSWORD), owner)
    assert code(box, RemovePerson(operator=me, password=PASSWORD), admin) == "not_logged_in"


def test_a_new_password_ends_the_old_one_and_its_waits(box: KeeperBox, owner: str) -> None:
    token = box.log_in("Lena")
    lena = person(box, owner, "Lena").operator
    browser = Browser("192.0.2.1")
    for _ in range(FREE):
        wrong = LogIn(name="Lena", password="wrong", browser=browser)
        assert code(box, wrong) == "wrong_password"
    right = LogIn(name="Lena", password=PASSWORD, browser=browser)
    assert code(box, right) == "throttled"
    made = box.ask(ResetPassword(operator=lena, password=PASSWORD), owner)
    assert code(box, ListCalls(), token) == "not_logged_in"
    assert code(box, right) == "wrong_password"
    new = LogIn(name="Lena", password=made.password, browser=browser)
    assert box.ask(new).step == "password"


def test_a_lost_device_is_let_go_with_ones_own_password(box: KeeperBox, owner: str) -> None:
    lena = person(box, owner, "Lena").operator
    assert code(box, RemoveTotp(operator=lena, password=PASSWORD), owner) == "no_second_factor"
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        draft.operators[lena].totp = True
    assert box.ask(LogIn(name="Lena", password=PASSWORD)).step == "code"
    assert person(box, owner, "Lena").totp
    assert code(box, RemoveTotp(operator=lena, password="wrong"), owner) == "wrong_password"
    box.ask(RemoveTotp(operator=lena, password=PASSWORD), owner)
    assert box.ask(LogIn(name="Lena", password=PASSWORD)).step == "open"


def test_a_new_password_leaves_the_second_factor_on(box: KeeperBox, owner: str) -> None:
    """OWASP ASVS 5.0, 6.4.3: whoever hands the password over still lacks the app."""
    lena, secret = person(box, owner, "Lena").operator, pyotp.random_base32()
    codes = draw_backup_codes()
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        give_totp(draft.operators[lena], secret)
        draft.operators[lena].backup = tuple(
            filter(None, (backup_digest(lena, one) for one in codes))
        )
    one_time = box.ask(ResetPassword(operator=lena, password=PASSWORD), owner).password
    assert person(box, owner, "Lena").totp
    assert "totp_removed" not in box.acts()
    half = box.ask(LogIn(name="Lena", password=one_time))
    assert (half.step, half.operator) == ("code", "")
    assert code(box, ListCalls(), half.token) == "not_logged_in"
    assert code(box, EnterCode(half.token, "000000")) == "wrong_password"
    box.clock.advance(60)
    app = pyotp.TOTP(secret)
    opened = box.ask(EnterCode(half.token, app.at(int(box.clock.now()))))
    assert opened.step == "password"
    box.ask(ChangePassword(old=one_time, new=OWN), opened.token)
    box.restart()
    for typed in (codes[0], app.at(int(box.clock.now()) + 30)):
        box.clock.advance(2)
        half = box.ask(LogIn(name="Lena", password=OWN))
        assert half.step == "code"
        assert box.ask(EnterCode(half.token, typed)).step == "open"


def test_whoever_lost_both_needs_two_acts_on_record(box: KeeperBox, owner: str) -> None:
    lena = person(box, owner, "Lena").operator
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        give_totp(draft.operators[lena], pyotp.random_base32())
    made = box.ask(ResetPassword(operator=lena, password=PASSWORD), owner)
    box.ask(RemoveTotp(operator=lena, password=PASSWORD), owner)
    entry = box.keeper.box.keyring.content.operators[lena]
    assert (entry.totp, entry.totp_secret, entry.backup) == (False, b"", ())
    wanted = ["password_reset", "totp_removed"]
    assert [act for act in box.acts() if act in wanted] == wanted
    assert box.ask(LogIn(name="Lena", password=made.password)).step == "password"


def test_the_audit_can_be_read_with_names_but_holds_none(box: KeeperBox, owner: str) -> None:
    made = add(box, owner)
    names = box.ask(NamePeople(), owner).names
    assert names[made.operator] == "Jan Nowy"
    entry = next(e for e in box.ask(ListAudit(), owner).entries if e.type == "person_added")
    assert (names[entry.actor], entry.subject, entry.subject_roles) == (
        OWNER,
        made.operator,
        LISTENER,
    )
    for log in box.folders.audit.glob("*.log"):
        assert b"Nowy" not in log.read_bytes()
    box.ask(RemovePerson(operator=made.operator, password=PASSWORD), owner)
    assert made.operator not in box.ask(NamePeople(), owner).names


def test_the_list_says_who_is_logged_in(box: KeeperBox, owner: str) -> None:
    box.log_in("Lena")
    box.log_in("Lena")
    found = box.ask(ListPeople(), owner)
    assert [one.name for one in found.people] == [ADMIN, OWNER, "Lena"]
    assert [one.sessions for one in found.people] == [0, 1, 2]
    assert (found.old_keys, found.level) == ("gone", "E0")
