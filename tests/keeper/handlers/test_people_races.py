"""Let two change people in the same moment, with logins beside them, and guesses."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.box import Box
from appliance.keeper.people.half_logins import PATIENCE
from appliance.keeper.people.operators import Operators
from appliance.keeper.people.sessions import MOST_SESSIONS, MOST_WRONG
from appliance.keeper.records import Records
from appliance.link.operations import Operation, Role
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.login import EnterCode, LogIn, WhoAmI
from appliance.link.requests.me import BeginTotp, ChangePassword, ConfirmTotp, DropTotp
from appliance.link.requests.people import AddPerson, ChangeRoles, ListPeople, ResetPassword
from appliance.vault.opening.content import OperatorEntry
from appliance.vault.opening.keyring import Keyring
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox, set_up

ADMIN, LENA = "Adam Admin", "Lena"
OWN = "zielony kajak tonie w marcu"


@pytest.fixture
def box(tmp_path: Path, nothing_read: None) -> Iterator[KeeperBox]:
    people = {
        LENA: frozenset({Role.LISTENER}),
        ADMIN: frozenset({Role.ADMINISTRATOR}),
    }
    made = set_up(tmp_path / "data", people)
    yield made
    made.keeper.close()


def code(box: KeeperBox, operation: Operation[Any], token: str | None = None) -> str:
    """Return how an operation was refused; nothing if it was not."""
    try:
        box.ask(operation, token)
    except Refused as error:
        return error.code
    return ""


def operator(box: KeeperBox, token: str) -> str:
    return box.ask(WhoAmI(), token).operator


def with_app(box: KeeperBox, token: str) -> pyotp.TOTP:
    app = pyotp.TOTP(box.ask(BeginTotp(password=PASSWORD), token).secret)
    box.ask(ConfirmTotp(code=app.at(int(box.clock.now()))), token)
    box.clock.advance(60)
    return app


def before(
    monkeypatch: pytest.MonkeyPatch, kind: type[Any], name: str, first: Callable[[], object]
) -> None:
    """Do something first when a method is called next."""
    method = getattr(kind, name)

    def interrupted(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(kind, name, method)
        first()
        return method(*args, **more)

    monkeypatch.setattr(kind, name, interrupted)


def test_a_button_pressed_twice_does_not_make_two_of_one_name(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = box.log_in()
    asked = AddPerson(person_name="Jan Nowy", person_roles=(Role.LISTENER,), password=PASSWORD)
    before(monkeypatch, Operators, "new", lambda: box.ask(asked, token))
    assert code(box, asked, token) == "name_taken"
    names = [one.name for one in box.ask(ListPeople(), token).people]
    assert names.count("Jan Nowy") == 1
    assert box.acts()[-2:] == ["person_added", "failed"]


def test_two_administrators_do_not_both_reset_each_other(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, other = box.log_in(), box.log_in(ADMIN)
    theirs = ResetPassword(operator=operator(box, owner), password=PASSWORD)
    mine = ResetPassword(operator=operator(box, other), password=PASSWORD)
    before(monkeypatch, Records, "renew", lambda: box.ask(theirs, other))
    assert code(box, mine, owner) == "not_administrator"
    assert box.log_in(ADMIN), "somebody is administrator with a password of their own"


def test_of_two_changes_of_roles_sessions_have_the_one_that_stays(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, token = box.log_in(), box.log_in(LENA)
    lena = operator(box, token)
    taken = ChangeRoles(lena, (Role.OPERATOR,), PASSWORD)
    # The second comes when the first stands in the keyring and its sessions do not know yet.
    before(monkeypatch, Keyring, "still", lambda: box.ask(taken, owner))
    box.ask(ChangeRoles(lena, (Role.PRIVACY_OFFICER,), PASSWORD), owner)
    (entry,) = (one for one in box.ask(ListPeople(), owner).people if one.name == LENA)
    assert box.ask(WhoAmI(), token).roles == entry.roles


def test_a_password_changed_between_code_and_session_lets_nobody_in(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = box.log_in(LENA)
    app = with_app(box, token)
    half = box.ask(LogIn(name=LENA, password=PASSWORD))
    assert box.keeper.box is not None
    ring = box.keeper.box.keyring

    def changed() -> None:  # in the keyring, and half logins not yet forgotten
        with ring.changing() as draft:
            mine = draft.operators[operator(box, token)]
            mine.wrap = structs.replace(mine.wrap, salt=bytes(16))

    before(monkeypatch, Operators, "use_code", changed)
    late = EnterCode(token=half.token, code=app.at(int(box.clock.now())))
    assert code(box, late) == "wrong_password"
    assert [one.sessions for one in box.ask(ListPeople(), box.log_in()).people if one.totp] == [1]


def test_the_right_password_forgives_no_wrong_codes_wherever_it_is_typed(box: KeeperBox) -> None:
    token = box.log_in(LENA)
    with_app(box, token)
    guess = DropTotp(password=PASSWORD, code="000000")
    codes = [code(box, guess, token) for _ in range(MOST_WRONG + 1)]
    assert codes == ["wrong_password"] * 4 + ["session_ended", "not_logged_in"]


def test_wrong_passwords_do_not_keep_wrong_codes_off_the_record(box: KeeperBox) -> None:
    with_app(box, box.log_in(LENA))
    for number in range(65):
        box.clock.advance(1)
        assert code(box, LogIn(name=f"nobody {number}", password="x")) == "wrong_password"
    box.clock.advance(1)
    half = box.ask(LogIn(name=LENA, password=PASSWORD))
    assert code(box, EnterCode(token=half.token, code="000000")) == "wrong_password"
    assert box.acts()[-1] == "code_failed"


def test_nothing_is_unlocked_for_a_session_that_has_ended(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked: list[bytearray] = []
    monkeypatch.setattr(Records, "unlock", lambda records, key: unlocked.append(key))
    token = box.log_in(LENA)
    assert len(unlocked) == 1
    before(monkeypatch, Box, "unlock", box.keeper._box.sessions.close_all)
    assert code(box, ChangePassword(old=PASSWORD, new=OWN), token) == "not_logged_in"
    assert len(unlocked) == 1


def test_logins_with_a_one_time_password_push_nobody_out(box: KeeperBox) -> None:
    owner = box.log_in()
    made = box.ask(AddPerson("Jan Nowy", (Role.LISTENER,), PASSWORD), owner)
    for _ in range(MOST_SESSIONS + 2):
        box.clock.advance(1)
        box.log_in("Jan Nowy", made.password)
    assert not box.ask(GetBoxState()).locked
    assert [one.sessions for one in box.ask(ListPeople(), owner).people if one.one_time] == [
        MOST_SESSIONS
    ]


def test_an_unfinished_login_is_forgotten_without_being_asked_for(box: KeeperBox) -> None:
    with_app(box, box.log_in(LENA))
    box.ask(LogIn(name=LENA, password=PASSWORD))
    chores = box.keeper.chores()
    waiting = box.keeper._box.halves._waiting
    chores.run_due()
    assert len(waiting) == 1
    box.clock.advance(PATIENCE)
    chores.run_due()
    assert not waiting


def test_two_of_one_name_are_told_apart_however_it_is_spelt(box: KeeperBox) -> None:
    token = box.log_in()
    asked = AddPerson(person_name=" LENA ", person_roles=(Role.LISTENER,), password=PASSWORD)
    assert code(box, asked, token) == "name_taken"
    assert box.keeper.box is not None
    people: list[OperatorEntry] = list(box.keeper.box.keyring.content.operators.values())
    assert len(people) == 3
