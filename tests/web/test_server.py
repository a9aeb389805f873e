"""Requests that do not come whole: they are read for a while and no longer."""

import socket
from collections.abc import Iterator

import pytest

from tests.clocks import ManualClock
from web.server import READ_SECONDS, Readings


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        theirs.settimeout(5)
        yield ours, theirs


def test_a_request_that_never_comes_whole_is_read_for_a_while(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    clock = ManualClock()
    readings, connection = Readings(clock), _Connection(ours)
    readings.begin(connection)
    theirs.sendall(b"GET / HT")
    clock.advance(READ_SECONDS - 1)
    readings.cut()
    assert ours.recv(100) == b"GET / HT"
    clock.advance(1)
    readings.cut()
    assert ours.recv(100) == b""
    ours.sendall(b"HTTP/1.1 400")
    assert theirs.recv(100) == b"HTTP/1.1 400"


def test_what_was_read_in_time_is_left_alone(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    clock = ManualClock()
    readings, connection = Readings(clock), _Connection(ours)
    readings.begin(connection)
    readings.end(connection)
    readings.end(connection)
    clock.advance(READ_SECONDS)
    readings.cut()
    theirs.sendall(b"more")
    assert ours.recv(100) == b"more"


def test_a_connection_that_is_closed_already_harms_nothing(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    clock = ManualClock()
    readings = Readings(clock)
    readings.begin(_Connection(ends[0]))
    ends[0].close()
    clock.advance(READ_SECONDS)
    readings.cut()


class _Connection:
    """Gunicorn's connection, as far as it is looked at."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
