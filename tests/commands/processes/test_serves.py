"""``zgoda update serves`` names each process of a box that does not answer."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.helpers import serving
from appliance.commands.processes.update import command
from appliance.config.folders import Folders
from tests.boxes import make_box
from tests.faults.fault_box import children
from tests.network.proxies import proxy, secured
from tests.rig.ports import free_port
from tests.system.processes import Running, office, standing_still, started

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

SECONDS = 8.0
"""More than the panel takes to say that the keeper is silent."""


@dataclass(frozen=True)
class Box:
    """The four processes of a box."""

    folders: Folders
    process: dict[str, Running]

    def silent(self) -> list[str]:
        return serving.silent(self.folders, SECONDS)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A box that serves over TLS; its first run is still to come."""
    folder = tmp_path_factory.mktemp("b")
    config, folders = secured(folder, free_port()), Folders(folder / "data")
    options = ("--config", str(config), "--data", str(folders.data))
    make_box(folders.data)
    with contextlib.ExitStack() as held:
        process = {
            name: held.enter_context(started(name, *options))
            for name in ("recorder", "keeper", "panel")
        }
        process["proxy"] = held.enter_context(proxy(config, folders.panel_socket))
        yield Box(folders, process)


@contextlib.contextmanager
def no_longer_working(one: Running) -> Iterator[None]:
    """Stop a process and those that work for it, as haproxy's worker does."""
    workers = children(one.process.pid)
    with standing_still(one):
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGCONT)


AWAY = {
    "recorder": ["recorder"],
    "keeper": ["keeper", "panel"],  # the page is made with the keeper's answer
    "panel": ["panel"],
    "proxy": ["panel"],  # which nobody reaches then
}


def test_of_a_box_that_serves_nothing_is_silent(box: Box) -> None:
    assert box.silent() == []


@pytest.mark.parametrize("name", AWAY)
def test_one_that_stands_still_is_named(box: Box, name: str) -> None:
    with no_longer_working(box.process[name]):
        assert box.silent() == AWAY[name]
    assert box.silent() == []


def test_a_panel_without_a_proxy_is_asked_itself(tmp_path: Path) -> None:
    with office(tmp_path) as at_work:
        assert serving.silent(at_work.folders, SECONDS) == []
        at_work.panel.stop()
        assert serving.silent(at_work.folders, SECONDS) == ["panel"]
        at_work.recorder.stop()
        at_work.keeper.stop()
        assert serving.silent(at_work.folders, SECONDS) == ["recorder", "keeper", "panel"]


def test_the_command_says_who_is_silent(tmp_path: Path) -> None:
    words = ["serves", "--data", str(tmp_path)]
    done = CliRunner().invoke(command, words)

    assert done.exit_code == 1
    assert done.stderr == "No answer from: recorder, keeper, panel.\n"


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - nobody listens there
        ("::", "127.0.0.1"),
        ("192.168.1.20", "192.168.1.20"),
        ("box", "box"),
    ],
)
def test_it_asks_at_an_address_of_this_computer(host: str, asked: str) -> None:
    assert serving._here(host) == asked
