"""A medium is prepared whole or not at all, and for the user who writes."""

import os
from pathlib import Path

import pytest

from appliance.keeper.backup.medium import FOLDER, BackupFailed, Medium
from appliance.keeper.backup.preparing import prepare
from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.erasure.cuts import PowerCut
from tests.keeper.erasure.everything import record

FORMER, OURS = (54_321, 54_321), (54_322, 54_323)
"""User and group on a former board, and on this one."""


def test_a_folder_that_is_not_ours_is_not_prepared(tmp_path: Path) -> None:
    (tmp_path / FOLDER).symlink_to(tmp_path)
    with pytest.raises(BackupFailed):
        prepare(tmp_path)


@pytest.mark.parametrize("operation", ["write", "fsync", "rename"])
def test_a_cut_leaves_no_medium_that_can_never_be_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(os, operation, cut)
        with pytest.raises(PowerCut):
            prepare(tmp_path)
    prepare(tmp_path).close()
    assert os.listdir(tmp_path / FOLDER) == [FOLDER]
    with Medium(tmp_path) as medium:
        first = medium.id
    with prepare(tmp_path) as again:
        assert again.id == first


@pytest.mark.root
def test_the_medium_of_a_former_board_is_given_to_this_one(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    assert backups(box).run()
    precious = tmp_path / "precious"
    precious.mkdir(mode=0o700)
    for path in (medium, *medium.rglob("*")):
        os.chown(path, *FORMER)
        path.chmod(0o700 if path.is_dir() else 0o644)
    (medium / "copy-9").symlink_to(precious)
    (medium / "copy-1" / "strange").symlink_to(precious)
    prepare(medium.parent, OURS).close()
    for path in (medium, *(one for one in medium.rglob("*") if one.is_dir())):
        if path.is_symlink():
            continue
        about = path.stat()
        assert (about.st_uid, about.st_gid, about.st_mode & 0o777) == (*OURS, 0o755), path
    assert (precious.stat().st_uid, precious.stat().st_mode & 0o777) == (os.getuid(), 0o700)
