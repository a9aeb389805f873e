"""A medium is taken by its name, on real block devices; what holds a file stays as it is."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.card.sticks import LABEL, NAME, Sticks
from appliance.keeper.backup import stick
from appliance.keeper.backup.medium import FOLDER, Medium
from appliance.keeper.backup.stick import Places, Unfit, leave, mounted, take
from tests.small.loops import Loops, loops
from tests.small.media import told_apart

OWNER = (54_322, 54_323)
SIZE = 24 << 20


def run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def image(path: Path, kind: str = "ext4", name: str = NAME) -> Path:
    """Make a file system in a file."""
    with path.open("wb") as file:
        file.truncate(SIZE)
    if kind == "vfat":
        run("mkfs.vfat", "-n", name, str(path))
    elif kind == "ext4":
        run("mke2fs", "-q", "-F", "-t", "ext4", "-L", name, str(path))
    return path


@dataclass(frozen=True)
class Bench:
    """A box's places, and media that are plugged into it."""

    folder: Path
    places: Places

    def word(self, device: Path) -> str:
        said = self.places.sticks.volatile / device.name
        return said.read_text().split()[0] if said.exists() else ""

    @contextlib.contextmanager
    def filled(self, file: Path) -> Iterator[Path]:
        """Mount a medium as another computer does."""
        place = self.folder / "elsewhere"
        place.mkdir(exist_ok=True)
        run("mount", "-o", "loop", str(file), str(place))
        try:
            yield place
        finally:
            run("umount", str(place))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    data = tmp_path / "data"
    data.mkdir(mode=0o751)
    os.chown(data, *OWNER)
    (tmp_path / "media").mkdir()
    places = Places(
        folder=tmp_path / "media" / "backup",
        data=data,
        card=tmp_path / "no-card",
        sticks=Sticks(tmp_path / "run"),
    )
    with told_apart():
        yield Bench(tmp_path, places)
    for folder in (places.folder, places.look):
        while mounted(folder):
            run("umount", "-l", str(folder))


@pytest.fixture
def disks() -> Iterator[Loops]:
    with loops() as attached:
        yield attached


@pytest.mark.root
def test_an_empty_medium_is_prepared_for_the_keeper_and_mounted(bench: Bench, disks: Loops) -> None:
    device = disks.attach(image(bench.folder / "stick"))

    assert take(device, bench.places) == "ready"
    assert bench.places.sticks.seen() == ("ready",)
    top = bench.places.folder / FOLDER
    assert (top.stat().st_uid, top.stat().st_gid) == OWNER
    with Medium(bench.places.folder, apart_from=Medium.own_devices(bench.places.data)):
        pass
    (line,) = [
        x for x in Path("/proc/self/mountinfo").read_text().splitlines() if str(top.parent) in x
    ]
    assert {"nodev", "nosuid", "noexec", "noatime"} <= set(line.split()[5].split(","))
    assert not mounted(bench.places.look)


@pytest.mark.root
def test_a_prepared_medium_is_as_it_was_after_it_was_pulled_out(bench: Bench, disks: Loops) -> None:
    file = image(bench.folder / "stick", name=LABEL)
    device = disks.attach(file)
    take(device, bench.places)
    with Medium(bench.places.folder) as medium:
        first = medium.id
    leave(device, bench.places)

    assert not mounted(bench.places.folder)
    assert bench.places.sticks.seen() == ()
    with bench.filled(file) as there:
        (there / "letter.odt").write_text("beside the backup")
    assert take(device, bench.places) == "ready"
    with Medium(bench.places.folder) as medium:
        assert medium.id == first
    assert (bench.places.folder / "letter.odt").exists()


@pytest.mark.root
@pytest.mark.parametrize(
    "left", ["System Volume Information", "$RECYCLE.BIN", ".Trashes", ".DS_Store"]
)
def test_what_systems_leave_by_themselves_counts_as_nothing(
    bench: Bench, disks: Loops, left: str
) -> None:
    file = image(bench.folder / "stick")
    with bench.filled(file) as there:
        (there / left).mkdir()
        (there / left / "IndexerVolumeGuid").write_text("1")

    assert take(disks.attach(file), bench.places) == "ready"


