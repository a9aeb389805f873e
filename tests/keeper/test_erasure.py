"""Erasing, interrupted after every step and by every failing file operation."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import ManualClock
from appliance.errors import EraserFailed, FileFormatError, KeyLost, VaultError
from appliance.keeper.audit import AuditLog
from appliance.keeper.erasure import Erasure, Order
from appliance.keeper.known import known_recordings
from appliance.link.requests.calls import Certificate
from appliance.model.records import Verdict
from appliance.vault import pool
from appliance.vault.eraser import SLOT_BYTES, FileEraser
from appliance.vault.keyring import Keyring, KeyringContent, ShelfKey, open_keyring
from appliance.vault.unseal import Reader
from appliance.vault.verdicts import Keys, assess
from tests.vaults import FailingDisk, Vault, make_vault

SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(32))


class PowerCut(BaseException):
    """The box is without power: nothing catches this, nothing more happens."""


@dataclass
class Keeper:
    """What a keeper needs to erase, and a way to start it again."""

    vault: Vault
    clock: ManualClock = field(default_factory=ManualClock)
    disk: FailingDisk = field(default_factory=FailingDisk)
    board: bytes | None = None

    def __post_init__(self) -> None:
        self.boot()

    def boot(self) -> None:
        """Start as after a power cut: everything from the disk."""
        folders = self.vault.folders
        self.disk.mend()
        self.eraser = FileEraser(folders.root, self.board, disk=self.disk)
        self.keyring = Keyring.open(folders.keyring, self.eraser, disk=self.disk)
        self.audit = AuditLog(folders.audit, self.clock, SIGNING)
        self.erasure = self.make()

    def make(self, append: Callable[..., int] | None = None) -> Erasure:
        """Return an erasure, with an audit of its own kind if need be."""
        return Erasure(
            self.keyring,
            self.eraser,
            self.vault.folders,
            append or self.audit.append,
            self.clock,
            disk=self.disk,
            media=lambda: ("backup_may_hold_copy",),
        )

    def types(self, rid: str) -> list[str]:
        """Return what the audit says was done with a recording."""
        return [entry.type for entry in self.audit.of_recording(rid)]

    def verdict(self, rid: str) -> Verdict:
        """Judge a recording as the keeper does."""
        known = known_recordings(self.audit.entries())[rid]
        entry = self.keyring.content.recordings.get(rid)
        keys = Keys(entry.private if entry else None, self.vault.reading)
        return assess(self.vault.path(rid), known, keys).verdict


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(make_vault(tmp_path))


@pytest.fixture
def rid(keeper: Keeper) -> str:
    """A sealed recording with a key, a shelf and a marker."""
    sealed = keeper.vault.record()
    keeper.audit.append("sealed", "keeper", sealed.rid, frames=sealed.frames, sha256=sealed.sha256)
    with keeper.keyring.changing() as draft:
        draft.recordings[sealed.rid].due_day = 20_807
        draft.shelves["5e"] = ShelfKey(bytes(32), 20_807)
    (keeper.vault.folders.shelves / "5e").write_bytes(b"sealed")
    (keeper.vault.folders.withdrawn / sealed.rid).touch()
    return sealed.rid


def order(rid: str) -> Order:
    return Order(rid, "consent_withdrawn", "e1", "c1")


def test_an_erasure_goes_step_by_step(keeper: Keeper, rid: str) -> None:
    (made,) = keeper.erasure.erase([order(rid)], shelves=["5e"])
    assert (made.state, made.recording, made.ground) == ("erasing", rid, "consent_withdrawn")
    assert (made.level, made.generation, made.seq) == ("E0", 2, 0)
    assert made.remains == ("flash_may_keep_root", "backup_may_hold_copy")
    assert keeper.types(rid) == ["sealed", "erasing"]
    assert keeper.erasure.pending == (rid,)
    assert bool(keeper.erasure.unfinished)
    assert keeper.verdict(rid) is Verdict.SHREDDED
    assert rid not in pool.load(keeper.vault.folders.pool).keys
    assert keeper.eraser.generations() == (1, 2), "the old root waits"
    assert keeper.vault.path(rid).exists()

    keeper.clock.advance(29.9)
    assert keeper.erasure.due() == ()
    keeper.clock.advance(0.2)
    (final,) = keeper.erasure.due()
    assert (final.state, final.ground, final.generation) == ("erased", "consent_withdrawn", 2)
    entry = keeper.audit.of_recording(rid)[-1]
    assert (entry.type, entry.seq, entry.detail) == ("erased", final.seq, "e0.2")
    assert (entry.actor, entry.case) == ("e1", "c1")
    assert len(keeper.eraser.generations()) == 1
    assert not keeper.vault.path(rid).exists()
    assert not list(keeper.vault.folders.withdrawn.iterdir())
    assert not list(keeper.vault.folders.shelves.iterdir())
    assert list(keeper.erasure.pending) == []
    assert bool(keeper.erasure.unfinished) is False
    assert keeper.erasure.due() == ()
    assert keeper.verdict(rid) is Verdict.SHREDDED


@pytest.mark.parametrize("board", [None, b"a board's own secret"])
def test_after_an_erasure_no_earlier_copy_opens_anything(
    tmp_path: Path, board: bytes | None
) -> None:
    (tmp_path / "data").mkdir()
    vault = make_vault(tmp_path / "data", board_secret=board)
    keeper = Keeper(vault, board=board)
    erased, kept = vault.record().rid, vault.record().rid
    running = vault.begin()
    image = shutil.copytree(tmp_path / "data", tmp_path / "image")
    keeper.erasure.erase([order(erased)])
    keeper.clock.advance(30)
    assert [made.state for made in keeper.erasure.due()] == ["erased"]

    slots = vault.folders.root.read_bytes()
    assert not any(slots[:SLOT_BYTES])
    eraser = FileEraser(vault.folders.root, board)
    for copy in ("keyring.0", "keyring.1"):
        with pytest.raises(KeyLost):
            open_keyring((image / copy).read_bytes(), eraser)
        now = open_keyring((tmp_path / "data" / copy).read_bytes(), eraser)[2]
        assert erased not in now.recordings
        with pytest.raises(FileFormatError):
            Reader.open(image / "rec" / erased, vault.reading, now.recordings[kept].private)
    keeper.boot()
    running.audio(0, bytes(4000))
    running.close()
    for rid in (kept, running.rid):
        key = keeper.keyring.private(rid)
        with Reader.open(vault.path(rid), vault.reading, key) as reader:
            assert reader.survey.frames > 2


def _cuts(keeper: Keeper) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield every operation of disk and audit that an erasure stands on."""
    for name in ("write", "sync_all", "rename", "sync_folder", "open", "unlink", "read"):
        yield name, getattr(keeper.disk, name)
    yield "append", keeper.audit.append


