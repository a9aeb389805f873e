"""Serve the panel with gunicorn: one worker of threads, configured here alone."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from appliance.clock import Clock, SystemClock
from appliance.errors import ZgodaError
from web import streams

THREADS = 32
"""Requests at once. Open pages hold up to half of them (``streams.MOST_STREAMS``); an office has at
most ten people, and no other request waits on a browser."""

GONE_MS = 30_000
"""A browser that reads nothing for this time is gone: its stream must not wait for hours."""


READ_SECONDS = 15.0
"""The time for a request to arrive whole: until then it holds one of the threads."""


class Readings:
    """The requests that are still arriving; safe between threads.

    A telephone that leaves the house in the middle of one would hold its thread for good; a few
    dozen of them, or one hostile program, would leave no thread for anyone else.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[Any, float] = {}  # gunicorn's connection -> monotonic
        self._lock = threading.Lock()

    def begin(self, connection: Any) -> None:
        """Start a connection's time; ``cut`` ends the socket that it has then."""
        with self._lock:
            self._since[connection] = self._clock.monotonic()

    def end(self, connection: Any) -> None:
        """Stop its time: the request is read, or over."""
        with self._lock:
            self._since.pop(connection, None)

    def cut(self) -> None:
        """Stop reading requests that take too long; an answer can still be written."""
        late = self._clock.monotonic() - READ_SECONDS
        with self._lock:
            slow = [one for one, since in self._since.items() if since <= late]
        for connection in slow:
            with contextlib.suppress(OSError):
                # Past the TLS above it, whose own method would go on in the clear.
                socket.socket.shutdown(connection.sock, socket.SHUT_RD)


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
            f"The panel cannot listen on {host}, port {port}: {error.strerror or error}. "
            "End what uses it, or choose another port with --port."
        ) from None
    return listener


def address(listener: socket.socket, *, secure: bool) -> str:
    """Return the address to type into a browser."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{port}/"


def _ending(open_now: streams.Streams) -> type[Any]:
    """Return a worker class that ends slow requests and, when it stops, the streams."""
    readings = Readings(SystemClock())

    class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
        def handle_exit(self, sig: int, frame: Any) -> None:
            open_now.close()
            super().handle_exit(sig, frame)

        def handle(self, conn: Any) -> Any:
            readings.begin(conn)
            try:
                return super().handle(conn)
            finally:
                readings.end(conn)

        def handle_request(self, req: Any, conn: Any) -> Any:
            if req.method in {"GET", "HEAD"}:  # the others still have a body to come
                readings.end(conn)
            return super().handle_request(req, conn)

        def murder_keepalived(self, force: bool = False) -> None:  # gunicorn calls it every second
            readings.cut()
            super().murder_keepalived(force)

    return Worker


class Panel(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The panel under gunicorn."""

    def __init__(
        self, app: Flask, listener: socket.socket, certificate: Path | None, key: Path | None
    ) -> None:
        self._app = app
        self._settings = {
            "bind": f"fd://{listener.detach()}",
            "worker_class": _ending(streams.streams(app)),
            "workers": 1,
            "threads": THREADS,
            "keepalive": 15,
            "timeout": 90,
            "graceful_timeout": 3,
            # No access log: the audit records the acts, and visitors' addresses are their own.
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108  # a heartbeat file, which must not wear the card
            "control_socket_disable": True,
            "proc_name": "zgoda-panel",
            "limit_request_line": 4094,
            "limit_request_fields": 50,
            # No proxy stands in front of the panel, so no header about the client counts.
            "forwarded_allow_ips": "",
            "certfile": str(certificate) if certificate else None,
            "keyfile": str(key) if key else None,
        }
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn our settings; it reads no file and no variable."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application."""
        return self._app
