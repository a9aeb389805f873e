"""Files are made ahead for each key, under any mask, and only empty ones are removed."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance.errors import StorageFull, VaultError
from appliance.vault import ahead, pool
from appliance.vault.ahead import WRITABLE, remove_empty
from appliance.vault.disk import Disk
from appliance.vault.lease import CLOSED
from appliance.vault.opening.refill import drop, refill
from appliance.vault.pool import Pool
from tests.vaults import FailingDisk, Vault, make_vault


def names(vault: Vault) -> set[str]:
    return {path.name for path in vault.folders.new.iterdir()}


def shown(vault: Vault) -> list[str]:
    return list(pool.load(vault.folders.pool).keys)


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_the_group_may_write_whatever_the_process_masks(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        vault = make_vault(tmp_path)
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o7777 for path in vault.folders.new.iterdir()}
    assert modes == {WRITABLE} == {0o620}
    assert vault.folders.pool.stat().st_mode & 0o7777 == 0o640
    assert vault.folders.layout.stat().st_mode & 0o7777 == 0o644


def test_a_pool_names_no_key_whose_file_is_not_on_the_medium(vault: Vault) -> None:
    disk = FailingDisk()
    refill(vault.keyring, vault.folders, 8, disk=disk)
    steps = [operation for operation, _ in disk.calls]
    made = [index for index, step in enumerate(steps) if step == "make_empty"]
    assert len(made) == 2
    assert made[-1] < steps.index("sync_folder") < steps.index("rename")
    assert names(vault) == set(shown(vault))


def why_not(act: Callable[[], object]) -> str:
    """Return the sentence of an act that cannot be done."""
    try:
        act()
    except VaultError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("operation", ["make_empty", "write", "sync_all", "rename", "sync_folder"])
def test_a_refill_that_fails_says_so_in_a_sentence_and_the_next_one_mends_it(
    vault: Vault, operation: str, number: int
) -> None:
    times = 0
    while True:
        times += 1
        disk = FailingDisk()
        disk.fail(operation, count=times, number=number)
        removed = shown(vault)[-1]
        drop(vault.keyring, vault.folders, [removed])
        said = why_not(partial(refill, vault.keyring, vault.folders, 8 + times, disk=disk))
        if not said:
            break
        assert said.endswith(".")
        refill(vault.keyring, vault.folders, 8 + times)
        assert names(vault) == set(shown(vault))
    assert times > 1, "it was never reached"


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, StorageFull), (errno.EIO, VaultError)])
def test_where_a_file_cannot_be_made_the_pool_stays_as_it_was(
    vault: Vault, number: int, kind: type[VaultError]
) -> None:
    before, disk = shown(vault), FailingDisk()
    disk.fail("make_empty", count=2, number=number)
    with pytest.raises(kind):
        refill(vault.keyring, vault.folders, 8, disk=disk)
    assert shown(vault) == before
    assert refill(vault.keyring, vault.folders, 8) == 0
    assert names(vault) == set(shown(vault))
    assert len(shown(vault)) == 8


@pytest.mark.parametrize("harm", ["gone", "closed", "as it was made"])
def test_a_file_that_is_missing_or_has_another_mode_is_mended_and_counts_again(
    vault: Vault, harm: str
) -> None:
    taking = Pool(vault.folders.pool, vault.folders.new)
    first = vault.folders.new / shown(vault)[0]
    if harm == "gone":
        first.unlink()
    else:
        first.chmod({"closed": CLOSED, "as it was made": 0o600}[harm])
    passed_over = taking.ready and harm == "gone"
    refill(vault.keyring, vault.folders, 6)
    assert first.stat().st_mode & 0o7777 == WRITABLE
    assert taking.take_key().rid == first.name
    assert passed_over is (harm == "gone")


def test_the_file_of_an_erased_key_goes_and_no_other(vault: Vault) -> None:
    gone, *others = shown(vault)
    drop(vault.keyring, vault.folders, [gone])
    vault.keyring.erase([gone])
    assert gone in names(vault), "a power cut came here"
    refill(vault.keyring, vault.folders, 5)
    assert names(vault) == set(others) == set(shown(vault))


def test_what_holds_something_or_has_another_name_is_never_removed(vault: Vault) -> None:
    folder = vault.folders.new
    (folder / ("ab" * 16)).write_bytes(b"who knows")
    (folder / "readme").touch()
    (folder / ("cd" * 16)).symlink_to("nowhere")
    os.mkfifo(folder / ("ef" * 16))
    before = names(vault)
    refill(vault.keyring, vault.folders, 6)
    assert names(vault) == before


def test_a_file_that_somebody_has_just_claimed_is_not_removed(tmp_path: Path) -> None:
    path, disk = tmp_path / ("ab" * 16), Disk()
    disk.make_empty(path, WRITABLE)
    with contextlib.ExitStack() as held:
        held.callback(os.close, disk.claim(path))
        remove_empty(tmp_path, [path.name], disk)
        assert path.exists()
    remove_empty(tmp_path, [path.name, "ef" * 16], disk)
    assert not path.exists()


def test_a_claimed_file_can_be_claimed_once(tmp_path: Path) -> None:
    path, disk = tmp_path / "made", Disk()
    disk.make_empty(path, WRITABLE)
    fd = disk.claim(path)
    with pytest.raises(BlockingIOError):
        disk.claim(path)
    os.write(fd, b"x")
    os.close(fd)
    with pytest.raises(FileExistsError):
        disk.claim(path)


def test_a_file_is_made_once(tmp_path: Path) -> None:
    Disk().make_empty(tmp_path / "made", WRITABLE)
    with pytest.raises(FileExistsError):
        Disk().make_empty(tmp_path / "made", WRITABLE)


def test_what_vanishes_while_it_is_looked_at_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).touch()
    real = os.scandir

    @contextlib.contextmanager
    def scandir(folder: Path) -> "Iterator[list[os.DirEntry[str]]]":
        with real(folder) as entries:
            found = list(entries)
        (tmp_path / "a").unlink()
        yield found

    monkeypatch.setattr(os, "scandir", scandir)
    assert ahead.files(tmp_path).keys() == {"b"}
