"""Test the units around the clock chip: read first, set from the believed time alone."""

import configparser
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.keeper.time.chip import read_at_boot
from appliance.keeper.time.judge import ChipReading

ROOT = Path(__file__).parent.parent.parent
UNITS = ROOT / "systemd"
CLOCK = ROOT / "firmware-config/clock"
BOOT_ID = "b00710aa-3f52-4d1e-9a31-0f2c5d6e7a8b"


def settings(name: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", (UNITS / name).read_text("utf-8"), re.MULTILINE))


def reading(root: Path) -> subprocess.CompletedProcess[str]:
    """Run what the unit runs, on files of the test."""
    line = settings("zgoda-clock.service")["ExecStart"].removeprefix("-").replace("$$", "$")
    shell, flag, script = shlex.split(line)
    script = re.sub(r"(?<=[<>])/", f"{root}/", script)
    return subprocess.run([shell, flag, script], check=False, capture_output=True, text=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine that has been up for twelve seconds."""
    for path, text in {
        "sys/class/rtc/rtc0/since_epoch": "1790000000\n",
        "proc/uptime": "12.34 40.10\n",
        "proc/sys/kernel/random/boot_id": f"{BOOT_ID}\n",
        "run/zgoda-clock/.here": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_the_chip_is_read_into_a_file_that_the_keeper_understands(root: Path) -> None:
    assert reading(root).returncode == 0
    found = read_at_boot(root / "run/zgoda-clock/at-boot", "b00710")
    assert found == ChipReading(1_790_000_000.0, 12.34)


def test_a_chip_that_cannot_be_read_leaves_no_file(root: Path) -> None:
    (root / "sys/class/rtc/rtc0/since_epoch").unlink()
    assert reading(root).returncode != 0
    assert not (root / "run/zgoda-clock/at-boot").exists()


def test_it_is_read_before_any_time_server_and_once() -> None:
    unit = settings("zgoda-clock.service")
    before = unit["Before"].split()
    assert {"systemd-timesyncd.service", "chrony.service", "time-set.target"} <= set(before)
    assert (unit["DefaultDependencies"], unit["WantedBy"]) == ("no", "sysinit.target")
    assert (unit["Type"], unit["RemainAfterExit"]) == ("oneshot", "yes")


def test_the_chip_is_set_from_the_keepers_folder_alone() -> None:
    path, unit = settings("zgoda-clock-set.path"), settings("zgoda-clock-set.service")
    keeper = settings("zgoda-keeper.service")
    believed = f"/run/{keeper['RuntimeDirectory']}/believed"
    assert path["PathChanged"] == believed
    program, *command = shlex.split(unit["ExecStart"])
    assert program == "/opt/zgoda/bin/zgoda"
    assert command[:3] == ["time", "set-chip", believed]
    known = CliRunner().invoke(zgoda, ["time", "set-chip", "--help"]).output
    assert command[3] in known
    assert unit["CapabilityBoundingSet"] == "CAP_SYS_TIME"
    assert unit["DeviceAllow"] == "char-rtc rw"
    assert "User" not in unit


def test_the_keeper_itself_can_set_nothing() -> None:
    keeper = settings("zgoda-keeper.service")
    assert (keeper["ProtectClock"], keeper["PrivateDevices"]) == ("yes", "yes")
    assert keeper["CapabilityBoundingSet"] == ""


@pytest.mark.parametrize("name", ["zgoda-clock.service", "zgoda-clock-set.service"])
def test_exposure_is_small(name: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNITS / name)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(exposure) <= 3.0


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    names = ["zgoda-clock.service", "zgoda-clock-set.service", "zgoda-clock-set.path"]
    for name in names:
        text = (UNITS / name).read_text("utf-8").replace("/opt/zgoda/bin/zgoda", "/bin/true")
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in names]
    command = ["systemd-analyze", "verify", "--man=no", *paths]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if "zgoda" in line]
    assert (done.returncode, said) == (0, [])


def test_no_time_server_has_the_chip_set() -> None:
    """timesyncd reads the third line alone, and only it sees this file."""
    drop_in = configparser.ConfigParser()
    drop_in.optionxform = str  # type: ignore[assignment,method-assign]
    drop_in.read(CLOCK / "10-zgoda.conf")
    shown, _, seen_as = drop_in["Service"]["BindReadOnlyPaths"].partition(":")
    assert (shown, seen_as) == ("/usr/lib/zgoda/adjtime", "/etc/adjtime")
    assert (CLOCK / "adjtime").read_text("ascii").splitlines()[2:] == ["LOCAL"]
    folders = (UNITS / "tmpfiles.d/zgoda.conf").read_text("utf-8")
    assert re.search(r"^f /etc/adjtime +0644 root +root +-$", folders, re.MULTILINE)
