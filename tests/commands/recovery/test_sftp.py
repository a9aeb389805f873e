"""Back up by SFTP with ``zgoda ask``: the key accepted, a copy on a server, stopped."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.courier.carrier import Carrier
from appliance.courier.session import SftpSession
from appliance.errors import Refused
from appliance.keeper.backup.checking import check_backup
from appliance.link.client import Client
from tests.commands.served import Served
from tests.courier.authority import HERE
from tests.courier.sshd import Sshd, sshd
from tests.keeper.desks import far_of, server_of
from tests.keeper.office import make_office

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = make_office(tmp_path / "data")
    office.seal()
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    stop = threading.Event()
    carrier = Carrier(Client(Folders(made.data).keeper_socket), SftpSession)
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


def test_from_nothing_to_a_backup_on_a_server(served: Served, server: Sshd) -> None:
    assert served.asked("sftp.get")["place"] is None
    place = {"server": HERE, "user": server.user, "port": str(server.port), "every": "day"}
    place |= {"folder": str(server.home), "whose": "own"}
    words = [word for name, value in place.items() for word in (f"--place.{name}", value)]
    assert served.ask("sftp.change", *words).stdout == "Done.\n"
    line = served.asked("sftp.get")["public"]
    assert line.startswith("restrict,")
    server.lets_in(line)
    assert served.keeper.box is not None
    server_there, far = server_of(served.keeper), far_of(served.keeper)
    looking = server_there._looking
    assert looking is not None
    looking.join()
    seen = served.asked("sftp.get")
    assert (seen["offered"], seen["accepted"]) == (server.fingerprint, "")
    wrong = served.ask("sftp.accept", "--fingerprint", "SHA256:" + "a" * 43)
    assert isinstance(wrong.exception, Refused)
    assert served.ask("sftp.accept", "--fingerprint", server.fingerprint).exit_code == 0
    thread = far._thread
    assert thread is not None
    thread.join()
    told = served.asked("sftp.get")
    assert (told["code"], told["accepted"]) == ("", server.fingerprint)
    assert check_backup(server.backup).number == 1
    left = served.ask("sftp.stop").exception
    assert isinstance(left, Refused)
    assert left.code == "backup_left", "nobody said how long what is erased stays there"
    around = served.keeper._around
    office = replace(around.config.office, backup_days=31)
    around.config = replace(around.config, office=office)
    assert served.ask("sftp.stop").exit_code == 0
    assert served.asked("sftp.get")["place"] is None
    acts = [act for act in served.acts() if act.startswith("sftp_")]
    assert acts == ["sftp_changed", "sftp_accepted", "sftp_begun", "sftp_made", "sftp_stopped"]
