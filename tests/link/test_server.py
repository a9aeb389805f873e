"""Server and client over real sockets."""

import contextlib
import itertools
import json
import logging
import os
import socket
import threading
from pathlib import Path

import pytest

from appliance.errors import LinkError, Refused, VaultError
from appliance.link import frames
from appliance.link.client import Client
from appliance.link.server import Limits

from .conftest import Count, Desk, Echo, Fail, Fetch, Serve, Text, say


def test_an_operation_is_answered(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    assert client.call(Echo(text="zażółć"), session="token").text == "zażółć"
    assert client.call(Echo(text="")).text == ""
    assert desk.sessions == ["token", None]


def test_raw_bytes_follow_a_reply(serve: Serve, client: Client) -> None:
    serve()
    reply, raw = client.call_with_bytes(Fetch(length=3 * 2**20))
    assert reply.text == "bytes follow"
    assert raw == bytes(range(256)) * (3 * 2**12)


def test_an_upload_reaches_the_handler(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    client.call(Echo(text="a"), upload=b"\n{RIFF" * 50_000)
    assert desk.uploads == [b"\n{RIFF" * 50_000]


def test_a_stream_ends_when_its_handler_does(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    assert [reply and reply.text for reply in client.watch(Count(to=3))] == ["1", "2", "3"]
    assert desk.streams[0].closed.wait(5)


def test_a_stream_ends_when_its_client_goes(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    endless = client.watch(Count(to=-1))
    assert next(endless) == Text("1")
    endless.close()  # type: ignore[attr-defined]  # a generator behind its interface
    assert desk.streams[0].closed.wait(5)


def test_watching_ticks_while_nothing_comes(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    watched = client.watch(Count(to=-1), tick=0.01)
    first = itertools.dropwhile(lambda reply: reply is None, watched)  # a slow start ticks, too
    assert [reply and reply.text for reply in itertools.islice(first, 3)] == ["1", None, None]
    watched.close()  # type: ignore[attr-defined]  # a generator behind its interface
    assert desk.streams[0].closed.wait(5)


def test_watching_says_why_it_fails(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    desk.error = VaultError("The vault is closed.")
    with pytest.raises(Refused, match=r"^archive_failed$"):
        list(client.watch(Count(to=1)))


def test_watching_ends_with_a_sentence_when_the_server_goes(serve: Serve, client: Client) -> None:
    server = serve()
    watched = client.watch(Count(to=-1))
    assert next(watched) is not None
    server.stop()
    assert [reply for reply in watched if reply is not None] == []
    with pytest.raises(LinkError, match="is not running"):
        next(client.watch(Count(to=1)))


def test_a_stream_ends_when_the_server_stops(serve: Serve, client: Client, desk: Desk) -> None:
    server = serve()
    endless = client.watch(Count(to=-1))
    assert next(endless) == Text("1")
    server.stop()
    assert list(filter(None, endless)) == []
    assert desk.streams[0].closed.is_set()


def test_a_stream_that_fails_says_why(serve: Serve, client: Client, desk: Desk) -> None:
    serve()
    desk.error = VaultError("The vault is closed.")
    heard = client.watch(Count(to=1))
    assert next(heard) == Text("1")
    with pytest.raises(Refused, match=r"^archive_failed$"):
        next(heard)
    assert desk.streams[0].closed.wait(5)


def test_an_answer_too_long_to_send_is_a_failure(
    serve: Serve, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve()
    monkeypatch.setattr(frames, "REPLY_LIMIT", 200)
    with pytest.raises(Refused, match=r"^answer_too_long$"):
        client.call(Echo(text="x" * 300))
    assert client.call(Echo(text="short")).text == "short"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("refused", "held"),
        ("vault", "archive_failed"),
        ("fault", "failed"),
        ("disk", "failed"),
    ],
)
def test_a_failure_comes_with_a_code(serve: Serve, client: Client, how: str, code: str) -> None:
    serve()
    with pytest.raises(Refused) as caught:
        client.call(Fail(how=how))
    assert str(caught.value) == code
    assert client.call(Echo(text="still there")).text == "still there"


def test_the_log_of_a_fault_holds_none_of_its_words(
    serve: Serve, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    serve()
    with caplog.at_level(logging.ERROR), pytest.raises(Refused):
        client.call(Fail(how="fault"))
    assert "tests.fail failed: RuntimeError" in caplog.text
    assert "22 123 45 67" not in caplog.text


def refusal(answer: bytes) -> str:
    reply = json.loads(answer)
    assert reply["ok"] is False
    assert reply["error"]["code"] == "malformed"
    return str(reply["error"]["values"]["why"])


def envelope(**changes: object) -> bytes:
    whole = {"v": 1, "id": 1, "request": {"op": "tests.echo", "text": "a"}} | changes
    return json.dumps(whole).encode() + b"\n"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"GET / HTTP/1.1\r\n", "not a request of the link"),
        (b"\xff\xfe\n", "not a request of the link"),
        (b"[" * 60_000 + b"\n", "not a request of the link"),
        (b"\n", "not a request of the link"),
        (envelope(v=2), "link version 2, this process speaks 1"),
        (envelope(extra=1), "unknown field"),
        (envelope(id="1"), "Expected `int`"),
        (envelope(bytes=-1), "-1 bytes are announced"),
        (envelope(bytes=2**40), f"{2**40} bytes are announced"),
        (envelope(request={"op": "tests.unknown"}), "Invalid value 'tests.unknown'"),
        (envelope(request={"op": "calls.list"}), "Invalid value 'calls.list'"),
        (envelope(request={"op": "tests.echo"}), "missing required field `text`"),
        (envelope(request={"op": "tests.echo", "text": 1}), "Expected `str`"),
        (envelope(request={"op": "tests.echo", "text": "a", "x": 1}), "unknown field `x`"),
        (envelope(request=[]), "Expected `object`"),
        (envelope(bytes=5) + b"half", "did not all come"),
        (envelope()[:-5], "ends before its end of line"),
        (b"x" * (frames.REQUEST_LIMIT + 10), "longer than 65536 bytes"),
        (b"x" * 2**22, "longer than 65536 bytes"),
    ],
)
def test_a_bad_message_is_refused_and_the_connection_closed(
    serve: Serve, path: Path, client: Client, desk: Desk, raw: bytes, sentence: str
) -> None:
    serve()
    assert sentence in refusal(say(path, raw))
    assert desk.sessions == []
    assert client.call(Echo(text="next")).text == "next"


def test_a_refused_line_is_the_last_of_its_connection(serve: Serve, path: Path, desk: Desk) -> None:
    serve()
    answers = say(path, envelope() + b"nonsense\n" + envelope(id=3)).splitlines()
    assert [json.loads(answer)["ok"] for answer in answers] == [True, False]
    assert len(desk.sessions) == 1


def test_several_requests_may_share_a_connection(serve: Serve, path: Path) -> None:
    serve()
    answers = say(path, envelope(id=1) + envelope(id=2)).splitlines()
    assert [json.loads(answer)["id"] for answer in answers] == [1, 2]


def test_half_a_message_does_not_hold_a_connection(serve: Serve, path: Path) -> None:
    serve(limits=Limits(connections=1, patience=0.05))
    assert say(path, envelope()[:-5], end=False) == b""


def test_another_user_is_refused(serve: Serve, client: Client, desk: Desk) -> None:
    serve(peer=lambda _: os.getuid() + 1)
    with pytest.raises(Refused, match=r"^user_refused$"):
        client.call(Echo(text="a"))
    assert desk.sessions == []


def test_too_many_connections_are_told_so(serve: Serve, client: Client, path: Path) -> None:
    serve(limits=Limits(connections=1, patience=5.0))
    with socket.socket(socket.AF_UNIX) as holding:
        holding.connect(str(path))
        holding.sendall(envelope())
        holding.recv(4096)  # answered, so surely admitted
        with pytest.raises(Refused) as caught:
            client.call(Echo(text="a"))
    assert caught.value.code == "too_many_connections"


def test_one_user_cannot_take_the_others_room(serve: Serve, client: Client, path: Path) -> None:
    user = [os.getuid() + 1]
    limits = Limits(connections=8, patience=5.0, few={user[0]: 2})
    serve(limits=limits, peer=lambda _: user[0], allowed={user[0], os.getuid()})
    with contextlib.ExitStack() as held:
        for asks, answered in [(True, b'"ok":true')] * 2 + [
            (False, b'"code":"too_many_connections"')
        ]:
            holding = held.enter_context(socket.socket(socket.AF_UNIX))
            holding.connect(str(path))
            if asks:
                holding.sendall(envelope())
            assert answered in holding.recv(4096)
        user[0] = os.getuid()
        assert client.call(Echo(text="a")).text == "a"


def test_what_a_user_gives_back_counts_no_more(serve: Serve, client: Client) -> None:
    server = serve(limits=Limits(connections=8, patience=5.0, few={os.getuid(): 8}))
    for number in range(5):
        assert client.call(Echo(text=f"{number}")).text == f"{number}"
    server.stop()
    assert server._by_user[os.getuid()] == 0


def test_many_clients_at_once(serve: Serve, path: Path) -> None:
    serve(limits=Limits(connections=64, patience=5.0))
    client = Client(path, timeout=10)
    heard: list[str] = []

    def ask(number: int) -> None:
        heard.extend(client.call(Echo(text=f"{number}-{i}")).text for i in range(10))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == sorted(f"{n}-{i}" for n in range(8) for i in range(10))
