"""Measure what visitors get of the panel while slow strangers attack it, beside peers."""

import contextlib
import http.client
import ssl
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.box.processes import children
from benchmarks.box.resident import resident_mb
from benchmarks.peers import panels
from benchmarks.peers.ears import AbsentError
from benchmarks.row import Row, Table
from tests.network.strangers import Kind, strangers

PORT = 8478
SECONDS = 12.0
EVERY_SECONDS = 0.4
PATIENCE_SECONDS = 10.0

ATTACKS = (
    (Kind.HEADERS, 40, 20),
    (Kind.BODIES, 200, 20),
    (Kind.SILENT, 300, 1),
    (Kind.SILENT, 300, 30),
    (Kind.BODIES, 600, 30),
    (Kind.SILENT, 600, 30),
    (Kind.SILENT, 1500, 1),
)
"""What, how many, from how many addresses."""

OF_LOOPBACK = ATTACKS[:-1]
"""More than 800 connections are for the proxy: on loopback nobody counts by address."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server before the panel."""

    name: str
    start: Callable[[Path, int], contextlib.AbstractContextManager[list[int]]]
    """Starts it in a folder, at a port; yields its processes."""
    secure: bool = True
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """What visitors got."""

    asked: int
    took_ms: tuple[float, ...]
    memory_mb: float

    @property
    def cell(self) -> str:
        """Return a cell of the table."""
        count = f"{len(self.took_ms)}/{self.asked}"
        if not self.took_ms:
            return count
        middle, worst = statistics.median(self.took_ms), max(self.took_ms)
        return f"{count}, {middle:.0f} ms, worst {worst:.0f}; {self.memory_mb:.0f} MB"


def rows() -> Iterator[Row | Table]:
    """Attack each server in turn."""
    servers = (
        Server("waitress on loopback, in clear", panels.waitress, secure=False, ours=True),
        Server("waitress behind haproxy", panels.haproxy, ours=True),
        Server("waitress behind nginx", panels.nginx),
        Server("gunicorn as before", panels.gunicorn),
    )
    found = {server: measured(server) for server in servers}
    for server in servers:
        if server.ours:
            worst = min(len(one.took_ms) / one.asked for one in found[server])
            figure, met = f"{100 * worst:.0f} % served in the worst attack", worst == 1
            yield Row(f"strangers before {server.name}", figure, "all", met=met)
    moments = ["nobody"]
    moments += [f"{n} {kind}, {a} address{'es' * (a > 1)}" for kind, n, a in ATTACKS]
    columns = zip_longest(*([one.cell for one in found[server]] for server in servers))
    lines = tuple(
        (moment, *(cell or "–" for cell in cells))
        for moment, cells in zip(moments, columns, strict=True)
    )
    heads = ("strangers", *(server.name for server in servers))
    yield Table("Served of asked, median and worst; memory", heads, lines)


def measured(server: Server) -> list[Served]:
    """Return what visitors get without an attack and in each; nothing if the peer is absent."""
    found = []
    with TemporaryDirectory() as folder:
        try:
            with server.start(Path(folder), PORT) as pids:
                found.append(visited(server, pids))
                for kind, count, addresses in ATTACKS if server.secure else OF_LOOPBACK:
                    with strangers(kind, count, addresses, PORT, secure=server.secure):
                        found.append(visited(server, pids))
        except AbsentError as error:
            print(f"{server.name}: {error}", file=sys.stderr)
    return found


def visited(server: Server, pids: list[int]) -> Served:
    """Visit at a steady pace, whatever becomes of the visits before."""
    took: list[float] = []
    visits = []
    pause = threading.Event()
    begin = time.monotonic()
    for number in range(round(SECONDS / EVERY_SECONDS)):
        visit = threading.Thread(target=_visit, args=(server.secure, number % 2 == 1, took))
        visit.start()
        visits.append(visit)
        pause.wait(max(0.0, begin + (number + 1) * EVERY_SECONDS - time.monotonic()))
    memory = sum(resident_mb(pid) for pid in {*pids, *(c for pid in pids for c in children(pid))})
    for visit in visits:
        visit.join()
    return Served(len(visits), tuple(took), memory)


def _visit(secure: bool, form: bool, took: list[float]) -> None:
    """Open a page or send a form; note the milliseconds if the panel itself answered."""
    begin = time.perf_counter()
    connection = _connection(secure)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        if form:
            connection.request("POST", "/login", b"name=Ewa&password=x", kind)
        else:
            connection.request("GET", "/login")
        answer = connection.getresponse()
        answer.read()
        if answer.getheader("X-Frame-Options") == "DENY":
            took.append((time.perf_counter() - begin) * 1000)


def _connection(secure: bool) -> http.client.HTTPConnection:
    if not secure:
        return http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE_SECONDS)
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(
        "127.0.0.1", PORT, timeout=PATIENCE_SECONDS, context=unchecked
    )
