"""Numbers never recorded: one by one, by tag alone, and lent at once."""

import errno
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.errors import KeyLost, LinkError, Refused, VaultError
from appliance.keeper.handlers.exempt import MOST, ExemptNumbers
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handlers_of
from appliance.link.operations import Operation, Role
from appliance.link.requests.exempt import (
    AddExempt,
    CountExempt,
    ExemptState,
    IsExempt,
    ListExempt,
    RemoveExempt,
)
from appliance.link.requests.login import LogIn
from appliance.recorder.numbers.exempt import ExemptList
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.keyring import Change
from appliance.vault.pool import Pool, load
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox, set_up
from tests.model.refusals import refuses
from tests.vaults import Vault, make_vault

NUMBER = "+48 22 123 45 67"
WHO = Caller("0a0b0c0d", "Pola", frozenset({Role.PRIVACY_OFFICER}), "s")


@dataclass
class Desk:
    """A list, and a recorder that is lent it or is away."""

    vault: Vault
    lent: list[tuple[int, ...]] = field(default_factory=list)
    away: bool = False

    def __post_init__(self) -> None:
        folders, disk = self.vault.folders, self.vault.disk
        ring = self.vault.keyring
        self.numbers = ExemptNumbers(ring, folders, "PL", self.renew, self.lend, disk)

    @property
    def tags(self) -> tuple[int, ...]:
        return self.vault.keyring.content.exempt

    @property
    def announced(self) -> int:
        return load(self.vault.folders.pool).exempt

    def renew(self, change: Change, actor: str) -> None:
        assert actor == WHO.actor
        self.vault.keyring.rotate(change)

    def lend(self) -> None:
        if self.away:
            raise LinkError("The recorder is not running.")
        self.lent.append(self.tags)

    def ask(self, operation: Operation[ExemptState]) -> ExemptState:
        state = handlers_of(self.numbers)[type(operation)](operation, WHO)
        assert isinstance(state, ExemptState)
        return state

    def add(self, number: str = NUMBER) -> ExemptState:
        return self.ask(AddExempt(number=number))

    def remove(self, number: str = NUMBER) -> ExemptState:
        return self.ask(RemoveExempt(number=number))

    def listed(self, number: str = NUMBER) -> bool:
        return self.ask(IsExempt(number=number)).listed

    def count(self) -> ExemptState:
        return self.ask(CountExempt())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(make_vault(tmp_path))


def test_a_number_is_added_known_in_any_spelling_and_removed(desk: Desk) -> None:
    assert desk.count() == ExemptState(0)
    assert desk.add() == ExemptState(1, listed=True)
    for spelling in ("22 123 45 67", "+48221234567", "(22) 123-45-67", "0048 22 1234567"):
        assert desk.listed(spelling), spelling
    assert not desk.listed("22 123 45 68")
    assert desk.add("22-123-45-67") == ExemptState(1, listed=True, already=True)
    assert desk.remove() == ExemptState(0)
    assert not desk.listed()
    with pytest.raises(Refused) as caught:
        desk.remove()
    assert caught.value.code == "number_not_listed"


def test_the_recorder_knows_the_number_at_once(desk: Desk) -> None:
    folders, key = desk.vault.folders, desk.vault.keyring.content.list_key
    recorder = ExemptList(Pool(folders.pool, folders.new), "PL")
    known = [recorder.known]
    desk.add()
    known.append(recorder.known)  # there is a list, and it was not lent
    recorder.lend(key, desk.lent[-1])
    assert [*known, recorder.known] == [True, False, True]
    assert recorder.listed("221234567")
    desk.remove()
    recorder.lend(key, desk.lent[-1])
    assert not recorder.listed("221234567")
    assert len(desk.lent) == 2


def test_the_list_holds_no_number_and_no_order(desk: Desk) -> None:
    numbers = [f"+482212345{n}" for n in range(10, 20)]
    for number in numbers:
        desk.add(number)
    assert desk.announced == len(desk.tags) == 10
    assert not {int(number[3:]) for number in numbers} & set(desk.tags)
    assert list(desk.tags) == sorted(desk.tags)


@pytest.mark.parametrize("number", ["", "Anna", "1", "+", "9" * 500, "+48\x00"])
def test_what_is_no_number_is_refused(desk: Desk, number: str) -> None:
    for act in (desk.add, desk.remove, desk.listed):
        with refuses("no_number"):
            act(number)
    assert desk.tags == ()
    assert desk.lent == []


def test_a_recorder_that_is_away_is_told_later(desk: Desk) -> None:
    desk.away = True
    assert desk.add() == ExemptState(1, listed=True, lent=False)
    desk.numbers.lend_if_owed()
    assert not desk.count().lent
    desk.away = False
    desk.numbers.lend_if_owed()
    assert desk.count().lent
    desk.numbers.lend_if_owed()
    assert len(desk.lent) == 1


