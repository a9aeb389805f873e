"""The units pass systemd's own check, and start commands that exist."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.commands.processes.panel import command as panel
from appliance.commands.processes.run import MEMORY
from appliance.config.folders import Folders
from appliance.courier.service import LONGEST_ROUND, PAUSE_SECONDS
from appliance.keeper.serve import ANSWER_SECONDS as KEEPER_SECONDS
from appliance.link.watchdog import BEATS
from appliance.recorder.line.thread import LONGEST_WAIT_SECONDS
from web.watchdog import ANSWER_SECONDS as PANEL_SECONDS

UNITS = Path(__file__).parent.parent.parent / "systemd"
EXPOSURE = {"recorder": 1.0, "keeper": 1.0, "panel": 1.5, "proxy": 1.5, "courier": 1.5}
"""Greatest exposure by systemd-analyze: the targets of the design."""

EVERY = sorted(path.stem.removeprefix("zgoda-") for path in UNITS.glob("zgoda-*.service"))


def unit(name: str) -> Path:
    return UNITS / f"zgoda-{name}.service"


def started(name: str) -> list[str]:
    """The command line of a unit."""
    (line,) = re.findall(r"^ExecStart=(.*)$", unit(name).read_text("utf-8"), re.MULTILINE)
    return shlex.split(line)


@pytest.mark.parametrize(("name", "most"), EXPOSURE.items())
def test_exposure_is_within_its_target(name: str, most: float) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit(name))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(exposure) <= most
    told = (UNITS.parent / "SECURITY.md").read_text("utf-8")
    (line,) = re.findall(r"^- \*\*Processes:\*\* .*$", told, re.MULTILINE)
    assert re.search(rf"\b{name} \(?{re.escape(exposure)}\b", line), f"{name}: {exposure}"


@pytest.mark.parametrize("name", EVERY)
def test_systemd_understands_every_line(name: str, tmp_path: Path) -> None:
    for other in EVERY:
        text = unit(other).read_text("utf-8").replace("/opt/zgoda/bin/zgoda", "/bin/true")
        (tmp_path / unit(other).name).write_text(text)

    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit(name).name)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    said = [line for line in done.stderr.splitlines() if "zgoda" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("name", ["recorder", "keeper", "proxy", "courier"])
def test_units_start_commands_that_exist_with_options_that_exist(name: str) -> None:
    program, command, *options = started(name)
    assert (program, command) == ("/opt/zgoda/bin/zgoda", name)

    known = CliRunner().invoke(zgoda, [name, "--help"]).output

    assert options
    assert all(option in known for option in options if option.startswith("--"))


def test_the_panels_unit_starts_the_panel() -> None:
    program, command, *_ = started("panel")

    assert (program, command) == ("/opt/zgoda/bin/zgoda", "panel")
    options = [option for option in started("panel") if option.startswith("--")]
    assert options
    assert all(re.search(rf"{option}\b", panel.help or "") for option in options)


def test_every_user_and_folder_of_the_units_is_made() -> None:
    users = (UNITS / "sysusers.d/zgoda.conf").read_text("utf-8")
    folders = (UNITS / "tmpfiles.d/zgoda.conf").read_text("utf-8")
    for name in EXPOSURE:
        text = unit(name).read_text("utf-8")
        (user,) = re.findall(r"^User=(.*)$", text, re.MULTILINE)
        assert re.search(rf"^u {user} ", users, re.MULTILINE)
        for paths in re.findall(r"^ReadWritePaths=(.*)$", text, re.MULTILINE):
            for path in paths.split():
                made = rf"^d {path.removeprefix('-')} "
                assert re.search(made, folders, re.MULTILINE), path


def test_systemd_understands_users_and_folders(tmp_path: Path) -> None:
    for tool, arguments, said in [
        ("systemd-sysusers", ["sysusers.d"], "creating user 'zgoda-recorder'"),
        ("systemd-tmpfiles", ["tmpfiles.d", "--create"], "zgoda-keeper"),
    ]:
        folder, *rest = arguments
        conf = str(UNITS / folder / "zgoda.conf")
        command = [tool, "--dry-run", *rest, f"--root={tmp_path}", conf]
        done = subprocess.run(command, check=False, capture_output=True, text=True)

        # The users do not exist where this is tested; nothing else may be wrong.
        wrong = [
            line
            for line in done.stderr.splitlines()
            if "zgoda.conf:" in line and "Failed to resolve user" not in line
        ]
        assert wrong == []
        assert said in (done.stdout + done.stderr).lower()


@pytest.mark.parametrize("name", EXPOSURE)
def test_however_often_it_dies_it_is_started_again(name: str) -> None:
    """By default systemd gives up after five times in ten seconds, until somebody comes."""
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit(name).read_text("utf-8"), re.MULTILINE))
    assert (settings["Restart"], settings["StartLimitIntervalSec"]) == ("always", "0")
    assert int(settings["RestartSec"]) <= 1
    assert int(settings["RestartMaxDelaySec"]) <= 30


LONGEST_LOOK = {
    "recorder": 0.0,
    "keeper": KEEPER_SECONDS,
    "panel": PANEL_SECONDS,
    "courier": LONGEST_ROUND + PAUSE_SECONDS,
}
"""Seconds that a process may take to see whether it works."""


@pytest.mark.parametrize(("name", "seconds"), LONGEST_LOOK.items())
def test_a_process_that_does_nothing_is_started_anew(name: str, seconds: float) -> None:
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit(name).read_text("utf-8"), re.MULTILINE))
    assert settings["Type"] == "notify"
    assert int(settings["WatchdogSec"]) / BEATS > max(seconds, 2 * LONGEST_WAIT_SECONDS)


def test_the_front_page_says_how_long_a_lamp_may_be_out_of_date() -> None:
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit("recorder").read_text("utf-8"), re.MULTILINE))
    watched, stopped = int(settings["WatchdogSec"]), int(settings["TimeoutStopSec"])
    said = (unit("recorder").parents[1] / "docs/front.md").read_text("utf-8")
    assert f"for {watched} seconds, {watched + stopped} at worst" in said


@pytest.mark.parametrize("name", ["recorder", "keeper", "panel", "courier"])
def test_nothing_waits_for_a_network(name: str) -> None:
    text = unit(name).read_text("utf-8")
    assert "network-online" not in text
    for kind in ("Requires", "Requisite", "BindsTo"):
        assert not re.search(rf"^{kind}=", text, re.MULTILINE)


@pytest.mark.parametrize("name", MEMORY)
def test_the_allocator_is_set_alike_wherever_a_process_runs(name: str) -> None:
    (line,) = re.findall(r"^Environment=(.*)$", unit(name).read_text("utf-8"), re.MULTILINE)
    assert dict(pair.split("=", 1) for pair in line.split()) == MEMORY[name]


@pytest.mark.parametrize("name", EVERY)
def test_no_process_can_take_the_whole_machine(name: str) -> None:
    """A Raspberry Pi has 1 GB or more; the figures stand in docs/decisions/units-one-user-each."""
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit(name).read_text("utf-8"), re.MULTILINE))
    page = (UNITS.parent / "docs/decisions/units-one-user-each.md").read_text("utf-8")

    for limit in ("MemoryMax", "TasksMax"):
        assert re.fullmatch(r"\d+[MG]?", settings[limit])
        assert re.search(rf"^\| {name} \|.*\b{settings[limit]}\b", page, re.MULTILINE), limit


@pytest.mark.parametrize("name", MEMORY)
def test_memory_can_be_locked_and_reaches_neither_swap_nor_a_core_file(name: str) -> None:
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit(name).read_text("utf-8"), re.MULTILINE))
    kept = settings["LimitMEMLOCK"], settings["LimitCORE"], settings["MemorySwapMax"]
    assert kept == ("infinity", "0", "0")


def test_the_courier_alone_may_speak_outward_and_cannot_listen() -> None:
    families = {
        name: re.findall(r"^RestrictAddressFamilies=(.*)$", unit(name).read_text("utf-8"), re.M)
        for name in EXPOSURE
    }
    assert families["recorder"] == families["keeper"] == ["AF_UNIX"]
    for name in ("panel", "proxy"):
        assert "IPAddressDeny=any" in unit(name).read_text("utf-8")
    text = unit("courier").read_text("utf-8")
    assert "SocketBindDeny=any" in text
    assert "SocketBindAllow" not in text
    assert "DeviceAllow" not in text
    assert "ReadWritePaths" not in text
    assert "TemporaryFileSystem=/var/lib/zgoda:ro" in text


def test_the_courier_is_started_by_what_the_keeper_leaves() -> None:
    wanted = str(Folders(Path("/var/lib/zgoda"), Path("/run")).courier_wanted)
    assert f"ConditionPathExists={wanted}\n" in unit("courier").read_text("utf-8")
    assert f"PathExists={wanted}\n" in (UNITS / "zgoda-courier.path").read_text("utf-8")
    assert "[Install]" not in unit("courier").read_text("utf-8")
    assert started("keeper")[-2:] == ["--courier-user", "zgoda-courier"]
