"""Try to lose the list of exempt numbers: with a file, with a pool that denies it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.errors import FileFormatError
from appliance.keeper.records import Records
from appliance.keeper.service import Keeper
from appliance.link.operations import Role
from appliance.link.requests.exempt import AddExempt, CountExempt, IsExempt, RemoveExempt
from appliance.link.requests.login import LogIn
from appliance.recorder.numbers.exempt import ExemptList
from appliance.vault.pool import Pool, PoolContent, load, store
from tests.boxes import CHEAP, PASSWORD
from tests.keeper.boxes import KeeperBox, set_up
from tests.proofs import proving_here

NUMBER = "+48 22 123 45 67"
OFFICER = "Pola"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeeperBox]:
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)  # nothing is read
    made = set_up(tmp_path / "data", {OFFICER: frozenset({Role.PRIVACY_OFFICER})})
    made.ask(AddExempt(number=NUMBER), log_in(made))
    yield made
    made.keeper.close()


def log_in(box: KeeperBox) -> str:
    return box.ask(LogIn(name=OFFICER, password=PASSWORD)).token


def recorder_of(box: KeeperBox) -> tuple[Pool, ExemptList]:
    """A recorder that the keeper has not reached yet."""
    pool = Pool(box.folders.pool, box.folders.new, box.folders.box_key)
    return pool, ExemptList(pool, "PL")


def test_whatever_file_beside_the_keyring_is_deleted_the_number_stays(box: KeeperBox) -> None:
    box.keeper.close()
    for path in (box.folders.exempt, box.folders.pool, box.folders.keyring[1]):
        path.unlink(missing_ok=True)
    box.keeper = proving_here(Keeper(box.config, box.folders, box.clock, cost=CHEAP))
    box.keeper.open()
    token = log_in(box)
    assert box.ask(CountExempt(), token).count == 1
    assert box.ask(IsExempt(NUMBER), token).listed
    assert load(box.folders.pool).exempt == 1


def test_a_list_that_is_planted_beside_it_counts_for_nothing(box: KeeperBox) -> None:
    box.folders.exempt.write_bytes(bytes(8))
    box.restart()
    assert box.ask(CountExempt(), log_in(box)).count == 1


def test_a_recorder_that_was_not_lent_the_list_knows_that_there_is_one(box: KeeperBox) -> None:
    pool, exempt = recorder_of(box)
    assert not exempt.known
    assert pool.ready, "it is the list that it waits for"
    box.ask(RemoveExempt(number=NUMBER), log_in(box))
    assert recorder_of(box)[1].known


@pytest.mark.parametrize("harm", ["count", "signed by another", "deleted", "older version"])
def test_a_pool_that_denies_the_list_is_refused(box: KeeperBox, harm: str) -> None:
    pool, _ = recorder_of(box)
    content = pool.shown()  # from now on the key is pinned
    if harm == "count":
        raw = bytearray(box.folders.pool.read_bytes())
        raw[96:100] = bytes(4)
        box.folders.pool.write_bytes(raw)
    elif harm == "signed by another":
        foreign = Ed25519PrivateKey.generate()
        key = foreign.public_key().public_bytes_raw()
        store(box.folders.pool, replace(content, box_key=key, exempt=0), foreign.sign)
    elif harm == "deleted":
        box.folders.pool.unlink()
    else:
        raw = bytearray(box.folders.pool.read_bytes())
        raw[8] = 1
        box.folders.pool.write_bytes(raw)
    for after in (recorder_of(box), recorder_of(box)):  # also after a restart
        assert not after[1].known
        with pytest.raises(Exception, match="pool"):
            after[0].take_key()
    assert not pool_is_ready(pool), "nor by the one that runs"


def pool_is_ready(pool: Pool) -> bool:
    try:
        return pool.ready
    except Exception:
        return False


def test_another_boxs_pool_is_refused_in_one_sentence(box: KeeperBox) -> None:
    recorder_of(box)[0].shown()
    foreign = Ed25519PrivateKey.generate()
    key = foreign.public_key().public_bytes_raw()
    store(box.folders.pool, PoolContent(bytes(16), bytes(32), key), foreign.sign)
    with pytest.raises(FileFormatError, match="signed by another box") as refused:
        recorder_of(box)[0].take_key()
    assert "\n" not in str(refused.value)


def test_a_pin_that_cannot_be_read_trusts_nobody(box: KeeperBox) -> None:
    recorder_of(box)[0].shown()
    box.folders.box_key.write_bytes(b"short")
    with pytest.raises(FileFormatError):
        recorder_of(box)[0].take_key()
    box.folders.box_key.unlink()
    box.folders.box_key.mkdir()
    with pytest.raises(FileFormatError):
        recorder_of(box)[0].take_key()
