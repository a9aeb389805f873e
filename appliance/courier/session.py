"""Carry out the steps of a backup over SFTP: one connection, one known key.

``asyncssh`` speaks SSH; its loop runs only while a step is done. It lets no packet grow beyond a
limit, and every step has an end, whatever a server drips. What a server says goes nowhere but as a
code of ours, or as an entry, a size or bytes that the keeper judges.
"""

import asyncio
import contextlib
import logging
import socket
import stat
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import asyncssh

from appliance.courier.connection import Unreachable, open_first
from appliance.link.requests.processes.steps import (
    LONGEST_NAME,
    MOST_ENTRIES,
    FolderEntry,
    Loan,
    NextStep,
    SftpStep,
)

STEP_SECONDS = 120.0
"""For one step; connecting comes on top."""

KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
"""Of a server's key."""

MODERN: dict[str, Any] = {
    "kex_algs": ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org"],
    "encryption_algs": [
        "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com",
    ],
    "mac_algs": ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
    "compression_algs": ["none"],
}  # fmt: skip
"""The algorithms that are offered; the ciphers bring a check of their own, so no MAC is used."""

_ALONE: dict[str, Any] = {
    "config": None,  # no file of this machine has a say
    "agent_path": None,
    "x509_trusted_certs": None,
    "gss_host": None,
    "password_auth": False,
    "kbdint_auth": False,
    "host_based_auth": False,
    "preferred_auth": "publickey",
    "disable_trivial_auth": True,
    "client_version": "Zgoda",
}

Answer = tuple[NextStep, bytes]

logging.getLogger("asyncssh").setLevel(logging.CRITICAL)


