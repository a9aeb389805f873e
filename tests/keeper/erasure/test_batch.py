"""Test erasing step by step, interrupted anywhere."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, KeyLost
from appliance.model.records import Verdict
from appliance.vault import pool
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.unseal import Reader
from tests.keeper.erasure.erasing import Keeper, due_recording, order
from tests.recorded import file_of
from tests.vaults import FailingDisk, make_vault


class PowerCut(BaseException):
    """The box is without power: nothing catches this, nothing more happens."""


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(make_vault(tmp_path))


@pytest.fixture
def rid(keeper: Keeper) -> str:
    return due_recording(keeper)


def test_an_erasure_goes_step_by_step(keeper: Keeper, rid: str) -> None:
    (made,) = keeper.erasure.erase([order(rid)])
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
        paths = tmp_path / "data" / copy, tmp_path / "data" / copy
        now = Keyring.open(paths, eraser)
        assert erased not in now
        with pytest.raises(FileFormatError):
            Reader.open(file_of(Folders(image), erased), vault.reading, now.private(kept))
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
    yield "append", keeper.audit.append_many


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

    append: Callable[..., object] = keeper.audit.append_many
    for name, act in _cuts(keeper):
        if name == "append":
            append = cutting(act)
        else:
            setattr(keeper.disk, name, cutting(act))
    keeper.erasure = keeper.make(append)  # type: ignore[arg-type]  # returns what append returns
    return done


def _erase_fully(keeper: Keeper, rid: str) -> None:
    keeper.erasure.erase([order(rid)])
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
    _cut_power(keeper, at, after=after)
    try:
        _erase_fully(keeper, sealed.rid)
    except PowerCut:
        pass
    keeper.disk = FailingDisk()
    keeper.boot()
    begun = "erasing" in keeper.types(sealed.rid)
    keeper.erasure.resume(keeper.audit.entries())
    assert keeper.eraser.generations() == (keeper.keyring.generation,)
    assert keeper.keyring.private(kept.rid)
    assert keeper.vault.path(kept.rid).exists()
    assert keeper.vault.path(sealed.rid).exists() is not begun
    assert (sealed.rid in keeper.keyring) is not begun
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
    (made,) = keeper.erasure.resume(keeper.audit.entries())
    assert (made.state, made.ground, made.recording) == ("erased", "consent_withdrawn", rid)
    assert keeper.audit.of_recording(rid)[-1].actor == "e1"


def test_what_was_begun_but_kept_its_key_is_carried_out_at_boot(keeper: Keeper, rid: str) -> None:
    keeper.audit.append("erasing", "e1", rid, "c1")
    (made,) = keeper.erasure.resume(keeper.audit.entries())
    assert (made.state, made.ground) == ("erased", "")
    assert keeper.types(rid) == ["sealed", "erasing", "erased"]
