"""The keeper as a whole, without its socket."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import HOUR
from appliance.config.read import trial
from appliance.errors import FileFormatError, Refused, VaultError, ZgodaError
from appliance.keeper.box import OpenBox
from appliance.keeper.chores import TAKE_UP, Chore, Chores
from appliance.keeper.service import Keeper
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.processes.news import TakeUp
from appliance.vault.pool import load
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.keeper.boxes import KeeperBox, make_keeper, set_up
from tests.keeper.chips import BOOT
from tests.keeper.office import Office, make_office
from tests.proofs import proving_here


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


def keeper_of(office: Office) -> KeeperBox:
    """Open a keeper on what the office's recorder has left."""
    config = trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=12))
    keeper = proving_here(Keeper(config, office.folders, office.clock, cost=CHEAP, boot=BOOT))
    keeper.open()
    return KeeperBox(config, office.folders, office.clock, keeper)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


def due_days(box: KeeperBox) -> dict[str, int]:
    assert box.keeper.box is not None
    taken_up = box.keeper.box.keyring.taken_up()
    return {rid: entry.due_day for rid, entry in taken_up if entry.due_day is not None}


def test_what_waits_is_taken_up_at_boot_while_locked(office: Office) -> None:
    rids = [office.seal() for _ in range(3)]
    box = keeper_of(office)
    assert due_days(box).keys() == set(rids)
    assert box.acts() == ["first_run", "sealed", "sealed", "sealed"]
    assert box.ask(ListCalls(), box.log_in()).total == 3
    box.keeper.close()


def test_take_up_when_asked_and_by_itself(office: Office) -> None:
    box = keeper_of(office)
    chores = box.keeper.chores()
    first = office.seal()
    box.ask(TakeUp())
    assert due_days(box).keys() == {first}
    second = office.seal()
    box.clock.advance(TAKE_UP)
    chores.run_due()
    assert due_days(box).keys() == {first, second}
    box.keeper.close()


def test_what_needs_a_vault_is_made_with_it_and_ends_before_it_locks(tmp_path: Path) -> None:
    box, seen = make_keeper(tmp_path / "data"), list[str]()
    first = box.keeper._box.while_open(lambda now: now.keyring, lambda made: seen.append("first"))

    def second(now: OpenBox) -> int:
        assert first() is now.keyring, "what was asked for before is there"
        return 2

    then = box.keeper._box.while_open(second, lambda made: seen.append(str(made)))
    with pytest.raises(Refused, match="not_set_up"):
        then()
    box.confirm(box.first_run())
    assert then() == 2
    box.keeper.close()
    box.keeper.close()
    assert (seen, then.now) == (["first", "2"], None)


def test_retention_goes_on_while_locked(office: Office) -> None:
    rid = office.seal(purposes=(("training", 2),))
    box = keeper_of(office)
    chores = box.keeper.chores()
    for _ in range(4 * 24):
        box.clock.advance(HOUR)
        chores.run_due()
    assert due_days(box) == {}
    assert not office.file(rid).exists()
    assert [act for act in box.acts() if act.startswith("eras")] == ["erasing", "erased"]
    assert box.sound_audit()
    box.keeper.close()


def test_the_pool_is_filled_again_before_it_runs_out(office: Office) -> None:
    box = keeper_of(office)
    assert box.keeper.box is not None
    before = set(load(office.folders.pool).keys)
    for _ in range(4):
        office.seal()
    box.keeper.take_up()
    after = set(load(office.folders.pool).keys)
    assert len(after) >= len(before)
    assert after - before
    box.keeper.close()


def test_a_pool_that_is_lost_comes_back(box: KeeperBox) -> None:
    before = load(box.folders.pool)
    box.folders.pool.unlink()
    box.restart()
    assert load(box.folders.pool) == before


def test_two_keepers_do_not_share_a_folder(box: KeeperBox) -> None:
    other = Keeper(box.config, box.folders, box.clock, cost=CHEAP, boot=BOOT)
    with pytest.raises(ZgodaError, match="Another keeper is already at work"):
        other.open()
    box.keeper.close()
    other.open()
    other.close()
    other.close()


def test_a_keyring_that_does_not_open_is_one_sentence(box: KeeperBox) -> None:
    box.keeper.close()
    for path in box.folders.keyring:
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileFormatError, match="No copy of the keyring opens"):
        box.restart()
    for path in box.folders.keyring:
        path.write_bytes(b"foreign")
    with pytest.raises(FileFormatError, match="This is not a keyring of Zgoda"):
        box.restart()


def test_everything_of_the_keepers_is_private(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    box.confirm(box.first_run())
    box.keeper.close()
    # The recorder, another user on the appliance, reads the pool and the layout; to files that were
    # made ahead it may write, and not even the keeper's own group reads them. Everybody may read of
    # what kind the folder is: one word.
    shared = {box.folders.pool: 0o040, box.folders.layout: 0o044, box.folders.kind: 0o044}
    shared |= dict.fromkeys(box.folders.new.iterdir(), 0o020)
    assert len(shared) > 3
    assert box.folders.kind.read_bytes() == b"trial\n"
    for path in [box.folders.data, *box.folders.data.rglob("*")]:
        assert path.stat().st_mode & 0o077 == shared.get(path, 0), path


def test_the_audits_head_is_signed_at_the_end(box: KeeperBox) -> None:
    box.log_in()
    box.keeper.close()
    assert len(list((box.folders.audit / "heads").iterdir())) == 1
    assert box.sound_audit()


class Counter:
    """A chore that counts, and can be made to fail."""

    def __init__(self) -> None:
        self.times = 0
        self.error: Exception | None = None

    def __call__(self) -> None:
        self.times += 1
        if self.error is not None:
            raise self.error


def test_each_chore_has_its_interval() -> None:
    clock, often, seldom = ManualClock(), Counter(), Counter()
    chores = Chores(clock, [Chore("often", 1, often), Chore("seldom", 60, seldom)])
    for _ in range(180):
        chores.run_due()
        clock.advance(1)
    assert (often.times, seldom.times) == (179, 2)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (VaultError("The disk is full."), "failing: The disk is full."),
        (RuntimeError("+48 22 123 45 67"), "failing failed: RuntimeError"),
    ],
)
def test_a_failing_chore_stops_no_other(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock, failing, fine = ManualClock(), Counter(), Counter()
    failing.error = error
    chores = Chores(clock, [Chore("failing", 1, failing), Chore("fine", 1, fine)])
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.advance(1)
            chores.run_due()
    assert (failing.times, fine.times) == (3, 3)
    assert said in caplog.text
    assert "22 123 45 67" not in caplog.text
