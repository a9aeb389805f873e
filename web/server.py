"""Serve the panel with waitress: one process, 32 threads, nothing on a disk.

waitress reads a whole request before a thread sees it, so a slow browser holds none. It listens on
loopback, or on a Unix socket that only the TLS proxy may use; the proxy says who the browser is.
"""

import functools
import ipaddress
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import UnixWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge
from waitress.wasyncore import close_all, dispatcher, loop

from appliance.clock import Clock, SystemClock
from appliance.errors import ZgodaError, fault
from appliance.link import notify, sockets
from appliance.link.watchdog import Watchdog
from appliance.model.sentences.faults import in_words
from web import streams
from web.watchdog import unanswered

THREADS = 32
"""Requests at once. Open pages hold up to half of them (``streams.MOST_STREAMS``); an office has at
most ten people, and no other request waits on a browser."""

GONE_MS = 30_000
"""A browser that reads nothing for this time is gone: its stream must not wait for hours."""

LARGEST_BODY = 2 << 20
"""Bytes of a request, in memory until it is whole; a page may allow less, never more."""

STOP_SECONDS = 3.0
"""The time that answers have to end when the panel stops."""

BROWSER = "HTTP_X_BROWSER_ADDRESS"
"""The header in which the TLS proxy names the browser's address; ``zgoda.cfg`` sets it."""

_NEVER = 1 << 60
"""Bytes from which waitress would write to a file; an opened recording must not reach a disk."""

