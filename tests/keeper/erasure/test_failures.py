"""Test erasing on failing disks, erasers and audits: failed is never called done."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.errors import EraserFailed, KeyLost, VaultError
from appliance.keeper.audit.entries import Act
from appliance.keeper.erasure.batch import Erasure
from appliance.keeper.erasure.retry import LAPSED
from appliance.link.requests.calls import ErasureCertificate
from appliance.model.records import Verdict
from appliance.vault.opening.content import KeyringContent, open_keyring
from tests.keeper.erasure.erasing import Keeper, due_recording, order
from tests.model.faults import codes, said
from tests.vaults import FailingDisk, change, make_vault


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(make_vault(tmp_path))


@pytest.fixture
def rid(keeper: Keeper) -> str:
    return due_recording(keeper)


@pytest.mark.parametrize("where", ["eraser", "keyring"])
@pytest.mark.parametrize("operation", ["open", "write", "sync_all", "read"])
def test_a_step_that_fails_is_reported_and_nothing_is_lost(
    keeper: Keeper, rid: str, operation: str, where: str
) -> None:
    failing = keeper.disk
    if where == "eraser":
        keeper.eraser._disk = failing = FailingDisk()
    keeper.erasure = Erasure(
        keeper.keyring,
        keeper.eraser,
        keeper.vault.folders,
        keeper.audit.append_many,
        keeper.clock,
    )
    failing.fail(operation)
    (made,) = keeper.erasure.erase([order(rid)])
    assert (made.state, made.recording) == ("failed", rid)
    first, *rest = codes(made.faults)
    assert (
        first
        in {"eraser": {"main_key_refused"}, "keyring": {"unwritten", "keyring_unwritten"}}[where]
    )
    assert len(rest) == 1, "and its cause"
    assert keeper.types(rid) == ["sealed", "erasing", "erase_failed"]
    assert keeper.audit.of_recording(rid)[-1].seq == made.seq
    assert bool(keeper.erasure.unfinished) is False
    failing.mend()
    assert keeper.verdict(rid) is Verdict.COMPLETE
    assert keeper.erasure.failed == 1
    keeper.boot()
    keeper.erasure.resume(keeper.audit.entries())
    assert keeper.types(rid)[-2:] == ["erase_failed", "erased"], "finished at the next boot"
    assert keeper.verdict(rid) is Verdict.SHREDDED
    assert keeper.erasure.failed == 0


def test_an_order_that_failed_is_tried_again_until_it_is_done(keeper: Keeper, rid: str) -> None:
    keeper.disk.fail("open")
    (made,) = keeper.erasure.erase([order(rid)])
    assert made.state == "failed"
    assert keeper.erasure.to_retry() == (), "not at once"
    for _ in range(3):
        keeper.clock.advance(30)
        assert keeper.erasure.erase(keeper.erasure.to_retry(), again=True) == ()
        assert keeper.types(rid) == ["sealed", "erasing", "erase_failed"], "reported once"
        with keeper.erasure.at_rest() as rests:
            assert not rests, "the audit is not called settled meanwhile"
    assert codes(keeper.erasure.trouble) == ["unwritten", "system_says"]
    keeper.disk.mend()
    keeper.clock.advance(30)
    (going,) = keeper.erasure.erase(keeper.erasure.to_retry(), again=True)
    assert going.state == "erasing"
    keeper.clock.advance(30)
    (final,) = keeper.erasure.due()
    assert final.state == "erased"
    assert keeper.types(rid) == ["sealed", "erasing", "erase_failed", "erased"]
    assert (keeper.erasure.failed, keeper.erasure.trouble) == (0, ())


def test_a_hold_after_the_failure_lets_the_order_lapse(keeper: Keeper, rid: str) -> None:
    keeper.disk.fail("open")
    keeper.erasure.erase([order(rid)])
    keeper.disk.mend()
    change(keeper.keyring, rid, held=True)
    keeper.clock.advance(30)
    assert keeper.erasure.to_retry() == ()
    (made,) = keeper.erasure.due()
    assert (made.state, made.faults) == ("failed", LAPSED)
    assert keeper.erasure.failed == 0
    keeper.boot()
    keeper.erasure.resume(keeper.audit.entries())
    assert keeper.types(rid)[-1] == "erase_failed"
    assert keeper.verdict(rid) is Verdict.COMPLETE


# -- the root's age ------------------------------------------------------------------------------

WEEK = 7.0 * DAY


def test_the_root_is_renewed_once_a_week(keeper: Keeper) -> None:
    keeper.erasure.renew_when_old()  # nobody knows how old the first one is
    keeper.clock.advance(30)
    keeper.erasure.due()
    assert keeper.eraser.generations() == (2,)
    keeper.clock.advance(WEEK - 31)
    keeper.erasure.renew_when_old()
    assert keeper.keyring.generation == 2
    keeper.clock.advance(1)
    keeper.erasure.renew_when_old()
    assert keeper.keyring.generation == 3
    keeper.clock.advance(30)
    keeper.erasure.due()
    assert keeper.eraser.generations() == (3,)


def test_an_erasure_renews_it_as_well(keeper: Keeper, rid: str) -> None:
    keeper.clock.advance(WEEK)
    keeper.erasure.erase([order(rid)])
    keeper.erasure.renew_when_old()
    assert keeper.keyring.generation == 2


def test_a_renewal_that_fails_is_on_record_once_and_tried_again(keeper: Keeper) -> None:
    keeper.disk.fail("open")
    for _ in range(3):
        with pytest.raises(EraserFailed):
            keeper.erasure.renew_when_old()
    types = [entry.type for entry in keeper.audit.entries()]
    assert types.count("keys_renewal_failed") == 1
    keeper.disk.mend()
    keeper.erasure.renew_when_old()
    keeper.clock.advance(30)
    keeper.erasure.due()
    assert [entry.type for entry in keeper.audit.entries()][-1] == "keys_renewed"


def test_a_time_that_went_back_renews_it_rather_than_waiting(keeper: Keeper) -> None:
    keeper.erasure.renew_when_old()
    with keeper.keyring.changing() as draft:
        draft.root_made = keeper.clock.now() + 1000 * WEEK
    keeper.erasure.renew_when_old()
    assert keeper.keyring.generation == 3


def test_an_old_root_that_stays_is_reported_once_and_tried_again(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
    keeper.disk.fail("open")
    keeper.clock.advance(30)
    (made,) = keeper.erasure.due()
    assert (made.state, made.generation) == ("failed", 2)
    assert "could not be overwritten" in said(made.faults)
    assert keeper.verdict(rid) is Verdict.KEY_LOST, "never called shredded"
    assert keeper.vault.path(rid).exists()
    keeper.clock.advance(29)
    assert keeper.erasure.due() == ()
    keeper.clock.advance(1)
    assert keeper.erasure.due() == (), "a failure is reported once"
    assert keeper.types(rid) == ["sealed", "erasing", "erase_failed"]
    keeper.disk.mend()
    keeper.clock.advance(30)
    (final,) = keeper.erasure.due()
    assert final.state == "erased"
    assert keeper.types(rid) == ["sealed", "erasing", "erase_failed", "erased"]


def test_a_failed_wipe_is_finished_at_boot(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
    keeper.disk.fail("open")
    keeper.clock.advance(30)
    keeper.erasure.due()
    keeper.boot()
    (final,) = keeper.erasure.resume(keeper.audit.entries())
    assert final.state == "erased"
    assert keeper.eraser.generations() == (2,)


def test_a_file_that_stays_is_a_failure(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
    keeper.disk.fail("unlink", once=True)
    keeper.clock.advance(30)
    (made,) = keeper.erasure.due()
    assert made.state == "failed"
    assert "Input/output error" in said(made.faults)
    keeper.clock.advance(30)
    (final,) = keeper.erasure.due()
    assert final.state == "erased"


def test_a_keyring_that_is_half_written_is_finished_later(keeper: Keeper, rid: str) -> None:
    # The third rename of an erasure is the second copy's: pool, copy 0, copy 1.
    keeper.disk.fail("rename", 3, once=True)
    (made,) = keeper.erasure.erase([order(rid)])
    assert (made.state, made.generation) == ("failed", 2)
    assert keeper.erasure.pending == (rid,)
    keeper.clock.advance(30)
    (final,) = keeper.erasure.due()
    assert final.state == "erased"
    one, other = (path.read_bytes() for path in keeper.vault.folders.keyring)
    assert one == other


def test_a_pool_that_cannot_be_written_is_a_failure(keeper: Keeper, rid: str) -> None:
    keeper.disk.fail("rename", 1, once=True)
    (made,) = keeper.erasure.erase([order(rid)])
    assert (made.state, made.generation) == ("failed", 1)
    assert keeper.verdict(rid) is Verdict.COMPLETE


def test_a_keyring_that_is_not_written_loses_nothing(keeper: Keeper, rid: str) -> None:
    keeper.disk.fail("rename", 2, once=True)
    (made,) = keeper.erasure.erase([order(rid)])
    assert (made.state, made.generation) == ("failed", 1)
    assert keeper.verdict(rid) is Verdict.COMPLETE
    assert bool(keeper.erasure.unfinished) is False


def test_without_the_audit_nothing_is_erased(keeper: Keeper, rid: str) -> None:
    def broken(acts: Sequence[Act]) -> range:
        raise VaultError("The audit cannot be written.")

    erasure = keeper.make(broken)
    with pytest.raises(VaultError, match="audit"):
        erasure.erase([order(rid)])
    assert keeper.keyring.private(rid)
    assert keeper.vault.path(rid).exists()


def test_an_audit_that_breaks_at_the_end_leaves_it_erasing(keeper: Keeper, rid: str) -> None:
    other = keeper.vault.record().rid
    calls: list[str] = []

    def breaking(acts: Sequence[Act]) -> range:
        calls.append(acts[0].type)
        if calls.count("erased") == 1:
            raise VaultError("The audit cannot be written.")
        return keeper.audit.append_many(acts)

    erasure = keeper.make(breaking)
    erasure.erase([order(rid), order(other)])
    keeper.clock.advance(30)
    with pytest.raises(VaultError, match="audit"):
        erasure.due()
    assert erasure.pending == (rid, other)
    calls.append("erased")
    first, second = erasure.due()
    assert (first.recording, second.recording) == (rid, other)
    assert keeper.types(rid).count("erased") == 1


def test_the_next_batch_finishes_the_one_before_at_once(keeper: Keeper, rid: str) -> None:
    other = keeper.vault.record().rid
    keeper.erasure.erase([order(rid)])
    keeper.clock.advance(5)
    (made,) = keeper.erasure.erase([order(other)])
    assert (made.state, made.generation) == ("erasing", 3)
    assert keeper.types(rid)[-1] == "erased"
    assert keeper.erasure.pending == (other,)
    (first,) = keeper.erasure.due()
    assert (first.recording, first.state, first.generation) == (rid, "erased", 2)


def test_a_batch_whose_wiping_fails_waits_with_the_next_one(keeper: Keeper, rid: str) -> None:
    other = keeper.vault.record().rid
    keeper.erasure.erase([order(rid)])
    keeper.disk.fail("unlink", once=True)
    keeper.erasure.erase([order(other)])
    assert keeper.erasure.pending == (rid, other)
    keeper.clock.advance(30)
    states = [(made.recording, made.state) for made in keeper.erasure.due()]
    assert states == [(rid, "failed"), (rid, "erased"), (other, "erased")]


def test_a_new_password_kills_the_old_wraps(keeper: Keeper, rid: str) -> None:
    old = keeper.vault.folders.keyring[0].read_bytes()

    def change(content: KeyringContent) -> None:
        content.cases["c9"] = bytes(32)

    keeper.erasure.rotate(change)
    assert keeper.keyring.content.cases == {"c9": bytes(32)}
    assert bool(keeper.erasure.unfinished)
    assert list(keeper.erasure.pending) == []
    keeper.clock.advance(30)
    assert keeper.erasure.due() == ()
    assert bool(keeper.erasure.unfinished) is False
    with pytest.raises(KeyLost):
        open_keyring(old, keeper.eraser)


def test_a_rotation_that_was_interrupted_is_finished_at_boot(keeper: Keeper, rid: str) -> None:
    keeper.erasure.rotate(lambda content: None)
    keeper.boot()
    assert keeper.eraser.generations() == (1, 2)
    assert keeper.erasure.resume(keeper.audit.entries()) == ()
    assert keeper.eraser.generations() == (2,)


def test_a_rotation_that_fails_says_so(keeper: Keeper, rid: str) -> None:
    keeper.disk.fail("open")
    with pytest.raises(EraserFailed):
        keeper.erasure.rotate(lambda content: None)
    assert bool(keeper.erasure.unfinished) is False
    keeper.disk.fail("rename", 2, once=True)
    with pytest.raises(VaultError):
        keeper.erasure.rotate(lambda content: None)
    assert bool(keeper.erasure.unfinished), "one copy is under the new root"
    keeper.clock.advance(30)
    keeper.erasure.due()
    assert keeper.eraser.generations() == (2,)


def test_a_rotation_does_not_forget_an_erasure_whose_wiping_fails(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
    keeper.disk.fail("unlink", once=True)
    keeper.erasure.rotate(lambda content: None)
    assert keeper.erasure.pending == (rid,)
    keeper.clock.advance(30)
    assert [made.state for made in keeper.erasure.due()] == ["failed", "erased"]


def test_a_failing_begin_at_boot_is_reported(keeper: Keeper, rid: str) -> None:
    keeper.audit.append("erasing", "e1", rid)
    keeper.disk.fail("open")
    made = keeper.erasure.resume(keeper.audit.entries())
    assert [one.state for one in made] == ["failed"]
    assert keeper.verdict(rid) is Verdict.COMPLETE


def test_erasing_what_has_no_key_and_no_file_is_certified_too(keeper: Keeper) -> None:
    made: list[ErasureCertificate] = list(keeper.erasure.erase([order("ab" * 16)]))
    keeper.clock.advance(30)
    made += keeper.erasure.due()
    assert [one.state for one in made] == ["erasing", "erased"]