def _cut_power(keeper: Keeper, at: int, *, after: bool) -> list[int]:
    """Let the power go at the ``at``-th operation, before or after it is done."""
    done = [0]

    def cutting(act: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **more: object) -> object:
            done[0] += 1
            if done[0] == at and not after:
                raise PowerCut
            result = act(*args, **more)
            if done[0] == at:
                raise PowerCut
            return result

        return wrapped

    append: Callable[..., object] = keeper.audit.append
    for name, act in _cuts(keeper):
        if name == "append":
            append = cutting(act)
        else:
            setattr(keeper.disk, name, cutting(act))
    keeper.erasure = keeper.make(append)  # type: ignore[arg-type]  # returns what append returns
    return done


def _erase_fully(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)], shelves=["5e"])
    keeper.clock.advance(30)
    keeper.erasure.due()


def _steps(tmp_path: Path) -> int:
    """Count the operations of one whole erasure."""
    keeper = Keeper(make_vault(tmp_path))
    rid = keeper.vault.record().rid
    done = _cut_power(keeper, 0, after=False)
    _erase_fully(keeper, rid)
    return done[0]


def test_an_erasure_interrupted_anywhere_is_not_begun_or_finished_at_boot(tmp_path: Path) -> None:
    (tmp_path / "count").mkdir()
    steps = _steps(tmp_path / "count")
    assert steps > 30
    finished = 0
    for at in range(1, steps + 3):
        for after in (False, True):
            data = tmp_path / f"{at}-{after}"
            data.mkdir()
            finished += _interrupted_erasure(Keeper(make_vault(data)), at, after=after)
    assert finished > 2 * steps - 10, "only before its first entry is an erasure not begun"


def _interrupted_erasure(keeper: Keeper, at: int, *, after: bool) -> bool:
    """Interrupt an erasure, boot, and say whether it was carried out."""
    sealed, kept = keeper.vault.record(), keeper.vault.record()
    keeper.audit.append("sealed", "keeper", sealed.rid, frames=sealed.frames, sha256=sealed.sha256)
    with keeper.keyring.changing() as draft:
        draft.shelves["5e"] = ShelfKey(bytes(32), 20_807)
    (keeper.vault.folders.shelves / "5e").write_bytes(b"sealed")
    _cut_power(keeper, at, after=after)
    try:
        _erase_fully(keeper, sealed.rid)
    except PowerCut:
        pass
    keeper.disk = FailingDisk()
    keeper.boot()
    begun = "erasing" in keeper.types(sealed.rid)
    keeper.erasure.resume(keeper.audit.entries(), lambda rid: "consent_withdrawn")
    assert keeper.eraser.generations() == (keeper.keyring.generation,)
    assert keeper.keyring.private(kept.rid)
    assert keeper.vault.path(kept.rid).exists()
    assert keeper.vault.path(sealed.rid).exists() is not begun
    assert (sealed.rid in keeper.keyring.content.recordings) is not begun
    assert keeper.verdict(sealed.rid) is (Verdict.SHREDDED if begun else Verdict.COMPLETE)
    if begun:
        assert keeper.types(sealed.rid)[-1] == "erased"
        assert keeper.types(sealed.rid).count("erased") == 1
        assert sealed.rid not in pool.load(keeper.vault.folders.pool).keys
    again = keeper.erasure.resume(keeper.audit.entries())
    assert again == ()
    return begun


