"""Files of a medium that somebody made a tebibyte long are judged by their size, and told.

A file without content costs its owner nothing and whoever reads it hours: what counts is that not
a byte of it is read, not how long that takes.
"""

import io
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from appliance.keeper.backup import backups as backups_module
from appliance.keeper.backup import medium, place, writing
from appliance.keeper.backup.checking import check_backup
from appliance.keeper.backup.medium import BackupFailed, Medium
from appliance.keeper.backup.opened import open_backup
from appliance.keeper.backup.parts import BackupPart
from appliance.keeper.backup.writing import Progress
from appliance.keeper.doctor.backup import examine_backup
from appliance.vault.opening.keys import read_sheet
from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.backup.restored import begin_again
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import record

TEBIBYTE = 2**40


class Watched(io.FileIO):
    """A file of the medium that ends the test if it is an inflated one and is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert os.fstat(self.fileno()).st_size < TEBIBYTE, "an inflated file was read"
        return super().read(size)


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch what is read of each file of a medium."""
    real = Medium.open

    def watched(there: Medium, *names: str) -> io.FileIO:
        with real(there, *names) as file:
            return Watched(os.dup(file.fileno()), "rb")

    monkeypatch.setattr(Medium, "open", watched)


def backed_up(folder: Path, calls: int = 1) -> tuple[KeeperBox, Path, list[str]]:
    box, stick = backed_up_box(folder)
    rids = record(box, calls)
    assert backups(box).run()
    return box, stick, rids


def again(box: KeeperBox) -> bool:
    backups(box)._wanted = True
    return backups(box).run()


def first_part(box: KeeperBox, stick: Path) -> BackupPart:
    with closing(open_backup(stick, read_sheet(box.sheet))) as whole:
        return whole.index[0]


def inflate(path: Path) -> None:
    os.truncate(path, TEBIBYTE)


@pytest.mark.usefixtures("watching")
def test_inflated_recordings_and_parts_are_written_again_unread_and_told(tmp_path: Path) -> None:
    box, stick, rids = backed_up(tmp_path, 3)
    for rid in rids:
        inflate(stick / "rec" / rid)
    seed = next(iter(sorted((stick / "parts").iterdir())))
    inflate(seed)
    assert again(box)
    for rid in rids:
        own = (box.folders.recordings / rid).read_bytes()
        assert (stick / "rec" / rid).read_bytes() == own
    assert all(path.stat().st_size < TEBIBYTE for path in stick.rglob("*"))
    told = {one.id: dict(one.values) for one in examine_backup(backups(box).seen())}
    assert told["backup.mended"]["count"] in {"3", "4"}  # a part that the new copy lacks is removed


@pytest.mark.usefixtures("watching")
def test_what_no_manifest_names_is_compared_by_its_size_with_the_boxs_own(tmp_path: Path) -> None:
    """A cut leaves whole recordings without a manifest, and somebody inflates one of them."""
    box, stick, rids = backed_up(tmp_path)
    (stick / "manifest").unlink()
    inflate(stick / "rec" / rids[0])
    assert again(box)
    own = (box.folders.recordings / rids[0]).read_bytes()
    assert (stick / "rec" / rids[0]).read_bytes() == own


@pytest.mark.usefixtures("watching")
def test_files_of_nobody_are_removed_unread(tmp_path: Path) -> None:
    box, stick, _ = backed_up(tmp_path)
    strange = [stick / "rec" / ("f" * 32), stick / "parts" / "0.age", stick / "copy-1" / "x"]
    for path in strange:
        path.touch()
        inflate(path)
    inflate(stick / "copy-1" / "ledger")
    assert again(box)
    assert not any(path.exists() for path in strange)


@pytest.mark.usefixtures("watching")
def test_a_check_a_drill_and_a_restore_read_none_of_it(tmp_path: Path) -> None:
    box, stick, rids = backed_up(tmp_path)
    part = first_part(box, stick)
    inflate(stick / "rec" / rids[0])
    assert check_backup(stick).bad == (f"rec/{rids[0]}",)
    box.keeper.close()
    assert begin_again(box, stick, tmp_path / "new").bad == (rids[0],)
    inflate(stick / "parts" / f"{part.part}.age")
    damaged = open_backup(stick, read_sheet(box.sheet))
    with closing(damaged), pytest.raises(BackupFailed) as refused:
        damaged.part(part)
    assert refused.value.code == "damaged"


@pytest.mark.parametrize(("whose", "manifest_lost"), [(medium, False), (writing, True)])
def test_a_copy_stops_within_a_long_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: ModuleType, manifest_lost: bool
) -> None:
    """However long a file may rightly be: whoever stops the keeper waits for one piece of it."""
    monkeypatch.setattr(place, "_PIECE", 2**10)
    monkeypatch.setattr(writing, "ROUNDS", 1)  # each copy reads each recording on the medium
    box, stick, _ = backed_up(tmp_path)
    if manifest_lost:  # then the box's own recording is read, too
        (stick / "manifest").unlink()
    progress = Progress()
    monkeypatch.setattr(backups_module, "Progress", lambda: progress)
    pieces = 0

    def stopping(file: io.FileIO, most: int | None = None) -> Iterator[bytes]:
        nonlocal pieces
        for piece in place.pieces_of(file, most):
            pieces += 1
            progress.stop.set()
            yield piece

    monkeypatch.setattr(whose, "pieces_of", stopping)
    assert not again(box)
    assert backups(box).seen().code == "stopped"
    assert pieces == 1
    assert progress.stage == "recordings"
