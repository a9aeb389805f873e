"""Test a whole keeper whose chip fails: reported everywhere, never called done, finished."""

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.keeper.doctor.keys import examine_keys
from appliance.link.operations import Role
from appliance.link.requests.calls import EraseCall, Ground, ShowCertificate, VerifyCalls
from appliance.link.requests.erase_all import GetEraseAll
from appliance.link.requests.first_run import GetBoxState
from appliance.model.lamps import Need
from appliance.model.records import Verdict
from tests.chips import EmulatedChip, new_chip, plug_in
from tests.keeper.boxes import KeeperBox, set_up
from tests.model.faults import codes
from tests.vaults import Vault

OFFICER = "Ola Officer"
Fault = Callable[[EmulatedChip], AbstractContextManager[None]]


@contextmanager
def writes_fail(chip: EmulatedChip) -> Iterator[None]:
    chip.fail("write", errno.EIO)
    yield
    chip.mend()


@contextmanager
def reads_back_otherwise(chip: EmulatedChip) -> Iterator[None]:
    chip.driver.protected = True
    yield
    chip.mend()


def gone(chip: EmulatedChip) -> AbstractContextManager[None]:
    return chip.away()


FAULTS: dict[Fault, str] = {
    writes_fail: "chip_silent",
    reads_back_otherwise: "chip_worn",
    gone: "chip_silent",
}


@pytest.fixture
def chip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmulatedChip:
    made = new_chip(tmp_path / "eeprom")
    plug_in(monkeypatch, made)
    return made


@pytest.fixture
def box(tmp_path: Path, chip: EmulatedChip) -> Iterator[KeeperBox]:
    people = {OFFICER: frozenset({Role.PRIVACY_OFFICER})}
    made = set_up(tmp_path / "data", people, eeprom=str(chip.path))
    yield made
    made.keeper.close()


def record(box: KeeperBox) -> str:
    assert box.keeper.box is not None
    vault = Vault(box.folders, bytearray(), box.keeper.box.keyring, box.keeper.box.eraser)
    rid = vault.record().rid
    box.keeper.take_up()
    return rid


def tick(box: KeeperBox) -> None:
    assert box.keeper.box is not None
    box.clock.advance(30)
    box.keeper.box.records.tick()


def acts(box: KeeperBox, rid: str) -> list[str]:
    assert box.keeper.box is not None
    return [entry.type for entry in box.keeper.box.audit.of_recording(rid)]


def findings(box: KeeperBox) -> dict[str, str]:
    assert box.keeper.box is not None
    return {one.id: one.text for one in examine_keys(box.keeper.box.records.keys_seen)}


def _is_reported(box: KeeperBox, token: str, rid: str, why: str) -> None:
    made = box.ask(ShowCertificate(rid), token)
    assert made.state == "failed"
    assert why in codes(made.faults)
    assert box.ask(VerifyCalls(), token).verdicts[rid] is not Verdict.SHREDDED
    assert acts(box, rid)[-1] == "erase_failed"
    seen = box.ask(GetEraseAll(), token)
    assert seen.failed == 1
    assert why in codes(seen.trouble)
    assert "1 recordings" in findings(box)["vault.erasing_fails"]
    assert box.keeper.box is not None
    assert box.keeper.box.records.need is Need.ERASURE_FAILS, "a lamp winks"


@pytest.mark.parametrize(
    ("fault", "committed"),
    [*((fault, False) for fault in FAULTS), (gone, True)],
    ids=["writes fail", "reads back otherwise", "gone", "gone behind the commit"],
)
def test_it_is_reported_retried_and_finished(
    box: KeeperBox, chip: EmulatedChip, fault: Fault, committed: bool
) -> None:
    rid, token = record(box), box.log_in(OFFICER)
    assert box.ask(GetBoxState()).eraser == "E2"
    order = EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it")
    if committed:
        assert box.ask(order, token).state == "erasing"
    with fault(chip):
        if committed:
            tick(box)
        else:
            assert box.ask(order, token).state == "failed"
        for _ in range(2):
            tick(box)
            _is_reported(box, token, rid, FAULTS[fault])
        assert acts(box, rid).count("erase_failed") == 1
    for _ in range(3):
        tick(box)
    made = box.ask(ShowCertificate(rid), token)
    assert (made.state, made.level, made.remains) == ("erased", "E2", ())
    signed = ["certified", "certified"]  # for the caller, for the office
    assert acts(box, rid) == ["sealed", "erasing", "erase_failed", "erased", *signed]
    assert findings(box) == {}
    assert len(chip.eraser().generations()) == 1


def test_the_chores_renew_the_root_within_a_week(box: KeeperBox, chip: EmulatedChip) -> None:
    assert box.keeper.box is not None
    chores = box.keeper.chores()
    (root,) = (chip.eraser().read(one) for one in chip.eraser().generations())
    for _ in range(8):
        box.clock.advance(DAY)
        chores.run_due()
    tick(box)
    assert box.keeper.box.keyring.generation == 2
    assert chip.eraser().generations() == (2,)
    assert root not in chip.content
    assert "keys_renewed" in box.acts()


def test_another_chip_in_its_place_takes_no_root(box: KeeperBox, chip: EmulatedChip) -> None:
    """The chip that was taken out would still hold the old root, and nobody would overwrite it."""
    rid, token = record(box), box.log_in(OFFICER)
    with chip.away():
        new_chip(chip.path)
        order = EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it")
        assert box.ask(order, token).state == "failed"
        _is_reported(box, token, rid, "main_key_gone")
        assert set(chip.content) == {0xFF}
        chip.path.unlink()
    for _ in range(3):
        tick(box)
    assert box.ask(ShowCertificate(rid), token).state == "erased"


def test_calls_are_taken_up_while_the_chip_is_away(box: KeeperBox, chip: EmulatedChip) -> None:
    with chip.away():
        rid = record(box)
        assert box.keeper.box is not None
        box.clock.advance(25 * 3600)  # the audit's day changes, which the keyring notes
        other = record(box)
        assert box.keeper.box.keyring.entry(rid).due_day is not None
        assert box.keeper.box.keyring.entry(other).due_day is not None


def test_a_restart_without_the_chip_says_so_and_with_it_goes_on(
    box: KeeperBox, chip: EmulatedChip
) -> None:
    rid, token = record(box), box.log_in(OFFICER)
    with writes_fail(chip):
        box.ask(EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it"), token)
    with chip.away(), pytest.raises(Exception, match=r"The EEPROM .* does not answer"):
        box.restart()
    box.keeper.open()
    assert acts(box, rid)[-4:] == [*("erase_failed", "erased", "certified", "certified")], (
        "finished at the boot"
    )