def test_what_is_resumed_is_certified_with_its_ground(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
    keeper.boot()
    (made,) = keeper.erasure.resume(keeper.audit.entries(), lambda rid: "objection")
    assert (made.state, made.ground, made.recording) == ("erased", "objection", rid)
    assert keeper.audit.of_recording(rid)[-1].actor == "e1"


def test_what_was_begun_but_kept_its_key_is_carried_out_at_boot(keeper: Keeper, rid: str) -> None:
    keeper.audit.append("erasing", "e1", rid, "c1")
    (made,) = keeper.erasure.resume(keeper.audit.entries())
    assert (made.state, made.ground) == ("erased", "")
    assert keeper.types(rid) == ["sealed", "erasing", "erased"]


@pytest.mark.parametrize("operation", ["open", "write", "sync_all", "read"])
def test_an_eraser_that_takes_no_root_is_reported_and_nothing_is_lost(
    keeper: Keeper, rid: str, operation: str
) -> None:
    keeper.erasure = Erasure(
        keeper.keyring,
        keeper.eraser,
        keeper.vault.folders,
        keeper.audit.append,
        keeper.clock,
    )
    keeper.disk.fail(operation)
    (made,) = keeper.erasure.erase([order(rid)])
    assert (made.state, made.recording) == ("failed", rid)
    assert made.reason.startswith("The eraser did not take a new root")
    assert keeper.types(rid) == ["sealed", "erasing", "erase_failed"]
    assert keeper.audit.of_recording(rid)[-1].seq == made.seq
    assert bool(keeper.erasure.unfinished) is False
    assert keeper.verdict(rid) is Verdict.COMPLETE
    keeper.boot()
    keeper.erasure.resume(keeper.audit.entries())
    assert keeper.types(rid)[-1] == "erase_failed", "left for a person to order again"
    assert keeper.verdict(rid) is Verdict.COMPLETE
    (again,) = keeper.erasure.erase([order(rid)])
    assert again.state == "erasing"


def test_an_old_root_that_stays_is_reported_once_and_tried_again(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
    keeper.disk.fail("open")
    keeper.clock.advance(30)
    (made,) = keeper.erasure.due()
    assert (made.state, made.generation) == ("failed", 2)
    assert "could not be overwritten" in made.reason
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
    assert (made.state, made.reason) == ("failed", "[Errno 5] Input/output error")
    keeper.clock.advance(30)
    (final,) = keeper.erasure.due()
    assert final.state == "erased"


def test_a_keyring_that_is_half_written_is_finished_later(keeper: Keeper, rid: str) -> None:
    # The third rename of an erasure is the second copy's: pool, copy 0, copy 1.
    keeper.disk.fail("rename", 3, once=True)
    (made,) = keeper.erasure.erase([order(rid)], shelves=["5e"])
    assert (made.state, made.generation) == ("failed", 2)
    assert keeper.erasure.pending == (rid,)
    keeper.clock.advance(30)
    (final,) = keeper.erasure.due()
    assert final.state == "erased"
    one, other = (path.read_bytes() for path in keeper.vault.folders.keyring)
    assert one == other
    assert not list(keeper.vault.folders.shelves.iterdir())


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
    def broken(*args: object, **more: object) -> int:
        raise VaultError("The audit cannot be written.")

    erasure = keeper.make(broken)
    with pytest.raises(VaultError, match="audit"):
        erasure.erase([order(rid)])
    assert keeper.keyring.private(rid)
    assert keeper.vault.path(rid).exists()


def test_an_audit_that_breaks_at_the_end_leaves_it_erasing(keeper: Keeper, rid: str) -> None:
    other = keeper.vault.record().rid
    calls: list[str] = []

    def breaking(type: str, *args: object, **more: object) -> int:
        calls.append(type)
        if calls.count("erased") == 2:
            raise VaultError("The audit cannot be written.")
        return keeper.audit.append(type, *args, **more)  # type: ignore[arg-type]  # as given

    erasure = keeper.make(breaking)
    erasure.erase([order(rid), order(other)])
    keeper.clock.advance(30)
    with pytest.raises(VaultError, match="audit"):
        erasure.due()
    assert erasure.pending == (other,)
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
        content.cases["c9"] = 1

    keeper.erasure.rotate(change)
    assert keeper.keyring.content.cases == {"c9": 1}
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


def test_boot_without_a_catalogue_and_with_stray_files(keeper: Keeper, rid: str) -> None:
    (keeper.vault.folders.shelves / "f00d").write_bytes(b"a shelf whose key is gone")
    assert keeper.erasure.resume(keeper.audit.entries()) == ()
    assert [path.name for path in keeper.vault.folders.shelves.iterdir()] == ["5e"]
    shutil.rmtree(keeper.vault.folders.shelves)
    assert keeper.erasure.resume(keeper.audit.entries()) == ()


def test_erasing_what_has_no_key_and_no_file_is_certified_too(keeper: Keeper) -> None:
    made: list[Certificate] = list(keeper.erasure.erase([order("ab" * 16)]))
    keeper.clock.advance(30)
    made += keeper.erasure.due()
    assert [one.state for one in made] == ["erasing", "erased"]
