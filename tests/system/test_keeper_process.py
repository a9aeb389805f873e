"""The real ``zgoda keeper``: first run over its socket, login, an orderly stop."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.errors import LinkError, Refused
from appliance.keeper.serve import unanswered
from appliance.link.client import Client
from appliance.link.requests.audit import ListAudit
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import ConfirmSheet, FirstRun, GetBoxState, RecoverySheet
from appliance.link.requests.lines import GetLines
from appliance.link.requests.login import LogIn, LogOut
from tests.boxes import PASSWORD
from tests.system.processes import started

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

OWNER = "Ewa Nowak"


def first_run(folders: Folders) -> RecoverySheet:
    client = Client(folders.keeper_socket)
    code = folders.first_run_code.read_text("ascii")
    sheet = client.call(FirstRun(code=code, name=OWNER, password=PASSWORD, plain=True))
    groups = {index: sheet.groups[index] for index in sheet.ask_groups}
    client.call(ConfirmSheet(groups=groups), sheet.token)
    return sheet


def test_first_run_login_and_an_orderly_stop(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    client = Client(folders.keeper_socket)
    with started("keeper", "--data", str(folders.data)) as keeper:
        assert not client.call(GetBoxState()).set_up
        sheet = first_run(folders)
        client.call(LogOut(), sheet.token)
        token = client.call(LogIn(name=OWNER, password=PASSWORD)).token
        assert client.call(ListCalls(), token).total == 0
        assert client.call(GetLines(), token).recorder is False
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    assert not folders.keeper_socket.exists()
    with pytest.raises(LinkError, match="The keeper is not running"):
        client.call(GetBoxState())
    with started("keeper", "--data", str(folders.data)):
        state = client.call(GetBoxState())
        assert (state.set_up, state.sheet_confirmed, state.locked) == (True, True, True)
        with pytest.raises(Refused):
            client.call(ListCalls(), token)
        token = client.call(LogIn(name=OWNER, password=PASSWORD)).token
        page = client.call(ListAudit(), token)
        assert page.sound
        assert [line.type for line in page.entries][::-1] == [
            "audit_key", "first_run", "logged_in", "sheet_confirmed", "logged_out", "locked",
            "logged_in", "listed", "locked", "logged_in",
        ]  # fmt: skip


def test_it_vouches_for_itself_while_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "300000")
    with started("keeper", "--data", str(tmp_path / "data")) as keeper:
        assert keeper.ready.recv(4096) == b"WATCHDOG=1"
        keeper.process.send_signal(signal.SIGSTOP)
        assert "does not answer" in unanswered(Folders(tmp_path / "data").keeper_socket, 0.2)


def test_killed_it_comes_back_and_takes_its_stale_socket(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    with started("keeper", "--data", str(folders.data)) as keeper:
        first_run(folders)
        keeper.process.kill()
        keeper.process.wait(10)
    assert folders.keeper_socket.exists()
    with started("keeper", "--data", str(folders.data)):
        assert Client(folders.keeper_socket).call(GetBoxState()).sheet_confirmed


def test_a_second_keeper_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    with started("keeper", "--data", data):
        second = subprocess.run(
            [sys.executable, "-m", "appliance", "keeper", "--data", data],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
    assert second.returncode == 2
    assert second.stderr.startswith("zgoda: Another keeper is already at work in")
    assert len(second.stderr.splitlines()) == 1
