"""Nobody but the keeper's user answers at its socket, and nothing is sent to anybody else.

On the box each process has a user of its own. An insider in the recorder's process waits until
the keeper is down and tries to serve ``keeper.sock``: the panel would hand it every password.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from appliance.config.places import places, user_name
from appliance.errors import LinkError, WrongServer
from appliance.link.client import Client
from appliance.link.operations import Done
from appliance.link.requests.first_run import FirstRun, GetBoxState
from appliance.link.requests.lines import GetLines
from appliance.link.requests.login import LogIn
from appliance.link.requests.processes.news import LendList
from appliance.link.server import Server
from tests.boxes import PASSWORD
from tests.security.processes.appliance import (
    KEEPER,
    PANEL,
    RECORDER,
    RECORDER_WORDS,
    SECONDS,
    Appliance,
    keeper_words,
    made_appliance,
)
from tests.security.processes.users import ROOT, User

# Without root: the whole of it in one process, with another user's id expected.


class Impostor:
    """Serves a socket and keeps whatever anybody sends there."""

    def __init__(self, path: Path) -> None:
        self.got = bytearray()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            while piece := connection.recv(65536):
                self.got += piece

    def end(self) -> bytes:
        self._thread.join(SECONDS)
        self._listener.close()
        return bytes(self.got)


def test_a_client_sends_nothing_to_another_user(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path / "keeper.sock")
    client = Client(tmp_path / "keeper.sock", uid=os.geteuid() + 1)

    with pytest.raises(WrongServer, match=r"is served by the user .* nothing was sent"):
        client.call(LogIn(name="Ewa Nowak", password=PASSWORD))

    assert impostor.end() == b""


def test_a_stream_is_not_asked_of_another_user_either(tmp_path: Path) -> None:
    impostor = Impostor(tmp_path / "keeper.sock")

    with pytest.raises(WrongServer):
        next(Client(tmp_path / "keeper.sock", uid=os.geteuid() + 1).watch(LogIn("Ewa", PASSWORD)))

    assert impostor.end() == b""


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o3771])
def test_no_socket_is_opened_where_others_can_put_one(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    server = Server(folder / "keeper.sock", lambda *_: Done(), {os.getuid()})

    with pytest.raises(LinkError, match="Other users can write to"):
        server.start()

    assert list(folder.iterdir()) == []


def test_a_trial_asks_its_own_user(tmp_path: Path) -> None:
    folders = places(tmp_path)

    assert (folders.keeper_uid, folders.recorder_uid) == (None, None)
    assert folders.keeper_socket == tmp_path / "run/zgoda-keeper/keeper.sock"


def test_the_appliance_asks_the_users_of_its_units(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"zgoda-keeper": 71, "zgoda-recorder": 72}
    monkeypatch.setattr("appliance.config.places.user_id", known.__getitem__)

    folders = places(Path("/var/lib/zgoda"))

    assert (folders.keeper_uid, folders.recorder_uid) == (71, 72)
    assert folders.keeper_socket == Path("/run/zgoda-keeper/keeper.sock")
    assert folders.recorder_socket == Path("/run/zgoda-recorder/recorder.sock")


# With root: the users, folders and command lines of the units.


@pytest.fixture
def appliance() -> Iterator[Appliance]:
    with made_appliance() as made:
        yield made


@pytest.mark.root
@pytest.mark.timeout(120)
def test_the_three_users_of_the_box_reach_each_other(appliance: Appliance) -> None:
    with (
        appliance.start(RECORDER, *RECORDER_WORDS),
        appliance.start(KEEPER, *keeper_words()) as keeper,
    ):
        code = (appliance.run / "zgoda-keeper/first-run").read_text("ascii")
        sheet = appliance.client("keeper").call(FirstRun(code, "Ewa Nowak", PASSWORD, plain=True))
        assert appliance.client("keeper").call(GetLines(), sheet.token).recorder, keeper.said()

        asked = PANEL.python(ASK, str(appliance.run), str(KEEPER.uid))
        assert asked.stdout == "True\n", asked.stderr
        refused = User(61109, 61109).python(ASK, str(appliance.run), str(KEEPER.uid))
        assert "Refused: user_refused" in refused.stderr


ASK = """
from pathlib import Path
from appliance.link.client import Client
from appliance.link.requests.first_run import GetBoxState
path = Path(sys.argv[1]) / "zgoda-keeper/keeper.sock"
print(Client(path, uid=int(sys.argv[2])).call(GetBoxState()).set_up)
"""

POSE = """
import socket
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("serves", flush=True)
connection, _ = listener.accept()
got = b""
while piece := connection.recv(65536):
    got += piece
