"""Tell what lies at a path as the kernel follows it; in doubt it is another computer's."""

from pathlib import Path

import pytest

from appliance.keeper.storage.mounts import UNKNOWN, MountTree, foreign_kind, read_mounts

ROOT = "20 1 179:2 / / rw,relatime - ext4 /dev/mmcblk0p2 rw\n"


def kind(lines: str, path: str) -> str:
    found = MountTree(read_mounts(ROOT + lines)).at(Path(path))
    assert found is not None
    return found.kind


@pytest.mark.parametrize(
    ("lines", "path", "found"),
    [
        ("", "/mnt/nas", "ext4"),
        ("30 20 0:50 / /mnt/nas rw - nfs4 nas:/x rw", "/mnt/nas", "nfs4"),
        ("30 20 0:50 / /mnt/nas rw - nfs4 nas:/x rw", "/mnt/nas/zgoda/deep", "nfs4"),
        ("30 20 0:50 / /mnt/nas rw - nfs4 nas:/x rw", "/mnt/nasty", "ext4"),
        ("30 20 0:50 / /mnt/nas rw shared:1 master:2 - nfs4 nas:/x rw", "/mnt/nas", "nfs4"),
        (r"30 20 0:50 / /mnt/our\040nas\011\134 rw - cifs //nas/x rw", "/mnt/our nas\t\\", "cifs"),
        ("30 20 0:50 /sub/folder /mnt/bound rw - nfs nas:/x rw", "/mnt/bound", "nfs"),
        ("30 20 8:1 /home/backup /mnt/bound rw - ext4 /dev/sda1 rw", "/mnt/bound", "ext4"),
        (
            "30 20 0:50 / /mnt/nas rw - nfs4 nas:/x rw\n"
            "31 30 8:1 / /mnt/nas/usb rw - vfat /dev/sda1 rw",
            "/mnt/nas/usb/zgoda",
            "vfat",
        ),
        (  # not mounted yet, and mounted
            "30 20 0:49 / /net rw - autofs systemd-1 rw,fd=47",
            "/net",
            "autofs",
        ),
        (
            "30 20 0:49 / /net rw - autofs systemd-1 rw\n31 30 0:50 / /net rw - nfs4 nas:/x rw",
            "/net/zgoda",
            "nfs4",
        ),
        (
            "30 20 0:49 / /net rw - autofs systemd-1 rw\n31 30 8:1 / /net rw - ext4 /dev/sda1 rw",
            "/net/zgoda",
            "ext4",
        ),
        (  # one over the other, in both orders
            "30 20 0:50 / /mnt rw - nfs4 nas:/x rw\n31 30 8:1 / /mnt rw - ext4 /dev/sda1 rw",
            "/mnt",
            "ext4",
        ),
        (
            "30 20 8:1 / /mnt rw - ext4 /dev/sda1 rw\n31 30 0:50 / /mnt rw - nfs4 nas:/x rw",
            "/mnt",
            "nfs4",
        ),
        (  # the one below was covered when its parent was laid over
            "30 20 8:1 / /mnt/usb rw - ext4 /dev/sda1 rw\n31 20 0:50 / /mnt rw - nfs4 nas:/x rw",
            "/mnt/usb",
            "nfs4",
        ),
        (
            "31 20 0:50 / /mnt rw - nfs4 nas:/x rw\n30 31 8:1 / /mnt/usb rw - ext4 /dev/sda1 rw",
            "/mnt/usb",
            "ext4",
        ),
        ("30 20 0:50 / / rw - overlay overlay rw,upperdir=/x", "/mnt", "overlay"),
        ("30 20 0:50 / /mnt rw - ext4", "/mnt", "ext4"),
        ("odd\n\n 1 2 3 - \n30 20 0:50 / /mnt rw - nfs4 nas:/x rw", "/mnt", "nfs4"),
    ],
)
def test_what_lies_at_a_path(lines: str, path: str, found: str) -> None:
    assert kind(lines, path) == found


