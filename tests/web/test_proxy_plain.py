"""Whoever comes without TLS is sent to the page with it or cut off, never to the panel."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network.proxies import HTTP2, NAME, proxy, secured, trusting
from tests.rig.ports import free_port

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    folder = tmp_path_factory.mktemp("p")
    found = {"plain": free_port(), "tls": free_port()}
    panel: Path = folder / "s"  # nobody serves it: what came there would get 503
    with proxy(secured(folder, found["tls"]), panel, "--plain-port", str(found["plain"])):
        yield found


EVERY = "0.0.0.0"  # noqa: S104 - of this computer, for a test


def test_every_address_is_one_of_ipv6_too(tmp_path: Path) -> None:
    """The firewall lets in both. Each has a socket of its own: IPv4 does not come as IPv6."""
    plain, tls = free_port(), free_port()
    config = secured(tmp_path, tls, host=EVERY)
    with proxy(config, tmp_path / "s", "--plain-port", str(plain)):
        for address in ("127.0.0.1", "::1"):
            for port in (plain, tls):
                with socket.create_connection((address, port), 20) as browser:
                    browser.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
                    assert browser.recv(16).startswith(b"HTTP/1.1 302"), (address, port)
            with (
                socket.create_connection((address, tls), 20) as bare,
                trusting(config).wrap_socket(bare, server_hostname=NAME) as secure,
            ):
                assert secure.version() == "TLSv1.3"
        for file, every in (("tcp", "0" * 8), ("tcp6", "0" * 32)):
            there = Path(f"/proc/net/{file}").read_text("ascii")
            for port in (plain, tls):
                assert f" {every}:{port:04X} " in there, (file, port)


@pytest.fixture(params=["plain", "tls"])
def port(ports: dict[str, int], request: pytest.FixtureRequest) -> int:
    """The port for browsers without TLS, and the port that speaks it."""
    return ports[request.param]


def asked(port: int, request: str, source: str = "127.0.0.1") -> list[str]:
    with socket.create_connection(("127.0.0.1", port), 20, (source, 0)) as plain:
        plain.sendall(request.replace("\n", "\r\n").encode())
        return b"".join(iter(lambda: plain.recv(65536), b"")).decode().splitlines()


@pytest.mark.parametrize("act", ["GET", "POST", "HEAD"])
def test_it_goes_to_the_same_page_with_tls(port: int, act: str) -> None:
    said = asked(port, f"{act} /calls/ HTTP/1.1\nHost: {NAME}\nConnection: close\n\n")
    assert said[0].startswith("HTTP/1.1 302 ")
    assert f"location: https://{NAME}/calls/" in said
    assert not [line for line in said if line.lower().startswith("strict-transport-security")]


def test_the_port_that_a_browser_asked_at_stays(ports: dict[str, int]) -> None:
    named = f"{NAME}:{ports['tls']}"
    said = asked(ports["tls"], f"GET /calls HTTP/1.1\nHost: {named}\nConnection: close\n\n")
    assert f"location: https://{named}/calls" in said


def test_many_requests_in_clear_are_answered_429(ports: dict[str, int]) -> None:
    ask, last = f"GET /calls HTTP/1.1\nHost: {NAME}\n", "Connection: close\n\n"
    said = asked(ports["tls"], f"{ask}\n" * 450 + ask + last, "127.0.0.44")
    assert {line.split()[1] for line in said if line.startswith("HTTP/1.1")} == {"302", "429"}


@pytest.mark.parametrize("hosts", ["", "Host: a.lan\nHost: b.lan\n"])
def test_a_request_that_names_no_page_goes_nowhere(port: int, hosts: str) -> None:
    said = asked(port, f"GET / HTTP/1.1\n{hosts}Connection: close\n\n")
    assert " ".join(said[:1])[:13] in {"HTTP/1.1 400 ", ""}  # or it is cut off without a word


def test_nobody_puts_words_into_the_answer(port: int) -> None:
    request = "GET /%0d%0aSet-Cookie:%20a=1 HTTP/1.1\nHost: a.lan\nConnection: close\n\n"
    said = asked(port, request)
    assert not [line for line in said if line.lower().startswith("set-cookie")]


HELLO = b"\x16\x03\x01"
CLAIMS = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x0a\x09\x08\x07\x7f\x00\x00\x01\x00\x50\x01\xbb"
"""A header of the PROXY protocol, version 2: it comes from 10.9.8.7."""


@pytest.mark.parametrize(
    "said",
    [b"SSH-2.0-x\r\n", b"PROXY TCP4 10.9.8.7 127.0.0.1 80 443\r\n", CLAIMS, bytes(600), b"GET\r\n"],
)
@pytest.mark.parametrize("then", [b"", HELLO, b"GET /who HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_what_is_neither_tls_nor_http_is_cut_off(
    ports: dict[str, int], said: bytes, then: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", ports["tls"]), timeout=20) as plain:
        plain.sendall(said + then)
        with contextlib.suppress(ConnectionError):
            assert plain.recv(4096) == b""


def test_http_2_is_not_spoken_in_clear(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall(HTTP2)
        with contextlib.suppress(ConnectionError):
            assert not plain.recv(4096).startswith(b"\0\0")  # the first frame of HTTP/2


@pytest.mark.parametrize(
    "opening", [b"GET /who HTTP/1.1\r\nHost: a\r\nX: ", HELLO + b"\x02\x00\x01"]
)
def test_whoever_drips_at_the_door_is_cut(ports: dict[str, int], opening: bytes) -> None:
    with socket.create_connection(("127.0.0.1", ports["tls"]), timeout=20) as plain:
        plain.sendall(opening)
        plain.settimeout(1)
        for _ in range(20):
            try:
                if not plain.recv(4096):
                    break
            except TimeoutError:
                plain.sendall(b"x")
            except ConnectionError:
                break
        else:
            raise AssertionError("it was never cut")
