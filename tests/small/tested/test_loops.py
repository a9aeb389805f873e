import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.small.loops import loops


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file system in a file."""
    file = tmp_path / "disk"
    with file.open("wb") as new:
        new.truncate(1 << 20)
    subprocess.run(["mke2fs", "-q", "-F", str(file)], check=True)
    return file


@pytest.mark.root
def test_a_device_that_was_detached_is_another_s(file: Path, tmp_path: Path) -> None:
    """What was done to its name at the end unmounted the disk of whoever had got it since."""
    place = tmp_path / "mounted"
    place.mkdir()
    with loops() as others:
        with loops() as ours:
            device = ours.attach(file)
            ours.detach(device)
            theirs = others.attach(file)  # the lowest free number: ours, unless a third was quicker
            subprocess.run(["mount", str(theirs), str(place)], check=True)
        assert place.is_mount()


@pytest.mark.root
@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_is_mounted_goes_at_the_end(file: Path, tmp_path: Path, *, elsewhere: bool) -> None:
    """At once, or with the last of other mount namespaces that were made while it was mounted."""
    place = tmp_path / "mounted"
    place.mkdir()
    with ExitStack() as ends, loops() as attached:
        device = attached.attach(file)
        subprocess.run(["mount", str(device), str(place)], check=True)
        if elsewhere:
            other = ["unshare", "--mount", "--propagation", "private", "sh", "-c", "echo; read _"]
            pipe = subprocess.PIPE
            holds = ends.enter_context(subprocess.Popen(other, stdin=pipe, stdout=pipe))
            assert holds.stdout is not None
            holds.stdout.readline()  # it has its namespace
        attached.detach_all()
        assert not place.is_mount()
        assert going(file) <= {"1"}
        assert going(file) or not elsewhere


def going(file: Path) -> set[str]:
    """Return of each device that a file still has whether it goes with its last user: 1."""
    listed = [
        "losetup",
        "--list",
        "--noheadings",
        "--output",
        "AUTOCLEAR",
        "--associated",
        str(file),
    ]
    return set(subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split())
