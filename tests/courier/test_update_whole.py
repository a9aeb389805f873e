"""The whole way of an update: a keeper on its socket, the courier, a web server over TLS."""

import hashlib
import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance.courier import service
from appliance.courier.service import Courier, serve
from appliance.courier.update import Updates
from appliance.keeper.errands import PAUSES
from appliance.keeper.update import fetches
from appliance.keeper.update.room import PART, WHOLE
from appliance.link.client import Client
from appliance.link.requests.processes.errands import Letter
from appliance.link.requests.processes.update import PIECE
from appliance.link.server import Server
from tests.courier.authority import Authority, make_authority
from tests.courier.taking import Waits
from tests.courier.web import BUNDLE, WebServer, web_served
from tests.keeper.boxes import set_up
from tests.keeper.mail.mailed import change
from tests.keeper.update.fetched import NEWER, Fetched, as_card

CONTENT = hashlib.shake_256(b"a system").digest(5 * PIECE + 4321)
MOST_ROUNDS = 60


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def web(authority: Authority) -> Iterator[WebServer]:
    with web_served(authority.serving(), CONTENT) as one:
        yield one


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Fetched]:
    """A card whose keeper is behind its socket."""
    box = set_up(tmp_path / "data")
    updates = as_card(box, tmp_path / "card")
    server = Server(box.folders.keeper_socket, box.keeper.handle, {os.getuid()})
    server.for_user = lambda uid: partial(box.keeper.handle, user=uid)
    server.start()
    yield Fetched(box, updates)
    server.stop()
    box.keeper.close()


@pytest.fixture
def courier(one: Fetched, authority: Authority) -> Courier:
    keeper = Client(one.box.folders.keeper_socket)
    return Courier(keeper, lambda letter: "", [Updates(keeper, authority.trusting, Waits())])


def whole(one: Fetched) -> bytes | None:
    path = one.folder / WHOLE
    return path.read_bytes() if path.exists() else None


def go_on(one: Fetched, courier: Courier) -> None:
    """Let the courier go round until the update is here or given up."""
    for _ in range(MOST_ROUNDS):
        assert courier.go_round()
        one.fetches.check()
        if not (one.state().fetching or one.state().checking):
            return
        one.box.clock.advance(PAUSES[0])
    pytest.fail("it does not end")


def find(one: Fetched, courier: Courier, web: WebServer) -> None:
    one.change(web.address)
    assert courier.go_round()
    assert one.state().version == NEWER
    one.ask_fetch()


def test_it_is_found_fetched_and_compared(one: Fetched, courier: Courier, web: WebServer) -> None:
    find(one, courier, web)
    go_on(one, courier)
    assert whole(one) == CONTENT
    assert one.state().ready == NEWER
    assert {request.headers["user-agent"] for request in web.requests} == {"Zgoda"}
    assert one.box.sound_audit()


@pytest.mark.parametrize("cut", [fetches.SLOW, 100_001, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])
def test_cut_at_any_place_again_and_again_it_comes_whole(
    one: Fetched, courier: Courier, web: WebServer, cut: int
) -> None:
    find(one, courier, web)
    web.cut = cut
    rounds = 0
    while one.state().fetching and (rounds := rounds + 1) < MOST_ROUNDS:
        assert courier.go_round()
        if rounds == 3:
            web.cut = cut + 300_000
    one.fetches.check()
    one.box.clock.advance(PAUSES[0])
    go_on(one, courier) if whole(one) is None else None
    assert whole(one) == CONTENT
    sent = [r.headers["range"] for r in web.requests if r.path == BUNDLE]
    assert len(set(sent)) == len(sent), "nothing is fetched twice"


def test_other_bytes_of_the_same_length_are_not_kept(
    one: Fetched, courier: Courier, web: WebServer
) -> None:
    find(one, courier, web)
    web.bundle = bytes(len(CONTENT))
    go_on(one, courier)
    assert whole(one) is None
    assert one.state().why == "digest"
    assert list(one.folder.iterdir()) == []


def test_a_file_of_another_length_is_not_fetched(
    one: Fetched, courier: Courier, web: WebServer
) -> None:
    find(one, courier, web)
    web.bundle = CONTENT + b"more"
    assert courier.go_round()
    assert one.state().why == "size"
    assert not (one.folder / PART).exists()


def test_a_file_that_changes_in_the_middle_is_begun_anew_and_not_mixed(
    one: Fetched, courier: Courier, web: WebServer
) -> None:
    find(one, courier, web)
    web.cut = PIECE
    assert courier.go_round()
    web.tag, web.cut = '"two"', None
    assert courier.go_round()
    assert (one.state().why, one.state().have) == ("changed", 0)
    one.box.clock.advance(PAUSES[0])
    go_on(one, courier)
    assert whole(one) == CONTENT


def test_an_impostor_of_the_server_gets_no_request(
    one: Fetched, courier: Courier, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with web_served(make_authority(tmp_path / "other").serving(), CONTENT) as impostor:
        one.change(impostor.address)
        assert courier.go_round()
        assert impostor.requests == []
    assert one.state().code == "certificate"
    assert one.acts()[-1] == ("update_look_failed", "why.certificate")


def test_mail_goes_first(one: Fetched, authority: Authority, web: WebServer) -> None:
    sent: list[Letter] = []

    def mail(letter: Letter) -> str:
        sent.append(letter)
        return ""

    keeper = Client(one.box.folders.keeper_socket)
    courier = Courier(keeper, mail, [Updates(keeper, authority.trusting, Waits())])
    one.change(web.address)
    change(one.box)
    assert courier.go_round()
    assert (len(sent), web.requests) == (1, [])
    assert courier.go_round()
    assert (len(sent), len(web.requests)) == (1, 1)


def test_it_ends_where_nothing_is_looked_for_any_more(
    one: Fetched, courier: Courier, web: WebServer
) -> None:
    assert not courier.go_round()
    one.change(web.address)
    assert courier.go_round()
    one.change("")
    assert not courier.go_round()


def test_as_it_is_served_it_trusts_the_systems_authorities(
    one: Fetched, authority: Authority, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.01)
    one.change(web.address)
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(one.box.folders, stop))
    thread.start()
    try:
        seen = threading.Event()
        for _ in range(1000):
            if one.fetches.row.found is not None or seen.wait(0.02):
                break
    finally:
        stop.set()
        thread.join()
    assert one.state().version == NEWER