print(got, flush=True)
"""


@contextlib.contextmanager
def posing(user: User, path: Path) -> Iterator[IO[str]]:
    """Serve a socket as a user; yield what the process then prints."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{POSE}"
    with (
        user.command(sys.executable, "-c", code, str(path)) as command,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "serves\n"
            path.chmod(0o777)
            yield process.stdout
        finally:
            process.kill()


@pytest.mark.root
def test_the_recorders_user_cannot_take_the_keepers_place(appliance: Appliance) -> None:
    """Neither the socket, nor its folder, nor the one above can be made, moved or removed."""
    path = appliance.run / "zgoda-keeper/keeper.sock"

    posed = RECORDER.python(POSE, str(path))
    moved = RECORDER.python(
        "import os; os.rename(sys.argv[1], sys.argv[1] + '.old')", str(path.parent)
    )
    linked = RECORDER.python(
        "import os; os.symlink('/tmp', sys.argv[1] + '/keeper.sock')", str(path.parent)
    )

    for done in (posed, moved, linked):
        assert "Permission denied" in done.stderr
    assert list(path.parent.iterdir()) == []


@pytest.mark.root
def test_the_keepers_user_cannot_take_the_recorders_place(appliance: Appliance) -> None:
    posed = KEEPER.python(POSE, str(appliance.run / "zgoda-recorder/recorder.sock"))

    assert "Permission denied" in posed.stderr


@pytest.mark.root
@pytest.mark.timeout(120)
def test_whoever_answers_in_the_keepers_place_gets_nothing(appliance: Appliance) -> None:
    """Even where a wrong mode let the recorder's user in: a password is not sent to it."""
    folder = appliance.run / "zgoda-keeper"
    folder.chmod(0o777)
    with posing(RECORDER, folder / "keeper.sock") as impostor:
        with pytest.raises(WrongServer, match="is served by the user 61101"):
            appliance.client("keeper").call(LogIn(name="Ewa Nowak", password=PASSWORD))

        assert impostor.readline() == "b''\n"


@pytest.mark.root
@pytest.mark.timeout(120)
def test_the_keeper_lends_its_key_to_no_other_recorder(appliance: Appliance) -> None:
    path = appliance.run / "zgoda-recorder/recorder.sock"
    path.parent.chmod(0o777)
    with posing(PANEL, path) as impostor:
        with pytest.raises(WrongServer):
            appliance.client("recorder").call(LendList(key=b"k" * 32, tags=()))

        assert impostor.readline() == "b''\n"


@pytest.mark.root
@pytest.mark.timeout(120)
def test_a_keeper_that_comes_back_finds_its_place_free(appliance: Appliance) -> None:
    """It used to find the recorder's socket in its place, and gave up."""
    with appliance.start(KEEPER, *keeper_words()):
        assert not appliance.client("keeper").call(GetBoxState()).set_up
    RECORDER.python(POSE, str(appliance.run / "zgoda-keeper/keeper.sock"))
    with appliance.start(KEEPER, *keeper_words()):
        assert not appliance.client("keeper").call(GetBoxState()).set_up


def test_a_user_without_a_name_is_told_by_number() -> None:
    assert user_name(2_000_000_001) == "2000000001"
