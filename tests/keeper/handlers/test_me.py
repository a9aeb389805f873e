"""Manage one's own account: password, authenticator app, sessions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from appliance.errors import Refused
from appliance.keeper.handlers.me import SETUP_SECONDS
from appliance.keeper.people.half_logins import PATIENCE, TRIES
from appliance.link.operations import Role
from appliance.link.registry import AnyOperation
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.lines import GetLines
from appliance.link.requests.login import EnterCode, LogIn, Session, WhoAmI
from appliance.link.requests.me import (
    BeginTotp,
    ChangePassword,
    ConfirmTotp,
    DropTotp,
    EndOthers,
    ShowMe,
    Stay,
    TotpSetup,
)
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox, set_up

OWN = "zielony kajak tonie w marcu"
NAME = "Lena"


@pytest.fixture
def box(tmp_path: Path, nothing_read: None) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", {NAME: frozenset({Role.LISTENER})})
    yield made
    made.keeper.close()


@pytest.fixture
def token(box: KeeperBox) -> str:
    return box.log_in(NAME)


def code(box: KeeperBox, operation: AnyOperation, token: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        box.ask(operation, token)
    return caught.value.code


def shown(box: KeeperBox, setup: TotpSetup, drift: int = 0) -> str:
    """Return what the app shows."""
    return pyotp.TOTP(setup.secret).at(int(box.clock.now()) + drift)


def with_app(box: KeeperBox, token: str) -> TotpSetup:
    setup = box.ask(BeginTotp(password=PASSWORD), token)
    box.ask(ConfirmTotp(code=shown(box, setup)), token)
    box.clock.advance(60)
    return setup


def half(box: KeeperBox) -> Session:
    session = box.ask(LogIn(name=NAME, password=PASSWORD))
    assert (session.step, session.operator, session.name, session.roles) == ("code", "", "", ())
    return session


def test_another_password_ends_every_session_and_opens_one(box: KeeperBox, token: str) -> None:
    other = box.log_in(NAME)
    session = box.ask(ChangePassword(old=PASSWORD, new=OWN), token)
    assert (session.step, session.roles) == ("open", (Role.LISTENER,))
    assert box.ask(WhoAmI(), session.token).name == NAME
    assert [code(box, WhoAmI(), old) for old in (token, other)] == ["not_logged_in"] * 2
    assert code(box, LogIn(name=NAME, password=PASSWORD)) == "wrong_password"
    box.clock.advance(1)
    box.log_in(NAME, OWN)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("wrong", OWN, "wrong_password"),
        (PASSWORD, PASSWORD, "same_password"),
        (PASSWORD, "short", "password_short"),
        (PASSWORD, "Lena Kancelaria Nowak 2026", "password_common"),
        (PASSWORD, "x" * 300, "password_long"),
    ],
)
def test_a_password_that_cannot_be_changes_nothing(
    box: KeeperBox, token: str, old: str, new: str, why: str
) -> None:
    other = box.log_in(NAME)
    assert code(box, ChangePassword(old=old, new=new), token) == why
    acts = [act for act in box.acts() if act != "proof_failed"]
    assert acts[-2:] == ["password_changed", "failed"]
    assert box.ask(WhoAmI(), other).name == NAME
    box.log_in(NAME)


def test_guessing_the_old_password_ends_the_session(box: KeeperBox, token: str) -> None:
    codes = [code(box, ChangePassword(old=f"wrong {n}", new=OWN), token) for n in range(6)]
    assert codes == ["wrong_password"] * 4 + ["session_ended", "not_logged_in"]
    assert box.acts().count("proof_failed") == 5


def test_an_app_counts_once_it_has_shown_a_code(box: KeeperBox, token: str) -> None:
    setup = box.ask(BeginTotp(password=PASSWORD), token)
    assert setup.uri.startswith("otpauth://totp/Zgoda%20Kancelaria%20Nowak:Lena?")
    assert setup.qr_svg.startswith("<svg")
    assert f"secret={setup.secret}" in setup.uri
    assert not box.ask(ShowMe(), token).totp
    assert box.ask(LogIn(name=NAME, password=PASSWORD)).step == "open"
    wrong = f"{(int(shown(box, setup)) + 1) % 1_000_000:06}"
    assert code(box, ConfirmTotp(code=wrong), token) == "wrong_code"
    box.ask(ConfirmTotp(code=shown(box, setup)), token)
    assert box.ask(ShowMe(), token).totp
    assert half(box).token
    assert "totp_set" in box.acts()


def test_setting_up_needs_the_password_and_no_other_app(box: KeeperBox, token: str) -> None:
    assert code(box, BeginTotp(password="wrong"), token) == "wrong_password"
    assert code(box, ConfirmTotp(code="000000"), token) == "secret_expired"
    with_app(box, token)
    assert code(box, BeginTotp(password=PASSWORD), token) == "second_factor_set"


def test_a_secret_shown_too_long_ago_is_not_taken(box: KeeperBox, token: str) -> None:
    setup = box.ask(BeginTotp(password=PASSWORD), token)
    box.clock.advance(SETUP_SECONDS)
    assert code(box, ConfirmTotp(code=shown(box, setup)), token) == "secret_expired"


def test_another_session_does_not_confirm(box: KeeperBox, token: str) -> None:
    setup = box.ask(BeginTotp(password=PASSWORD), token)
    assert code(box, ConfirmTotp(code=shown(box, setup)), box.log_in(NAME)) == "secret_expired"


@pytest.mark.parametrize("drift", [-30, 0, 30])
def test_a_login_takes_password_then_code(box: KeeperBox, token: str, drift: int) -> None:
    setup = with_app(box, token)
    session = half(box)
    assert code(box, ListCalls(), session.token) == "not_logged_in"
    full = box.ask(EnterCode(token=session.token, code=shown(box, setup, drift)))
    assert (full.step, full.name) == ("open", NAME)
    assert full.token != session.token
    assert code(box, ListCalls(), full.token) == "locked"  # let through: nothing is read here


@pytest.mark.parametrize("drift", [-90, -60, 60, 90])
def test_a_code_of_another_time_is_wrong(box: KeeperBox, token: str, drift: int) -> None:
    setup = with_app(box, token)
    box.clock.advance(300)
    session = half(box)
    late = EnterCode(token=session.token, code=shown(box, setup, drift))
    assert code(box, late) == "wrong_password"
    assert box.acts()[-1] == "code_failed"


def test_a_code_serves_once_also_the_one_of_the_setup(box: KeeperBox, token: str) -> None:
    setup = box.ask(BeginTotp(password=PASSWORD), token)
    first = shown(box, setup)
    box.ask(ConfirmTotp(code=first), token)
    assert code(box, EnterCode(token=half(box).token, code=first)) == "wrong_password"
    box.clock.advance(60)
    used = shown(box, setup)
    box.ask(EnterCode(token=half(box).token, code=used))
    assert code(box, EnterCode(token=half(box).token, code=used)) == "wrong_password"


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "0" * 500, "123 45\x00"])
def test_what_is_no_code_is_wrong(box: KeeperBox, token: str, typed: str) -> None:
    with_app(box, token)
    assert code(box, EnterCode(token=half(box).token, code=typed)) == "wrong_password"


def test_guessed_codes_are_slowed_down_then_the_password_is_asked_again(
    box: KeeperBox, token: str
) -> None:
    with_app(box, token)
    session = half(box)
    codes = []
    for _ in range(TRIES + 1):
        box.clock.advance(20)
        codes.append(code(box, EnterCode(token=session.token, code="000000")))
    assert codes == ["wrong_password"] * TRIES + ["login_expired"]
    box.clock.advance(60)
    session = half(box)
    codes = [code(box, EnterCode(token=session.token, code="000000")) for _ in range(2)]
    assert codes == ["wrong_password", "throttled"]


def test_a_half_login_waits_three_minutes_and_no_longer(box: KeeperBox, token: str) -> None:
    setup = with_app(box, token)
    session = half(box)
    box.clock.advance(PATIENCE)
    assert code(box, EnterCode(token=session.token, code=shown(box, setup))) == "login_expired"
    assert code(box, EnterCode(token="made up", code=shown(box, setup))) == "login_expired"


def test_a_half_login_unlocks_nothing_and_is_finished_once(box: KeeperBox, token: str) -> None:
    setup = with_app(box, token)
    box.restart()
    session = half(box)
    assert box.ask(GetBoxState()).locked
    box.ask(EnterCode(token=session.token, code=shown(box, setup)))
    assert not box.ask(GetBoxState()).locked
    box.clock.advance(60)
    assert code(box, EnterCode(token=session.token, code=shown(box, setup))) == "login_expired"


def test_another_password_ends_a_half_login(box: KeeperBox, token: str) -> None:
    setup = with_app(box, token)
    session = half(box)
    box.ask(ChangePassword(old=PASSWORD, new=OWN), token)
    assert code(box, EnterCode(token=session.token, code=shown(box, setup))) == "login_expired"


def test_doing_without_codes_needs_password_and_code(box: KeeperBox, token: str) -> None:
    setup = with_app(box, token)
    drop = DropTotp(password=PASSWORD, code=shown(box, setup))
    assert code(box, DropTotp(password="wrong", code=drop.code), token) == "wrong_password"
    assert code(box, DropTotp(password=PASSWORD, code="000000"), token) == "wrong_password"
    assert box.ask(ShowMe(), token).totp
    box.ask(drop, token)
    assert not box.ask(ShowMe(), token).totp
    assert box.ask(LogIn(name=NAME, password=PASSWORD)).step == "open"
    box.clock.advance(60)
    assert code(box, DropTotp(password=PASSWORD, code="000000"), token) == "no_second_factor"


def test_ones_sessions_are_listed_and_the_others_ended(box: KeeperBox, token: str) -> None:
    box.clock.advance(60)
    here = box.log_in(NAME)
    mine = box.ask(ShowMe(), here).sessions
    now = box.clock.now()
    assert [(one.since, one.here) for one in mine] == [(now, True), (now - 60, False)]
    box.ask(EndOthers(), here)
    assert len(box.ask(ShowMe(), here).sessions) == 1
    assert code(box, WhoAmI(), token) == "not_logged_in"


def test_staying_keeps_a_session_awake_and_asking_how_long_does_not(
    box: KeeperBox, token: str
) -> None:
    box.clock.advance(600)
    assert box.ask(WhoAmI(), token).idle_left == 300
    box.ask(GetLines(), token)
    assert box.ask(WhoAmI(), token).idle_left == 300
    box.ask(Stay(), token)
    left = box.ask(WhoAmI(), token)
    assert (left.idle_left, left.ends_in) == (900, 12 * 3600 - 600)


def test_neither_secret_nor_password_stands_in_the_audit(box: KeeperBox, token: str) -> None:
    setup = with_app(box, token)
    box.ask(ChangePassword(old=PASSWORD, new=OWN), token)
    log = b"".join(path.read_bytes() for path in box.folders.audit.glob("*.log")).decode()
    for word in (setup.secret, PASSWORD, OWN, NAME):
        assert word not in log
    assert re.search(r'"type":"password_changed","actor":"[0-9a-f]{8}"', log)
