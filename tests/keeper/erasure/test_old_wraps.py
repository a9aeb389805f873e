"""Test that an old password opens nothing, not even an old copy of the keyring."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, KeyLost, Refused
from appliance.keeper.erasure.batch import GRACE_SECONDS
from appliance.keeper.first_run.create import make_eraser
from appliance.link.operations import Role
from appliance.link.requests.login import LogIn, WhoAmI
from appliance.link.requests.me import ChangePassword
from appliance.link.requests.people import ListPeople, RemovePerson, ResetPassword
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import public_half, unwrap
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox, set_up
from tests.model.refusals import refuses

LENA = "Lena"
OWN = "zielony kajak tonie w marcu"


@dataclass
class Thief:
    """Somebody with a copy of the keyring from before, and Lena's old password."""

    box: KeeperBox
    token: str
    lena: str
    copy: bytes

    def opens(self) -> bool:
        """Say whether the old copy opens with the box's root of now, and Lena's wrap in it."""
        eraser = make_eraser(self.box.folders, self.box.config)
        try:
            _, _, content = open_keyring(self.copy, eraser)
        except KeyLost:
            return False
        reading = unwrap(content.operators[self.lena].wrap, PASSWORD, self.lena)
        return public_half(reading) == content.reading_key

    def old_keys(self) -> str:
        return self.box.ask(ListPeople(), self.token).old_keys

    def wait(self, seconds: float = GRACE_SECONDS) -> None:
        self.box.clock.advance(seconds)
        self.box.keeper.chores().run_due()
        assert self.box.keeper.box is not None
        self.box.keeper.box.records.tick()


@pytest.fixture
def thief(tmp_path: Path, nothing_read: None) -> Iterator[Thief]:
    box = set_up(tmp_path / "data", {LENA: frozenset({Role.LISTENER})})
    token = box.log_in()
    people = box.ask(ListPeople(), token).people
    lena = next(one.operator for one in people if one.name == LENA)
    yield Thief(box, token, lena, box.folders.keyring[0].read_bytes())
    box.keeper.close()


def act(thief: Thief, name: str) -> None:
    match name:
        case "remove":
            thief.box.ask(RemovePerson(thief.lena, PASSWORD), thief.token)
        case "reset":
            thief.box.ask(ResetPassword(operator=thief.lena, password=PASSWORD), thief.token)
        case _:
            thief.box.ask(ChangePassword(old=PASSWORD, new=OWN), thief.box.log_in(LENA))


@pytest.mark.parametrize("name", ["remove", "reset", "change"])
def test_the_old_wrap_opens_until_the_root_is_gone_and_then_no_more(
    thief: Thief, name: str
) -> None:
    assert thief.opens()
    act(thief, name)
    assert thief.old_keys() == "going"
    thief.wait(GRACE_SECONDS - 1)
    assert thief.opens()
    thief.wait(1)
    assert not thief.opens()
    assert thief.old_keys() == "gone"
    assert thief.box.acts()[-1] == "keys_renewed"


@pytest.mark.parametrize("name", ["remove", "change"])
def test_a_root_that_does_not_go_is_told_as_failed_and_tried_again(
    thief: Thief, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(thief, name)

    def stuck(eraser: FileEraser, generation: int) -> None:
        raise EraserFailed("The old root could not be overwritten: it is stuck.")

    with monkeypatch.context() as broken:
        broken.setattr(FileEraser, "wipe_others", stuck)
        thief.wait()
        thief.wait()
    assert thief.opens()
    assert thief.old_keys() == "failed"
    assert thief.box.acts().count("keys_renewal_failed") == 1
    thief.wait()
    assert not thief.opens()
    assert thief.old_keys() == "gone"
    assert thief.box.acts()[-1] == "keys_renewed"


def test_without_a_new_root_nothing_is_changed_and_it_says_so(
    thief: Thief, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = thief.box.log_in(LENA)

    def full(eraser: FileEraser, generation: int) -> bytes:
        raise EraserFailed("The eraser did not take a new root: no room.")

    monkeypatch.setattr(FileEraser, "prepare", full)
    with pytest.raises(EraserFailed):
        act(thief, "remove")
    assert thief.box.acts()[-2:] == ["person_removed", "failed"]
    assert thief.box.ask(WhoAmI(), theirs).name == LENA
    assert thief.old_keys() == "gone"


def test_a_cut_between_change_and_wiping_is_finished_at_boot(thief: Thief) -> None:
    act(thief, "remove")
    thief.box.restart()
    assert not thief.opens()
    assert thief.box.acts()[-1] == "keys_renewed"


def test_half_a_commit_still_ends_the_sessions(
    thief: Thief, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One copy of the keyring is written, then the disk fails: whoever is removed is out."""
    theirs = thief.box.log_in(LENA)
    assert thief.box.keeper.box is not None
    disk, second = thief.box.keeper.box.keyring._copies._disk, thief.box.folders.keyring[1]
    replace = type(disk).replace

    def once(self: object, path: Path, data: bytes, mode: int = 0o600) -> None:
        if path == second:
            raise OSError(5, "Input/output error")
        replace(disk, path, data, mode)

    with monkeypatch.context() as broken:
        broken.setattr(type(disk), "replace", once)
        with pytest.raises(Exception, match="could not be written"):
            act(thief, "remove")
    with refuses("not_logged_in"):
        thief.box.ask(WhoAmI(), theirs)
    with pytest.raises(Refused):
        thief.box.ask(LogIn(name=LENA, password=PASSWORD))
    thief.wait()
    assert not thief.opens()
    eraser = make_eraser(thief.box.folders, thief.box.config)
    assert thief.lena not in Keyring.open(thief.box.folders.keyring, eraser).content.operators
