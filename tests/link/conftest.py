"""A served socket with a few operations of the tests' own."""

import os
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from appliance.errors import Refused, VaultError
from appliance.link.client import Client
from appliance.link.handlers import Answer
from appliance.link.operations import Done, Operation, WithoutRole
from appliance.link.server import Limits, Server
from appliance.link.sockets import peer_uid


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    text: str


class Echo(Operation[Text], frozen=True, tag="tests.echo"):
    roles = WithoutRole.ANYBODY
    sends_bytes = True
    upload = 2**20
    text: str
    number: int = 0


class Fetch(Operation[Text], frozen=True, tag="tests.fetch"):
    roles = WithoutRole.ANYBODY
    sends_bytes = True
    length: int


class Count(Operation[Text], frozen=True, tag="tests.count"):
    roles = WithoutRole.ANYBODY
    streams = True
    to: int


class Fail(Operation[Done], frozen=True, tag="tests.fail"):
    roles = WithoutRole.ANYBODY
    how: str


FEW = Limits(connections=4, patience=5.0)

OFFERED = (Echo, Fetch, Count, Fail)

FAILURES: dict[str, Exception] = {
    "refused": Refused("held"),
    "vault": VaultError("The vault is closed."),
    "fault": RuntimeError("+48 22 123 45 67"),
    "disk": FileNotFoundError("secret name"),
}


class Counting:
    """A stream that says when it was let go."""

    def __init__(self, to: int, error: Exception | None = None) -> None:
        self.to, self.at, self.error = to, 0, error
        self.closed = threading.Event()

    def __iter__(self) -> "Counting":
        return self

    def __next__(self) -> Text | None:
        self.at += 1
        if self.at > self.to >= 0:
            raise self.error or StopIteration
        return Text(str(self.at)) if self.to >= 0 or self.at == 1 else None

    def close(self) -> None:
        self.closed.set()


class Desk:
    """The handler of the tests' operations; remembers what it was asked."""

    def __init__(self) -> None:
        self.sessions: list[str | None] = []
        self.uploads: list[bytes] = []
        self.streams: list[Counting] = []
        self.error: Exception | None = None  # of every stream, at its end

    def handle(self, operation: Operation[Any], session: str | None, upload: bytes) -> Answer:
        self.sessions.append(session)
        self.uploads.append(upload)
        match operation:
            case Echo(text=text):
                return Text(text)
            case Fetch(length=length):
                return Text("bytes follow"), bytes(range(256)) * (length // 256)
            case Count(to=to):
                self.streams.append(Counting(to, self.error))
                return self.streams[-1]
            case Fail(how=how):
                raise FAILURES[how]
        raise AssertionError(operation)


Serve = Callable[..., Server]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keeper.sock"


@pytest.fixture
def serve(desk: Desk, path: Path) -> Iterator[Serve]:
    started: list[Server] = []

    def start(
        *,
        at: Path = path,
        limits: Limits = FEW,
        peer: Callable[[socket.socket], int] = peer_uid,
        allowed: Collection[int] = (os.getuid(),),
    ) -> Server:
        server = Server(at, desk.handle, allowed, offered=OFFERED, limits=limits, peer=peer)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def client(path: Path) -> Client:
    return Client(path, timeout=5.0)


def say(path: Path, raw: bytes, *, end: bool = True) -> bytes:
    """Send raw bytes as a client might, and return everything that comes back."""
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(5.0)
        plain.connect(str(path))
        try:
            plain.sendall(raw)
            if end:
                plain.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before everything was sent
        answer = b""
        try:
            while part := plain.recv(65536):
                answer += part
        except ConnectionResetError:
            pass  # closed with some of ours unread
        return answer
