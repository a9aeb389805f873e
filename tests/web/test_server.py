"""Check what the panel's server passes on and refuses, how it stops: real sockets."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request

from appliance.errors import ZgodaError
from tests.clocks import ManualClock
from tests.web.conftest import Panel
from web import security, streams
from web.server import LARGEST_BODY, PanelServer, listen, listen_for_proxy, plain_address

FAR = "192.168.1.30"
NUMBER = "+48221234567"


def small_app() -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.request_class = security.InMemory
    streams.install(app)

    @app.get("/who")
    def who() -> str:
        return f"{request.remote_addr} {request.scheme}"

    @app.post("/take")
    def take() -> str:
        files = [file.read() for file in request.files.values()]
        return str(sum(map(len, files)) or len(request.get_data()))

    @app.get("/breaks")
    def breaks() -> Response:
        def pieces() -> Iterator[str]:
            yield "begun"
            raise ValueError(NUMBER)

        return Response(pieces())

    @app.get("/sound")
    def sound() -> Response:
        return Response(b"\x55" * (12 << 20), content_type="audio/wav")

    return app


@contextlib.contextmanager
def serving(listener: socket.socket, proxies: set[int] | None = None) -> Iterator[PanelServer]:
    panel = PanelServer(small_app(), listener, proxies, ManualClock())
    running = threading.Thread(target=panel.serve)
    running.start()
    try:
        yield panel
    finally:
        panel.stop()
        running.join(10)
        assert not running.is_alive()


@pytest.fixture
def port() -> Iterator[int]:
    listener = listen("127.0.0.1", 0)
    number = int(listener.getsockname()[1])
    with serving(listener):
        yield number


def ask(raw: bytes, where: int | Path) -> bytes:
    """Send bytes; return all that is answered."""
    if isinstance(where, Path):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(where))
    else:
        connection = socket.create_connection(("127.0.0.1", where))
    with connection:
        connection.settimeout(10)
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(1 << 20), b""))


def get(path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def post(path: str, body: bytes, kind: str = "application/octet-stream") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


FORGED = [
    f"X-Browser-Address: {FAR}",
    f"X_Browser_Address: {FAR}",
    f"X-Forwarded-For: {FAR}",
    f"X_Forwarded_For: {FAR}",
    f"Forwarded: for={FAR};proto=https",
    f"X-Real-IP: {FAR}",
    "X-Forwarded-Proto: https",
]


def test_on_loopback_a_browser_is_where_the_kernel_says(port: int) -> None:
    assert ask(get("/who", *FORGED), port).endswith(b"\r\n\r\n127.0.0.1 http")


def test_behind_the_proxy_a_browser_is_where_the_proxy_says(tmp_path: Path) -> None:
    path = tmp_path / "panel.sock"
    with serving(listen_for_proxy(path)):
        for told, meant in [
            (FAR, FAR),
            ("fd00::1", "fd00::1"),
            ("::ffff:192.168.1.30", FAR),
        ]:
            answer = ask(
                get("/who", f"X-Browser-Address: {told}", "X_Browser_Address: 1.1.1.1"), path
            )
            assert answer.endswith(f"\r\n\r\n{meant} https".encode()), told


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["X-Browser-Address: nobody"],
        ["X-Browser-Address: 10.0.0.1", "X-Browser-Address: 10.0.0.2"],
        ["X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1"],
    ],
)
def test_behind_the_proxy_a_browser_without_an_address_is_refused(
    tmp_path: Path, headers: list[str]
) -> None:
    path = tmp_path / "panel.sock"
    with serving(listen_for_proxy(path)):
        assert ask(get("/who", *headers), path).startswith(b"HTTP/1.1 400 ")


def test_only_the_proxys_user_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mode of the socket is one lock; the user that the kernel names is the other."""
    path = tmp_path / "panel.sock"
    stranger = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: stranger + 1)  # the panel is somebody else
    with serving(listen_for_proxy(path)):
        with contextlib.suppress(OSError):
            assert ask(get("/who", f"X-Browser-Address: {FAR}"), path) == b""
    with serving(listen_for_proxy(path), {stranger}):
        assert ask(get("/who", f"X-Browser-Address: {FAR}"), path).startswith(b"HTTP/1.1 200 ")


