"""Run the whole box as its owner does, with ``zgoda run``, and ask it through its sockets."""

import contextlib
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from select import select
from time import monotonic
from typing import IO

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.errors import ZgodaError
from appliance.link.client import Client
from appliance.link.requests.calls import ExportCall, ListCalls, ShowCall
from appliance.link.requests.first_run import ConfirmSheet, FirstRun
from appliance.link.requests.processes.news import RecorderNews, TakeUp
from appliance.link.sockets import address
from appliance.model.records import CallRecord
from tests.files import whole_file
from tests.recorded import recorded
from tests.rig.news import News
from tests.rig.ports import free_port
from tests.rig.priority import favour_threads

START_SECONDS = 60.0
STOP_SECONDS = 20.0
READY_SECONDS = 30.0
SEALED_SECONDS = 10.0
OWNER = "Ewa Nowak"


@dataclass
class Box:
    """A running box that has had its first run."""

    url: str
    folders: Folders
    keeper: Client
    news: News
    owner: str
    password: str
    token: str = field(repr=False)

    def wait_ready(self, seconds: float = READY_SECONDS, since: int = 0) -> None:
        """Wait for news, from a place on, that the line is on-hook and could record.

        Raises:
            NotTold: as ``News.wait`` does.
        """
        self.news.wait(_is_ready, seconds, since)

    def sealed_calls(self, seconds: float = SEALED_SECONDS) -> tuple[CallRecord, ...]:
        """Return the recorded calls when every recording that was begun is sealed."""
        begun = {news.recording for news in self.news.all("opened")}
        gone = {news.recording for news in self.news.all("withdrawn")}
        for rid in begun - gone:
            self.news.wait(partial(_is_sealed, rid), seconds)
        return self.calls()

    def calls(self) -> tuple[CallRecord, ...]:
        """Return the recorded calls, newest first."""
        self.keeper.call(TakeUp())
        listed = self.keeper.call(ListCalls(), self.token).calls
        return tuple(self.keeper.call(ShowCall(call.recording), self.token).call for call in listed)

    def export(self, recording: str) -> bytes:
        """Return a recording as a WAV."""
        return whole_file(self.keeper.download(ExportCall(recording=recording), self.token))[1]

    @property
    def sound_broke(self) -> int:
        """How often the box told that it lost sound, or could not put out its words in time."""
        return self.log.count("of sound were lost")

    @property
    def log(self) -> str:
        """What the box has told on its standard error."""
        return (self.folders.data / "log").read_text("utf-8")

    def recordings(self) -> list[Path]:
        """Return every file that the recorder keeps."""
        return recorded(self.folders)


@contextlib.contextmanager
def running_box(config: Path, data: Path, environment: Mapping[str, str]) -> Iterator[Box]:
    """Start recorder, keeper and panel, do the first run, and stop them at the end.

    Raises:
        ZgodaError: they did not start; ``data/log`` says why.
    """
    data.mkdir(parents=True, exist_ok=True)
    folders = Folders(data.resolve())
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "appliance", "run", "--config", str(config)),
                *("--data", str(data), "--port", str(free_port())),
            ],
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    with contextlib.ExitStack() as last:
        last.callback(process.stdout.close)
        try:
            url, code = _told(process.stdout, log.name)
            favour_threads(_server_of(folders.recorder_socket))
            news = News(Client(folders.recorder_socket, process="recorder"))
            last.callback(news.close)
            yield _set_up(url, code, folders, news)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the box stop what it started, which killing it would leave behind."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _set_up(url: str, code: str, folders: Folders, news: News) -> Box:
    keeper = Client(folders.keeper_socket)
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    clock = SystemClock()  # a real line asks nobody before the time was ever confirmed
    first = FirstRun(code, OWNER, password, clock.now(), clock.monotonic(), plain=True)
    sheet = keeper.call(first)
    typed = {number: sheet.groups[number] for number in sheet.ask_groups}
    keeper.call(ConfirmSheet(groups=typed), sheet.token)
    return Box(url, folders, keeper, news, OWNER, password, sheet.token)


def _told(out: IO[bytes], log: str) -> tuple[str, str]:
    """Return the panel's address and the one-time password, as ``zgoda run`` prints them."""
    wanted = {b"Panel: ": "", b"One-time password: ": ""}
    text = b""
    until = monotonic() + START_SECONDS
    while not all(wanted.values()):
        ready, _, _ = select([out], [], [], max(0.0, until - monotonic()))
        part = os.read(out.fileno(), 4096) if ready else b""
        if not part:
            raise ZgodaError(f"The box did not start; {log} says why.")
        text += part
        for line in text.split(b"\n")[:-1]:
            for label in wanted:
                if line.startswith(label):
                    wanted[label] = line.removeprefix(label).decode().strip()
    url, code = wanted.values()
    return url, code


def _server_of(served: Path) -> int:
    """Return the process that serves a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking, address(served) as where:
        asking.connect(where)
        told = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid: int = struct.unpack("3i", told)[0]
    return pid


def _is_ready(news: RecorderNews) -> bool:
    return any(line.state == "idle" and line.obstacle is None for line in news.lines)


def _is_sealed(rid: str, news: RecorderNews) -> bool:
    return news.kind == "sealed" and news.recording == rid
