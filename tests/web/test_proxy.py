"""Check what a real haproxy lets through to the panel and keeps: real sockets and TLS."""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from flask import Flask, Response, request

from tests.clocks import ManualClock
from tests.network.proxies import HTTP2, proxy, secured, trusting
from tests.rig.ports import free_port
from web import security, streams
from web.server import LARGEST_BODY, PanelServer, listen_for_proxy

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

SOUND = bytes(range(256)) * 4096  # 1 MB
LARGEST_VOICE = 250_000
OTHERS = "127.0.0.77"


def small_app(left: threading.Event) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.request_class = security.InMemory
    streams.install(app)

    @app.get("/who")
    def who() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    @app.get("/headers")
    def headers() -> dict[str, str]:
        return dict(request.headers.items())

    @app.post("/take")
    def take() -> str:
        files = [file.read() for file in request.files.values()]
        return str(sum(map(len, files)) or len(request.get_data()))

    @app.get("/sound")
    def sound() -> Response:
        asked = request.range
        assert asked is not None
        span = asked.range_for_length(len(SOUND))
        assert span is not None
        answer = Response(SOUND[span[0] : span[1]], 206)
        answer.headers["Content-Range"] = f"bytes {span[0]}-{span[1] - 1}/{len(SOUND)}"
        return answer

    @app.get("/events")
    def events() -> Response:
        gone = request.environ["waitress.client_disconnected"]

        def lines() -> Iterator[str]:
            yield "data: first\n\n"
            pause = threading.Event()
            while not gone():
                pause.wait(0.1)
            left.set()

        return Response(lines(), content_type="text/event-stream")

    return app


