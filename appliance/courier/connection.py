"""Open a TCP connection to a server that may lie, drip or hang; end it at a deadline."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

CONNECT_SECONDS = 10.0
"""For each address of a server."""

NAME_SECONDS = 60.0
"""The system may look for a name: its resolver's limits, twice over."""

MOST_ADDRESSES = 4
"""Of a server that are tried."""


class Unreachable(Exception):
    """No connection; ``code`` is one of ``model.outside.mail.TROUBLES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Connection:
    """A connection, and whether its time was over."""

    socket: socket.socket
    late: bool = False


@contextlib.contextmanager
def connected(host: str, port: int, seconds: float) -> Iterator[Connection]:
    """Connect, and close everything at the end.

    Args:
        host: a name or an address.
        port: TCP.
        seconds: from now on; then the connection is shut, whatever waits for it.

    Raises:
        Unreachable: ``name``, ``unreachable`` or ``late``.
    """
    opened = open_first(host, port)
    spare = opened.dup()  # TLS takes the socket itself away
    there = Connection(opened)

    def end() -> None:
        there.late = True
        with contextlib.suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield there
    finally:
        timer.cancel()
        timer.join()
        spare.close()
        opened.close()


def open_first(host: str, port: int) -> socket.socket:
    """Return a connection to the first address that answers.

    Raises:
        Unreachable: ``name``, ``unreachable`` or ``late``.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("name") from None
    code = "unreachable"
    for family, kind, protocol, _, address in found[:MOST_ADDRESSES]:
        try:
            one = socket.socket(family, kind, protocol)
        except OSError:  # this machine has no such network
            continue
        try:
            one.settimeout(CONNECT_SECONDS)
            one.connect(address)
        except OSError as error:
            one.close()
            code = "late" if isinstance(error, TimeoutError) else "unreachable"
            continue
        return one
    raise Unreachable(code)
