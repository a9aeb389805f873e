"""Test the unit and the drop-in that let the keeper reach the chip, and nothing else."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
UNITS = ROOT / "systemd"
DROP_IN = ROOT / "firmware-config/eeprom/10-zgoda.conf"
CHIP = "/sys/bus/i2c/devices/1-0057"


def lines(path: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", path.read_text("utf-8"), re.MULTILINE)


def test_systemd_understands_the_unit_and_the_keeper_with_it(tmp_path: Path) -> None:
    for unit in UNITS.glob("*.service"):
        text = unit.read_text("utf-8").replace("/opt/zgoda/bin/zgoda", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    folder = tmp_path / "zgoda-keeper.service.d"
    folder.mkdir()
    (folder / DROP_IN.name).write_text(DROP_IN.read_text("utf-8"))
    for name in ("zgoda-keeper.service", "zgoda-eeprom.service"):
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines() if "zgoda" in line]
        assert (done.returncode, said) == (0, [])


def test_the_keeper_may_write_to_the_chip_and_to_nothing_else_below_sys() -> None:
    assert lines(DROP_IN, "ReadWritePaths") == [f"-{CHIP}/eeprom"]
    assert lines(UNITS / "zgoda-keeper.service", "ProtectKernelTunables") == ["yes"]


@pytest.mark.parametrize("there", [True, False], ids=["named by the board", "not yet there"])
def test_the_chip_is_made_known_once(tmp_path: Path, there: bool) -> None:
    bus = tmp_path / "sys/bus/i2c/devices/i2c-1"
    bus.mkdir(parents=True)
    (bus / "new_device").touch()
    if there:
        (tmp_path / CHIP.removeprefix("/")).mkdir()
    begin, *rights = lines(UNITS / "zgoda-eeprom.service", "ExecStart")
    shell, flag, script = shlex.split(begin)
    script = script.replace("/sys/", f"{tmp_path}/sys/")
    subprocess.run([shell, flag, script], check=True)
    assert (bus / "new_device").read_text() == ("" if there else "24c32 0x57\n")
    assert [line.split()[-1] for line in rights] == [f"{CHIP}/eeprom"] * 2
    assert "0600" in rights[0]
    assert "zgoda-keeper:" in rights[1]
