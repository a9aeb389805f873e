"""Serve a socket: one thread a connection, known users only, one clear error each.

``handle`` gets the operation, the session's token and the raw bytes that came with it, and returns
an ``Answer``. Whenever a stream yields None, the server checks whether the client has gone. Whether
this process goes on is no operation's business: the server says it by itself (``WatchBeats``).
"""

import contextlib
import logging
import os
import select
import socket
import stat
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from appliance.errors import LinkError, MessageRefused, Refused, ZgodaError, fault
from appliance.link import frames
from appliance.link.failures import is_logged, refusal_of
from appliance.link.handlers import Answer, Reply
from appliance.link.operations import Done
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.requests.processes.beats import WatchBeats
from appliance.link.sockets import address, peer_uid
from appliance.model.sentences.faults import in_words

Handle = Callable[[AnyOperation, str | None, bytes], Answer]
"""``handle(operation, session, upload)``; raises Refused (or another ZgodaError) to say no."""

BEAT_SECONDS = 0.5
"""Between two beats of a process."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server."""

    connections: int = 32  # served at once; a further one is refused and closed
    patience: float = 30.0  # seconds without a byte, between messages or inside one
    few: Mapping[int, int] = field(default_factory=dict)
    """User -> connections of its processes at once: so many, and no more of the others' room."""


_LIMITS = Limits()


