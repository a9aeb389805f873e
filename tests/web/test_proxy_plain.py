"""A browser that comes without TLS is sent to the page that has it, and never to the panel."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network.proxies import NAME, proxy, secured
from tests.rig.ports import free_port

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("p")
    plain = free_port()
    panel: Path = folder / "s"  # nobody serves it: what came there would get 503
    with proxy(secured(folder, free_port()), panel, "--plain-port", str(plain)):
        yield plain


def asked(port: int, request: str) -> list[str]:
    with socket.create_connection(("127.0.0.1", port), 20) as plain:
        plain.sendall(request.replace("\n", "\r\n").encode())
        return b"".join(iter(lambda: plain.recv(65536), b"")).decode().splitlines()


@pytest.mark.parametrize("act", ["GET", "POST", "HEAD"])
def test_it_goes_to_the_same_page_with_tls(port: int, act: str) -> None:
    said = asked(port, f"{act} /calls/ HTTP/1.1\nHost: {NAME}\nConnection: close\n\n")
    assert said[0].startswith("HTTP/1.1 302 ")
    assert f"location: https://{NAME}/calls/" in said


@pytest.mark.parametrize("hosts", ["", "Host: a.lan\nHost: b.lan\n"])
def test_a_request_that_names_no_page_goes_nowhere(port: int, hosts: str) -> None:
    said = asked(port, f"GET / HTTP/1.1\n{hosts}Connection: close\n\n")
    assert said[0].startswith("HTTP/1.1 400 ")


def test_nobody_puts_words_into_the_answer(port: int) -> None:
    request = "GET /%0d%0aSet-Cookie:%20a=1 HTTP/1.1\nHost: a.lan\nConnection: close\n\n"
    said = asked(port, request)
    assert not [line for line in said if line.lower().startswith("set-cookie")]
