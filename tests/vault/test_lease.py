"""Take the kernel's word for who can still write to a file, whatever its writer says."""

import errno
import fcntl
import mmap
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.errors import FileFormatError
from appliance.vault.disk import Disk
from appliance.vault.lease import CLOSED, close_to_writers, has_leases, open_made_ahead


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    Disk().make_empty(made, 0o620)
    return made


def is_final(path: Path) -> bool:
    fd = open_made_ahead(path)
    try:
        return close_to_writers(fd)
    finally:
        os.close(fd)


@contextmanager
def other_process(code: str, path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run code in a process that holds the file in some way until it ends."""
    whole = f"import os, mmap, sys\npath = sys.argv[1]\n{code}\nprint(flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", whole, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
        yield process


def test_a_file_that_nobody_writes_to_is_final_and_closed_for_good(path: Path) -> None:
    path.write_bytes(b"whole")
    assert is_final(path)
    assert path.stat().st_mode & 0o7777 == CLOSED == 0o400
    assert is_final(path), "as often as it is asked"


HOLDING = {
    "a descriptor": "fd = os.open(path, os.O_WRONLY)",
    "one for both": "fd = os.open(path, os.O_RDWR)",
    "a duplicate": "fd = os.open(path, os.O_WRONLY); other = os.dup(fd); os.close(fd)",
    "a shared mapping": "fd = os.open(path, os.O_RDWR); m = mmap.mmap(fd, 4096); os.close(fd)",
}


@pytest.mark.parametrize("how", HOLDING)
def test_whoever_can_still_write_is_noticed(path: Path, how: str) -> None:
    path.write_bytes(bytes(4096))
    with other_process(HOLDING[how], path) as process:
        assert not is_final(path)
        assert path.stat().st_mode & 0o7777 == CLOSED, "no other gets in meanwhile"
        process.kill()
        process.wait()
    assert is_final(path)


def test_readers_and_locks_are_no_writers(path: Path) -> None:
    code = "import fcntl; fd = os.open(path, os.O_RDONLY); fcntl.flock(fd, fcntl.LOCK_EX)"
    with other_process(code, path):
        assert is_final(path)


def test_a_writer_in_this_process_counts_too(path: Path) -> None:
    fd = Disk().claim(path)
    os.write(fd, bytes(4096))
    assert not is_final(path)
    kept = mmap.mmap(held := os.open(path, os.O_RDWR), 4096) if os.geteuid() == 0 else None
    os.close(fd)
    if kept is not None:
        os.close(held)
        assert not is_final(path), "mapped, and no descriptor left"
        kept.close()
    assert is_final(path)


def test_a_lease_that_somebody_breaks_ends_no_process(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's signal for it is SIGIO, which ends a process that does not expect it."""
    real, told = fcntl.fcntl, list[int]()
    code = "import os, sys; os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)"

    def between(fd: int, command: int, argument: int = 0) -> object:
        if (command, argument) == (fcntl.F_SETLEASE, fcntl.F_UNLCK):
            path.chmod(0o600)
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)], check=False, capture_output=True, text=True
            )
            assert "BlockingIOError" in done.stderr, "the lease kept it out"
        return real(fd, command, argument)

    monkeypatch.setattr(fcntl, "fcntl", between)
    before = {
        number: signal.signal(number, lambda number, _: told.append(number))
        for number in (signal.SIGIO, signal.SIGURG)
    }
    try:
        assert is_final(path)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert told == [signal.SIGURG]


def test_without_leases_the_writers_lock_decides(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fcntl.fcntl

    def without(fd: int, command: int, argument: int = 0) -> object:
        if command == fcntl.F_SETLEASE:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return real(fd, command, argument)

    assert has_leases(path)
    monkeypatch.setattr(fcntl, "fcntl", without)
    assert not has_leases(path)
    fd = Disk().claim(path)
    assert not is_final(path)
    os.close(fd)
    assert is_final(path)


def test_another_fault_is_no_answer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(fd: int, command: int, argument: int = 0) -> object:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(fcntl, "fcntl", failing)
    with pytest.raises(OSError, match="Input/output"):
        is_final(path)


@pytest.mark.parametrize("what", ["link", "dangling link", "pipe", "folder", "hard link", "owner"])
def test_what_cannot_have_been_made_ahead_is_not_opened(
    tmp_path: Path, path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "hard link":
        os.link(path, tmp_path / "second")
    elif what == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    else:
        path.unlink()
    if what == "link":
        path.symlink_to("/etc/passwd")
    elif what == "dangling link":
        path.symlink_to(tmp_path / "nothing")
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    with pytest.raises(FileFormatError, match=r"^It [^\n]*\.$"):
        open_made_ahead(path)