class Server:
    """The server of one socket."""

    def __init__(
        self,
        path: Path,
        handle: Handle,
        allowed_uids: Collection[int],
        *,
        offered: Sequence[type[AnyOperation]] | None = None,
        mode: int = 0o600,
        peer: Callable[[socket.socket], int] = peer_uid,
        limits: Limits = _LIMITS,
    ) -> None:
        """Prepare; ``start`` opens the socket.

        Args:
            path: the socket; replaces a stale one, never one that is served. Its folder is made
                if it is missing, and only this user may write to it.
            handle: answers an operation.
            allowed_uids: users whose processes may connect.
            offered: operations understood here; every declared one if None.
            mode: of the socket file; the users are checked in any case.
            peer: returns the user id at the other end.
            limits: most connections at once, and the longest silence.
        """
        self._path = path
        self.for_user: Callable[[int], Handle] = lambda _: handle
        """Returns what answers the processes of a user id; set it before ``start``."""
        self._allowed = frozenset(allowed_uids)
        known = operations() if offered is None else offered
        self._decoder = frames.Decoder((*known, WatchBeats))
        self._mode = mode
        self._peer = peer
        self._limits = limits
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._by_user: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None

    @property
    def stopping(self) -> bool:
        """Say whether ``stop`` was called; a long answer may then end early."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Open the socket and serve it from threads; raise LinkError if it is served already."""
        listener = _listen(self._path, self._mode)
        self._listener = listener
        self._acceptor = threading.Thread(
            target=self._accept, args=(listener,), name=f"link {self._path.name}", daemon=True
        )
        self._acceptor.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Close the socket and every connection, join the threads; safe to call twice."""
        self._stopping.set()
        if self._listener is None or self._acceptor is None:
            return
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(timeout)
        self._listener.close()
        self._path.unlink(missing_ok=True)
        with self._lock:
            open_now, threads = list(self._open), list(self._threads)
        for connection in open_now:
            # Reading ends at once; an answer half written may still reach its client.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RD)
        for thread in threads:
            thread.join(timeout)
        self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                if self._stopping.is_set():
                    return
                _log.warning("A connection could not be accepted.")
                self._stopping.wait(0.1)  # out of file descriptors: wait until some are closed
                continue
            try:
                self._admit(connection)
            except Exception as error:
                # A connection that cannot be served must not stop the others.
                _log.warning("A connection could not be served: %s.", type(error).__name__)
                self._forget(connection)
                connection.close()

    def _admit(self, connection: socket.socket) -> None:
        connection.settimeout(self._limits.patience)
        uid = self._peer(connection)
        with self._lock:
            own = self._limits.few.get(uid, self._limits.connections)
            full = len(self._open) >= self._limits.connections or self._by_user[uid] >= own
        if uid not in self._allowed:
            _log.warning("A process of user %d was refused at %s.", uid, self._path.name)
            _refuse(connection, Refused("user_refused"))
        elif full:
            _refuse(connection, Refused("too_many_connections"))
        else:
            thread = threading.Thread(target=self._serve, args=(connection, uid), daemon=True)
            with self._lock:
                self._open.add(connection)
                self._by_user[uid] += 1
                self._threads.add(thread)
            try:
                thread.start()
            except BaseException:
                with self._lock:
                    self._threads.discard(thread)
                    self._by_user[uid] -= 1
                raise

    def _serve(self, connection: socket.socket, uid: int) -> None:
        handle = self.for_user(uid)
        try:
            with connection, connection.makefile("rb") as incoming:
                while not self._stopping.is_set() and self._serve_one(connection, incoming, handle):
                    pass
        except OSError:
            pass  # the client went away, or said nothing for too long
        except Exception as error:
            _log.error("A connection ended: %s", fault(error))
        finally:
            self._forget(connection)
            with self._lock:
                self._threads.discard(threading.current_thread())
                self._by_user[uid] -= 1

    def _forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def _serve_one(self, connection: socket.socket, incoming: BinaryIO, handle: Handle) -> bool:
        """Answer one request; False when the connection is to be closed."""
        line = incoming.readline(frames.REQUEST_LIMIT + 1)
        if not line:
            return False
        try:
            asked = self._decoder.decode(line)
            upload = incoming.read(asked.bytes)
            if len(upload) != asked.bytes:
                raise MessageRefused("The announced bytes did not all come.")
        except MessageRefused as error:
            connection.sendall(frames.encode_failure(0, Refused(frames.MALFORMED, why=str(error))))
            return False
        self._answer(connection, asked, upload, handle)
        return True

    def _answer(
        self, connection: socket.socket, asked: frames.DecodedRequest, upload: bytes, handle: Handle
    ) -> None:
        try:
            if isinstance(asked.operation, WatchBeats):
                answer: Answer = _beats(self._stopping)
            else:
                answer = handle(asked.operation, asked.session, upload)
        except Exception as error:
            connection.sendall(_failure(asked, error))
            return
        if isinstance(answer, Iterator):
            self._stream(connection, asked, answer)
            return
        value, raw = answer if isinstance(answer, tuple) else (answer, b"")
        try:
            line = frames.encode_reply(asked.id, value, len(raw))
        except MessageRefused as error:
            line, raw = _failure(asked, error), b""
        connection.sendall(line)
        connection.sendall(raw)

    def _stream(
        self,
        connection: socket.socket,
        asked: frames.DecodedRequest,
        values: Iterator[Reply | None],
    ) -> None:
        try:
            while not self._stopping.is_set() and not _closed(connection):
                try:
                    value = next(values)
                except StopIteration:
                    break
                except Exception as error:
                    connection.sendall(_failure(asked, error))
                    return
                if value is not None:
                    reply, raw = value if isinstance(value, tuple) else (value, b"")
                    connection.sendall(frames.encode_reply(asked.id, reply, len(raw)))
                    connection.sendall(raw)
            connection.sendall(frames.encode_reply(asked.id, None))
        finally:
            close = getattr(values, "close", None)  # a generator releases its resources
            if close is not None:
                close()


def _beats(stopping: threading.Event) -> Iterator[Reply | None]:
    yield Done()
    while not stopping.wait(BEAT_SECONDS):
        yield Done()


def _failure(asked: frames.DecodedRequest, error: Exception) -> bytes:
    """Encode why an operation failed; details of our own faults go to the log alone."""
    if not isinstance(error, ZgodaError):
        _log.error("%s failed: %s", tag(asked.operation), fault(error))
    elif is_logged(error):
        _log.warning("%s failed: %s", tag(asked.operation), error)
    return frames.encode_failure(asked.id, refusal_of(error))


def _closed(connection: socket.socket) -> bool:
    """Say whether the client closed its end; leave unread whatever else it sent."""
    poll = select.poll()  # select() cannot take file descriptors above 1023
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0)) and connection.recv(1, socket.MSG_PEEK) == b""


def _refuse(connection: socket.socket, why: Refused) -> None:
    with connection, contextlib.suppress(OSError):
        connection.sendall(frames.encode_failure(0, why))


def _listen(path: Path, mode: int) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _check_folder(path.parent)
        with address(path) as where:
            _clear_stale(path, where)
            # No client may connect between bind and chmod.
            mask = os.umask(0o777 & ~mode)
            try:
                listener.bind(where)
            finally:
                os.umask(mask)
        listener.listen(_LIMITS.connections)
    except OSError as error:
        listener.close()
        raise LinkError(in_words("socket_unopened", path=path, detail=error.strerror)) from None
    except BaseException:
        listener.close()
        raise
    return listener


def _check_folder(folder: Path) -> None:
    """Raise LinkError if another user could put a socket in the place of ours."""
    seen = folder.stat()
    if seen.st_uid not in {0, os.geteuid()} or seen.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise LinkError(in_words("socket_exposed", path=folder))


def _clear_stale(path: Path, where: str) -> None:
    """Remove a socket without a server; raise LinkError if it has one."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise LinkError(in_words("socket_odd", path=path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(where)
        except ConnectionRefusedError:
            path.unlink()
            return
        except OSError:
            pass  # a server listens but is slow
    raise LinkError(in_words("socket_taken", path=path))
