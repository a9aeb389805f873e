"""``zgoda release``: every modem of the settings in force, each once, and never a failure."""

from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.commands.processes.release import to_release
from appliance.config.read import trial
from appliance.config.settings import Part

MODEM = Part("modem", {"port": "/dev/serial/by-id/usb-modem"})
TAP = Part("sound", {"card": "LineTap"})
MONITOR = Part("monitor", {"dialect": "lm1", "port": "/dev/serial/by-id/usb-monitor"})


def test_each_modem_is_hung_up_once_and_no_monitor() -> None:
    config = trial()
    (line,) = config.lines
    caller = {"caller": "modem", "caller_port": "/dev/serial/by-id/usb-caller"}
    beside = Part("monitor", {**MONITOR.options, **caller})
    number = Part("monitor", {**MONITOR.options, "caller_port": "/dev/serial/by-id/usb-number"})
    lines = (
        replace(line, hook=MODEM, audio=MODEM, prompt=MODEM),
        replace(line, hook=MONITOR, audio=TAP, prompt=TAP),
        replace(line, hook=beside, audio=TAP, prompt=TAP),
        replace(line, hook=number, audio=TAP, prompt=TAP),
    )
    assert list(to_release(replace(config, lines=lines))) == [
        "/dev/serial/by-id/usb-modem",
        "/dev/serial/by-id/usb-caller",
    ]


def test_it_never_keeps_the_recorder_from_starting(tmp_path: Path) -> None:
    run = CliRunner()
    broken = tmp_path / "zgoda.toml"
    broken.write_text("[office")
    told = run.invoke(zgoda, ["release", "--config", str(broken), "--data", str(tmp_path)])
    assert (told.exit_code, told.stderr.splitlines()[0][:22]) == (0, "No modem was hung up: ")
    polish = {"LC_ALL": "pl_PL.UTF-8"}
    broken.write_text("[office]\npause_minutes = 0\n")
    told = run.invoke(zgoda, ["release", "--config", str(broken)], env=polish)
    assert "Wpisz liczbę całkowitą od 1 do 30." in told.stderr
    told = run.invoke(zgoda, ["release", "--data", str(tmp_path)])
    assert (told.exit_code, told.output) == (0, "")
