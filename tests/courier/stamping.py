"""Serve a time-stamp authority over HTTP, with TLS or without; lie where a test wants it."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from appliance.model.outside.stamps import ANSWER_KIND
from tests.courier.authority import HERE
from tests.vault.audit.stamped import StampAuthority

Lie = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class StampServer:
    """An authority's web server."""

    authority: StampAuthority
    address: str = ""
    lie: Lie | None = None
    headers: list[dict[str, str]] = field(default_factory=list)


def send(
    to: BaseHTTPRequestHandler, content: bytes, kind: str = ANSWER_KIND, status: int = 200
) -> None:
    """Send an answer."""
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.send_header("Content-Length", str(len(content)))
    to.end_headers()
    to.wfile.write(content)


@contextlib.contextmanager
def stamps_served(
    authority: StampAuthority, context: ssl.SSLContext | None = None
) -> Iterator[StampServer]:
    """Serve until the test has ended."""
    told = StampServer(authority)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            if told.lie is not None:
                told.lie(self, query)
            else:
                send(self, authority.answer(query))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HERE, 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    told.address = f"{'http' if context is None else 'https'}://{HERE}:{server.server_port}/tsa"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
