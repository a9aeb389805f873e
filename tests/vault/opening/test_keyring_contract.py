"""Hold any keyring to its contract: what callers ask of it, over restarts and failures."""

import contextlib
import hmac
from collections.abc import Callable
from typing import TypeVar

import pytest
from msgspec import structs

from appliance import clock
from appliance.errors import EraserFailed, KeyLost, VaultError
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import public_half
from tests.vaults import FailingDisk, Vault, change

DAY = 20_807

AnswerT = TypeVar("AnswerT")

FULL = RecordingEntry(
    due_day=DAY,
    call="00112233445566ff",
    held=True,
    review_day=20_900,
    restricted=True,
    clock_ok=False,
    boot_id="a1b2c3",
    uptime=4_000_000_000,
    day=DAY - 90,
    began=1_790_000_000.125,
    verdict="tampered",
)


def again(vault: Vault) -> Keyring:
    """Open it as after a restart."""
    return Keyring.open(vault.folders.keyring, FileEraser(vault.folders.root))


@pytest.fixture
def rids(vault: Vault) -> tuple[str, ...]:
    return vault.keyring.unused()


def both(vault: Vault, ask: Callable[[Keyring], AnswerT]) -> AnswerT:
    """Ask the running one and one that is opened afresh; they agree."""
    now, then = ask(vault.keyring), ask(again(vault))
    assert now == then
    return now


def test_a_refill_makes_keys_that_fit_their_public_halves(vault: Vault) -> None:
    before = vault.keyring.unused()
    made = vault.keyring.refill(3)
    assert both(vault, lambda ring: ring.unused()) == (*before, *made)
    for rid, public in made.items():
        assert len(bytes.fromhex(rid)) == 16
        assert both(vault, lambda ring, rid=rid: public_half(ring.private(rid))) == public  # type: ignore[misc]
        assert vault.keyring.public(rid) == public
        assert vault.keyring.entry(rid) == RecordingEntry()


def test_every_field_of_an_entry_comes_back(vault: Vault, rids: tuple[str, ...]) -> None:
    private = vault.keyring.private(rids[2])
    assert vault.keyring.change([rids[2]], lambda _, entry: FULL) == {rids[2]}
    assert both(vault, lambda ring: ring.entry(rids[2])) == FULL
    assert both(vault, lambda ring: ring.get(rids[2])) == FULL
    assert both(vault, lambda ring: ring.private(rids[2])) == private
    assert both(vault, lambda ring: dict(ring.taken_up())) == {rids[2]: FULL}
    assert rids[2] not in vault.keyring.unused()
    change(vault.keyring, rids[2], held=False, review_day=None, verdict="")
    fresh = structs.replace(FULL, held=False, review_day=None, verdict="")
    assert both(vault, lambda ring: ring.entry(rids[2])) == fresh


def test_changes_follow_one_another_without_end(vault: Vault, rids: tuple[str, ...]) -> None:
    for number in range(300):
        change(vault.keyring, rids[number % 6], due_day=DAY + number)
    due = {rid: DAY + 294 + at for at, rid in enumerate(rids)}
    assert both(vault, lambda ring: {r: e.due_day for r, e in ring.taken_up()}) == due


def test_what_has_no_key_is_lost_and_passed_over(vault: Vault, rids: tuple[str, ...]) -> None:
    nobody = rids[0][:16] + "0" * 16  # begins like one that is there
    for ask in (vault.keyring.private, vault.keyring.entry, vault.keyring.public):
        with pytest.raises(KeyLost, match=f"no key for the recording {nobody}"):
            ask(nobody)
    assert vault.keyring.get(nobody) is None
    assert nobody not in vault.keyring
    assert rids[0] in vault.keyring
    assert vault.keyring.change([nobody], lambda _, entry: FULL) == frozenset()
    vault.keyring.erase([nobody])
    assert both(vault, lambda ring: ring.unused()) == rids


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({}, True),
        ({"due_day": 0}, True),
        ({"due_day": DAY}, False),
        ({"due_day": None}, False),
        ({"held": True}, False),
        ({"restricted": True}, False),
        ({"clock_ok": False}, False),
        ({"clock_ok": False, "began": 1_790_000_000.0}, True),
    ],
)
def test_only_what_is_over_its_last_day_is_due(
    vault: Vault, rids: tuple[str, ...], fields: dict[str, object], due: bool
) -> None:
    last = {"due_day": DAY - 1, **fields}
    change(vault.keyring, rids[1], **last)
    wanted = {rids[1]: last["due_day"]} if due else {}
    assert both(vault, lambda ring: ring.due(DAY)) == wanted


