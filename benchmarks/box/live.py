"""Measure the live page under load: time and memory while many watch a call."""

import os
import secrets
import statistics
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.config.folders import Folders
from appliance.link.client import Client
from appliance.link.operations import Role
from appliance.link.requests.first_run import ConfirmSheet, FirstRun
from appliance.link.requests.live import GetLive
from appliance.link.requests.login import LogIn
from appliance.link.requests.me import ChangePassword
from appliance.link.requests.people import AddPerson
from appliance.link.requests.trial import PlaceTrialCall
from benchmarks.box.processes import PORT, children, running, words
from benchmarks.box.resident import resident_mb
from benchmarks.row import Row
from web.streams import MOST_EACH

STREAMS = 12
SECONDS = 10.0


def rows() -> Iterator[Row]:
    """Let twelve browsers watch a call and fetch pages meanwhile."""
    with TemporaryDirectory() as data, running(data) as (process, _):
        folders = Folders(Path(data).resolve())
        keeper = Client(folders.keeper_socket)
        password = secrets.token_hex(16)
        owner, *others = _people(keeper, set_up(folders, keeper, password), password)
        cookie, last = owner, others.pop()
        panel = [pid for pid in children(process.pid) if "-m web" in words(pid)]
        alone = statistics.median(_page(cookie) for _ in range(50))
        watching = [_watch(each) for each in (owner, *others) for _ in range(MOST_EACH)]
        counts = [_count(stream) for stream in watching]
        _call(keeper, cookie)
        cpu, heard = cpu_seconds(panel), sum(map(len, counts))
        threading.Event().wait(SECONDS)
        busy = (cpu_seconds(panel) - cpu) / SECONDS
        heard = sum(map(len, counts)) - heard
        taken = [_page(cookie) for _ in range(300)]
        figure = f"{statistics.median(taken):.0f} ms, 95 % ≤ {_percentile(taken):.0f} ms"
        yield Row("live page, nobody watches", f"{alone:.0f} ms", "≤ 50 ms", met=alone <= 50)
        what, met = "watch a call, one page after the other", statistics.median(taken) <= 50
        yield Row(f"live page, {STREAMS} {what}", figure, "≤ 50 ms", met=met)
        yield Row("events to each of them", f"{heard / STREAMS / SECONDS:.1f} a second", "about 5")
        yield Row("panel's processor for them", f"{100 * busy:.0f} % of a core")
        memory = max(resident_mb(pid) for pid in panel)
        what = f"memory: panel, {STREAMS} streams"
        yield Row(what, f"{memory:.0f} MB", "≤ 80 MB", met=memory <= 80)
        held = [_watch(last) for _ in range(5)]  # one that is let go makes room for the next
        more = " ".join(str(stream.status) for stream in held)
        wanted = "200 200 200 200 503"
        yield Row("stream 13 to 17", more, wanted, met=more == wanted)


def _people(keeper: Client, token: str, password: str) -> list[str]:
    """Return the cookies of as many people as take all places, the owner's first."""
    cookies = [f"zgoda={token}"]
    for name in ("Anna", "Jan", "Ola"):
        asked = AddPerson(person_name=name, person_roles=(Role.OPERATOR,), password=password)
        once = keeper.call(asked, token).password
        session = keeper.call(LogIn(name, once))
        own = keeper.call(ChangePassword(old=once, new=secrets.token_hex(16)), session.token)
        cookies.append(f"zgoda={own.token}")
    return cookies


def set_up(folders: Folders, keeper: Client, password: str = "") -> str:
    """Do the first run as the owner does, and return the session's token."""
    code = folders.first_run_code.read_text("ascii")
    password = password or secrets.token_hex(16)
    sheet = keeper.call(FirstRun(code=code, name="Ewa Nowak", password=password, plain=True))
    groups = {index: sheet.groups[index] for index in sheet.ask_groups}
    keeper.call(ConfirmSheet(groups=groups), sheet.token)
    return sheet.token


def _page(cookie: str) -> float:
    """Return the milliseconds of the live page."""
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", "/", headers={"Cookie": cookie})
    connection.getresponse().read()
    connection.close()
    return (time.perf_counter() - began) * 1000


def _watch(cookie: str) -> HTTPResponse:
    """Open a stream as a browser does."""
    connection = HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", "/lines/events", headers={"Cookie": cookie})
    return connection.getresponse()


def _count(stream: HTTPResponse) -> list[None]:
    """Count a stream's events as they come."""
    events: list[None] = []

    def read() -> None:
        while line := stream.readline():
            if line.startswith(b"data: {"):
                events.append(None)

    threading.Thread(target=read, daemon=True).start()
    return events


def _call(keeper: Client, cookie: str) -> None:
    """Place a call, and wait until the box asks."""
    token = cookie.removeprefix("zgoda=")
    pause = threading.Event()
    while keeper.call(GetLive(), token).lines[0].state != "idle":
        pause.wait(0.2)
    keeper.call(PlaceTrialCall(line="Reception", caller="agrees"), token)
    while keeper.call(GetLive(), token).lines[0].state != "asking":
        pause.wait(0.2)


def cpu_seconds(pids: list[int]) -> float:
    """Return the processor time that processes have used."""
    return sum(seconds_of(Path(f"/proc/{pid}")) for pid in pids)


def seconds_of(place: Path) -> float:
    """Return the processor time of the process or thread with this folder in /proc."""
    stat = (place / "stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _percentile(figures: list[float]) -> float:
    return statistics.quantiles(figures, n=20)[-1]
