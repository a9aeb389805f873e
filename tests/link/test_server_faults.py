"""Serve the others while the machine or one client is at its worst."""

import json
import logging
import socket
import threading
from pathlib import Path

import pytest

from appliance.errors import LinkError, MessageRefused
from appliance.link.client import Client
from appliance.link.frames import LARGEST_ID
from appliance.link.sockets import peer_uid

from .conftest import Desk, Echo, Fetch, Serve, say


def test_a_peer_that_nobody_can_name_does_not_end_the_serving(
    serve: Serve, client: Client, path: Path
) -> None:
    first = [True]

    def peer(connection: socket.socket) -> int:
        if first.pop() if first else False:
            raise OSError("gone")
        return peer_uid(connection)

    serve(peer=peer)
    assert say(path, b"{}\n") == b""
    assert client.call(Echo(text="next")).text == "next"


def test_a_thread_that_cannot_start_costs_one_connection_and_no_place(
    serve: Serve, client: Client, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    start = threading.Thread.start

    def refusing(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    for _ in range(10):  # more than may be open at once
        with monkeypatch.context() as full:
            full.setattr(threading.Thread, "start", refusing)
            assert say(path, b"{}\n") == b""
    assert threading.Thread.start is start
    assert client.call(Echo(text="next")).text == "next"
    assert not server._open - {connection for connection in server._open if connection.fileno() > 0}


@pytest.mark.parametrize("number", [-1, LARGEST_ID + 1, 10**30])
def test_an_id_that_could_not_be_answered_is_refused(
    serve: Serve, path: Path, desk: Desk, number: int
) -> None:
    serve()
    asked = {"v": 1, "id": number, "request": {"op": "tests.echo", "text": "a"}}
    answer = json.loads(say(path, json.dumps(asked).encode() + b"\n"))
    assert "id is a number from 0" in answer["error"]["values"]["why"]
    assert desk.sessions == []


def test_bytes_come_only_with_what_takes_them(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    with pytest.raises(MessageRefused, match="1 bytes are announced; from 0 to 0 may be sent"):
        client.call(Fetch(length=0), upload=b"x")
    with pytest.raises(MessageRefused, match="from 0 to 1048576 may be sent"):
        client.call(Echo(text="a"), upload=bytes(2**20 + 1))
    assert desk.sessions == []


def test_a_fault_behind_the_handler_is_logged_without_its_words(
    serve: Serve, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()

    def failing(*_: object) -> bytes:
        raise ValueError(number)

    number = "+48 22 123 45 67"
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr("appliance.link.frames.encode_reply", failing)
        with pytest.raises(LinkError, match="closed the connection"):
            client.call(Echo(text="a"))
    assert client.call(Echo(text="next")).text == "next"
    server.stop()  # waits for the thread that still has to log
    assert "ValueError" in caplog.text
    assert number not in caplog.text
