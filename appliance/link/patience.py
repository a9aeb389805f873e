"""Wait at a connection for as long as the process at its other end goes on."""

import io
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

LOOK_SECONDS = 0.25
"""While an answer is awaited: between two looks whether the other process stands still."""


class Patience(io.RawIOBase):
    """The bytes of one connection; raises TimeoutError when nothing more can be expected."""

    def __init__(
        self, connection: socket.socket, seconds: float, silent: Callable[[], bool]
    ) -> None:
        """Begin to wait.

        Args:
            connection: to the other process.
            seconds: the longest silence of this connection.
            silent: says whether the other process stands still.
        """
        super().__init__()
        self._connection, self._seconds, self._silent = connection, seconds, silent
        connection.settimeout(min(LOOK_SECONDS, seconds))

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what comes next."""
        return self._patiently(partial(self._connection.recv_into, buffer))

    def send(self, message: bytes) -> None:
        """Send all of a message."""
        left = memoryview(message)
        while left:
            left = left[self._patiently(partial(self._connection.send, left)) :]

    def _patiently(self, act: Callable[[], int]) -> int:
        """Do what may have to wait."""
        until = time.monotonic() + self._seconds
        while True:
            if self._silent():
                raise TimeoutError
            try:
                return act()
            except TimeoutError:
                if time.monotonic() >= until:
                    raise