@pytest.mark.root
@pytest.mark.parametrize("what", ["file", "hidden", "folder", "link", "found", "ours"])
def test_whatever_else_lies_there_is_not_touched(bench: Bench, disks: Loops, what: str) -> None:
    file = image(bench.folder / "stick")
    with bench.filled(file) as there:
        match what:
            case "file":
                (there / "letter.odt").write_text("precious")
            case "hidden":
                (there / ".letter").write_text("precious")
            case "folder":
                (there / "photos").mkdir()
            case "link":
                (there / FOLDER).symlink_to(bench.places.data)
                (there / "x").touch()
            case "found":
                (there / "lost+found" / "#12").write_text("what a damage has left")
            case "ours":
                (there / FOLDER).mkdir()
                (there / FOLDER / "letter.odt").write_text("precious")
                (there / "letter.odt").write_text("precious")
    before = file.read_bytes()

    assert take(disks.attach(file), bench.places) == "not_empty"
    assert bench.places.sticks.seen() == ("not_empty",)
    assert not mounted(bench.places.folder)
    assert file.read_bytes() == before


@pytest.mark.root
def test_a_link_with_our_folders_name_gives_nobody_the_boxs_own_data(
    bench: Bench, disks: Loops
) -> None:
    file, precious = image(bench.folder / "stick"), bench.folder / "precious"
    precious.mkdir(mode=0o700)
    with bench.filled(file) as there:
        (there / FOLDER).symlink_to(precious)

    assert take(disks.attach(file), bench.places) == "not_empty"
    assert not mounted(bench.places.folder)
    assert (precious.stat().st_uid, list(precious.iterdir())) == (0, [])


@pytest.mark.root
def test_a_second_medium_waits_until_the_first_is_gone(bench: Bench, disks: Loops) -> None:
    first = disks.attach(image(bench.folder / "one"))
    other_file = image(bench.folder / "two")
    second = disks.attach(other_file)
    before = other_file.read_bytes()
    take(first, bench.places)

    assert take(second, bench.places) == "second"
    assert other_file.read_bytes() == before
    assert set(bench.places.sticks.seen()) == {"ready", "second"}
    leave(second, bench.places)
    assert mounted(bench.places.folder) == str(first), "only what it mounted itself"
    leave(first, bench.places)
    assert take(second, bench.places) == "ready"


