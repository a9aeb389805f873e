"""``zgoda doctor`` on machines that are put together here."""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.clock import ManualClock
from appliance.commands.checkup import Finding, examine_config
from appliance.commands.doctor import command, examine
from appliance.commands.machine import Machine
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Basis, Config, LineKind, Part, Vault

CARDS = """\
 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi-0
                      vc4-hdmi-0
 1 [LineTap        ]: USB-Audio - USB Audio Device
                      C-Media USB Audio at usb-1.2, full speed
"""
SWAPS = "Filename Type Size Used Priority\n"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Pi with a line monitor and a sound adapter."""
    root = tmp_path / "root"
    (root / "dev/serial/by-id").mkdir(parents=True)
    (root / "dev/ttyACM0").touch()
    (root / "dev/serial/by-id/usb-Zgoda_Monitor_1").symlink_to("../../ttyACM0")
    (root / "dev/gpiochip0").touch()
    (root / "proc/asound").mkdir(parents=True)
    (root / "proc/asound/cards").write_text(CARDS)
    (root / "proc/swaps").write_text(SWAPS)
    return Machine(root, lambda: [("/dev/ttyACM0", "Line monitor")], lambda _: 50 << 30)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A data folder that is set up."""
    made = Folders(tmp_path / "data")
    made.data.mkdir(mode=0o700)
    for copy in made.keyring:
        copy.touch()
    return made


def look(
    machine: Machine, folders: Folders, config: Path | None = None, *, trusted: bool = True
) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in examine(machine, config, folders, ManualClock(trusted=trusted)):
        found.setdefault(finding.subject, []).append(finding)
    return found


def test_a_box_in_order_has_no_failure(machine: Machine, folders: Folders) -> None:
    found = look(machine, folders)

    assert {f.level for each in found.values() for f in each} == {"ok", "warn"}
    assert [s for s, each in found.items() if each[0].level == "warn"] == ["eraser"]
    assert found["serial"][0].text == "/dev/serial/by-id/usb-Zgoda_Monitor_1: Line monitor"
    assert [f.text for f in found["sound"]][1] == "LineTap: USB-Audio - USB Audio Device"
    assert "/dev/gpiochip0" in found["gpio"][0].text.replace(str(machine.root), "")
    assert found["line Reception"][-1].text == "Every prompt that it needs is there."


def test_a_bare_machine_is_no_failure(tmp_path: Path) -> None:
    bare = Machine(tmp_path, list, lambda _: 50 << 30)
    found = look(bare, Folders(tmp_path / "data"))

    assert {f.level for each in found.values() for f in each} == {"ok", "warn"}
    assert found["serial"][0].text == "No serial port is plugged in."
    assert found["sound"][0].text == "No sound card is plugged in."
    assert "simulated" in found["gpio"][0].text
    assert "is not there yet" in found["data"][0].text
    assert "Not set up yet" in found["vault"][0].text


@pytest.mark.parametrize(("free", "level"), [(100 << 20, "fail"), (1 << 30, "warn")])
def test_scarce_room_is_told(machine: Machine, folders: Folders, free: int, level: str) -> None:
    scarce = replace(machine, free_bytes=lambda _: free)

    assert look(scarce, folders)["disk"][0].level == level


def test_a_clock_that_was_never_set_is_told(machine: Machine, folders: Folders) -> None:
    (clock,) = look(machine, folders, trusted=False)["clock"]

    assert (clock.level, clock.text.split(";")[1]) == ("warn", " connect a network or an RTC.")


def test_swap_is_told(machine: Machine, folders: Folders) -> None:
    (machine.root / "proc/swaps").write_text(SWAPS + "/swapfile file 1 0 -2\n")

    assert look(machine, folders)["swap"][0].level == "warn"


def test_a_data_folder_open_to_all_is_told(machine: Machine, folders: Folders) -> None:
    folders.data.chmod(0o755)

    (data,) = look(machine, folders)["data"]
    assert (data.level, data.text.split("; ")[1]) == ("warn", f"chmod o= {folders.data}.")


