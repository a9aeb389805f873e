"""Be slow strangers: many connections from many addresses, that say next to nothing.

``python -m tests.network.strangers KIND COUNT ADDRESSES PORT [tls]`` is one attack, in a process
of its own so that it takes no time from whoever is measured. It says a line once every stranger has
knocked.
"""

import asyncio
import contextlib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum

DRIP_SECONDS = 1.0
"""One byte in this time: no server that waits for silence alone ever gives up."""

AGAIN_SECONDS = 0.2


class Kind(StrEnum):
    """What a stranger does."""

    HEADERS = "headers"
    """Begins a request and sends its headers byte by byte."""

    BODIES = "bodies"
    """Sends the headers of a form, then its body byte by byte."""

    SILENT = "silent"
    """Connects and says nothing, not even a TLS greeting."""


OPENING = {
    Kind.HEADERS: b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    Kind.BODIES: (
        b"POST /login HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n"
    ),
    Kind.SILENT: b"",
}


@contextlib.contextmanager
def strangers(kind: Kind, count: int, addresses: int, port: int, *, secure: bool) -> Iterator[None]:
    """Let strangers attack a port of 127.0.0.1; go on when each has knocked once."""
    told = [kind, str(count), str(addresses), str(port), *(["tls"] if secure else [])]
    command = [sys.executable, "-m", "tests.network.strangers", *told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "All have knocked.\n"
            yield
            assert process.poll() is None, "the strangers gave up"
        finally:
            process.kill()


class Attack:
    """An attack of many strangers on one port."""

    def __init__(self, kind: Kind, count: int, addresses: int, port: int, secure: bool) -> None:
        self._kind = kind
        self._port = port
        self._sources = [
            f"127.0.{1 + n % addresses // 250}.{1 + n % addresses % 250}" for n in range(count)
        ]
        self._context: ssl.SSLContext | None = None
        if secure and kind is not Kind.SILENT:
            self._context = ssl.create_default_context()
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE
        self._never = asyncio.Event()

    async def run(self) -> None:
        """Attack until killed."""
        knocked = [asyncio.Event() for _ in self._sources]
        tasks = [
            asyncio.create_task(self._stranger(source, event))
            for source, event in zip(self._sources, knocked, strict=True)
        ]
        for event in knocked:
            await event.wait()
        print("All have knocked.", flush=True)
        await asyncio.gather(*tasks)

    async def _stranger(self, source: str, knocked: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._visit(source, knocked)
            knocked.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._never.wait(), AGAIN_SECONDS)

    async def _visit(self, source: str, knocked: asyncio.Event) -> None:
        """Hold one connection for as long as the server lets it."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self._port, ssl=self._context, local_addr=(source, 0)
        )
        knocked.set()
        try:
            writer.write(OPENING[self._kind])
            while True:
                try:
                    if not await asyncio.wait_for(reader.read(4096), DRIP_SECONDS):
                        return
                except TimeoutError:
                    if self._kind is not Kind.SILENT:
                        writer.write(b"x")
        finally:
            writer.transport.abort()


if __name__ == "__main__":
    words = sys.argv[1:]
    how = Attack(Kind(words[0]), int(words[1]), int(words[2]), int(words[3]), "tls" in words)
    asyncio.run(how.run())
