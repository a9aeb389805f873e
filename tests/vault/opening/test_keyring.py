import errno
import os
from functools import partial
from pathlib import Path

import msgspec
import pytest

from appliance.errors import EraserFailed, FileFormatError, KeyLost, StorageFull, VaultError
from appliance.vault import container
from appliance.vault.opening.content import (
    KeyringContent,
    OperatorEntry,
    open_keyring,
    seal_keyring,
)
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.keys import Cost, wrap
from tests.vaults import FailingDisk, Vault, damage

CASE = b"c" * 32


def opened(vault: Vault) -> Keyring:
    return Keyring.open(vault.folders.keyring, FileEraser(vault.folders.root))


def fill(draft: KeyringContent) -> None:
    wrapped = wrap(bytes(32), "correct horse battery", "e1", Cost(64, 1))
    draft.operators["e1"] = OperatorEntry("e1", "Ewa", ("listener",), wrapped, totp=True)
    draft.cases["c1"] = CASE


def test_what_is_put_in_comes_back(vault: Vault) -> None:
    with vault.keyring.changing() as draft:
        fill(draft)
    assert opened(vault).content == vault.keyring.content
    one, other = (path.read_bytes() for path in vault.folders.keyring)
    assert one == other
    assert b"Ewa" not in one


def test_a_draft_that_is_given_up_changes_nothing(vault: Vault) -> None:
    before = vault.folders.keyring[0].read_bytes()
    with pytest.raises(ZeroDivisionError), vault.keyring.changing() as draft:
        draft.cases["c1"] = bytes(1 // 0)
    assert vault.keyring.content.cases == {}
    assert vault.folders.keyring[0].read_bytes() == before


def test_a_keyring_is_never_overwritten_by_a_new_one(vault: Vault) -> None:
    with pytest.raises(VaultError, match="never overwritten"):
        Keyring.create(vault.folders.keyring, vault.eraser, vault.keyring.content)


def test_a_key_that_is_not_there_is_lost(vault: Vault) -> None:
    with pytest.raises(KeyLost, match="no key for the recording"):
        vault.keyring.private("00" * 16)


@pytest.mark.parametrize("copy", [0, 1])
@pytest.mark.parametrize("fault", ["gone", "flipped", "cut", "foreign", "empty"])
def test_one_copy_is_enough_and_the_other_is_mended(vault: Vault, copy: int, fault: str) -> None:
    with vault.keyring.changing() as draft:
        fill(draft)
    path = vault.folders.keyring[copy]
    if fault == "gone":
        path.unlink()
    elif fault == "flipped":
        damage(path, path.stat().st_size // 2)
    elif fault == "cut":
        os.truncate(path, 50)
    else:
        path.write_bytes(b"" if fault == "empty" else b"%PDF-1.7" * 50)
    assert opened(vault).content == vault.keyring.content
    one, other = (each.read_bytes() for each in vault.folders.keyring)
    assert one == other


def test_when_no_copy_opens_each_says_why(vault: Vault) -> None:
    vault.folders.keyring[0].unlink()
    damage(vault.folders.keyring[1], 100)
    with pytest.raises(FileFormatError) as caught:
        opened(vault)
    assert "keyring.0 is not there; keyring.1: A sealed container is altered" in str(caught.value)


def test_the_newer_copy_counts_and_mends_the_older(vault: Vault) -> None:
    old = vault.folders.keyring[1].read_bytes()
    with vault.keyring.changing() as draft:
        fill(draft)
    vault.folders.keyring[1].write_bytes(old)
    assert opened(vault).content.cases == {"c1": CASE}
    assert vault.folders.keyring[1].read_bytes() != old


def test_rotating_seals_under_a_new_root_and_old_copies_die_with_the_old(vault: Vault) -> None:
    with vault.keyring.changing() as draft:
        fill(draft)
    old = vault.folders.keyring[0].read_bytes()
    vault.keyring.rotate(lambda draft: draft.cases.clear())
    assert vault.keyring.generation == 2
    assert opened(vault).content.cases == {}
    assert open_keyring(old, vault.eraser)[2].cases, "until the old root is wiped"
    vault.eraser.wipe_others(2)
    with pytest.raises(KeyLost):
        open_keyring(old, vault.eraser)


def test_an_eraser_that_fails_changes_nothing(vault: Vault) -> None:
    before = vault.folders.keyring[0].read_bytes()
    vault.disk.fail("open")
    with pytest.raises(EraserFailed):
        vault.keyring.rotate(lambda draft: draft.shards.clear())
    assert (vault.keyring.generation, len(vault.keyring.unused())) == (1, 6)
    assert vault.folders.keyring[0].read_bytes() == before


@pytest.fixture
def fresh(vault: Vault) -> tuple[Keyring, FailingDisk]:
    """A keyring whose disk fails while its eraser's does not."""
    disk = FailingDisk()
    eraser = FileEraser(vault.folders.root)
    return Keyring.open(vault.folders.keyring, eraser, disk=disk), disk


def _change(keyring: Keyring, change: Change) -> None:
    with keyring.changing() as draft:
        change(draft)


@pytest.mark.parametrize("operation", ["write", "sync_all", "rename", "sync_folder"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("rotate", [False, True])
def test_after_a_failure_memory_says_what_the_disk_says(
    vault: Vault, fresh: tuple[Keyring, FailingDisk], operation: str, count: int, rotate: bool
) -> None:
    keyring, disk = fresh
    disk.fail(operation, count, once=True)
    act = keyring.rotate if rotate else partial(_change, keyring)
    with pytest.raises(VaultError, match="could not be written"):
        act(fill)
    # The first copy is renamed before its folder is synced.
    written = count == 2 or operation == "sync_folder"
    assert ("c1" in keyring.content.cases) is written
    assert keyring.generation == (2 if rotate and written else 1)
    again = opened(vault)
    assert again.content == keyring.content
    assert again.generation == keyring.generation
    keyring.mend()
    with keyring.changing() as draft:
        draft.cases["c2"] = CASE
    assert "c2" in opened(vault).content.cases


def test_a_full_disk_is_named(fresh: tuple[Keyring, FailingDisk]) -> None:
    keyring, disk = fresh
    disk.fail("write", number=errno.ENOSPC)
    with pytest.raises(StorageFull, match="No room is left"), keyring.changing() as draft:
        fill(draft)


def test_when_nothing_can_be_read_either_memory_is_all_there_is(
    fresh: tuple[Keyring, FailingDisk],
) -> None:
    keyring, disk = fresh
    disk.fail("read")
    with pytest.raises(VaultError), keyring.changing() as draft:
        fill(draft)
    assert keyring.content.cases == {}


class Liar(FailingDisk):
    """Reads other bytes back than were written."""

    def read(self, path: Path, most: int) -> bytes:
        return super().read(path, most)[:-1]


def test_what_is_written_is_read_again(vault: Vault, tmp_path: Path) -> None:
    paths = tmp_path / "a", tmp_path / "b"
    with pytest.raises(VaultError, match="reads back differently"):
        Keyring.create(paths, FileEraser(tmp_path / "root2"), vault.keyring.content, disk=Liar())


def test_another_version_and_other_contents_are_refused(vault: Vault) -> None:
    root = vault.eraser.read(1)
    raw = bytearray(seal_keyring(vault.keyring.content, root, 0, 1, 1))
    raw[8] = 5
    with pytest.raises(FileFormatError, match="version 5"):
        open_keyring(bytes(raw), vault.eraser)
    raw[8] = 4
    header = bytes(raw[:32])
    other = header + container.seal(
        root, b"zgoda keyring v4", msgspec.msgpack.encode({"a": 1}), header
    )
    with pytest.raises(FileFormatError, match="something else than keys"):
        open_keyring(other, vault.eraser)


@pytest.mark.parametrize("at", range(0, 120, 3))
def test_a_flip_in_the_header_or_the_container_is_noticed(vault: Vault, at: int) -> None:
    raw = bytearray(vault.folders.keyring[0].read_bytes())
    raw[at] ^= 4
    with pytest.raises((FileFormatError, KeyLost)):
        open_keyring(bytes(raw), vault.eraser)
