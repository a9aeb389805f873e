"""Run a real keeper and a real panel, and download long calls as a browser does."""

import http.client
import os
import re
import secrets
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.clock import DAY
from appliance.config.folders import Folders
from appliance.keeper.reading.pace import AT_ONCE
from appliance.model.records import RecordingEnd
from appliance.vault.disk import Disk
from appliance.vault.format import Ticket
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests.boxes import PASSWORD, TrialBox
from tests.rig.ports import free_port
from tests.samples import META, ORIGIN, RECEIPT, RULE
from tests.system.processes import started

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PLAYBACK = re.compile(r'src="(/playback/[^"]+\.wav)"')
STRETCHES = 3
A_STRETCH = AT_ONCE // 4 * 32_000
"""Bytes of each, of two channels: together less than a listener is given at once."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class FastDisk(Disk):
    """A disk that does not wait for the medium: only for making a recording."""

    def sync(self, fd: int) -> None:
        pass


def long_call(folders: Folders, minutes: int, now: float) -> str:
    """Seal a call of two channels of noise, which no encoder makes much smaller."""
    today, call = int(now // DAY), secrets.token_hex(8)
    pool = Pool(folders.pool, folders.new)
    file = SealedFile.create(
        folders.new,
        SealingKeys(pool.vault_id, pool.reading_key, ORIGIN),
        pool.take_key(),
        Ticket(today + 90, call, True, "b00710", 100, 90),
        2,
        disk=FastDisk(),
    )
    meta = msgspec.structs.replace(
        META,
        call=call,
        started_at=now,
        sides=("far", "near"),
        due_days={"training": today + 90},
    )
    file.begin(meta, RECEIPT, RULE)
    noise = os.urandom(2**20)
    for index in range(minutes * 240):
        at = index * 4000 % (len(noise) - 4000)
        file.audio(index * 2000, noise[at : at + 4000])
    file.end(RecordingEnd(samples=minutes * 240 * 2000, reason="hung_up"))
    return file.rid


@dataclass
class Visitor:
    """A browser that keeps its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **more: str
    ) -> http.client.HTTPResponse:
        """Ask on a connection of its own, and return the answer before its body.

        ``more`` are headers.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urllib.parse.urlencode(form) if form is not None else None
        headers = {"Cookie": cookies, "Connection": "close", **(FORM if form else {}), **more}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for told in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = told.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def send(self, path: str, **form: str) -> http.client.HTTPResponse:
        """Send a form with a token of the page that every visitor has."""
        with self.ask("GET", "/no-such-page") as answer:
            page = answer.read().decode()
        found = TOKEN.search(page)
        assert found is not None
        return self.ask("POST", path, {"csrf_token": found[1], **form})

    def export(self, rid: str, form: str) -> http.client.HTTPResponse:
        """Begin to download a call."""
        return self.send(f"/calls/{rid}/export", format=form)

    def listen(self, rid: str) -> int:
        """Play a call's beginning, middle and end, as a browser does; return the whole's bytes.

        Nothing of it is kept, and
        the panel gives no more than a piece at once.
        """
        with self.send(f"/calls/{rid}/listen", purpose="training") as answer:
            player = answer.headers["Location"].partition("#")[0]
        with self.ask("GET", player) as answer:
            source = PLAYBACK.search(answer.read().decode())
        assert source is not None
        total, stretch = 0, A_STRETCH
        for part in range(STRETCHES):
            start = part * (total - stretch) // (STRETCHES - 1)
            end = start + stretch
            while start < end:
                with self.ask("GET", source[1], Range=f"bytes={start}-{end - 1}") as answer:
                    assert answer.status == 206
                    total = int(answer.headers["Content-Range"].rpartition("/")[2])
                    end = min(end, total)
                    start += sum(map(len, iter(lambda: answer.read(2**16), b"")))
        return total

    def copies(self, rid: str) -> http.client.HTTPResponse:
        """Begin to download a ZIP file of chosen calls, here of one."""
        chosen = self.send("/calls/chosen", do="copies", recording=rid)
        chosen.read()
        name = chosen.headers["Location"].rpartition("=")[2]
        return self.send("/calls/chosen/hand-over", chosen=name, recipient="office")


@dataclass(frozen=True)
class Running:
    """The processes behind an open panel."""

    visitor: Visitor
    keeper: int
    panel: int

    @property
    def processes(self) -> dict[str, list[int]]:
        """Return the ids of keeper, reading child and panel with its own children."""
        return {
            "keeper": [self.keeper],
            "child": _children(self.keeper),
            "panel": [self.panel, *_children(self.panel)],
        }

    def memory(self, name: str) -> dict[str, float]:
        """Return ``VmRSS`` or ``VmHWM`` in MB; of several processes, their sum."""
        return {
            who: sum(_kib(pid, name) for pid in pids) / 1024 for who, pids in self.processes.items()
        }


@contextmanager
def downloads(box: TrialBox) -> Iterator[Running]:
    """Start keeper and panel on a box, and log its owner in."""
    data = str(box.folders.data)
    port = free_port()
    panel = [sys.executable, "-m", "web", "--data", data, "--port", str(port)]
    with started("keeper", "--data", data) as keeper:
        process = subprocess.Popen(panel, stderr=subprocess.PIPE, text=True)
        try:
            assert process.stderr is not None
            assert "The panel listens on" in process.stderr.readline()
            visitor = Visitor(port)
            with visitor.send("/login", name="Ewa Nowak", password=PASSWORD) as answer:
                assert answer.status == 303
            with visitor.ask("GET", "/calls") as answer:
                assert answer.read()
            yield Running(visitor, keeper.process.pid, process.pid)
        finally:
            process.terminate()
            process.communicate()


def drained(answer: http.client.HTTPResponse) -> int:
    """Read a body to its end without keeping it, and return its bytes."""
    with answer:
        assert answer.status == 200, answer.read()
        return sum(map(len, iter(lambda: answer.read(2**16), b"")))


def _children(pid: int) -> list[int]:
    told = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    own = [int(child) for line in told for child in line.split()]
    return own + [one for child in own for one in _children(child)]


def _kib(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(f"{name}:"))
