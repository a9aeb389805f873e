"""A server that speaks SFTP and lies, drips or never ends; and a line that is cut."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from tests.courier.authority import HERE

READY = 20.0


@dataclass
class Lies:
    """What a server does in place of what it should."""

    names: Callable[[], Iterator[asyncssh.SFTPName]] | None = None
    """Entries of the folder of recordings."""
    read: Callable[[bytes], bytes] | None = None
    """What becomes of bytes that are read of a recording."""
    full: bool = False
    drip: float = 0.0
    """Seconds before each answer to a read."""
    no_rename: bool = False
    opened: list[Any] = field(default_factory=list)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: Any, root: Path, lies: Lies) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self._lies = lies

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if self._lies.names is not None and path.endswith(b"/rec"):
            for one in self._lies.names():
                yield one
            return
        async for one in super().scandir(path):
            yield one

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        if self._lies.drip:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), self._lies.drip)
        given = super().read(file_obj, offset, size)
        assert isinstance(given, bytes)
        in_rec = b"/rec/" in file_obj.name if isinstance(file_obj.name, bytes) else False
        return self._lies.read(given) if self._lies.read is not None and in_rec else given

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        opened = super().open(path, pflags, attrs)
        self._lies.opened.append(opened)
        return opened

    def statvfs(self, path: bytes) -> Any:
        room = asyncssh.SFTPVFSAttrs.from_local(os.statvfs(self.map_path(path)))
        if self._lies.full:
            room.bavail = 0
        return room

    def write(self, file_obj: Any, offset: int, data: bytes) -> Any:
        if self._lies.full:
            raise asyncssh.SFTPNoSpaceOnFilesystem("full")
        return super().write(file_obj, offset, data)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> Any:
        if self._lies.no_rename:
            raise asyncssh.SFTPOpUnsupported("no")
        return super().posix_rename(oldpath, newpath)


class _Door(asyncssh.SSHServer):
    """Lets in whoever the file names now."""

    def __init__(self, authorized: Path) -> None:
        self._authorized = authorized

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        self._connection.set_authorized_keys(str(self._authorized))
        return True


@dataclass
class LyingServer:
    """Such a server, in a thread."""

    root: Path
    lies: Lies
    authorized: Path
    port: int = 0
    line: str = ""
    logins: int = 0

    def __post_init__(self) -> None:
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self.line = " ".join(self._key.export_public_key().decode().split()[:2])
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(READY)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncssh.create_server(
            lambda: _Door(self.authorized),
            HERE,
            0,
            server_host_keys=[self._key],
            sftp_factory=lambda channel: _Files(channel, self.root, self.lies),
            allow_scp=False,
        )
        self.port = server.get_port()
        self._ready.set()
        await self._ended.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        for one in self.lies.opened:
            one.close()


@dataclass
class Cut:
    """A line to a server, which is cut after so many bytes in either direction."""

    port_there: int
    after: int = 2**60
    chunk: int = 4096
    opened: int = 0
    carried: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server((HERE, 0))
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.opened, self.carried = self.opened + 1, 0
            far = socket.create_connection((HERE, self.port_there))
            self._ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                self._threads.append(threading.Thread(target=self._pump, args=(source, sink)))
                self._threads[-1].start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(self.chunk):
                left = self.after - self.carried
                self.carried += len(piece)
                if left <= 0:
                    break
                sink.sendall(piece[:left])
                if left < len(piece):
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it, and every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()