def test_a_mount_below_one_that_was_laid_over_its_folder_counts_no_more() -> None:
    """By the longest path alone, the stick would hide the network drive that covers it."""
    lines = (
        "30 20 8:1 / /mnt/usb rw - ext4 /dev/sda1 rw\n"
        "31 20 0:50 / /mnt rw - nfs4 nas:/x rw\n"
        "32 31 0:51 / /mnt/other rw - ext4 /dev/sdb1 rw\n"
    )
    assert kind(lines, "/mnt/usb/zgoda-backup") == "nfs4"
    assert kind(lines, "/mnt/other/zgoda-backup") == "ext4"


@pytest.mark.parametrize(
    ("mount", "foreign"),
    [
        ("ext4 /dev/sda1", ""),
        ("vfat /dev/sda1", ""),
        ("fuseblk /dev/sda1", ""),
        ("xfs /dev/mapper/data", ""),
        ("btrfs /dev/nvme0n1p2", ""),
        ("overlay overlay", ""),
        ("tmpfs tmpfs", ""),
        ("nfs nas:/x", "nfs"),
        ("nfs4 [fe80::1]:/x", "nfs4"),
        ("cifs //nas/x", "cifs"),
        ("smb3 //nas/x", "smb3"),
        ("fuse.sshfs backup@host:", "fuse.sshfs"),
        ("fuse.rclone drive:", "fuse.rclone"),
        ("fuse something", "fuse"),
        ("9p host", "9p"),
        ("virtiofs share", "virtiofs"),
        ("ceph 10.0.0.1:/", "ceph"),
        ("autofs systemd-1", "autofs"),
        ("newfs of-next-year", "newfs"),
        ("ext4 /dev/nbd0", "ext4"),
        ("ext4 /dev/rbd/pool/disk", "ext4"),
    ],
)
def test_what_is_not_surely_here_is_another_computers(
    tmp_path: Path, mount: str, foreign: str
) -> None:
    listed = tmp_path / "mountinfo"
    listed.write_text(f"{ROOT}30 20 0:50 / {tmp_path}/drive rw - {mount} rw\n")
    assert foreign_kind(tmp_path / "drive" / "zgoda", listed) == foreign
    assert foreign_kind(tmp_path, listed) == ""


def test_a_link_is_followed_to_what_it_names(tmp_path: Path) -> None:
    listed = tmp_path / "mountinfo"
    listed.write_text(f"{ROOT}30 20 0:50 / {tmp_path}/nas rw - nfs4 nas:/x rw\n")
    (tmp_path / "nas/deep").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    for name, target in (
        ("straight", tmp_path / "nas"),
        ("relative", "nas/deep"),
        ("twice", "straight"),
        ("back", "here/../straight/deep"),
    ):
        (tmp_path / name).symlink_to(target)
        assert foreign_kind(tmp_path / name / "zgoda", listed) == "nfs4", name
    (tmp_path / "local").symlink_to(tmp_path / "here")
    assert foreign_kind(tmp_path / "local", listed) == ""
    (tmp_path / "round").symlink_to("round")
    assert foreign_kind(tmp_path / "round" / "x", listed) == "", "the kernel opens it nowhere"
    # A server is asked for nothing: what links there are on it is not looked at.
    (tmp_path / "nas/home").symlink_to(tmp_path / "here")
    assert foreign_kind(tmp_path / "nas/home", listed) == "nfs4"


@pytest.mark.parametrize(
    "text", ["", "odd\n", "30 20 0:50 / /mnt rw - nfs4 nas:/x rw\n", "\0" * 99]
)
def test_a_list_that_tells_nothing_leaves_a_doubt(tmp_path: Path, text: str) -> None:
    listed = tmp_path / "mountinfo"
    listed.write_text(text)
    assert foreign_kind(tmp_path, listed) == UNKNOWN
    assert foreign_kind(tmp_path, tmp_path / "none") == UNKNOWN


def test_this_machines_own_list_is_read() -> None:
    found = MountTree(read_mounts(Path("/proc/self/mountinfo").read_text("utf-8")))
    proc = found.at(Path("/proc/self"))
    assert proc is not None
    assert proc.kind == "proc"
