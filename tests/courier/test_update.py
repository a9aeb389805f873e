"""A look at an update's description over HTTPS, whatever a server says."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.courier import https
from appliance.link.requests.processes.update import Fetch
from appliance.model.outside.update import MOST_DESCRIBED, Description
from tests.courier.authority import HERE, Authority, make_authority
from tests.courier.taking import (
    CHUNK,
    CONTENT,
    HANGS,
    Answers,
    carried,
    code_of,
    drip,
    flood,
    look,
    part,
    raw,
    says,
    status,
)
from tests.courier.web import DESCRIPTION, WebServer, web_served


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[WebServer]:
    with web_served(authority.serving(), CONTENT) as one:
        yield one


def test_a_description_is_looked_at_and_nothing_of_the_box_is_said(
    authority: Authority, server: WebServer
) -> None:
    keeper = carried(look(server), authority)

    assert code_of(keeper) == ""
    assert keeper.told[0].found == Description(
        "0.9.0", "zgoda-0.9.0-arm64.raucb", len(CONTENT),
        hashlib.sha256(CONTENT).hexdigest(), "2026-11-27",
    )  # fmt: skip
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", DESCRIPTION)
    assert request.headers == {
        "host": f"{HERE}:{server.port}",
        "user-agent": "Zgoda",
        "accept-encoding": "identity",
        "connection": "close",
    }


def test_where_nothing_is_to_be_done_nothing_is_connected_to(
    authority: Authority, server: WebServer
) -> None:
    for wanted in (True, False):
        keeper = carried(Fetch(wanted=wanted), authority)
        assert (keeper.told, server.requests) == ([], [])


@pytest.mark.parametrize("ended", [False, True])
def test_another_certificate_is_refused_before_a_word_is_said(
    authority: Authority, tmp_path: Path, ended: bool
) -> None:
    other = authority if ended else make_authority(tmp_path)
    with web_served(other.serving(ended=ended), CONTENT) as server:
        for errand in (look(server), part(server)):
            assert code_of(carried(errand, authority)) == "certificate"
        assert server.requests == []


def test_a_certificate_for_another_name_is_refused(authority: Authority) -> None:
    with web_served(authority.serving("127.0.0.2"), CONTENT) as server:
        assert code_of(carried(look(server), authority)) == "certificate"
        assert server.requests == []


GIGABYTE = f"HTTP/1.1 200 OK\r\nContent-Length: {2**30}\r\n\r\n".encode()
ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

EVIL: dict[str, tuple[Answers, str]] = {
    "missing": (status("404 Not Found"), "missing"),
    "forbidden": (status("403 Forbidden"), "missing"),
    "broken": (status("500 Oops"), "odd"),
    "redirect": (status("302 Found", Location="https://127.0.0.1:1/x"), "redirect"),
    "redirect_to_http": (status("301 Moved", Location="http://127.0.0.1/x"), "redirect"),
    "redirect_to_file": (status("307 Moved", Location="file:///etc/passwd"), "redirect"),
    "packed": (says(b"\x1f\x8b", **{"Content-Encoding": "gzip"}), "odd"),
    "no_json": (says(b"<html>"), "description"),
    "deep": (says(b"[" * 10_000), "description"),
    "long": (says(b" " * (MOST_DESCRIBED + 1)), "description"),
    "gigabyte": (flood(GIGABYTE, b" " * 4096), "description"),
    "endless": (flood(ENDLESS, CHUNK), "description"),
    "endless_header": (flood(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 4096), "odd"),
    "many_headers": (raw(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 10_000 + b"\r\n"), "odd"),
    "continues": (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "late"),
    "no_http": (raw(b"SSH-2.0-OpenSSH\r\n"), "odd"),
    "silent": (lambda talk, request: None, "closed"),
    "cut": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), "closed"),
    "drips": (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"), "late"),
    "drips_headers": (drip(b"HTTP/1.1 200 OK\r\nX: "), "late"),
    "part": (lambda talk, request: talk.send("206 Part", {}, talk.server.described()), "odd"),
    "negative": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), "description"),
}  # fmt: skip


@pytest.mark.parametrize("name", EVIL)
def test_a_look_at_a_server_that_lies_ends_with_a_word(
    authority: Authority, server: WebServer, name: str
) -> None:
    server.answers[DESCRIPTION], code = EVIL[name]
    keeper = carried(look(server), authority, HANGS)

    assert code_of(keeper) == code
    assert len(server.requests) == 1, "no second request, to nowhere else"


def test_a_server_that_hangs_in_its_handshake_is_left(authority: Authority) -> None:
    with socket.create_server((HERE, 0)) as mute:
        address = f"https://{HERE}:{mute.getsockname()[1]}/x.json"
        errand = Fetch(wanted=True, number=7, address=address)
        assert code_of(carried(errand, authority, 0.3)) == "late"


def test_a_server_without_tls_gets_no_request(authority: Authority) -> None:
    with socket.create_server((HERE, 0)) as plain:
        heard: list[bytes] = []

        def talk() -> None:
            connection, _ = plain.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        address = f"https://{HERE}:{plain.getsockname()[1]}/x.json"
        errand = Fetch(wanted=True, number=7, address=address)
        assert code_of(carried(errand, authority)) == "no_tls"
        thread.join()
    assert b"GET" not in heard[0]


def test_nobody_there_and_no_such_name(authority: Authority) -> None:
    with socket.create_server((HERE, 0)) as closed:
        port = closed.getsockname()[1]
    for host, code in ((f"{HERE}:{port}", "unreachable"), ("nobody.invalid", "name")):
        errand = Fetch(wanted=True, number=7, address=f"https://{host}/x.json")
        assert code_of(carried(errand, authority)) == code


def test_an_address_that_the_keeper_would_not_give_is_not_asked(authority: Authority) -> None:
    for address in ("http://127.0.0.1/x", "https://127.0.0.1/x?y", "file:///etc/passwd"):
        errand = Fetch(wanted=True, number=7, address=address)
        assert code_of(carried(errand, authority)) == "odd"


def test_a_fault_of_its_own_is_told_and_says_nothing(
    authority: Authority, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise RuntimeError("words")

    monkeypatch.setattr(https, "_check", faulty)
    assert code_of(carried(look(server), authority)) == "odd"
