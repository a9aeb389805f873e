"""Login, logout, idle lock, and the reading child that goes with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import LinkError, Refused
from appliance.keeper.audit.tally import MOST
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.reading.reading import Reading
from appliance.link.operations import Role
from appliance.link.requests.audit import ListAudit
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.lines import GetLines
from appliance.link.requests.login import LogIn, LogOut, WhoAmI
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, set_up

IDLE = 15 * 60


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", {"Jan": frozenset({Role.LISTENER})})
    yield made
    made.keeper.close()


def locked(box: KeeperBox) -> bool:
    return box.ask(GetBoxState()).locked


def test_a_login_says_who_one_is_and_unlocks(box: KeeperBox) -> None:
    assert locked(box)
    session = box.ask(LogIn(name="jan", password=PASSWORD))
    assert (session.name, session.roles, session.idle_seconds) == ("Jan", (Role.LISTENER,), IDLE)
    assert not locked(box)
    again = box.ask(WhoAmI(), session.token)
    assert (again.operator, again.name, again.token) == (session.operator, "Jan", "")
    assert box.ask(ListCalls(), session.token).total == 0
    assert box.acts() == ["first_run", "logged_in", "listed"]


def test_a_wrong_login_is_on_the_record_and_unlocks_nothing(box: KeeperBox) -> None:
    with pytest.raises(Refused) as caught:
        box.ask(LogIn(name=OWNER, password="wrong"))
    assert caught.value.code == "wrong_password"
    assert locked(box)
    assert box.acts() == ["first_run", "login_failed"]


def test_wrong_logins_do_not_fill_the_disk(box: KeeperBox) -> None:
    for number in range(80):
        box.clock.advance(1)
        with pytest.raises(Refused):
            box.ask(LogIn(name=f"name {number}", password="wrong"))
    assert box.acts() == ["first_run"]
    box.clock.advance(3600)
    assert box.acts() == ["first_run", "unknown_names"]
    assert box.newest().count == 80


def test_wrong_passwords_of_one_person_have_twenty_entries_an_hour_and_a_count(
    box: KeeperBox,
) -> None:
    assert box.keeper.box is not None
    for _ in range(MOST + 5):
        with pytest.raises(Refused):
            box.ask(LogIn(name=OWNER, password="wrong"))
        box.clock.advance(1)
    assert box.acts().count("login_failed") == MOST
    (owner,) = [e for e in box.keeper.box.keyring.content.operators.values() if e.name == OWNER]
    assert box.newest().detail == f"of_{owner.id}"
    box.clock.advance(3600)
    assert box.acts().count("login_failed") == MOST + 1
    assert (box.newest().count, box.newest().detail) == (5, f"of_{owner.id}")


def test_the_last_logout_locks(box: KeeperBox) -> None:
    first, second = box.log_in(), box.log_in("Jan")
    box.ask(LogOut(), first)
    assert box.ask(ListCalls(), second).total == 0
    box.ask(LogOut(), second)
    assert locked(box)
    assert box.acts()[-3:] == ["listed", "logged_out", "locked"]
    with pytest.raises(Refused) as caught:
        box.ask(ListCalls(), second)
    assert caught.value.code == "not_logged_in"


def test_idle_locks_and_a_page_left_open_does_not_keep_it_open(box: KeeperBox) -> None:
    token = box.log_in()
    chores = box.keeper.chores()
    for _ in range(IDLE // 60 - 1):
        box.clock.advance(60)
        box.ask(GetLines(), token)
        chores.run_due()
    assert not locked(box)
    box.clock.advance(60)
    chores.run_due()
    assert locked(box)
    assert box.acts()[-1] == "locked"


def test_one_login_after_another_ends_no_reading(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    real = Reading.adopt

    def adopt(reading: Reading, proof: PasswordProof) -> None:
        started.append(1)
        real(reading, proof)

    monkeypatch.setattr(Reading, "adopt", adopt)
    first = box.log_in()
    box.log_in("Jan")
    box.ask(LogOut(), first)
    assert started == [1]
    assert not locked(box)


def test_a_child_that_does_not_start_leaves_nobody_logged_in(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def adopt(reading: Reading, proof: PasswordProof) -> None:
        raise LinkError("The reading child did not start; the log says why.")

    with monkeypatch.context() as failing:
        failing.setattr(Reading, "adopt", adopt)
        with pytest.raises(LinkError):
            box.log_in()
    assert locked(box)
    box.log_in()


def test_after_a_restart_everybody_logs_in_again(box: KeeperBox) -> None:
    token = box.log_in()
    box.restart()
    assert locked(box)
    with pytest.raises(Refused):
        box.ask(WhoAmI(), token)
    box.log_in()


def test_the_audit_is_shown_by_page_and_checked(box: KeeperBox) -> None:
    token = box.log_in()
    page = box.ask(ListAudit(per_page=1), token)
    assert [line.type for line in page.entries] == ["logged_in"]
    assert (page.total, page.page, page.pages, page.sound, page.first_bad) == (3, 1, 3, True, None)
    assert len(page.head) == 64
    second = box.ask(ListAudit(page=2, per_page=1), token)
    assert [line.type for line in second.entries] == ["first_run"]
    assert box.ask(ListAudit(page=9, per_page=1), token).page == 3
    (log,) = box.folders.audit.glob("*.log")
    log.write_bytes(log.read_bytes().replace(b"first_run", b"first_fun"))
    assert box.ask(ListAudit(), token).sound  # which looks at what is new
    assert box.keeper.box is not None
    box.keeper.box.audit.check_whole()
    bad = box.ask(ListAudit(), token)
    assert (bad.sound, bad.first_bad, bad.since, bad.whole) == (False, 2, 1, box.clock.now())
