"""The whole way of a stamp: a keeper on its socket, the courier, an authority of OpenSSL's."""

import os
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from appliance.courier.service import Courier
from appliance.courier.stamps import Stamps
from appliance.keeper.audit.stamps import day_word, kept_on
from appliance.link.client import Client
from appliance.link.server import Server
from appliance.model.outside.stamps import ANSWER_KIND, MOST_ANSWER, QUERY_KIND
from appliance.vault.audit.stamps import read_stamp
from tests.courier.authority import HERE, Authority, make_authority
from tests.courier.stamping import StampServer, send, stamps_served
from tests.keeper.boxes import set_up
from tests.keeper.stamps.stamped_box import StampedBox
from tests.vault.audit.stamped import NAME, StampAuthority

HANGS = 1.0
"""Seconds after which these tests give a request up."""


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def one(tmp_path: Path, authority: StampAuthority) -> Iterator[StampedBox]:
    """A box whose keeper is behind its socket."""
    box = set_up(tmp_path / "data")
    server = Server(box.folders.keeper_socket, box.keeper.handle, {os.getuid()})
    server.for_user = lambda uid: partial(box.keeper.handle, user=uid)
    server.start()
    yield StampedBox(box, authority)
    server.stop()
    box.keeper.close()


@pytest.fixture
def courier(one: StampedBox, tls: Authority) -> Courier:
    keeper = Client(one.box.folders.keeper_socket)
    return Courier(keeper, lambda letter: "", [Stamps(keeper, tls.trusting, HANGS)])


@pytest.fixture(params=["https", "http"])
def served(
    request: pytest.FixtureRequest, authority: StampAuthority, tls: Authority
) -> Iterator[StampServer]:
    with stamps_served(authority, tls.serving() if request.param == "https" else None) as server:
        yield server


def test_a_head_goes_out_and_its_stamp_comes_back(
    one: StampedBox, courier: Courier, served: StampServer
) -> None:
    assert not courier.go_round(), "nothing is set up"
    one.name(address=served.address)
    day = one.next_day()
    assert courier.go_round()
    kept = kept_on(one.audit.folder, day)
    assert kept is not None
    stamp = read_stamp(kept)
    assert (stamp.authority, stamp.is_over(one.head(day))) == (NAME, True)
    stamp.check_signer([served.authority.root])
    (headers,) = served.headers
    port = served.address.split(":")[2].split("/")[0]
    assert headers == {
        "host": f"{HERE}:{port}",
        "user-agent": "Zgoda",
        "accept": ANSWER_KIND,
        "accept-encoding": "identity",
        "connection": "close",
        "content-type": QUERY_KIND,
        "content-length": headers["content-length"],
    }, "nothing about the box"
    assert courier.go_round()
    assert len(served.headers) == 1
    assert one.acts() == [("stamp_begun", day_word(day)), ("stamped", day_word(day))]


def page(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"<html>", "text/html")


def long(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, bytes(MOST_ANSWER + 1))


def endless(to: BaseHTTPRequestHandler, query: bytes) -> None:
    to.send_response(200)
    to.send_header("Content-Type", ANSWER_KIND)
    to.end_headers()
    to.wfile.write(bytes(10 * MOST_ANSWER))


def cut(to: BaseHTTPRequestHandler, query: bytes) -> None:
    to.send_response(200)
    to.send_header("Content-Type", ANSWER_KIND)
    to.send_header("Content-Length", "900")
    to.end_headers()
    to.wfile.write(b"0")
    to.close_connection = True


def hanging(to: BaseHTTPRequestHandler, query: bytes) -> None:
    to.connection.recv(1)  # until the courier leaves


def elsewhere(to: BaseHTTPRequestHandler, query: bytes) -> None:
    to.send_response(302)
    to.send_header("Location", "https://other.example/")
    to.send_header("Content-Length", "0")
    to.end_headers()


def gone(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"", status=404)


def broken(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"", status=500)


def part(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"0", status=206)


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (page, "kind"),
        (long, "large"),
        (endless, "large"),
        (cut, "closed"),
        (hanging, "late"),
        (elsewhere, "redirect"),
        (gone, "missing"),
        (broken, "odd"),
        (part, "odd"),
    ],
)
def test_a_server_that_lies_brings_nothing(
    one: StampedBox, courier: Courier, served: StampServer, lie: object, code: str
) -> None:
    one.name(address=served.address)
    day = one.next_day()
    served.lie = lie  # type: ignore[assignment]
    assert courier.go_round()
    assert one.acts()[-1] == ("stamp_failed", f"why.{code}")
    assert kept_on(one.audit.folder, day) is None


def test_a_server_with_another_certificate_is_told_nothing(
    one: StampedBox, courier: Courier, authority: StampAuthority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with stamps_served(authority, make_authority(tmp_path / "other").serving()) as served:
        one.name(address=served.address)
        one.next_day()
        assert courier.go_round()
        assert served.headers == []
    assert one.acts()[-1] == ("stamp_failed", "why.certificate")


def test_nobody_there_is_a_failure(one: StampedBox, courier: Courier, served: StampServer) -> None:
    one.name(address=f"http://{HERE}:1/")
    one.next_day()
    assert courier.go_round()
    assert one.acts()[-1] == ("stamp_failed", "why.unreachable")
