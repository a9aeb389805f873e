"""Read the mark of a data folder strictly, write it whole, guess nothing."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, MadeByOlder
from appliance.vault.disk import Disk
from appliance.vault.layout import KNOWN, check_layout, mark_layout
from tests.tree import contents
from tests.vectors.shards import SID, File

MARK = b"zgoda data folder, layout 4\n"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    (tmp_path / "data").mkdir()
    return Folders(tmp_path / "data")


class Failing(Disk):
    """Fails at the rename, as the system would."""

    def __init__(self, number: int) -> None:
        self.number = number

    def rename(self, source: Path, target: Path) -> None:
        raise OSError(self.number, os.strerror(self.number), str(target))


def test_a_new_folder_is_marked_with_the_layout_that_is_known(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "deep" / "data")
    mark_layout(folders)

    assert folders.layout.read_bytes() == MARK == b"zgoda data folder, layout %d\n" % KNOWN
    assert check_layout(folders) is True
    assert folders.data.stat().st_mode & 0o777 == 0o700


def test_a_folder_without_a_mark_is_understood_and_left_alone(folders: Folders) -> None:
    assert check_layout(folders) is False
    assert contents(folders.data) == {}


def test_a_missing_folder_is_not_made_by_looking(tmp_path: Path) -> None:
    assert check_layout(Folders(tmp_path / "data")) is False
    assert list(tmp_path.iterdir()) == []


def test_a_mark_is_written_once(folders: Folders) -> None:
    mark_layout(folders)
    first = folders.layout.stat()
    mark_layout(folders)

    assert folders.layout.stat() == first
    assert list(contents(folders.data)) == ["zgoda-layout"]


@pytest.mark.parametrize("number", [5, 6, 999_999_999])
@pytest.mark.parametrize("enter", [check_layout, mark_layout])
def test_a_newer_layout_is_refused_in_one_sentence(
    enter: Callable[[Folders], object], number: int, folders: Folders
) -> None:
    folders.layout.write_bytes(b"zgoda data folder, layout %d\n" % number)
    before = contents(folders.data)
    with pytest.raises(FileFormatError) as refused:
        enter(folders)
    assert str(refused.value) == (
        f"The data folder {folders.data} was made by a newer Zgoda (layout {number}; "
        "this one knows 4). Install that version, or restore a backup into an empty data folder."
    )
    assert contents(folders.data) == before


@pytest.mark.parametrize(
    "raw",
    [
        b"",  # a power cut on a file system that lost what was written
        b"\0" * 28,
        MARK[:-1],
        MARK[:10],
        MARK * 2,
        MARK + b"\n",
        b" " + MARK,
        MARK.upper(),
        MARK.replace(b"4", b"0"),
        MARK.replace(b"4", b"04"),
        MARK.replace(b"4", b"-4"),
        MARK.replace(b"4", b"4.5"),
        MARK.replace(b"4", "٤".encode()),
        MARK.replace(b"\n", b"\r\n"),
        MARK.replace(b"4", b"9" * 30),
        b"4",
        b"x" * 65,
        os.urandom(32),
    ],
)
@pytest.mark.parametrize("enter", [check_layout, mark_layout])
def test_garbage_is_refused_and_not_overwritten(
    enter: Callable[[Folders], object], raw: bytes, folders: Folders
) -> None:
    folders.layout.write_bytes(raw)
    with pytest.raises(FileFormatError, match=r"does not say which layout .* from a backup"):
        enter(folders)
    assert folders.layout.read_bytes() == raw


def _symlink_to_a_mark(path: Path) -> None:
    (path.parent / "elsewhere").write_bytes(MARK)
    path.symlink_to("elsewhere")


def _socket(path: Path) -> None:
    made = path.parent / "s"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(made))
    made.rename(path)


PLACED: dict[str, Callable[[Path], None]] = {
    "a folder": lambda path: path.mkdir(),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a mark": _symlink_to_a_mark,
    "a pipe": os.mkfifo,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("placed", PLACED)
@pytest.mark.parametrize("enter", [check_layout, mark_layout])
def test_what_is_no_ordinary_file_is_refused(
    enter: Callable[[Folders], object], placed: str, folders: Folders
) -> None:
    PLACED[placed](folders.layout)
    before = contents(folders.data)
    with pytest.raises(FileFormatError, match="does not say which layout"):
        enter(folders)
    assert contents(folders.data) == before


def test_a_file_where_the_folder_would_be_has_no_mark(folders: Folders) -> None:
    (folders.data / "file").touch()
    assert check_layout(Folders(folders.data / "file" / "data")) is False


def test_a_socket_in_its_place_is_no_mark(folders: Folders) -> None:
    _socket(folders.layout)
    with pytest.raises(OSError, match="No such device") as refused:
        check_layout(folders)
    assert refused.value.errno == errno.ENXIO


def test_a_huge_file_is_not_read(folders: Folders) -> None:
    with folders.layout.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(FileFormatError, match="does not say"):
        check_layout(folders)


def test_a_mark_that_cannot_be_read_is_not_taken_for_none(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(disk: Disk, path: Path, most: int) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Disk, "read", denied)
    with pytest.raises(PermissionError):
        mark_layout(folders)
    assert contents(folders.data) == {}


@pytest.mark.parametrize(
    "number", [errno.EROFS, errno.EACCES, errno.EIO, errno.ENOSPC, errno.EDQUOT]
)
def test_a_folder_that_cannot_be_marked_is_not_entered(number: int, folders: Folders) -> None:
    with pytest.raises(OSError, match=os.strerror(number)):
        mark_layout(folders, Failing(number))
    assert contents(folders.data) == {}


@pytest.mark.parametrize("older", range(1, KNOWN))
@pytest.mark.parametrize("enter", [check_layout, mark_layout])
def test_an_older_layout_is_refused_in_one_sentence(
    enter: Callable[[Folders], object], older: int, folders: Folders
) -> None:
    folders.layout.write_bytes(b"zgoda data folder, layout %d\n" % older)
    before = contents(folders.data)
    with pytest.raises(FileFormatError) as refused:
        enter(folders)
    assert str(refused.value) == (
        f"The data folder {folders.data} was made by an older Zgoda (layout {older}; this "
        "one knows 4). Open it with that version, or begin with an empty folder."
    )
    assert contents(folders.data) == before


@pytest.mark.parametrize("older", range(1, KNOWN))
@pytest.mark.parametrize("name", ["keyring.0", "keyring.1"])
@pytest.mark.parametrize("enter", [check_layout, mark_layout])
def test_an_unmarked_folder_with_parts_of_an_older_vault_is_an_older_one(
    enter: Callable[[Folders], object], name: str, older: int, folders: Folders
) -> None:
    folders.audit.mkdir()
    (folders.data / name).write_bytes(b"ZGODAKEY%c" % older + bytes(64))
    before = contents(folders.data)
    with pytest.raises(FileFormatError, match=rf"an older Zgoda \(layout {older};"):
        enter(folders)
    assert contents(folders.data) == before


def shards_of(folders: Folders, versions: tuple[int, int]) -> dict[str, str]:
    """Put a shard of these versions into a marked folder; return what it then holds."""
    mark_layout(folders)
    folders.keys.mkdir()
    for copy, version in enumerate(versions):
        label = b"zgoda shard v%d" % version
        raw = File(version=version, label=label).raw()
        (folders.keys / f"{SID.hex()}.3.{copy}").write_bytes(raw)
    return contents(folders.data)


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("enter", [check_layout, mark_layout])
def test_an_older_shard_is_refused_in_one_sentence_and_is_not_lost(
    enter: Callable[[Folders], object], version: int, folders: Folders
) -> None:
    before = shards_of(folders, (version, version))
    with pytest.raises(MadeByOlder) as refused:
        enter(folders)
    assert str(refused.value) == (
        f"{folders.keys / SID.hex()}.3.0 was made by an older Zgoda (version {version}; this one "
        "knows 2): open it with that version, or begin with an empty folder."
    )
    assert contents(folders.data) == before


@pytest.mark.parametrize("versions", [(1, 2), (2, 1), (2, 2), (3, 2)])
def test_one_copy_alone_of_another_version_is_damage_that_the_other_mends(
    versions: tuple[int, int], folders: Folders
) -> None:
    before = shards_of(folders, versions)
    assert check_layout(folders)
    assert contents(folders.data) == before


def test_copies_that_lie_somewhere_are_no_older_folder(folders: Folders) -> None:
    folders.keyring[0].write_bytes(b"ZGODAKEY\4" + bytes(64))  # of today
    folders.keyring[1].mkdir()
    assert check_layout(folders) is False


def test_two_that_start_at_once_leave_one_whole_mark(folders: Folders) -> None:
    class Meanwhile(Disk):
        def rename(self, source: Path, target: Path) -> None:
            mark_layout(folders)  # the other one is quicker
            super().rename(source, target)

    mark_layout(folders, Meanwhile())
    assert list(contents(folders.data)) == ["zgoda-layout"]
    assert folders.layout.read_bytes() == MARK


def test_a_mark_is_on_the_medium_before_anything_else_can_be(folders: Folders) -> None:
    done: list[str] = []

    class Watched(Disk):
        def sync_all(self, fd: int) -> None:
            done.append("file")
            super().sync_all(fd)

        def rename(self, source: Path, target: Path) -> None:
            done.append("name")
            super().rename(source, target)

        def sync_folder(self, folder: Path) -> None:
            done.append(f"{folder.name}/")
            super().sync_folder(folder)

    mark_layout(folders, Watched())
    assert done == ["file", "name", "data/"]
