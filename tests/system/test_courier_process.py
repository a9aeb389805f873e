"""The courier's real process: beside a real keeper, a real mail server over TLS, and alone."""

import contextlib
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.commands.processes.run import ChildProcess, TrialCourier, _greet
from appliance.config.folders import Folders
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup.checking import check_backup
from appliance.link.client import Client
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.outside.mail import ChangeMail, GetMail, StopMail
from appliance.link.requests.outside.sftp import (
    AcceptSftp,
    ChangeSftp,
    GetSftp,
    SftpPlace,
    StopSftp,
)
from tests.boxes import PASSWORD
from tests.courier.authority import HERE, Authority, make_authority
from tests.courier.smtp import SECRET, SmtpServer, served
from tests.courier.sshd import sshd
from tests.keeper.mail.mailed import PLACE
from tests.small.pool import small_trial_file
from tests.system.processes import started
from tests.system.test_keeper_process import first_run

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

SECONDS = 60.0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "authority").mkdir()
    return make_authority(tmp_path / "authority")


@pytest.fixture
def smtp(authority: Authority) -> Iterator[SmtpServer]:
    with served(authority.serving()) as one:
        yield one


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes that this test starts trust its authority as the system's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


def test_a_mail_goes_out_and_the_process_ends_when_none_is_wanted(
    tmp_path: Path, smtp: SmtpServer, trusted: None
) -> None:
    folders = Folders(tmp_path / "data")
    keeper = Client(folders.keeper_socket)
    with started("keeper", "--data", str(folders.data)):
        token = first_run(folders).token
        assert not folders.courier_wanted.exists()
        place = structs.replace(PLACE, server=HERE, port=smtp.port)
        keeper.call(ChangeMail(place, PASSWORD, SECRET), token)
        assert folders.courier_wanted.exists()
        with started("courier", "--data", str(folders.data)) as courier:
            assert smtp.arrived.wait(SECONDS), courier.said()
            memory = Path(f"/proc/{courier.process.pid}/status").read_text("ascii")
            keeper.call(StopMail(PASSWORD), token)
            assert courier.process.wait(SECONDS) == 0
            assert "Traceback" not in courier.said()
            assert SECRET not in courier.said()
        assert keeper.call(GetMail(), token).place is None
    assert smtp.received[0].over_tls
    acts = [entry.type for entry, _ in readable(folders.audit)]
    assert [act for act in acts if act.startswith("mail_")] == [
        "mail_changed", "mail_begun", "mail_sent", "mail_stopped",
    ]  # fmt: skip
    resident = next(line for line in memory.splitlines() if line.startswith("VmHWM:"))
    assert int(resident.split()[1]) < 60_000, resident


