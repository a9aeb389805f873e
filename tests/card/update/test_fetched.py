"""Take one plain file of the keeper's folder as root, and follow nothing."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.card.update.fetched import NAME, bundle
from appliance.card.update.install import read_request
from appliance.card.update.stick import Unusable
from appliance.errors import FileFormatError
from appliance.link.sockets import address


def refused(folder: Path, place: Path) -> str:
    with pytest.raises(Unusable) as unusable, bundle(folder, place):
        pytest.fail("it was given")
    return unusable.value.code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "update"
    made.mkdir()
    return made


def test_nothing_there(folder: Path, tmp_path: Path) -> None:
    assert refused(folder, tmp_path / "place") == "not_fetched"
    assert refused(folder / "none", tmp_path / "place") == "not_fetched"


@pytest.mark.parametrize("target", ["/etc/passwd", "/proc/self/mem", "other", "."])
def test_a_link_is_not_followed(folder: Path, tmp_path: Path, target: str) -> None:
    (folder / "other").write_bytes(b"x")
    (folder / NAME).symlink_to(target)
    assert refused(folder, tmp_path / "place") == "not_fetched"


def test_what_is_no_plain_file_is_not_taken_and_nobody_waits_for_it(
    folder: Path, tmp_path: Path
) -> None:
    path = folder / NAME
    os.mkfifo(path)
    assert refused(folder, tmp_path / "place") == "not_fetched"
    path.unlink()
    path.mkdir()
    assert refused(folder, tmp_path / "place") == "not_fetched"
    path.rmdir()
    with socket.socket(socket.AF_UNIX) as one, address(path) as where:
        one.bind(where)
        assert refused(folder, tmp_path / "place") == "not_fetched"


def test_a_folder_that_is_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / NAME).write_bytes(b"x")
    (tmp_path / "link").symlink_to(folder)
    assert refused(tmp_path / "link", tmp_path / "place") == "not_fetched"


def test_no_descriptor_stays_open(folder: Path, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    (folder / NAME).mkdir()
    for _ in range(5):
        refused(folder, tmp_path / "place")
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("word", ["install", "fetched", "restart"])
def test_the_request_is_one_word_and_a_number(tmp_path: Path, word: str) -> None:
    path = tmp_path / "request"
    path.write_text(f"{word} {'0' * 32}\n")
    assert read_request(path) == word


@pytest.mark.parametrize(
    "text", ["fetched", "fetched /etc/passwd\n", f"fetched {'0' * 32} /x\n", f"fetch {'0' * 32}\n"]
)
def test_a_request_names_no_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "request"
    path.write_text(text)
    with pytest.raises(FileFormatError):
        read_request(path)


@pytest.fixture
def left(tmp_path: Path) -> Iterator[Path]:
    """A place where an installation that was killed, twice, has left what it bound."""
    place = tmp_path / "place"
    place.mkdir()
    (place / NAME).touch()
    (tmp_path / "old").write_bytes(b"old")
    bind = ["mount", "-o", "bind,ro", str(tmp_path / "old"), str(place / NAME)]
    for _ in range(2):
        subprocess.run(bind, check=True)
    yield place
    while not subprocess.run(["umount", "-l", bind[-1]], check=False).returncode:
        pass


def test_what_a_killed_installation_has_left_is_unbound_first(folder: Path, left: Path) -> None:
    (folder / NAME).write_bytes(b"new")
    for _ in range(2):
        with bundle(folder, left) as path:
            assert path.read_bytes() == b"new"
        assert path.read_bytes() == b""