@dataclass
class Front:
    """A panel behind its proxy."""

    config: Path
    port: int
    left: threading.Event
    """Set once the reader of ``/events`` has gone."""
    hidden: threading.Event
    """Set once anybody asked for ``/hidden``."""

    def connect(
        self, source: str = "127.0.0.1", context: ssl.SSLContext | None = None
    ) -> HTTPSConnection:
        return HTTPSConnection(
            "127.0.0.1",
            self.port,
            timeout=20,
            source_address=(source, 0),
            context=context or trusting(self.config),
        )

    def get(
        self, path: str, headers: dict[str, str] | None = None, source: str = "127.0.0.1"
    ) -> tuple[int, bytes]:
        with contextlib.closing(self.connect(source)) as connection:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def post(
        self, path: str, body: bytes, kind: str = "application/octet-stream"
    ) -> tuple[int, bytes]:
        with contextlib.closing(self.connect()) as connection:
            connection.request("POST", path, body, {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("p")
    number, left = free_port(), threading.Event()
    config = secured(folder, number)
    listener = listen_for_proxy(folder / "s")
    app, hidden = small_app(left), threading.Event()

    @app.get("/hidden")
    def found() -> str:
        hidden.set()
        return "found"

    panel = PanelServer(app, listener, clock=ManualClock())
    serving = threading.Thread(target=panel.serve)
    serving.start()
    try:
        with proxy(config, folder / "s") as running:
            yield Front(config, number, left, hidden)
            assert "ALERT" not in running.said()
    finally:
        panel.stop()
        serving.join(10)


def test_the_panel_sees_the_browsers_own_address(front: Front) -> None:
    for source in ("127.0.0.1", OTHERS):
        status, said = front.get("/who", source=source)
        assert (status, said.decode()) == (200, f"{source} https 127.0.0.1:{front.port}")


@pytest.mark.parametrize(
    "name", ["X-Browser-Address", "X_Browser_Address", "x-browser-address", "X-Forwarded-For",
             "Forwarded", "X-Real-IP", "Client-IP"]
)  # fmt: skip
def test_a_browser_cannot_claim_another_address(front: Front, name: str) -> None:
    status, said = front.get("/who", {name: "10.9.8.7"})
    assert (status, said.split()[0]) == (200, b"127.0.0.1")


def test_twice_is_not_enough_either(front: Front) -> None:
    with contextlib.closing(front.connect()) as connection:
        connection.putrequest("GET", "/who")
        for told in ("10.9.8.7", "10.9.8.6"):
            connection.putheader("X-Browser-Address", told)
        connection.endheaders()
        assert connection.getresponse().read().split()[0] == b"127.0.0.1"


def test_nothing_of_the_way_is_told_to_the_panels_pages(front: Front) -> None:
    _, said = front.get(
        "/headers", {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    )
    assert b"evil" not in said
    assert b"Forwarded" not in said
    assert b"Browser-Address" not in said


def test_no_answer_names_the_server(front: Front) -> None:
    for path in ("/who", "/nowhere"):
        with contextlib.closing(front.connect()) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.getheader("Server") is None
            assert answer.getheader("Via") is None


def test_ranges_and_large_answers_come_whole(front: Front) -> None:
    status, part = front.get("/sound", {"Range": "bytes=1000-260999"})
    assert (status, part) == (206, SOUND[1000:261_000])
    status, whole = front.get("/sound", {"Range": "bytes=0-"})
    assert (status, whole) == (206, SOUND)


@pytest.mark.parametrize("size", [0, 10, 20_000, 64 << 10, 70_000, LARGEST_VOICE, 2 << 20])
def test_forms_and_voices_arrive_whole(front: Front, size: int) -> None:
    assert front.post("/take", b"x" * size) == (200, str(size).encode())


def test_a_file_is_uploaded(front: Front) -> None:
    part = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.wav"\r\n\r\n'
        + b"x" * LARGEST_VOICE
        + b"\r\n--b--\r\n"
    )
    assert front.post("/take", part, "multipart/form-data; boundary=b") == (200, b"250000")


def test_a_body_without_a_length_is_large(front: Front) -> None:
    with contextlib.closing(front.connect()) as connection:
        pieces = [b"x" * 50_000 for _ in range(4)]
        connection.request("POST", "/take", iter(pieces), encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        assert connection.getresponse().read() == b"200000"


INSIDE = b"GET /hidden HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize(
    ("lengths", "body"),
    [
        (b"Content-Length: %d\r\nTransfer-Encoding: chunked" % (5 + len(INSIDE)), b"0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"0\r\n\r\n"),
        (b"Content-Length: 0\r\nContent-Length: %d" % len(INSIDE), b""),
        (b"Content-Length: %d\r\nContent-Length: 0" % len(INSIDE), b""),
        (b"Content-Length: %d\r\nTransfer-Encoding: xchunked" % len(INSIDE), b""),
        (b"Content-Length: 5\r\nTransfer-Encoding:\x0bchunked", b"0\r\n\r\n"),
        (b"Content-Length: +%d" % len(INSIDE), b""),
        (b"Transfer-Encoding: chunked", b"0x0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"0\n\n"),
        (b"Content-Length : %d" % len(INSIDE), b""),
    ],
    ids=repr,
)  # fmt: skip
def test_a_request_hidden_in_anothers_body_is_never_run(
    front: Front, lengths: bytes, body: bytes
) -> None:
    """Where proxy and panel disagreed about a length, the rest would be a request of its own."""
    with contextlib.closing(front.connect()) as connection:
        connection.connect()
        head = b"POST /take HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + lengths
        connection.sock.sendall(head + b"\r\n\r\n" + body + INSIDE)
        said = connection.sock.recv(65536)

    assert said.split(b"\r\n")[0].split()[1] in {b"200", b"400"}
    assert front.get("/who")[1].startswith(b"127.0.0.1 https")
    assert not front.hidden.is_set()


def test_the_hidden_request_would_be_seen(front: Front) -> None:
    assert front.get("/hidden") == (200, b"found")
    assert front.hidden.is_set()
    front.hidden.clear()


def test_what_is_too_large_is_refused(front: Front) -> None:
    with contextlib.closing(front.connect()) as connection:
        connection.putrequest("POST", "/take")
        connection.putheader("Content-Length", str((2 << 20) + 1))
        connection.endheaders(b"x" * 200_000)
        assert connection.getresponse().status == 413
    assert front.get("/who", {"X-Long": "x" * 17_000})[0] == 431


def test_a_stream_begins_at_once_and_ends_when_its_browser_leaves(front: Front) -> None:
    connection = front.connect()
    connection.request("GET", "/events")
    answer = connection.getresponse()
    assert answer.readline() == b"data: first\n"
    assert not front.left.is_set()
    answer.close()
    connection.close()
    assert front.left.wait(5)


def test_nobody_gets_http_2_whose_streams_no_limit_counts(front: Front) -> None:
    with contextlib.closing(front.connect()) as connection:
        connection.connect()
        connection.sock.sendall(HTTP2)
        assert not _rest(connection.sock).startswith(b"\0\0")  # its own first frame


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(front: Front, newest: ssl.TLSVersion) -> None:
    old = trusting(front.config)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = newest
    with pytest.raises((ssl.SSLError, ConnectionError)):
        front.connect(context=old).connect()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_tls_has_forward_secrecy(front: Front, version: ssl.TLSVersion) -> None:
    new = trusting(front.config)
    new.minimum_version = new.maximum_version = version
    with contextlib.closing(front.connect(context=new)) as connection:
        connection.connect()
        cipher = connection.sock.cipher()
        assert cipher is not None
        assert cipher[0].startswith(("TLS_", "ECDHE-"))


def test_a_cipher_without_forward_secrecy_is_refused(front: Front) -> None:
    weak = trusting(front.config)
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers("AES128-GCM-SHA256:AES256-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        front.connect(context=weak).connect()


def is_open(connection: socket.socket) -> bool:
    """Say whether the other end still holds a connection on which nothing was said."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_one_address_holds_no_more_than_its_share(front: Front) -> None:
    held = []
    try:
        for _ in range(60):
            with contextlib.suppress(ConnectionResetError):  # refused at once
                held.append(socket.create_connection(
                    ("127.0.0.1", front.port), timeout=20, source_address=("127.0.0.99", 0)
                ))  # fmt: skip
        assert front.get("/who", source=OTHERS)[0] == 200  # everything before it was judged
        assert sum(map(is_open, held)) <= 24  # fewer on a busy machine: who is silent has to go
    finally:
        for each in held:
            each.close()


def test_whoever_says_nothing_is_sent_away(front: Front) -> None:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as silent:
        with contextlib.suppress(ConnectionError):
            assert silent.recv(1) == b""
    assert time.monotonic() - began < 15


def test_a_request_that_drips_is_cut(front: Front) -> None:
    for opening in (
        b"GET /who HTTP/1.1\r\nHost: a\r\nX: ",
        b"POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n",
    ):
        with contextlib.closing(front.connect()) as connection:
            connection.connect()
            connection.sock.sendall(opening)
            connection.sock.settimeout(1)
            for _ in range(20):
                try:
                    if not connection.sock.recv(4096):
                        break
                except TimeoutError:
                    connection.sock.sendall(b"x")
                except ConnectionError:
                    break
            else:
                raise AssertionError("it was never cut")


def test_too_many_requests_of_one_address_are_answered_429(front: Front) -> None:
    ask = b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
    with contextlib.ExitStack() as held:
        asking = [
            held.enter_context(contextlib.closing(front.connect("127.0.0.66"))) for _ in range(20)
        ]
        for each in asking:
            each.connect()
        for each in asking:  # all at once: 500 in a moment
            each.sock.sendall(ask * 24 + ask[:-2] + b"Connection: close\r\n\r\n")
        told = b"".join(_rest(each.sock) for each in asking)
    statuses = set(re.findall(rb"HTTP/1.1 (\d+)", told))
    assert statuses == {b"404", b"429"}
    assert front.get("/who", source=OTHERS)[0] == 200


def _rest(connection: socket.socket) -> bytes:
    """Read until the end, or until it is cut off."""
    found = bytearray()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while piece := connection.recv(65536):
            found += piece
    return bytes(found)


def test_too_many_connections_of_one_address_are_refused(front: Front) -> None:
    source = "127.0.0.55"
    for _ in range(220):
        with contextlib.suppress(ConnectionError):
            socket.create_connection(("127.0.0.1", front.port), 20, (source, 0)).close()
    # Python leaves a TLS socket open where the reset comes before its handshake.
    with (
        contextlib.suppress(ConnectionResetError, BrokenPipeError),  # also within `connect`
        socket.create_connection(("127.0.0.1", front.port), 20, (source, 0)) as refused,
    ):
        refused.sendall(b"GET /who HTTP/1.1\r\nHost: a\r\n\r\n")
        assert refused.recv(1) == b""
    assert front.get("/who", source=OTHERS)[0] == 200