def test_a_backup_is_carried_to_a_server_and_little_memory_is_taken(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    keeper = Client(folders.keeper_socket)
    config = tmp_path / "zgoda.toml"
    answered = "[office]\nbackup_days = 31\n"
    config.write_text(small_trial_file().read_text().replace("[office]\n", answered))
    keeps = ("keeper", "--data", str(folders.data), "--config", str(config))
    with sshd() as server, started(*keeps):
        token = first_run(folders).token
        place = SftpPlace(HERE, server.port, server.user, str(server.home), "day", "own")
        keeper.call(ChangeSftp(place, PASSWORD), token)
        assert folders.courier_wanted.exists() or wait_for(folders.courier_wanted.exists)
        with started("courier", "--data", str(folders.data)) as courier:
            assert wait_for(lambda: bool(keeper.call(GetSftp(), token).offered)), courier.said()
            seen = keeper.call(GetSftp(), token)
            assert seen.offered == server.fingerprint
            server.lets_in(seen.public)
            keeper.call(AcceptSftp(seen.offered, PASSWORD), token)
            assert wait_for((server.backup / "manifest").exists), courier.said()
            assert wait_for(lambda: keeper.call(GetSftp(), token).running is None)
            assert check_backup(server.backup).bad == ()
            memory = Path(f"/proc/{courier.process.pid}/status").read_text("ascii")
            keeper.call(StopSftp(PASSWORD), token)
            assert courier.process.wait(SECONDS) == 0
            assert "Traceback" not in courier.said()
    acts = [entry.type for entry, _ in readable(folders.audit)]
    assert [act for act in acts if act.startswith("sftp_")] == [
        "sftp_changed", "sftp_accepted", "sftp_begun", "sftp_made", "sftp_stopped",
    ]  # fmt: skip
    resident = next(line for line in memory.splitlines() if line.startswith("VmHWM:"))
    assert int(resident.split()[1]) < 80_000, resident


def wait_for(ready: Callable[[], bool]) -> bool:
    """Wait until something that another process does is done."""
    until = time.monotonic() + SECONDS
    while not (done := ready()) and time.monotonic() < until:
        select.select([], [], [], 0.2)
    return done


def test_with_the_systems_authorities_nothing_is_sent(
    tmp_path: Path, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    folders = Folders(tmp_path / "data")
    with started("keeper", "--data", str(folders.data)):
        token = first_run(folders).token
        place = structs.replace(PLACE, server=HERE, port=smtp.port)
        keeper = Client(folders.keeper_socket)
        keeper.call(ChangeMail(place, PASSWORD, SECRET), token)
        with started("courier", "--data", str(folders.data)) as courier:
            assert smtp.left.wait(SECONDS), courier.said()
            assert courier.stop() == 0
    assert (smtp.tried, smtp.received) == ([], [])


def running_of(courier: TrialCourier) -> ChildProcess | None:
    return courier._running


def test_a_trial_has_a_courier_only_while_one_is_wanted(
    tmp_path: Path, smtp: SmtpServer, trusted: None, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = Folders(tmp_path / "data")
    with (
        started("keeper", "--data", str(folders.data)),
        contextlib.closing(TrialCourier(["--data", str(folders.data)], folders)) as courier,
    ):
        token = first_run(folders).token
        courier.follow()
        assert running_of(courier) is None
        place = structs.replace(PLACE, server=HERE, port=smtp.port)
        Client(folders.keeper_socket).call(ChangeMail(place, PASSWORD, SECRET), token)
        _greet("http://localhost", folders, trial=True)
        assert "Nothing leaves this computer but the mail or backups" in capsys.readouterr().out
        courier.follow()
        assert smtp.arrived.wait(SECONDS)
        running = running_of(courier)
        assert running is not None
        courier.follow()
        assert running_of(courier) is running
        running.process.kill()
        running.process.wait()
        for _ in range(2):
            courier.follow()
            assert running_of(courier) is None, "it has failed, and is not started again and again"


def test_it_ends_where_nothing_is_set_up(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    with (
        started("keeper", "--data", str(folders.data)),
        started("courier", "--data", str(folders.data)) as courier,
    ):
        assert Client(folders.keeper_socket).call(GetBoxState()).set_up is False
        assert courier.process.wait(SECONDS) == 0


def test_without_a_keeper_it_waits_until_it_is_stopped(tmp_path: Path) -> None:
    with started("courier", "--data", str(tmp_path / "data")) as courier:
        assert courier.process.poll() is None
        courier.process.send_signal(signal.SIGTERM)
        assert courier.process.wait(SECONDS) == 0
        assert "The keeper is not running" in courier.said()


def loaded(module: str) -> set[str]:
    command = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_it_loads_neither_keys_nor_devices_nor_a_database() -> None:
    others = {"tinydb", "serial", "numpy", "pyaudio", "gpiozero", "flask", "soundfile", "asyncssh"}
    rooms = {"vault", "keeper", "recorder", "lines", "exchange", "prompts", "signals", "card"}
    for module in ("appliance.commands.processes.courier", "appliance.courier.service"):
        modules = loaded(module)
        assert not modules & others
        assert not {n.split(".")[1] for n in modules if n.startswith("appliance.")} & rooms
    assert "cryptography" not in loaded("appliance.courier.service")


@pytest.mark.parametrize("name", ["keeper", "recorder"])
def test_no_other_process_pays_for_it(name: str) -> None:
    modules = loaded(f"appliance.{name}.serve, appliance.commands.processes.{name}")
    assert not modules & {"smtplib", "asyncssh", "appliance.courier"}


def test_nor_does_the_panel() -> None:
    assert not loaded("web.app, web.server") & {"smtplib", "asyncssh", "appliance.courier"}
