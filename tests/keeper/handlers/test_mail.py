"""Mail is set up by an administrator who proves the password; its secret stays where it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.handlers.mail import LOOK
from appliance.keeper.mail.post import BETWEEN
from appliance.link.operations import Role
from appliance.link.registry import AnyOperation
from appliance.link.requests.outside.mail import ChangeMail, GetMail, StopMail, TryMail
from appliance.link.requests.processes.errands import Errand, TakeErrand, TellErrand
from tests.boxes import PASSWORD, grep
from tests.keeper.boxes import KeeperBox, make_keeper, set_up
from tests.keeper.desks import mail_of
from tests.keeper.mail.mailed import PLACE, SECRET, Mailed, change, mailed
from tests.model.refusals import refuses

PEOPLE = {f"only {role}": frozenset({role}) for role in Role}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    box = set_up(tmp_path / "data", PEOPLE)
    yield box
    box.keeper.close()


def kept(box: KeeperBox) -> object:
    assert box.keeper.box is not None
    return box.keeper.box.keyring.content.mail


def test_nothing_is_set_up_at_first(box: KeeperBox) -> None:
    seen = box.ask(GetMail(), box.log_in())
    assert seen.place is None
    assert box.ask(TakeErrand()) == Errand(wanted=False)
    assert not box.folders.courier_wanted.exists()
    with refuses("no_mail"):
        box.ask(TryMail(), box.log_in())


def test_before_the_first_run_no_courier_is_wanted(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    assert box.ask(TakeErrand()) == Errand(wanted=False)
    with pytest.raises(Refused):
        box.ask(TellErrand(1, ""))
    box.keeper.close()


def test_set_up_it_is_shown_without_its_secret_and_tried(box: KeeperBox) -> None:
    change(box)
    assert box.folders.courier_wanted.exists()
    seen = box.ask(GetMail(), box.log_in())
    assert seen.place == PLACE
    assert (seen.waiting, seen.sent, seen.level) == (True, None, "E0")
    assert SECRET not in repr(seen)
    letter = Mailed(box).deliver()
    assert (letter.server, letter.port, letter.secret) == (PLACE.server, PLACE.port, SECRET)
    seen = box.ask(GetMail(), box.log_in())
    assert (seen.waiting, seen.sent) == (False, box.clock.now())


def test_a_wrong_password_changes_nothing(box: KeeperBox) -> None:
    with pytest.raises(Refused) as refused:
        change(box, password="x" * 20)
    assert refused.value.code == "wrong_password"
    assert kept(box) is None
    assert "mail_changed" not in box.acts()
    box.clock.advance(60)
    change(box)
    with pytest.raises(Refused):
        box.ask(StopMail("x" * 20), box.log_in())
    assert kept(box) is not None


@pytest.mark.parametrize("name", ["only listener", "only operator", "only privacy_officer"])
def test_administrators_alone(box: KeeperBox, name: str) -> None:
    token = box.log_in(name)
    asked: tuple[AnyOperation, ...]
    asked = (GetMail(), TryMail(), StopMail(PASSWORD), ChangeMail(PLACE, PASSWORD))
    for operation in asked:
        with pytest.raises(Refused) as refused:
            box.keeper.handle(operation, token)
        assert refused.value.code == "forbidden"


@pytest.mark.parametrize(
    "changes",
    [
        {"server": "mail.office.example\r\nRCPT TO:<eve@evil.example>"},
        {"recipients": ("ewa@office.example\nBcc: eve@evil.example",)},
        {"sender": "zgoda@office.example\r\nX-Evil: yes"},
        {"port": 70_000},
        {"recipients": ()},
        {"user": "a\0b"},
    ],
)
def test_what_could_add_a_header_is_refused(box: KeeperBox, changes: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        change(box, structs.replace(PLACE, **changes))
    assert refused.value.code == "mail_place"
    assert kept(box) is None


def test_the_kept_password_goes_to_no_other_server(box: KeeperBox) -> None:
    """Whoever gets into an administrator's session, even with the password, cannot read it out."""
    mailed(box)
    for changes in ({"server": "evil.example"}, {"user": "other"}):
        with pytest.raises(Refused) as refused:
            change(box, structs.replace(PLACE, **changes), secret=None)
        assert refused.value.code == "mail_secret"
        box.clock.advance(60)
    assert Mailed(box).take() is None
    other = structs.replace(PLACE, recipients=("jan@office.example",), port=465, tls=True)
    change(box, other, secret=None)  # whose certificate has the same name
    assert Mailed(box).deliver().secret == SECRET


def test_stopped_it_is_forgotten_by_every_copy_of_the_keyring(box: KeeperBox) -> None:
    one = mailed(box)
    before = one.open.keyring.generation
    box.ask(StopMail(PASSWORD), box.log_in())
    assert kept(box) is None
    assert one.open.keyring.generation > before, "older copies open no more"
    assert box.ask(TakeErrand()) == Errand(wanted=False)
    assert not box.folders.courier_wanted.exists()
    assert "mail_stopped" in box.acts()


def test_what_was_lent_before_a_change_counts_no_more(box: KeeperBox) -> None:
    one = mailed(box)
    one.see("disk.full")
    assert one.take() is not None
    change(box, structs.replace(PLACE, recipients=("jan@office.example",)))
    with refuses("no_errand"):
        one.tell()


def test_after_a_restart_it_goes_on(box: KeeperBox) -> None:
    one = mailed(box)
    box.folders.courier_wanted.unlink()
    box.restart()
    assert box.folders.courier_wanted.exists()
    assert box.ask(TakeErrand()) == Errand(wanted=True)
    one.see("disk.full")
    assert one.deliver().secret == SECRET


def test_the_doctor_is_asked_every_ten_minutes_and_red_is_told(box: KeeperBox) -> None:
    one = mailed(box)
    box.clock.advance(BETWEEN)
    for _ in range(3):
        mail_of(box.keeper).look()
        box.clock.advance(LOOK)
    letter = one.take()  # no recorder runs in this test
    assert letter is not None
    assert "(processes.recorder_away)" in letter.text


def test_nothing_on_the_card_shows_where_mail_goes(box: KeeperBox) -> None:
    """P6: sealed in the keyring. At E0 its root lies beside it, as the threat model says."""
    one = mailed(box)
    one.see("disk.full")
    one.take()
    one.tell("refused")
    box.keeper.close()
    needles = {
        "secret": SECRET.encode(),
        "server": PLACE.server.encode(),
        "address": b"office.example",
        "text": b"disk.full)",
    }
    files = [path for path in box.folders.data.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert grep(files, needles) == []
