"""Real processes follow settings: the recorder by itself, the panel at another port."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.config.folders import Folders
from appliance.config.kept import encode_kept
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
        assert "panel.elsewhere" in told
        assert panel.stop() == 0
        assert str(taken.getsockname()[1]) in panel.said(), "the log says why"
        assert "Traceback" not in panel.said()


SECOND = """
[[line]]
name = "Second"
number = "+48221234569"
hook = { driver = "exchange", modem = "-1" }
audio = { driver = "exchange" }
prompt = { driver = "exchange" }
"""
"""A line as an earlier version let it be saved: no modem is called so."""


def faults(folders: Folders) -> dict[str, str]:
    client = Client(folders.recorder_socket, process="recorder")
    return {
        line.line: line.fault.sentence() if line.fault else ""
        for line in client.call(GetLines()).lines
    }


def test_a_line_that_cannot_start_takes_nothing_with_it_and_is_undone_without_a_keeper(
    box: Box,
) -> None:
    """Recorder, keeper and panel once ended at the next start, and undo needed the keeper."""
    assert box.keeper.stop() == 0
    seed = Path(box.options[1]).read_text("utf-8")
    box.folders.settings_now.write_bytes(encode_kept(2, seed + SECOND))
    with (
        started("recorder", *box.options) as recorder,
        started("keeper", *box.options) as keeper,
        started("panel", *box.options),
    ):
        assert answers(box.port)
        shown = faults(box.folders)
        assert not shown["Reception"]
        assert "devices of the line cannot be used" in shown["Second"]
        assert keeper.stop() == 0
        undo = ("settings", "undo", "--number", "0", *box.options)
        command = [sys.executable, "-m", "appliance", *undo]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "Settings version 3 holds. Each line follows from its next call on." in done.stdout
        assert faults(box.folders) == {"Reception": ""}
        assert "Traceback" not in recorder.said()
