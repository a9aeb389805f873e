"""Real processes follow settings: the recorder by itself, the panel at another port."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.config.folders import Folders
from appliance.link.client import Client
from appliance.link.requests.doctor import Examine
from appliance.link.requests.lines import GetLines
from appliance.link.requests.login import LogIn
from appliance.link.requests.settings import Changed, ChangeSettings, ShowSettings
from tests.boxes import PASSWORD
from tests.rig.ports import free_port
from tests.small.pool import small_trial_text
from tests.system.processes import Running, started
from tests.system.test_keeper_process import OWNER, first_run

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/login")
        return connection.getresponse().status == 200
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()


@dataclass
class Box:
    """A keeper's process, and its administrator."""

    folders: Folders
    options: tuple[str, ...]
    port: int
    keeper: Running
    token: str = ""

    @property
    def client(self) -> Client:
        return Client(self.folders.keeper_socket)

    def change(self, **sections: dict[str, Any]) -> Changed:
        now = self.client.call(ShowSettings(), self.token)
        values = now.values
        for name, changes in sections.items():
            table = values["line"][0] if name == "line" else values.setdefault(name, {})
            table.update(changes)
        raw = msgspec.json.encode(values)
        return self.client.call(ChangeSettings(now.version), self.token, raw)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    folders, port, seed = Folders(tmp_path / "data"), free_port(), tmp_path / "seed.toml"
    seed.write_text(f"{small_trial_text()}\n[panel]\nport = {port}\n", "utf-8")
    options = ("--config", str(seed), "--data", str(folders.data))
    with started("keeper", *options) as keeper:
        first_run(folders)
        made = Box(folders, options, port, keeper)
        made.token = made.client.call(LogIn(name=OWNER, password=PASSWORD)).token
        yield made


def line_names(folders: Folders) -> list[str]:
    client = Client(folders.recorder_socket, process="recorder")
    return [line.line for line in client.call(GetLines()).lines]


def test_the_recorder_reads_the_last_version_with_the_keeper_down(box: Box) -> None:
    with started("recorder", *box.options):
        assert box.change(line={"name": "Front desk"}).recorder == "taken"
    assert box.change(line={"name": "Back office"}).recorder == "away"
    assert box.keeper.stop() == 0
    with started("recorder", *box.options) as recorder:
        assert line_names(box.folders) == ["Back office"]
        assert recorder.stop() == 0
        assert "Traceback" not in recorder.said()


def test_the_panel_is_found_at_another_port_and_stays_where_it_cannot_go(box: Box) -> None:
    with started("panel", *box.options) as panel, ExitStack() as held:
        assert answers(box.port)
        port = free_port()
        box.change(panel={"port": port})
        panel.ready_again()
        assert answers(port)
        assert not answers(box.port)
        taken = held.enter_context(socket.socket())
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        box.change(panel={"port": taken.getsockname()[1]})
        panel.ready_again()
        assert answers(port), "it goes on where it was"
        found = box.client.call(Examine(), box.token).found
        told = {each.id: each.text for each in found}
        assert str(taken.getsockname()[1]) in told["panel.elsewhere"]
        assert panel.stop() == 0
        assert "Traceback" not in panel.said()
