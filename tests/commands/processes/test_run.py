"""``zgoda run`` explains in one sentence why it cannot start, and leaves nothing behind."""

import contextlib
import hashlib
import itertools
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from appliance.commands.helpers.options import settings_of
from appliance.commands.processes import run
from appliance.commands.processes.run import ChildProcess, _greet, _tell_amiss
from appliance.config import reach
from appliance.config.folders import Folders
from appliance.config.kept import encode_kept
from appliance.config.read import load, trial_text
from appliance.config.settings import Panel
from appliance.errors import ZgodaError
from appliance.link import panel_word
from appliance.link.requests.doctor import Findings
from appliance.link.server import Server
from appliance.model.findings import Finding
from tests.deep import deep
from tests.rig.ports import free_port


def zgoda(*arguments: str, language: str = "C") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance", *arguments]
    said_in = {**os.environ, "LC_ALL": language}
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, env=said_in
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = zgoda("run", "--data", str(tmp_path / "data"), "--port", str(port))
    assert f"Port {port} on 127.0.0.1 is in use" in one_sentence(done)
    assert not (tmp_path / "data").exists()


def test_a_configuration_that_is_no_toml_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "zgoda.toml"
    broken.write_text("[office]\nname = \n")
    done = zgoda("run", "--data", str(tmp_path / "data"), "--config", str(broken))
    assert "zgoda.toml:2" in one_sentence(done)
    assert not (tmp_path / "data").exists()


def test_a_trial_may_have_an_emulated_modem(tmp_path: Path) -> None:
    with run._trial_of(Folders(tmp_path / "data"), "conexant") as file:
        assert file is not None
        (line,) = load(file).lines
    assert line.hook.options == {"modem": "conexant"}
    assert not file.exists()
    with run._trial_of(Folders(tmp_path / "data"), "") as none:
        assert none is None


def test_a_modem_does_not_pass_for_settings_of_the_panel(tmp_path: Path) -> None:
    """Settings that were changed count, and the command line's configuration no more."""
    folders = Folders(tmp_path / "data")
    folders.settings_now.parent.mkdir(parents=True)
    text = trial_text().encode()
    digest = hashlib.sha256(text).hexdigest()
    last = f"# zgoda settings: version 2, sha256 {digest}\n".encode()
    folders.settings_now.write_bytes(text + last)
    with (
        pytest.raises(ZgodaError, match="changed in the panel, so --modem has no say"),
        run._trial_of(folders, "conexant"),
    ):
        pass


@pytest.mark.parametrize("command", ["run", deep("recorder"), deep("keeper")])
def test_a_data_folder_that_cannot_be_made_is_named(command: str) -> None:
    port = [] if command != "run" else ["--port", str(free_port())]
    done = zgoda(command, "--data", "/proc/zgoda", *port)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "zgoda: /proc/zgoda: No such file or directory." in done.stderr


@pytest.mark.parametrize("command", ["run", "keeper", "call"])
def test_a_device_is_no_data_folder(command: str) -> None:
    done = zgoda(command, "--data", "/dev/null")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "/dev/null is not a folder; name the device’s data folder." in done.stderr


def test_a_box_that_is_set_up_says_how_to_log_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = Folders(tmp_path)
    _greet("http://127.0.0.1:8470/", folders, trial=True)
    told = capsys.readouterr().out
    assert "log in with your own name and password" in told
    assert "One-time password" not in told
    folders.first_run_code.parent.mkdir(parents=True, exist_ok=True)
    folders.first_run_code.write_text("abcd-efgh\n")
    _greet("http://127.0.0.1:8470/", folders, trial=True)
    assert "One-time password: abcd-efgh" in capsys.readouterr().out


def test_a_line_that_will_ask_nobody_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = Folders(tmp_path)
    found = (
        Finding("lines.no_purpose", {"line": "Reception"}),
        Finding("lines.silent_storage", {"line": "Reception"}),
        Finding("clock.set"),
    )
    purposeless, full = (f"Not ready: {each.text}\n" for each in found[:2])
    folders.recorder_socket.parent.mkdir(parents=True)
    server = Server(folders.recorder_socket, lambda *_: Findings(found), {0, os.getuid()})
    server.start()
    try:
        _tell_amiss(folders)
        assert capsys.readouterr().out == purposeless + full
        folders.first_run_code.parent.mkdir(parents=True)
        folders.first_run_code.touch()
        _tell_amiss(folders)
        assert capsys.readouterr().out == purposeless, "a key comes with the first run"
    finally:
        server.stop()
    _tell_amiss(folders)  # the recorder is away: its end is told by itself
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("asked", ["-h", deep("--help")])
def test_the_panels_help_calls_itself_what_was_typed(asked: str) -> None:
    done = zgoda("panel", asked)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: zgoda panel [OPTIONS]")


@pytest.mark.parametrize("command", ["run", "recorder", "keeper"])
def test_a_missing_configuration_is_named(tmp_path: Path, command: str) -> None:
    done = zgoda(command, "--data", str(tmp_path), "--config", str(tmp_path / "no.toml"))
    assert "no.toml" in one_sentence(done)


