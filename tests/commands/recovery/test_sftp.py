"""``zgoda backup sftp``: set up, the key accepted, a copy on a real server, stopped."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.recovery.backup import command
from appliance.config.folders import Folders
from appliance.courier.carrier import Carrier
from appliance.courier.session import Session
from appliance.keeper.backup.checking import check_backup
from appliance.link.client import Client
from tests.commands.served import Served
from tests.courier.authority import HERE
from tests.courier.sshd import Sshd, sshd
from tests.keeper.office import make_office

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = make_office(tmp_path / "data")
    office.seal()
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    stop = threading.Event()
    carrier = Carrier(Client(Folders(made.data).keeper_socket), Session)
    thread = threading.Thread(target=carrier.run, args=(stop,))
    thread.start()
    yield made
    stop.set()
    made.close()
    thread.join()


@pytest.fixture
def server() -> Iterator[Sshd]:
    with sshd() as one:
        yield one


def ask(served: Served, *words: str) -> Result:
    login = ["--data", str(served.data), "--name", "Ewa Nowak"]
    login += ["--password-file", str(served.data / "password")]
    return CliRunner().invoke(command, ["sftp", words[0], *login, *words[1:]])


def test_from_nothing_to_a_backup_on_a_server(served: Served, server: Sshd) -> None:
    assert ask(served, "show").stdout == "no backups by SFTP are set up\n"
    place = (HERE, server.user, "--port", str(server.port), "--folder", str(server.home))
    done = ask(served, "set", *place)
    assert done.exit_code == 0, done.output
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("restrict,"))
    server.lets_in(line)
    assert served.keeper.box is not None
    parts = served.keeper.box.records.parts
    looking = parts.server._looking
    assert looking is not None
    looking.join()
    shown = ask(served, "show").stdout
    assert f"the server shows: {server.fingerprint}" in shown
    assert "accepted key: none yet" in shown
    wrong = ask(served, "accept", "SHA256:" + "a" * 43)
    assert wrong.exit_code == 1
    assert ask(served, "accept", server.fingerprint).exit_code == 0
    thread = parts.far._thread
    assert thread is not None
    thread.join()
    told = json.loads(ask(served, "show", "--json").stdout)
    assert (told["code"], told["accepted"]) == ("", server.fingerprint)
    assert check_backup(server.backup).number == 1
    assert ask(served, "stop").exit_code == 0
    assert ask(served, "show").stdout == "no backups by SFTP are set up\n"
    acts = [act for act in served.acts() if act.startswith("sftp_")]
    assert acts == ["sftp_changed", "sftp_accepted", "sftp_begun", "sftp_made", "sftp_stopped"]
