"""Read what root says of media for backups, and look at the units that take them."""

import os
import re
import shlex
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.card.files import card_files
from appliance.card.settings import CardSettings
from appliance.card.sticks import FOLDER, LABEL, NAME, WORDS, Sticks
from appliance.commands.main import zgoda
from appliance.commands.processes.stick import SAID
from appliance.config.read import parse
from appliance.keeper.backup.stick import LOOKED_AT, Places

FILES = Path(__file__).parents[2] / "image-build" / "files"
UNIT = FILES / "usr/lib/systemd/system/zgoda-stick@.service"
RULES = FILES / "etc/udev/rules.d/61-zgoda-backup.rules"


@pytest.fixture
def sticks(tmp_path: Path) -> Sticks:
    """Two disks are plugged in, the second with a partition."""
    devices = tmp_path / "devices"
    for disk, number in (("sda", 7), ("sdb", 8)):
        (tmp_path / "sys" / disk / f"{disk}1").mkdir(parents=True)
        (tmp_path / "sys" / disk / "diskseq").write_text(f"{number}\n")
        devices.mkdir(exist_ok=True)
        (devices / disk).symlink_to(tmp_path / "sys" / disk)
        (devices / f"{disk}1").symlink_to(tmp_path / "sys" / disk / f"{disk}1")
    return Sticks(tmp_path / "run", devices)


def test_where_nobody_looks_for_media_there_are_none(sticks: Sticks) -> None:
    assert not sticks.possible
    assert sticks.seen() == ()


def test_a_word_is_read_as_it_was_told(sticks: Sticks) -> None:
    sticks.tell("sdb1", "second")
    sticks.tell("sda1", "looking")
    sticks.tell("sda1", "ready")

    assert sticks.possible
    assert sticks.seen() == ("ready", "second")
    sticks.forget("sda1")
    sticks.forget("sda1")
    assert sticks.seen() == ("second",)


def test_of_a_device_that_is_gone_nothing_is_said(sticks: Sticks, tmp_path: Path) -> None:
    sticks.tell("sda1", "failed")
    (sticks.devices / "sda1").unlink()
    assert sticks.seen() == ()


def test_another_disk_of_the_same_name_is_another(sticks: Sticks, tmp_path: Path) -> None:
    sticks.tell("sda1", "not_empty")
    (tmp_path / "sys/sda/diskseq").write_text("9\n")
    assert sticks.seen() == ()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"<b>\n", b"ready", b"ready 7 8", b"x" * 999]
)
def test_a_file_that_root_did_not_write_says_nothing(sticks: Sticks, content: bytes) -> None:
    sticks.tell("sdb1", "second")
    (sticks.volatile / "sda1").write_bytes(content)
    (sticks.volatile / "..x").write_text("ready 7\n")
    (sticks.volatile / "sdb").mkdir()
    assert sticks.seen() == ("second",)


def test_each_word_has_its_sentence() -> None:
    assert {"looking", "making"} | SAID.keys() == WORDS


# -- the units ------------------------------------------------------------------------------------


def unit() -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("words", ["ExecStart", "ExecStopPost"])
def test_the_unit_starts_what_there_is(words: str) -> None:
    program, *said = shlex.split(unit()[words])
    shown = CliRunner().invoke(zgoda, [*said[:2], "--help"])

    assert program == "/opt/zgoda/bin/zgoda"
    assert shown.exit_code == 0
    assert said[2] == "/dev/%i"
    assert all(option in shown.output for option in said[3:] if option.startswith("--"))


def test_a_medium_that_is_pulled_out_ends_its_unit() -> None:
    assert unit()["BindsTo"] == "dev-%i.device"
    assert unit()["RemainAfterExit"] == "yes"


def test_the_unit_opens_no_memory_card_and_never_gives_up_its_bounds() -> None:
    allowed = re.findall(r"^DeviceAllow=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)

    assert (unit()["DevicePolicy"], allowed) == ("closed", ["block-sd rw"])
    assert unit()["TimeoutStartSec"].isdecimal()
    assert {"MemoryMax", "TasksMax", "StartLimitBurst", "NoNewPrivileges"} <= unit().keys()
    assert "CAP_NET" not in unit()["CapabilityBoundingSet"]


def test_a_stick_of_many_partitions_gets_no_more_than_one() -> None:
    path = UNIT.with_name(unit()["Slice"])
    bounds = dict(re.findall(r"^(\w+)=(.*)$", path.read_text("utf-8"), re.MULTILINE))
    assert bounds["MemoryMax"] == unit()["MemoryMax"]
    assert int(bounds["TasksMax"]) <= 2 * int(unit()["TasksMax"])
    asked = ["systemd-analyze", "verify", str(path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_it_mounts_is_seen_by_the_keeper() -> None:
    """A unit with a view of its own of the file system would mount for itself alone."""
    text = UNIT.read_text("utf-8")
    assert not re.search(r"^(Protect|Private|ReadWrite|Inaccessible|Temporary)\w*=", text, re.M)


def test_udev_starts_it_for_the_name_alone() -> None:
    (line,) = [one for one in RULES.read_text("utf-8").splitlines() if not one.startswith("#")]
    (names,) = re.findall(r'ENV\{ID_FS_LABEL\}=="([^"]+)"', line)
    (wanted,) = re.findall(r'ENV\{SYSTEMD_WANTS\}\+="([^"]+)"', line)

    def asked(name: str) -> bool:
        return any(fnmatchcase(name, one) for one in names.split("|"))

    assert asked(NAME)
    assert asked(LABEL)
    assert asked("ZgodaBackup")
    assert not any(map(asked, ("", "ZGODA", "XZGODABACKUP", "ZGODABACKUPS", "zgoda-data")))
    assert 'SUBSYSTEMS=="usb"' in line
    assert wanted.replace("%k", "") == UNIT.name
    assert len(NAME) <= 11, "FAT and exFAT"
    assert len(LABEL) <= 16, "ext4"


def test_udev_understands_the_rules() -> None:
    asked = ["udevadm", "verify", "--no-summary", str(RULES)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_keeper_of_a_card_looks_where_root_mounts() -> None:
    seed = card_files(CardSettings())["/etc/zgoda/zgoda.toml"].text
    backup = parse(seed, "zgoda.toml").backup

    assert (Path(backup.folder), backup.every) == (FOLDER, "day")
    assert Places().folder == FOLDER
    assert all(how.startswith("ro,") for how in LOOKED_AT.values())
    folders = (FILES / "usr/lib/tmpfiles.d/zgoda-card.conf").read_text("utf-8")
    for folder in (FOLDER, Sticks().volatile):
        assert re.search(rf"^d {folder} +0755 root", folders, re.MULTILINE), folder
    keeper = (FILES.parents[1] / "systemd/zgoda-keeper.service").read_text("utf-8")
    assert f"ReadWritePaths=-{os.path.dirname(FOLDER)}\n" in keeper


def test_systemd_understands_the_folders(tmp_path: Path) -> None:
    conf = str(FILES / "usr/lib/tmpfiles.d/zgoda-card.conf")
    asked = ["systemd-tmpfiles", "--dry-run", "--create", f"--root={tmp_path}", conf]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "zgoda-card.conf:" not in done.stderr
