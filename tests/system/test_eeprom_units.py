"""Test the unit and the drop-in that let the keeper reach the chip, and nothing else."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.card.board.chip import FILE

ROOT = Path(__file__).parent.parent.parent
UNITS = ROOT / "systemd"
SCRIPT = ROOT / "firmware-config/eeprom/show-chip"
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
    assert lines(DROP_IN, "ReadWritePaths") == [f"-{FILE} -{CHIP}/eeprom"]
    assert lines(UNITS / "zgoda-keeper.service", "ProtectKernelTunables") == ["yes"]
    (run,) = lines(UNITS / "zgoda-eeprom.service", "RuntimeDirectory")
    assert Path(FILE).parent == Path("/run", run)


HEADER = "platform/soc/fe804000.i2c"
"""The controller of pins 3 and 5 of a Pi 4."""


@dataclass
class Board:
    """A board's buses as sysfs shows them: which controller has which number."""

    root: Path
    answers: bool = True

    @property
    def devices(self) -> Path:
        return self.root / "sys/bus/i2c/devices"

    def bus(self, number: int, controller: str) -> Path:
        """Add a bus."""
        real = self.root / "sys/devices" / controller / f"i2c-{number}"
        real.mkdir(parents=True)
        self.devices.mkdir(parents=True, exist_ok=True)
        (self.devices / real.name).symlink_to(real)
        for name in ("new_device", "delete_device"):
            (real / name).touch()
        return real

    def show(self) -> str:
        """Run the script; a chip that is made known answers, or does not."""
        changed = self.root / "script"
        text = SCRIPT.read_text()
        if self.answers:  # what the kernel does at once
            text = text.replace(
                'new_device"\n',
                'new_device"\n    mkdir "$chip"; echo cells >"$chip/eeprom"\n',
                1,
            )
        changed.write_text(text.replace("chown zgoda-keeper:", ": chown zgoda-keeper:"))
        ran = subprocess.run(
            ["sh", str(changed), str(self.root)], check=True, capture_output=True, text=True
        )
        return ran.stdout

    @property
    def link(self) -> Path:
        return self.root / FILE.removeprefix("/")


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


@pytest.mark.parametrize(
    "controllers",
    [
        ["platform/soc/ef04500.i2c", "platform/soc/ef09500.i2c", HEADER],
        [HEADER, "platform/soc/fef04500.i2c"],
        ["platform/soc/3f205000.i2c", "platform/soc/3f804000.i2c", "platform/soc/3f805000.i2c"],
        ["pci0000:00/0000:00:1f.4", "pci0000:00/0000:00:02.0"],
        ["pci/1f00078000.i2c", "pci/1f00070000.i2c", "pci/1f00074000.i2c"],
    ],
    ids=["Pi 4: HDMI first", "Pi 4", "Pi 3", "PC", "Pi 5"],
)
def test_the_chip_is_looked_for_on_the_boards_two_pins(
    board: Board, controllers: list[str]
) -> None:
    buses = [board.bus(number, controller) for number, controller in enumerate(controllers)]
    header = [n for n, name in enumerate(controllers) if "804000" in name or "1f00074000" in name]
    number = header[0] if header else 1
    assert board.show() == ""
    told = [(bus / "new_device").read_text() for bus in buses]
    assert told == ["24c32 0x57\n" if n == number else "" for n in range(len(buses))]
    assert board.link.resolve() == board.devices / f"{number}-0057/eeprom"
    assert board.link.stat().st_mode & 0o777 == 0o600


def test_a_chip_that_the_board_names_is_not_made_known_again(board: Board) -> None:
    bus = board.bus(1, HEADER)
    (board.devices / "1-0057").mkdir()
    (board.devices / "1-0057/eeprom").touch()
    board.show()
    assert (bus / "new_device").read_text() == ""
    assert board.link.exists()


def test_without_a_module_nothing_is_left_and_nothing_fails(board: Board) -> None:
    board.answers = False
    bus = board.bus(1, HEADER)
    board.link.parent.mkdir(parents=True)
    board.link.symlink_to("what an earlier start has left")
    assert "no chip answers at 0x57 of bus 1" in board.show()
    assert (bus / "delete_device").read_text() == "0x57\n"
    assert not board.link.is_symlink()


def test_nobody_but_the_keeper_reads_the_root() -> None:
    (run,) = lines(UNITS / "zgoda-eeprom.service", "ExecStart")
    assert run == f"/bin/sh /usr/lib/zgoda/{SCRIPT.name}"
    text = SCRIPT.read_text()
    assert text.index("chmod 0600") < text.index("chown zgoda-keeper:") < text.index("ln -sfn")
