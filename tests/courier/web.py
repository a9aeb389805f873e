"""Serve files over real TLS; lie, cut, drip or hang where a test wants it."""

import contextlib
import hashlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from appliance.model.outside.update import COMPATIBLE
from tests.courier.authority import HERE

DESCRIPTION, BUNDLE = "/zgoda/zgoda-update.json", "/zgoda/zgoda-0.9.0-arm64.raucb"
PUBLISHED = "2026-11-27"


@dataclass
class Request:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class WebServer:
    """A web server with an update."""

    context: ssl.SSLContext
    bundle: bytes
    version: str = "0.9.0"
    tag: str = '"one"'
    ranges: bool = True
    cut: int | None = None
    """Bytes of an answer's content after which it hangs up; None: never."""
    answers: dict[str, Callable[["Talk", Request], None]] = field(default_factory=dict)
    """Path -> what this server does in place of what it should."""
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server((HERE, 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    @property
    def port(self) -> int:
        """Return its port."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Return the description's address."""
        return f"https://{HERE}:{self.port}{DESCRIPTION}"

    def described(self, **changes: object) -> bytes:
        """Return the description of the bundle."""
        said = {
            "format": 1,
            "compatible": COMPATIBLE,
            "version": self.version,
            "file": BUNDLE.rpartition("/")[2],
            "size": len(self.bundle),
            "sha256": hashlib.sha256(self.bundle).hexdigest(),
            "published": PUBLISHED,
        }
        return json.dumps(said | changes).encode()

    def close(self) -> None:
        """End it, and every connection."""
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            over_tls = self.context.wrap_socket(connection, server_side=True)
            self._open.append(over_tls)
            with over_tls:
                Talk(self, over_tls).run()


class Talk:
    """One connection, with one request."""

    def __init__(self, server: WebServer, connection: socket.socket) -> None:
        self.server, self._connection = server, connection

    def run(self) -> None:
        """Answer a request."""
        with self._connection.makefile("rb") as file:
            method, path, _ = file.readline().decode("latin-1").split(" ")
            headers = {}
            while (line := file.readline().decode("latin-1").strip()) != "":
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
        request = Request(method, path, headers)
        self.server.requests.append(request)
        self.server.answers.get(path, Talk.answer)(self, request)

    def answer(self, request: Request) -> None:
        """Answer as a web server should."""
        if request.path == DESCRIPTION:
            self.send("200 OK", {}, self.server.described())
        elif request.path == BUNDLE:
            self._bundle(request)
        else:
            self.send("404 Not Found", {}, b"no such file")

    def _bundle(self, request: Request) -> None:
        content, tag = self.server.bundle, self.server.tag
        headers = {"ETag": tag} if tag else {}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if_range = request.headers.get("if-range", tag)
        if not self.server.ranges or asked is None or if_range != tag:
            self.send("200 OK", headers, content)
            return
        first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
        if first >= len(content):
            self.send("416 Range Not Satisfiable", headers, b"")
            return
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        self.send("206 Partial Content", headers, content[first : last + 1])

    def send(self, status: str, headers: dict[str, str], content: bytes) -> None:
        """Send an answer, or as much of it as the server is to send."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.say("\r\n".join([*lines, "", ""]).encode("latin-1"))
        self.say(content if self.server.cut is None else content[: self.server.cut])

    def say(self, what: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(what)

    def drip(self, what: bytes = b"a", every: float = 0.05) -> None:
        """Send a byte now and then, until the test ends or nobody listens."""
        while not self.server.ended.wait(every):
            self.say(what)

    def flood(self, what: bytes) -> None:
        """Send without an end."""
        while not self.server.ended.is_set():
            self.say(what)


@contextlib.contextmanager
def web_served(context: ssl.SSLContext, bundle: bytes, **changes: object) -> Iterator[WebServer]:
    """Serve an update until the test has ended."""
    server = WebServer(context, bundle, **changes)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.close()