class SftpSession:
    """A connection, and what is open on it; ``do`` carries out one step."""

    def __init__(self, seconds: float = STEP_SECONDS) -> None:
        """Connect to nothing yet.

        Args:
            seconds: for one step.
        """
        self._seconds = seconds
        self._loop = asyncio.Runner()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None
        self._folder = ""
        self._file: tuple[str, asyncssh.SFTPClientFile] | None = None
        self._names: AsyncIterator[asyncssh.SFTPName] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; the next step may open another."""
        if self._connection is not None:
            self._connection.abort()
            with contextlib.suppress(Exception):
                self._loop.run(asyncio.wait_for(self._connection.wait_closed(), 1.0))
        self._connection = self._sftp = self._file = self._names = None

    def end(self) -> None:
        """End everything."""
        self.close()
        self._loop.close()

    def do(self, step: SftpStep, raw: bytes) -> Answer:
        """Carry out a step; return what came of it, with the bytes that were read."""
        try:
            told, read = self._loop.run(self._within(step, raw))
        except Unreachable as error:
            return NextStep(number=step.number, code=error.code), b""
        except (OSError, asyncssh.Error, asyncio.IncompleteReadError, ValueError) as error:
            code = _code(error)
            if code in _BROKEN:
                self.close()
            return NextStep(number=step.number, code=code), b""
        return told, read

    async def _within(self, step: SftpStep, raw: bytes) -> Answer:
        if step.kind in {"look", "open"}:
            return await self._connect(step)
        if self._sftp is None:
            return NextStep(number=step.number, code="closed"), b""
        async with asyncio.timeout(self._seconds):
            answer: Answer = await _STEPS[step.kind](self, self._sftp, step, raw)
            return answer

    # -- connecting -----------------------------------------------------------------------------

    async def _connect(self, step: SftpStep) -> Answer:
        loan = step.loan
        if loan is None:
            return NextStep(number=step.number, code="odd"), b""
        await self._leave()
        opened = open_first(loan.server, loan.port)
        try:
            opened.setblocking(False)
            async with asyncio.timeout(self._seconds):
                if step.kind == "look":
                    return await self._look(step, opened), b""
                await self._log_in(loan, opened)
        except BaseException:
            opened.close()
            raise
        return NextStep(number=step.number), b""

    async def _leave(self) -> None:
        if self._connection is not None:
            self._connection.abort()
        self._connection = self._sftp = self._file = self._names = None

    async def _look(self, step: SftpStep, opened: socket.socket) -> NextStep:
        key = await asyncssh.get_server_host_key(
            sock=opened,
            config=None,
            client_version="Zgoda",
            kex_algs=MODERN["kex_algs"],
            server_host_key_algs=list(KINDS),
        )
        shown = key.export_public_key("openssh").decode() if key is not None else ""
        return NextStep(number=step.number, host_key=" ".join(shown.split()[:2]))

    async def _log_in(self, loan: Loan, opened: socket.socket) -> None:
        known = asyncssh.import_public_key(loan.host_key)
        self._connection = await asyncssh.connect(
            sock=opened,
            username=loan.user,
            client_keys=[asyncssh.import_private_key(loan.key)],
            known_hosts=([known], [], []),
            server_host_key_algs=sorted(KINDS, key=lambda kind: kind not in loan.host_key),
            **MODERN,
            **_ALONE,
        )
        self._folder = loan.folder
        self._sftp = await self._connection.start_sftp_client()

    # -- steps ----------------------------------------------------------------------------------

    def _at(self, path: str) -> str:
        return f"{self._folder}/{path}" if path else self._folder

    async def _list(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        if step.kind == "list" or self._names is None:
            self._names = sftp.scandir(self._at(step.path))
        entries: list[FolderEntry] = []
        seen = 0
        async for one in self._names:
            seen += 1
            entry = _entry(one)
            if entry is not None:
                entries.append(entry)
            if seen >= MOST_ENTRIES:
                return NextStep(number=step.number, more=True, entries=tuple(entries)), b""
        self._names = None
        return NextStep(number=step.number, entries=tuple(entries)), b""

    async def _read(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        path = self._at(step.path)
        if self._file is None or self._file[0] != f"r {path}" or step.offset == 0:
            await self._shut()
            about = await sftp.lstat(path)
            if not _is_file(about):
                return NextStep(number=step.number, code="odd"), b""
            self._file = f"r {path}", await sftp.open(path, "rb")
        read: Any = await self._file[1].read(step.size, step.offset)  # opened as bytes
        return NextStep(number=step.number), bytes(read[: step.size])

    async def _put(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        fresh = self._at(step.fresh)
        if step.offset == 0:
            await self._shut()
            self._file = f"w {fresh}", await sftp.open(fresh, "xb")
        if self._file is None or self._file[0] != f"w {fresh}":
            return NextStep(number=step.number, code="closed"), b""
        file = self._file[1]
        await file.write(raw, step.offset)
        if not step.last:
            return NextStep(number=step.number), b""
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()
        size = (await file.stat()).size
        await self._shut()
        try:
            await sftp.posix_rename(fresh, self._at(step.path))
        except asyncssh.SFTPOpUnsupported:
            return NextStep(number=step.number, code="no_rename"), b""
        return NextStep(number=step.number, size=size if size is not None else -1), b""

    async def _remove(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        await sftp.remove(self._at(step.path))
        return NextStep(number=step.number), b""

    async def _make(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        path = self._at(step.path)
        try:
            await sftp.mkdir(path)
        except asyncssh.SFTPError:
            # It may be there: an old server says no more than that it failed.
            about = await sftp.lstat(path)
            if about.type != asyncssh.FILEXFER_TYPE_DIRECTORY:
                return NextStep(number=step.number, code="odd"), b""
        return NextStep(number=step.number), b""

    async def _take_away(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        await sftp.rmdir(self._at(step.path))
        return NextStep(number=step.number), b""

    async def _free(self, sftp: asyncssh.SFTPClient, step: SftpStep, raw: bytes) -> Answer:
        try:
            room = await sftp.statvfs(self._folder)
        except asyncssh.SFTPOpUnsupported:
            return NextStep(number=step.number, size=_MUCH), b""
        return NextStep(number=step.number, size=min(room.bavail * room.frsize, _MUCH)), b""

    async def _shut(self) -> None:
        held, self._file = self._file, None
        if held is not None:
            await held[1].close()


_MUCH = 2**50

_STEPS: dict[str, Callable[..., Any]] = {
    "list": SftpSession._list,
    "more": SftpSession._list,
    "read": SftpSession._read,
    "put": SftpSession._put,
    "remove": SftpSession._remove,
    "mkdir": SftpSession._make,
    "rmdir": SftpSession._take_away,
    "free": SftpSession._free,
}

_BROKEN = frozenset({"late", "closed", "algorithms", "host_key", "login", "no_sftp"})
"""Codes after which the connection is of no more use."""

_CODES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (asyncssh.SFTPNoSuchFile, "missing"),
    ((asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded), "full"),
    ((asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect), "denied"),
    ((asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection), "closed"),
    (asyncssh.SFTPError, "odd"),
    (asyncssh.HostKeyNotVerifiable, "host_key"),
    (asyncssh.PermissionDenied, "login"),
    (asyncssh.KeyExchangeFailed, "algorithms"),
    (asyncssh.ChannelOpenError, "no_sftp"),
    ((asyncssh.DisconnectError, asyncio.IncompleteReadError), "closed"),
    (TimeoutError, "late"),
    (OSError, "closed"),
)
"""Kind of an error -> its code; the first that fits."""


def _code(error: BaseException) -> str:
    return next((code for kind, code in _CODES if isinstance(error, kind)), "odd")


def _entry(one: asyncssh.SFTPName) -> FolderEntry | None:
    """Return an entry that can be one of ours; None for any other."""
    name = one.filename
    text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    if not 0 < len(text) <= LONGEST_NAME or not text.isascii() or not text.isprintable():
        return None
    if one.attrs.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
        return FolderEntry(text, 0, "folder")
    if _is_file(one.attrs):
        return FolderEntry(text, min(max(one.attrs.size or 0, 0), _MUCH), "file")
    return FolderEntry(text, 0, "other")


def _is_file(about: asyncssh.SFTPAttrs) -> bool:
    """Say whether this is an ordinary file, not a link, by what a server tells of it."""
    if about.permissions is not None and stat.S_IFMT(about.permissions):
        return stat.S_ISREG(about.permissions)
    return about.type == asyncssh.FILEXFER_TYPE_REGULAR