def test_a_data_folder_that_is_a_file_fails(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert look(machine, Folders(tmp_path / "file"))["data"][0].level == "fail"


def test_a_lost_copy_of_the_keyring_is_told(machine: Machine, folders: Folders) -> None:
    folders.keyring[1].unlink()

    assert "One copy of the keyring is missing" in look(machine, folders)["vault"][0].text


def test_each_mistake_of_a_configuration_is_a_failure(
    machine: Machine, folders: Folders, tmp_path: Path
) -> None:
    config = tmp_path / "zgoda.toml"
    text = (resources.files("appliance.config") / "trial.toml").read_text("utf-8")
    text = text.replace("country", "contry").replace("retention_days = 90", "retention_days = 0", 1)
    config.write_text(text)

    found = look(machine, folders, config)

    assert [f.level for f in found["configuration"]] == ["fail", "fail"]
    assert "did you mean country?" in found["configuration"][0].text
    assert found["disk"][0].level == "ok"  # what needs no configuration is still told


def lines(machine: Machine, config: Config) -> list[Finding]:
    return [f for f in examine_config(machine, config) if f.subject.startswith("line ")]


def on(config: Config, **changes: object) -> Config:
    """The configuration with its line changed."""
    return replace(config, lines=(replace(config.lines[0], **changes),))  # type: ignore[arg-type] # any field


def test_a_prompt_that_is_missing_is_a_failure_for_its_line(machine: Machine) -> None:
    config = on(trial(), choices={"1": ("training", "quality"), "9": ()})

    question, keys = lines(machine, config)[-2:]
    assert question.level == keys.level == "fail"
    assert "has no question in pl that names its purposes and keys" in question.text


def test_a_notice_is_enough_where_nothing_is_asked(machine: Machine) -> None:
    config = on(trial(), choices={"2": ()})
    purposes = tuple(replace(p, basis=Basis.LEGITIMATE_INTERESTS) for p in config.purposes)

    assert lines(machine, replace(config, purposes=purposes))[-1].level == "ok"


def test_lines_that_are_never_asked_need_no_prompt(machine: Machine) -> None:
    fax = lines(machine, on(trial(), kind=LineKind.FAX))
    aimless = lines(machine, on(trial(), purposes=(), choices={}))

    assert fax[-1].text == "A fax line is never asked and never recorded."
    assert aimless[-1].level == "warn"


def test_the_boards_secret_must_be_there(machine: Machine, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    config = replace(trial(), vault=Vault(eraser="board", board_secret=str(secret)))

    def eraser() -> Finding:
        return next(f for f in examine_config(machine, config) if f.subject == "eraser")

    assert eraser().level == "fail"
    secret.touch()
    assert eraser().level == "ok"


def test_a_driver_that_this_version_lacks_is_a_failure(machine: Machine) -> None:
    config = on(trial(), hook=Part("telegraph"))

    assert lines(machine, config)[0].text == "hook: this version cannot drive a telegraph yet."
    assert lines(machine, config)[0].level == "fail"


@pytest.mark.parametrize(
    ("options", "level", "said"),
    [
        ({"card": "LineTap"}, "ok", "sound card LineTap is plugged in"),
        ({"card": "Other"}, "fail", "not plugged in; there are: vc4hdmi, LineTap."),
        ({"port": "/dev/ttyACM0"}, "ok", "/dev/ttyACM0 is plugged in"),
        ({"port": "/dev/serial/by-id/usb-Zgoda_Monitor_1"}, "ok", "is plugged in"),
        ({"port": "/dev/ttyS9"}, "fail", "there are: /dev/serial/by-id/usb-Zgoda_Monitor_1."),
        ({"port": "/dev/ttyACM0", "dialect": "lm1"}, "ok", "is plugged in"),
        ({"port": "/dev/ttyACM0", "dialect": "lm7"}, "fail", "no line monitor speaks 'lm7'"),
        ({}, "ok", "monitor."),
    ],
)
def test_the_devices_of_a_line_are_looked_for(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, str],
    level: str,
    said: str,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    driver = "modem" if "port" in options and "dialect" not in options else "monitor"
    hook = lines(machine, on(trial(), hook=Part(driver, options)))[0]

    assert (hook.level, said in hook.text) == (level, True), hook


def test_the_command_prints_findings_and_its_exit_code_tells(tmp_path: Path) -> None:
    run = CliRunner()
    good = run.invoke(command, ["--data", str(tmp_path / "data"), "--json"])
    assert good.exit_code == 0
    findings = json.loads(good.stdout)
    assert {"subject", "level", "text"} == set(findings[0])

    broken = tmp_path / "zgoda.toml"
    broken.write_text("[office]\nname = \n")
    bad = run.invoke(command, ["--data", str(tmp_path / "data"), "--config", str(broken)])
    assert bad.exit_code == 1
    assert f"fail  configuration: {broken}:2: is no valid TOML" in bad.stdout
