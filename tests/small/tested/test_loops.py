import subprocess
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
def test_what_is_mounted_goes_at_the_end(file: Path, tmp_path: Path) -> None:
    with loops() as attached:
        device = attached.attach(file)
        subprocess.run(["mount", str(device), str(tmp_path)], check=True)

    assert not tmp_path.is_mount()
    listed = ["losetup", "--associated", str(file)]
    assert not subprocess.run(listed, capture_output=True, text=True, check=True).stdout
