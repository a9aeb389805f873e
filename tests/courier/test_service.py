"""The whole way of a mail: a keeper on its socket, the courier, a mail server over TLS."""

import os
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from appliance.config.folders import Folders
from appliance.courier.mail import send
from appliance.courier.service import Courier, serve
from appliance.link.client import Client
from appliance.link.requests.outside.mail import StopMail
from appliance.link.requests.processes.errands import Letter
from appliance.link.server import Server
from appliance.link.sockets import address
from tests.boxes import PASSWORD
from tests.courier.authority import HERE, Authority, make_authority
from tests.courier.smtp import SECRET, SmtpServer, served
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.mail.mailed import PLACE, Mailed, change


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def smtp(authority: Authority) -> Iterator[SmtpServer]:
    with served(authority.serving()) as one:
        yield one


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    """A keeper behind its socket."""
    box = set_up(tmp_path / "data")
    server = Server(box.folders.keeper_socket, box.keeper.handle, {os.getuid()})
    server.for_user = lambda uid: partial(box.keeper.handle, user=uid)
    server.start()
    yield box
    server.stop()
    box.keeper.close()


@pytest.fixture
def courier(box: KeeperBox, authority: Authority) -> Courier:
    mail = partial(send, context=authority.trusting())
    return Courier(Client(box.folders.keeper_socket), mail)


def point_to(box: KeeperBox, smtp: SmtpServer, **changes: object) -> None:
    place = structs.replace(PLACE, server=HERE, port=smtp.port, **changes)
    change(box, place, secret=SECRET)


def test_a_mail_goes_all_the_way(box: KeeperBox, courier: Courier, smtp: SmtpServer) -> None:
    point_to(box, smtp)
    assert courier.go_round()
    (came,) = smtp.received
    assert (came.over_tls, came.user) == (True, PLACE.user)
    assert came.recipients == ["ewa@office.example"]
    assert Mailed(box).mail_acts()[-2:] == [("mail_begun", "trial"), ("mail_sent", "trial")]
    assert courier.go_round()
    assert len(smtp.received) == 1


def test_a_server_with_another_certificate_gets_nothing_and_the_audit_says_so(
    box: KeeperBox, courier: Courier, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with served(make_authority(tmp_path / "other").serving()) as smtp:
        point_to(box, smtp)
        assert courier.go_round()
        assert (smtp.tried, smtp.received) == ([], [])
    assert Mailed(box).mail_acts()[-1] == ("mail_failed", "why.certificate")


def test_without_a_keeper_it_waits_and_goes_on(
    box: KeeperBox, courier: Courier, smtp: SmtpServer
) -> None:
    away = Courier(Client(box.folders.data / "nobody.sock"), lambda letter: "")
    assert away.go_round()
    point_to(box, smtp)
    assert courier.go_round()
    assert len(smtp.received) == 1


def test_a_fault_of_its_own_is_a_failed_mail(box: KeeperBox, smtp: SmtpServer) -> None:
    def faulty(letter: Letter) -> str:
        raise RuntimeError(letter.secret)

    point_to(box, smtp)
    assert Courier(Client(box.folders.keeper_socket), faulty).go_round()
    assert Mailed(box).mail_acts()[-1] == ("mail_failed", "why.odd")


def test_where_nothing_is_set_up_it_ends(box: KeeperBox, courier: Courier) -> None:
    assert not courier.go_round()
    serve(box.folders, threading.Event())  # at once
    assert (box.folders.courier_run / "memory").exists(), "the doctor reads how it keeps its memory"


def test_it_ends_once_mail_is_stopped(box: KeeperBox, courier: Courier, smtp: SmtpServer) -> None:
    point_to(box, smtp)
    assert courier.go_round()
    box.ask(StopMail(PASSWORD), box.log_in())
    assert not courier.go_round()


def test_a_courier_that_stands_still_says_so(courier: Courier) -> None:
    courier.go_round()
    assert courier.problem() == ""
    assert courier.problem() == "it stands still"
    courier.go_round()
    assert courier.problem() == ""


def test_an_impostor_in_the_keepers_place_is_sent_nothing(tmp_path: Path) -> None:
    folders = Folders(tmp_path, keeper_uid=os.getuid() + 1)
    folders.keeper_run.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as impostor:
        with address(folders.keeper_socket) as place:
            impostor.bind(place)
        impostor.listen()
        keeper = Client(folders.keeper_socket, 5.0, uid=folders.keeper_uid)
        assert Courier(keeper, lambda letter: "").go_round()
        connection, _ = impostor.accept()
        with connection:
            assert connection.recv(100) == b""
