"""Test the units that wait for a request and burn the key, and what they may reach."""

import re
import subprocess
from pathlib import Path

import pytest

from appliance.card.board.ask import REQUEST
from appliance.card.board.key import DRIVER
from appliance.commands.processes.board import ANEW

ROOT = Path(__file__).parents[3]
UNITS = ROOT / "image-build/files/usr/lib/systemd/system"
OURS = ROOT / "systemd"
NAME = "zgoda-board-key"


def lines(path: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", path.read_text("utf-8"), re.MULTILINE)


def test_systemd_understands_them(tmp_path: Path) -> None:
    for unit in [*OURS.glob("*.service"), *UNITS.glob("zgoda-*.*")]:
        if unit.is_file():
            text = unit.read_text("utf-8").replace("/opt/zgoda/bin/zgoda", "/bin/true")
            (tmp_path / unit.name).write_text(text)
    for ending in ("path", "service"):
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / f"{NAME}.{ending}")]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert [line for line in done.stderr.splitlines() if NAME in line] == []


def test_it_waits_for_what_the_keeper_writes_before_the_keeper_is_there() -> None:
    (place,) = lines(UNITS / f"{NAME}.path", "PathChanged")
    assert place == f"/run/zgoda-keeper/{REQUEST}"
    assert "zgoda-keeper.service" in lines(UNITS / f"{NAME}.path", "Before")
    assert place in lines(UNITS / f"{NAME}.service", "ExecStart")[0]
    assert f"{NAME}.path" in (ROOT / "image-build/stages/root").read_text("utf-8")


def test_it_may_write_the_drivers_file_and_the_note_alone() -> None:
    unit = UNITS / f"{NAME}.service"
    assert lines(unit, "ReadWritePaths") == [f"/data -{DRIVER.parent}"]
    assert lines(unit, "ProtectSystem") == ["strict"]
    assert lines(unit, "ProtectKernelTunables") == ["yes"]
    assert lines(unit, "CapabilityBoundingSet") == ["CAP_DAC_READ_SEARCH"]
    assert lines(unit, "PrivateNetwork") == ["yes"]


@pytest.mark.parametrize("process", ["keeper", "recorder", "panel", "courier", "proxy"])
def test_no_process_of_the_box_reaches_the_driver(process: str) -> None:
    for unit in (OURS / f"zgoda-{process}.service", *OURS.glob("opt-in/*/*.conf")):
        assert "/sys/firmware" not in unit.read_text("utf-8")
    assert lines(OURS / f"zgoda-{process}.service", "ProtectKernelTunables") == ["yes"]


def test_the_one_time_password_outlives_the_keepers_new_start() -> None:
    dropped = UNITS / "zgoda-keeper.service.d/card.conf"
    assert lines(dropped, "RuntimeDirectoryPreserve") == ["restart"]
    assert ANEW == ("zgoda-card-settings.service", "zgoda-keeper.service")


def test_the_note_is_there_before_a_key_is_judged() -> None:
    after = " ".join(lines(UNITS / "zgoda-card-settings.service", "After"))
    assert {"data.mount", "zgoda-card-data.service"} <= set(after.split())