def test_what_a_catalogue_asks_of_a_shard(vault: Vault, rids: tuple[str, ...]) -> None:
    """All but the seeds without opening it; what is unused has no row."""
    change(vault.keyring, rids[0], due_day=DAY, day=DAY - 90)
    change(vault.keyring, rids[2], due_day=DAY, day=DAY - 80, held=True, verdict="damaged")
    change(vault.keyring, rids[3], due_day=DAY, day=DAY - 99, began=(DAY - 70) * (clock.DAY + 0.5))
    where = both(vault, lambda ring: ring.where([*rids[:4], "00" * 16]))
    assert [where[rid][1] for rid in rids[:4]] == [0, 1, 2, 3]
    ((sid, _),) = {(where[rid][0], None) for rid in rids[:4]}
    assert both(vault, lambda ring: ring.shards()) == [(sid, DAY - 70)]
    assert both(vault, lambda ring: ring.slots(sid)) == 0b1101
    assert both(vault, lambda ring: ring.slots(bytes(8))) == 0
    assert both(vault, lambda ring: ring.named(sid, 0b1001)) == [rids[0], rids[3]]
    assert both(vault, lambda ring: ring.taken_up_by_shard()) == {sid: 3}
    shown = both(vault, lambda ring: ring.shown(sid, rids[2]))
    assert shown is not None
    assert (shown.held, shown.restricted, shown.verdict) == (True, False, "damaged")
    assert both(vault, lambda ring: ring.shown(sid, "00" * 16)) is None
    assert both(vault, lambda ring: ring.shown(bytes(8), rids[2])) is None
    rows = both(vault, lambda ring: ring.rows(sid))
    assert rows is not None
    assert (rows.slots, rows.rids.hex()) == ([0, 2, 3], rids[0] + rids[2] + rids[3])
    assert rows.began == [0, 0, round((DAY - 70) * (clock.DAY + 0.5) * 1000)]
    seed = hmac.digest(vault.keyring.private(rids[2]), b"zgoda row v3", "sha256")
    assert bytes(rows.seeds[32:64]) == seed
    assert both(vault, lambda ring: ring.rows(bytes(8))) is None


def test_an_erasure_takes_the_keys_and_nothing_else(vault: Vault, rids: tuple[str, ...]) -> None:
    change(vault.keyring, rids[0], due_day=DAY)
    change(vault.keyring, rids[1], due_day=DAY)
    kept = {rid: vault.keyring.private(rid) for rid in rids[1:5]}
    vault.keyring.erase([rids[0], rids[5]], lambda content: content.cases.update(c1=bytes(32)))
    assert vault.keyring.generation == 2
    assert both(vault, lambda ring: {r: ring.private(r) for r in ring.unused()}) == {
        rid: kept[rid] for rid in rids[2:5]
    }
    assert both(vault, lambda ring: dict(ring.taken_up()).keys()) == {rids[1]}
    assert vault.keyring.private(rids[1]) == kept[rids[1]]
    assert both(vault, lambda ring: ring.content.cases) == {"c1": bytes(32)}
    assert both(vault, lambda ring: rids[0] in ring or rids[5] in ring) is False
    vault.keyring.erase(rids[1:5])
    assert both(vault, lambda ring: (ring.unused(), ring.due(2 * DAY))) == ((), {})
    made = vault.keyring.refill(2)
    assert both(vault, lambda ring: ring.unused()) == tuple(made)


def test_what_is_held_is_not_erased(vault: Vault, rids: tuple[str, ...]) -> None:
    change(vault.keyring, rids[1], due_day=DAY, held=True)
    with pytest.raises(VaultError, match=f"{rids[1]} was put on hold meanwhile"):
        vault.keyring.erase(rids[:2])
    assert both(vault, lambda ring: (ring.generation, rids[0] in ring, rids[1] in ring)) == (
        1,
        True,
        True,
    )


def test_an_update_that_raises_changes_nothing(vault: Vault, rids: tuple[str, ...]) -> None:
    def strange(rid: str, entry: RecordingEntry) -> RecordingEntry:
        if rid == rids[3]:
            raise ZeroDivisionError
        return FULL

    with pytest.raises(ZeroDivisionError):
        vault.keyring.change(rids, strange)
    assert both(vault, lambda ring: ring.unused()) == rids


@pytest.fixture
def failing(vault: Vault) -> tuple[Keyring, FailingDisk]:
    """One whose disk fails while its eraser's does not."""
    disk = FailingDisk()
    return Keyring.open(vault.folders.keyring, FileEraser(vault.folders.root), disk=disk), disk


OPERATIONS = ["open", "write", "sync", "sync_all", "rename", "sync_folder"]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("act", ["change", "erase", "refill"])
def test_after_a_failure_memory_says_what_the_disk_says(
    vault: Vault,
    failing: tuple[Keyring, FailingDisk],
    rids: tuple[str, ...],
    operation: str,
    count: int,
    act: str,
) -> None:
    keyring, disk = failing
    change(keyring, rids[1], due_day=DAY - 9)
    disk.fail(operation, count, once=True)
    with contextlib.suppress(VaultError):
        if act == "change":
            change(keyring, rids[0], due_day=DAY)
        elif act == "erase":
            keyring.erase(rids[:1])
        else:
            keyring.refill(2)
    disk.mend()
    for ring in (keyring, again(vault)):
        assert ring.generation == keyring.generation
        assert ring.unused() == keyring.unused()
        assert dict(ring.taken_up()) == dict(keyring.taken_up())
        assert (rids[0] in ring) is (rids[0] in keyring)
    keyring.mend()
    change(keyring, rids[2], due_day=DAY + 1)
    assert again(vault).entry(rids[2]).due_day == DAY + 1
    assert again(vault).entry(rids[1]).due_day == DAY - 9


def test_an_eraser_that_fails_erases_nothing(vault: Vault, rids: tuple[str, ...]) -> None:
    vault.disk.fail("open")
    with pytest.raises(EraserFailed):
        vault.keyring.erase(rids)
    vault.disk.mend()
    assert both(vault, lambda ring: (ring.generation, ring.unused())) == (1, rids)