def test_the_proxys_socket_is_for_user_and_group_alone(tmp_path: Path) -> None:
    path = tmp_path / "panel.sock"
    with listen_for_proxy(path):
        assert path.stat().st_mode & 0o777 == 0o660
    with listen_for_proxy(path):  # what a killed panel left is no hindrance
        assert path.is_socket()


def test_a_socket_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ZgodaError, match=r"cannot listen at .*: Not a directory\."):
        listen_for_proxy(tmp_path / "file" / "run" / "panel.sock")


def test_the_server_says_no_name(port: int, tmp_path: Path) -> None:
    for raw in (
        get("/who"),
        get("/nowhere"),
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nA B: c\r\n\r\n",
    ):
        answer = ask(raw, port).lower()
        assert answer.startswith(b"http/1."), raw
        assert b"\r\nserver:" not in answer
        assert b"waitress" not in answer
        assert b"via:" not in answer


def test_headers_and_bodies_end_somewhere(port: int) -> None:
    assert ask(get("/who", "X-Long: " + "x" * 17_000), port).startswith(b"HTTP/1.0 431 ")
    assert ask(post("/take", b"x" * LARGEST_BODY), port).endswith(b"\r\n\r\n2097152")
    too_much = post("/take", b"")[:-4].replace(b"Content-Length: 0", b"Content-Length: 2097153")
    assert ask(too_much + b"\r\n\r\n", port).startswith(b"HTTP/1.1 413 ")


def test_nothing_of_a_request_or_an_answer_reaches_a_file(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """waitress and Werkzeug would write to the folder for temporary files; there is none."""
    made: list[str] = []
    real = os.open

    def watched(path: object, flags: int, *rest: object, **more: object) -> int:
        if flags & os.O_CREAT or flags & os.O_TMPFILE == os.O_TMPFILE:
            made.append(str(path))
        return real(path, flags, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", watched)
    part = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.wav"\r\n\r\n'
        + b"x" * 1_500_000
        + b"\r\n--b--\r\n"
    )
    took = ask(post("/take", part, "multipart/form-data; boundary=b"), port)
    assert took.endswith(b"\r\n\r\n1500000")
    slow = socket.create_connection(("127.0.0.1", port))
    with slow:
        slow.sendall(get("/sound"))  # 12 MB for a browser that has not read yet
        slow.settimeout(10)
        assert slow.recv(4).startswith(b"HTTP")
        assert made == []
        rest = b"".join(iter(lambda: slow.recv(1 << 20), b""))
    assert len(rest) > 12 << 20
    assert made == []


def test_a_page_that_fails_while_it_is_sent_is_logged_without_its_text(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    ask(get("/breaks"), port)
    assert "ValueError" in caplog.text
    assert "in pieces" in caplog.text
    assert NUMBER not in caplog.text
    assert "/breaks" not in caplog.text


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("FE80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
    ],
)
def test_plain_addresses(told: str, plain: str) -> None:
    assert plain_address(told) == plain


@pytest.mark.parametrize("told", ["", "localhost", "10.0.0", "10.0.0.1:80"])
def test_what_is_no_address(told: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        plain_address(told)


SAID = {
    "en": "That is more than the device takes at once.",
    "pl": "To więcej, niż urządzenie przyjmuje naraz.",
    "de": "Das ist mehr, als das Gerät auf einmal annimmt.",
}


@pytest.mark.parametrize("language", SAID)
def test_what_is_too_large_is_answered_by_the_panels_own_page(
    panel: Panel, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = panel.log_in()
    jar = browser.client._cookies or {}
    cookies = "; ".join(f"{each.key}={each.value}" for each in jar.values())
    monkeypatch.setattr(f"{__name__}.small_app", lambda: panel.app)
    with contextlib.closing(listen("127.0.0.1", 0)) as listener, serving(listener):
        head = (
            f"POST /words/Reception/question HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n"
            f"Accept-Language: {language}\r\nContent-Length: {LARGEST_BODY * 4}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        told = ask(head.encode(), listener.getsockname()[1]).decode()
    assert told.startswith("HTTP/1.1 413 ")
    assert SAID[language] in told
    assert f'<html lang="{language}">' in told
    assert "Content-Security-Policy" in told
    assert "generated by" not in told