def test_drivers_that_do_not_go_together_are_named(tmp_path: Path) -> None:
    text = trial_text()
    for driver in (
        '"monitor", dialect = "lm1", port = "/dev/ttyUSB0"',
        '"sound", card = "LineTap"',
        '"modem", port = "/dev/ttyACM0"',
    ):
        text = text.replace('driver = "exchange"', f"driver = {driver}", 1)
    other = tmp_path / "zgoda.toml"
    other.write_text(text)
    done = zgoda("recorder", "--data", str(tmp_path / "data"), "--config", str(other))
    assert "or use a USB sound card" in one_sentence(done)


def test_a_mistake_is_told_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    other = tmp_path / "zgoda.toml"
    other.write_text(trial_text().replace("retention_days = 90", "retention_days = 0", 1))
    options = ("recorder", "--data", str(tmp_path / "data"), "--config", str(other))
    said = one_sentence(zgoda(*options, language="de_DE.UTF-8"))
    assert said.endswith("purpose.retention_days = 0: Geben Sie eine ganze Zahl von 1 bis 3653 an.")
    assert said.startswith(f"zgoda: {other}:")


def test_the_address_printed_is_one_that_a_browser_can_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processes themselves are left out: what is said does not come from them."""
    config, port = tmp_path / "zgoda.toml", free_port()
    panel = ['host = "0.0.0.0"', 'names = ["localhost", "zgoda.lan"]']
    panel += [f'certificate = "{tmp_path}/a.pem"', f'key = "{tmp_path}/a.key"']
    config.write_text("\n".join([trial_text(), "[panel]", *panel, ""]))
    over = threading.Event()
    over.set()
    started: object = ([], SimpleNamespace(follow=None, address=reach.url))
    monkeypatch.setattr(run, "stop_on_signal", lambda: over)
    monkeypatch.setattr(run, "_started", lambda *_, **__: contextlib.nullcontext(started))
    options = ["--data", str(tmp_path / "data"), "--config", str(config)]
    done = CliRunner().invoke(run.command, [*options, "--port", str(port)])
    assert done.exit_code == 0, done.output
    assert f"Panel: https://zgoda.lan:{port}/\n" in done.output
    assert "0.0.0.0" not in done.output  # noqa: S104 - nobody listens here


@pytest.mark.parametrize("starts", [True, False])
def test_an_address_is_printed_only_where_a_browser_reaches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, starts: bool
) -> None:
    """What was saved in the panel wants a proxy; it starts, or does not. No process is real."""
    folders, port = Folders(tmp_path / "data"), free_port()
    panel = f'port = {port}\ncertificate = "{tmp_path}/a.pem"\nkey = "{tmp_path}/a.key"\n'
    folders.settings_versions.mkdir(parents=True)
    folders.settings_now.write_bytes(encode_kept(2, f"{trial_text()}\n[panel]\n{panel}"))
    over = threading.Event()
    over.set()

    def start(name: str, _arguments: list[str], ready: Path) -> object:
        if name == "panel":
            panel_word.leave(ready.parent, settings_of(folders, None).config.panel)
        if name == "proxy" and not starts:
            raise ZgodaError("The proxy did not start; its own message is above.")
        return ChildProcess(name, SimpleNamespace(poll=lambda: None))  # type: ignore[arg-type]

    monkeypatch.setattr(run, "stop_on_signal", lambda: over)
    monkeypatch.setattr(run, "need_haproxy", lambda: None)
    monkeypatch.setattr(run, "_start", start)
    monkeypatch.setattr(run, "_stop", lambda part: None)
    done = CliRunner().invoke(run.command, ["--data", str(folders.data)])
    assert done.exit_code == 0, done.output
    assert (f"Panel: https://127.0.0.1:{port}/\n" in done.stdout) is starts
    assert ("No browser reaches the panel." in done.stdout) is not starts
    assert ("Nobody reaches the panel over TLS." in done.stderr) is not starts


def test_a_panel_that_listens_elsewhere_is_found_there(tmp_path: Path) -> None:
    wanted, port = Panel(port=1), free_port()
    proxy = run.Proxy([], [], tmp_path / "proxy")
    assert proxy.address(wanted) == "http://127.0.0.1:1/"
    panel_word.leave(tmp_path, Panel(port=port))
    assert proxy.address(wanted) == f"http://127.0.0.1:{port}/"


def test_it_starts_as_its_owner_starts_it(tmp_path: Path) -> None:
    """No configuration is named, nothing is amiss, and the line gets a name in their language."""
    data, port = tmp_path / "data", free_port()
    command = ["run", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", *command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "LC_ALL": "pl_PL.UTF-8"},
    )
    assert process.stdout is not None
    try:
        told = list(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        assert f"Panel: http://127.0.0.1:{port}/\n" in told
        assert [line for line in told if line.startswith("Niegotowe")] == []
        (line,) = settings_of(Folders(data), None).config.lines
        assert line.name == "Recepcja"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert "one-time password" in page.read().decode().lower()
        process.terminate()
        assert process.stdout.read().endswith("Zatrzymano.\n")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
