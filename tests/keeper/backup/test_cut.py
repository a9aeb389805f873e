"""The power is cut anywhere while copying or restoring: nothing is lost or half done."""

from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.keeper.backup.checking import check_backup
from appliance.keeper.backup.medium import Medium
from appliance.keeper.first_run.create import has_vault
from appliance.vault.disk import Disk
from tests.keeper.backup.copies import backed_up_box, backups, erase, files, keyring, manifest
from tests.keeper.backup.restored import begin_again, new_keeper
from tests.keeper.erasure.cuts import PowerCut, cut_at
from tests.keeper.erasure.everything import record

ON_MEDIUM = ("put", "sync", "rename", "remove", "make_folder", "remove_folder")
ON_DISK = ("write", "sync_all", "rename", "sync_folder", "unlink", "put")


def cut_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> bool:
    """Cut a second copy at an operation; say whether there was such an operation.

    The medium then holds a whole copy, the first or the second, and goes on to the second.
    """
    folder = tmp_path / str(number)
    box, medium = backed_up_box(folder)
    stays, gone = record(box, 2)
    backups(box).run()
    erase(box, gone)
    late = record(box)
    backups(box)._wanted = True
    cut = False
    with cut_at(monkeypatch, number, Medium, ON_MEDIUM):
        try:
            backups(box).run()
        except PowerCut:
            cut = True
    there = manifest(medium)
    assert set(there.recordings) in ({stays, gone}, {stays, *late})
    assert check_backup(medium).bad == ()
    if number % 7 == 0:
        opened = begin_again(box, medium, folder / "new")
        assert (opened.bad, opened.recordings) == ((), 2)
    state = keyring(box).content.media[there.medium]
    if cut and number > 2:  # before that it was not begun
        assert state.begun == state.number + 1, "a cut one is told as unfinished"
    backups(box)._wanted = cut and number <= 2
    assert backups(box).run() is cut, "and goes on by itself"
    assert set(manifest(medium).recordings) == {stays, *late}
    assert not (files(medium) & {f"rec/{gone}"})
    assert [path for path in files(medium) if path.endswith(".part")] == []
    assert len(list(medium.glob("copy-*"))) == 1
    box.keeper.close()
    return cut


@pytest.mark.parametrize("number", [1, 9, 30])
def test_a_backup_cut_anywhere_leaves_a_whole_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    cut_backup(tmp_path, monkeypatch, number)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_backup_cut_at_every_operation_leaves_a_whole_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 1
    while cut_backup(tmp_path, monkeypatch, number):
        number += 1
    assert number > 20


def cut_restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> bool:
    """Cut a restoring at an operation, and restore again; say whether it came to a cut."""
    folder = tmp_path / str(number)
    box, medium = backed_up_box(folder)
    rids = record(box, 2)
    backups(box).run()
    box.keeper.close()
    cut = False
    with cut_at(monkeypatch, number, Disk, ON_DISK):
        try:
            begin_again(box, medium, folder / "new")
        except PowerCut:
            cut = True
    there = Folders(folder / "new")
    if cut and (there.restoring.exists() or not has_vault(there)):  # else it was done
        assert begin_again(box, medium, folder / "new").recordings == 2
    new = new_keeper(box, folder / "new")
    assert all(rid in keyring(new) for rid in rids)
    assert new.sound_audit()
    assert new.acts().count("restored") == 1
    new.keeper.close()
    return cut


@pytest.mark.parametrize("number", [3, 40])
def test_a_restoring_cut_anywhere_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    assert cut_restore(tmp_path, monkeypatch, number)


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_a_restoring_cut_at_every_operation_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 1
    while cut_restore(tmp_path, monkeypatch, number):
        number += 1
    assert number > 30
