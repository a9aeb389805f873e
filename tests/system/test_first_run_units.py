"""The units that bring the one-time password onto the memory card, and can do nothing else."""

import re
import shlex
import subprocess
from pathlib import Path

from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.config.folders import Folders

UNITS = Path(__file__).parents[2] / "systemd"
NAMES = ("zgoda-first-run.service", "zgoda-first-run.path")


def settings(name: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", (UNITS / name).read_text("utf-8"), re.MULTILINE))


def test_the_password_goes_from_the_keepers_folder_onto_the_card() -> None:
    path, unit = settings(NAMES[1]), settings(NAMES[0])
    keeper = settings("zgoda-keeper.service")["RuntimeDirectory"]
    assert path["PathChanged"] == f"/run/{keeper}/first-run"
    assert Folders(Path("/x"), Path("/run")).first_run_code == Path(path["PathChanged"])
    program, command, *options = shlex.split(unit["ExecStart"])
    assert (program, command) == ("/opt/zgoda/bin/zgoda", "first-run")
    known = CliRunner().invoke(zgoda, ["first-run", "--help"]).output
    assert all(option in known for option in options if option.startswith("--"))
    assert unit["ReadWritePaths"] == f"-{Path(options[-1]).parent}"
    assert unit["CapabilityBoundingSet"] == "CAP_DAC_READ_SEARCH"
    assert unit["ConditionPathIsDirectory"] == path["ConditionPathIsDirectory"]


def test_exposure_is_small() -> None:
    unit = str(UNITS / NAMES[0])
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", unit]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(exposure) <= 3.0


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    for name in (*NAMES, "zgoda-keeper.service"):
        text = (UNITS / name).read_text("utf-8").replace("/opt/zgoda/bin/zgoda", "/bin/true")
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in NAMES)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if "zgoda" in line]
    assert (done.returncode, said) == (0, [])
