"""Sockets that are stale, taken, deep or away; answers that are none."""

import socket
import threading
from pathlib import Path

import pytest

from appliance.errors import LinkError, MessageRefused
from appliance.link.client import Client
from appliance.link.requests.first_run import GetBoxState

from .conftest import Desk, Echo, Serve


def test_nobody_there_is_one_sentence(client: Client, path: Path) -> None:
    with pytest.raises(LinkError, match="The keeper is not running: nobody answers at"):
        client.call(Echo(text="a"))
    path.touch()
    with pytest.raises(LinkError, match="not running"):
        client.call(Echo(text="a"))


def test_a_stopped_server_takes_its_socket_along(serve: Serve, client: Client, path: Path) -> None:
    server = serve()
    server.stop()
    server.stop()
    assert not path.exists()
    with pytest.raises(LinkError, match="not running"):
        client.call(Echo(text="a"))


def test_a_stale_socket_is_replaced(serve: Serve, client: Client, path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    serve()
    assert client.call(Echo(text="a")).text == "a"


def test_a_served_socket_is_left_alone(serve: Serve, client: Client) -> None:
    serve()
    with pytest.raises(LinkError, match="Another process already serves"):
        serve()
    assert client.call(Echo(text="a")).text == "a"


def test_a_file_in_the_way_is_left_alone(serve: Serve, path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(LinkError, match="it is not a socket"):
        serve()
    assert path.read_text() == "precious"


def test_a_missing_folder_is_one_sentence(serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="cannot be opened: No such file"):
        serve(at=tmp_path / "missing" / "run" / "keeper.sock")


def test_a_deep_folder_makes_no_difference(serve: Serve, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 80) / ("e" * 80)
    deep.mkdir(parents=True)
    serve(at=deep / "keeper.sock")
    assert Client(deep / "keeper.sock").call(Echo(text="a")).text == "a"


def test_the_socket_is_private(serve: Serve, path: Path) -> None:
    serve()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_request_too_long_is_not_sent(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    with pytest.raises(MessageRefused, match="at most 65536 may be sent"):
        client.call(Echo(text="x" * 70_000))
    assert desk.sessions == []


def test_the_servers_word_on_a_message_reaches_the_client(serve: Serve, client: Client) -> None:
    serve()
    with pytest.raises(MessageRefused, match="not understood"):
        client.call(GetBoxState())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"", "closed the connection without an answer"),
        (b"nonsense\n", "not a reply of the link"),
        (b'{"id":1,"ok":true', "ends before its end of line"),
        (b'{"id":9,"ok":true,"value":{"text":"a"}}\n', "does not fit the request"),
        (b'{"id":1,"ok":true,"value":{"txt":"a"}}\n', "not what was asked for"),
        (b'{"id":1,"ok":true}\n', "empty"),
        (b'{"id":1,"ok":true,"bytes":9,"value":{"text":"a"}}\nhalf', "in the middle"),
        (b'{"id":1,"ok":true,"bytes":-9,"value":{"text":"a"}}\n', "does not fit"),
    ],
)
def test_a_bad_answer_is_one_sentence(path: Path, answer: bytes, sentence: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(1)

        def respond() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=respond)
        thread.start()
        with pytest.raises(LinkError, match=sentence):
            Client(path, timeout=5).call(Echo(text="a"))
        thread.join()