SETTINGS: dict[str, Any] = {
    "threads": THREADS,
    # No name of the server, which would tell its weak points.
    "ident": None,
    "connection_limit": 800,  # a process has 1,024 files unless told otherwise
    "asyncore_use_poll": True,  # select stops at 1,024 files
    # A connection that says nothing for this time is closed.
    "channel_timeout": 15,
    "cleanup_interval": 5,
    # While an answer is under way, look whether the browser is still there.
    "channel_request_lookahead": 1,
    "max_request_header_size": 16_384,
    "max_request_body_size": LARGEST_BODY + 1,  # the first size that is refused
    "inbuf_overflow": _NEVER,
    "outbuf_overflow": _NEVER,
    # An answer's thread waits until no more than this is still to be sent.
    "outbuf_high_watermark": 1 << 20,
    "log_socket_errors": False,
    "clear_untrusted_proxy_headers": True,
}

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def listen(host: str, port: int) -> socket.socket:
    """Open the panel's port; report a taken one in a sentence instead of retrying.

    Raises:
        ZgodaError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_MS)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise ZgodaError(
            in_words("panel_port", host=host, port=port, detail=error.strerror or error)
        ) from None
    return listener


def listen_for_proxy(path: Path) -> socket.socket:
    """Open the socket at which the TLS proxy finds the panel; only its group may connect.

    Raises:
        ZgodaError: the socket cannot be made.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(mode=0o710, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with sockets.address(path) as where:
            listener.bind(where)
        path.chmod(0o660)
        listener.listen()
    except OSError as error:
        listener.close()
        raise ZgodaError(
            in_words("panel_socket", path=path, detail=error.strerror or error)
        ) from None
    return listener


def address(listener: socket.socket) -> str:
    """Return the address to type into a browser."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"


def _tell_kind_and_place(record: logging.LogRecord) -> bool:
    """Log an error by kind and place: its text, or the page's address, could name a person."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = "a page failed while it was sent: %s", (fault(error),)
        record.exc_info = None
    return True


class _TooLargeTask(WSGITask):  # type: ignore[misc]  # waitress has no types
    """Has the panel answer what is too large: its own page, in the reader's language.

    The panel refuses it by its length; nothing of it is read.
    """

    def execute(self) -> None:
        """Answer it, and close the connection: the rest of it is not waited for."""
        self.set_close_on_finish()
        super().execute()


def _error_task(channel: Any, request: Any) -> Any:
    """Return what answers a request that waitress refuses."""
    task = _TooLargeTask if isinstance(request.error, RequestEntityTooLarge) else ErrorTask
    return task(channel, request)


class _PanelChannel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection of waitress on which the panel itself says what is too large."""

    error_task_class = staticmethod(_error_task)


class _BehindProxy(UnixWSGIServer):  # type: ignore[misc]  # waitress has no types
    """A waitress that hears only the proxy's user, whatever the socket's mode says."""

    proxies: Collection[int] = ()

    def accept(self) -> tuple[socket.socket, Any] | None:
        """Take a connection, if the kernel says that the proxy's user opened it."""
        taken: tuple[socket.socket, Any] | None = super().accept()
        if taken is not None and sockets.peer_uid(taken[0]) not in self.proxies:
            taken[0].close()
            return None
        return taken


class PanelServer:
    """The panel under waitress."""

    def __init__(
        self,
        app: Flask,
        listener: socket.socket,
        proxies: Collection[int] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Prepare to serve.

        Args:
            app: the application.
            listener: a socket of ``listen`` or ``listen_for_proxy``.
            proxies: users who may connect to a Unix socket, besides this process's own.
            clock: the time.
        """
        self._clock = clock or SystemClock()
        self._streams = streams.streams(app)
        self._stopping = False
        self._listener = listener
        # It warns of each busy moment, and a stranger can make as many of them as they like.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logging.getLogger("waitress").addFilter(_tell_kind_and_place)
        self._server = _server(app, listener, proxies or ())

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.serve()

    def serve(self) -> None:
        """Serve until ``stop``; then let what is under way end."""
        notify.ready()
        ended = threading.Event()
        Watchdog(functools.partial(unanswered, self._listener)).start(ended)
        while not self._stopping:
            self._turn(1.0)
        ended.set()
        notify.stopping()
        dispatcher.close(self._server)  # the port alone: channels go on
        until = self._clock.monotonic() + STOP_SECONDS
        while self._busy() and self._clock.monotonic() < until:
            self._turn(0.1)
        self._server.task_dispatcher.shutdown(timeout=0.5)
        close_all(self._server._map, ignore_all=True)

    def stop(self, *_: object) -> None:
        """Begin to stop: every stream ends within a second."""
        self._stopping = True
        self._streams.close()
        self._server.pull_trigger()

    def _turn(self, seconds: float) -> None:
        loop(timeout=seconds, use_poll=True, map=self._server._map, count=1)

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _server(app: Flask, listener: socket.socket, proxies: Collection[int]) -> Any:
    if listener.family != socket.AF_UNIX:
        plain = create_server(addressed(app.wsgi_app), sockets=[listener], **SETTINGS)
        plain.channel_class = _PanelChannel
        return plain
    from_proxy = addressed(app.wsgi_app, by_proxy=True)
    server = create_server(from_proxy, sockets=[listener], url_scheme="https", **SETTINGS)
    server.__class__, server.channel_class = _BehindProxy, _PanelChannel
    server.proxies = {os.getuid(), *proxies}
    return server


def addressed(app: Wsgi, *, by_proxy: bool = False) -> Wsgi:
    """Give an application the browser's own address as REMOTE_ADDR, in its plainest form.

    A request whose sender is unknown gets no answer but 400: limits by address would not hold.

    Args:
        app: the application.
        by_proxy: the proxy names the address; else it is that of the connection.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = environ.pop(BROWSER, "")
        try:
            environ["REMOTE_ADDR"] = plain_address(told if by_proxy else environ["REMOTE_ADDR"])
        except ValueError:
            start_response("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        return app(environ, start_response)

    return answer


def plain_address(told: str) -> str:
    """Return an address without zone and, if it is IPv4 inside IPv6, as IPv4.

    Raises:
        ValueError: it is none.
    """
    found = ipaddress.ip_address(told.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