@pytest.mark.root
def test_a_medium_that_vanished_while_mounted_makes_room(
    bench: Bench, disks: Loops, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = disks.attach(image(bench.folder / "one"))
    second = disks.attach(image(bench.folder / "two"))
    take(first, bench.places)
    there = Sticks.is_there
    monkeypatch.setattr(
        Sticks, "is_there", lambda self, name: name != first.name and there(self, name)
    )

    assert take(second, bench.places) == "ready"
    assert mounted(bench.places.folder) == str(second)


@pytest.mark.root
def test_the_boxs_own_disk_is_never_taken(bench: Bench, disks: Loops) -> None:
    """A card of ours with the name, in the box that runs from it."""
    file = image(bench.folder / "stick")
    device = disks.attach(file)
    before = file.read_bytes()
    card = bench.folder / "card"
    card.symlink_to(device)
    places = Places(bench.places.folder, bench.places.data, card, sticks=bench.places.sticks)

    assert take(device, places) == "own"
    assert file.read_bytes() == before


@pytest.mark.root
def test_the_disk_below_the_data_folder_is_never_taken(bench: Bench, disks: Loops) -> None:
    file = image(bench.folder / "stick")
    device = disks.attach(file)
    run("mount", str(device), str(bench.places.data))

    assert take(device, bench.places) == "own"


@pytest.mark.root
def test_a_damaged_medium_is_not_mended_by_guessing(
    bench: Bench, disks: Loops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An inode table of noise: e2fsck would have to ask."""
    file = image(bench.folder / "stick")
    with bench.filled(file) as there:
        for name in range(40):
            (there / ".Trashes").mkdir(exist_ok=True)
            (there / ".Trashes" / str(name)).write_text("x" * 5000)
    run("debugfs", "-w", "-R", "clri <2>", str(file))

    assert take(disks.attach(file), bench.places) in {"damaged", "failed"}
    assert not mounted(bench.places.folder)
    assert not mounted(bench.places.look)


@pytest.mark.root
def test_what_cannot_be_looked_at_is_left_as_it_is(bench: Bench, disks: Loops) -> None:
    """A FAT stick, where the kernel has no FAT, or one whose FAT is nonsense."""
    file = image(bench.folder / "stick", "vfat")
    with file.open("r+b") as there:
        there.seek(11)
        there.write(b"\x00\x00")  # bytes in a sector
    before = file.read_bytes()

    assert take(disks.attach(file), bench.places) == "failed"
    assert file.read_bytes() == before


@pytest.mark.root
def test_an_empty_fat_stick_becomes_ours(
    bench: Bench, disks: Loops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the look at it, which needs a kernel with FAT."""
    file = image(bench.folder / "stick", "vfat")
    monkeypatch.setattr(stick, "_look", lambda device, kind, places: kind == "vfat")
    device = disks.attach(file)

    assert take(device, bench.places) == "ready"
    told = run("blkid", "-p", "-o", "export", str(device))
    assert f"LABEL={LABEL}" in told
    assert "TYPE=ext4" in told
    with Medium(bench.places.folder):
        pass


@pytest.mark.root
@pytest.mark.parametrize("stage", ["mke2fs", "mount", "prepare"])
def test_a_cut_at_any_stage_is_made_good_by_the_next_time(
    bench: Bench, disks: Loops, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    file = image(bench.folder / "stick", "vfat")
    device = disks.attach(file)
    real = stick._run

    def cut(*words: str) -> None:
        if words[0] == stage and words[1:3] != ("-t", "vfat"):
            if stage == "mke2fs":
                with file.open("r+b") as there:
                    there.write(bytes(4096))  # the old one is gone, the new one not there
            raise Unfit("failed")
        real(*words)

    with monkeypatch.context() as patched:
        patched.setattr(stick, "_look", lambda *_: True)
        patched.setattr(stick, "_run", cut)
        if stage == "prepare":
            patched.setattr(stick, "prepare", lambda *_: (_ for _ in ()).throw(OSError))
        assert take(device, bench.places) == "failed"
    assert not mounted(bench.places.folder)
    if stage == "mke2fs":  # the owner sees a stick without a name, and gives it one again
        assert take(device, bench.places) == "failed"
        disks.detach(device)
        device = disks.attach(image(file))
    assert take(device, bench.places) == "ready"


@pytest.mark.root
def test_what_was_killed_leaves_nothing_mounted(bench: Bench, disks: Loops) -> None:
    device = disks.attach(image(bench.folder / "stick"))
    bench.places.look.mkdir(parents=True)
    run("mount", "-o", "ro", str(device), str(bench.places.look))
    leave(device, bench.places, well=False)

    assert not mounted(bench.places.look)
    assert bench.word(device) == "failed"


def test_nothing_but_a_block_device_is_taken(bench: Bench) -> None:
    file = bench.folder / "stick"
    image(file)
    before = file.read_bytes()
    (bench.folder / "link").symlink_to(file)

    assert take(file, bench.places) == "failed"
    assert take(bench.folder / "link", bench.places) == "failed"
    assert take(bench.folder / "gone", bench.places) == "failed"
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "name", "word"),
    [
        ("vfat", "ZGODABACKUP", ""),
        ("ext4", "ZGODA-BACKUP", ""),
        ("ext4", "zgodabackup", ""),
        ("ext4", "BACKUP", "failed"),
        ("ext4", "XZGODABACKUP", "failed"),
        ("swap", "ZGODABACKUP", "kind"),
        ("none", "", "failed"),
    ],
)
def test_the_name_says_that_the_box_may_have_it(
    tmp_path: Path, kind: str, name: str, word: str
) -> None:
    file = image(tmp_path / "stick", kind, name)
    if kind == "swap":
        run("mkswap", "-L", name, str(file))
    if word:
        with pytest.raises(Unfit) as told:
            stick._kind(file)
        assert told.value.word == word
    else:
        assert stick._kind(file) == kind


def test_the_kernels_list_of_mounts_is_read_whole(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "36 35 98:0 / /mnt\\040two rw shared:1 - ext4 /dev/sda1 rw\n"
        "37 35 98:1 / /media/zgoda/backup rw - ext4 /dev/sdb1 rw\n"
        "38 35 98:2 / /media/zgoda/backup rw - ext4 /dev/sdc1 rw\nnonsense\n"
    )
    assert mounted(Path("/mnt two"), mounts) == "/dev/sda1"
    assert mounted(Path("/media/zgoda/backup"), mounts) == "/dev/sdc1", "the upper one"
    assert mounted(Path("/media/zgoda"), mounts) == ""
