"""Serve the panel with gunicorn as before: one gthread worker of 32 threads, 15 s each.

``python -m benchmarks.peers.gunicorn_panel FOLDER PORT``; certificate and key lie in FOLDER/etc.
"""

import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from appliance.link.client import Client
from web.app import PanelSettings, create_app

READ_SECONDS = 15.0


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that stops reading a request after 15 seconds."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._since: dict[Any, float] = {}
        self._guard = threading.Lock()

    def handle(self, conn: Any) -> Any:
        with self._guard:
            self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            with self._guard:
                self._since.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        if req.method in {"GET", "HEAD"}:
            with self._guard:
                self._since.pop(conn, None)
        return super().handle_request(req, conn)

    def murder_keepalived(self, force: bool = False) -> None:
        late = time.monotonic() - READ_SECONDS
        with self._guard:
            slow = [one for one, since in self._since.items() if since <= late]
        for connection in slow:
            try:
                socket.socket.shutdown(connection.sock, socket.SHUT_RD)
            except OSError:
                continue
        super().murder_keepalived(force)


class Panel(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The panel under gunicorn."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"127.0.0.1:{self._port}",
            "worker_class": Worker,
            "workers": 1,
            "threads": 32,
            "keepalive": 15,
            "timeout": 90,
            "accesslog": None,
            "loglevel": "critical",
            "worker_tmp_dir": "/dev/shm",  # noqa: S108  # a heartbeat file
            "control_socket_disable": True,
            "limit_request_line": 4094,
            "limit_request_fields": 50,
            "forwarded_allow_ips": "",
            "certfile": str(self._folder / "etc" / "panel.pem"),
            "keyfile": str(self._folder / "etc" / "panel.key"),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        keeper = Client(self._folder / "keeper.sock")
        return create_app(keeper, PanelSettings(secure=True))


if __name__ == "__main__":
    Panel(Path(sys.argv[1]), int(sys.argv[2])).run()