@pytest.mark.parametrize("rename", [1, 2, 3])
def test_a_list_that_cannot_be_written_stays_as_it_was(desk: Desk, rename: int) -> None:
    """The pool comes first: then the recorder asks nobody before it is lent the list."""
    desk.add()
    desk.vault.disk.fail("rename", rename, errno.ENOSPC)
    with pytest.raises(VaultError, match="No room is left on the disk"):
        desk.add("+48221234568")
    desk.vault.disk.mend()
    assert desk.listed()
    assert desk.count().count <= desk.announced
    assert desk.add("+48221234568").count == desk.announced == 2


def test_a_number_leaves_with_the_root_that_sealed_it(desk: Desk) -> None:
    desk.add()
    old = desk.vault.folders.keyring[0].read_bytes()
    desk.remove()
    assert (desk.vault.keyring.generation, desk.announced) == (2, 0)
    desk.vault.eraser.wipe_others(2)
    with pytest.raises(KeyLost):
        open_keyring(old, desk.vault.eraser)


def test_a_full_list_takes_no_more(desk: Desk) -> None:
    with desk.vault.keyring.changing() as draft:
        draft.exempt = tuple(range(MOST))
    with refuses("list_full"):
        desk.add()


def test_two_at_once_lose_nothing(desk: Desk) -> None:
    def many(start: int) -> None:
        for number in range(start, start + 20):
            desk.add(f"+4822123{number:04}")

    threads = [threading.Thread(target=many, args=(start,)) for start in (1000, 2000, 3000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.count().count == 60


@pytest.fixture
def box(tmp_path: Path, nothing_read: None) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", {"Pola": frozenset({Role.PRIVACY_OFFICER})})
    yield made
    made.keeper.close()


def test_the_whole_keeper_does_it_on_the_record_without_the_number(box: KeeperBox) -> None:
    token = box.ask(LogIn(name="Pola", password=PASSWORD)).token
    assert box.ask(AddExempt(number=NUMBER), token) == ExemptState(1, listed=True, lent=False)
    assert box.ask(IsExempt(number="221234567"), token).listed
    box.ask(RemoveExempt(number=NUMBER), token)
    assert box.acts()[-2:] == ["exempt_added", "exempt_removed"]
    for log in Folders(box.folders.data).audit.glob("*.log"):
        assert b"221234567" not in log.read_bytes()


@pytest.fixture
def reading_box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", {"Pola": frozenset({Role.PRIVACY_OFFICER})})
    yield made
    made.keeper.close()


def listed(box: KeeperBox, token: str, text: str = "") -> list[str]:
    return [one.number for one in box.ask(ListExempt(text=text), token).numbers]


def test_the_list_can_be_read_and_dies_number_by_number(reading_box: KeeperBox) -> None:
    box = reading_box
    token = box.ask(LogIn(name="Pola", password=PASSWORD)).token
    for number in (NUMBER, "58 555 01 07"):
        box.ask(AddExempt(number=number), token)
    assert listed(box, token) == ["+48221234567", "+48585550107"]
    assert listed(box, token, "0048 22 1234567") == ["+48221234567"]
    assert listed(box, token, "5501") == ["+48585550107"]
    assert listed(box, token, "Anna") == []
    for path in (box.folders.ledger, *box.folders.keyring):
        assert b"221234567" not in path.read_bytes()
    assert box.keeper.box is not None
    cases = box.keeper.box.keyring.content.cases
    assert len(cases) == 2
    box.ask(RemoveExempt(number=NUMBER), token)
    assert len(box.keeper.box.keyring.content.cases) == 1
    assert listed(box, token) == ["+48585550107"]
    box.keeper.box.records.sweep()
    assert listed(box, token) == ["+48585550107"]


def test_the_list_outlives_a_restart_and_needs_a_login(reading_box: KeeperBox) -> None:
    box = reading_box
    token = box.ask(LogIn(name="Pola", password=PASSWORD)).token
    box.ask(AddExempt(number=NUMBER), token)
    box.restart()
    with pytest.raises(Refused):
        box.ask(ListExempt(), token)
    token = box.ask(LogIn(name="Pola", password=PASSWORD)).token
    assert listed(box, token) == ["+48221234567"]
    assert box.acts().count("exempt_listed") == 1


def test_a_number_that_is_a_tag_alone_is_counted_and_shown_once_it_is_added_again(
    reading_box: KeeperBox,
) -> None:
    box = reading_box
    token = box.ask(LogIn(name="Pola", password=PASSWORD)).token
    box.ask(AddExempt(number=NUMBER), token)
    assert box.keeper.box is not None
    ledger = box.keeper.box.records.ledger
    ledger.drop_exempt([entry.tag for entry in ledger.exempt()])
    assert box.ask(ListExempt(), token).hidden == 1
    again = box.ask(AddExempt(number=NUMBER), token)
    assert (again.count, again.already) == (1, True)
    assert listed(box, token) == ["+48221234567"]
