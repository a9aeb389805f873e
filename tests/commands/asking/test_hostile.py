"""A keeper that lies to ``zgoda ask``: one sentence, nothing that steers a terminal."""

import json
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance.commands.asking.ask import command
from appliance.config.folders import Folders
from appliance.errors import ZgodaError

BOX = {
    "set_up": True, "sheet_confirmed": True, "locked": True, "trial": True,
    "office": "\x1b]0;owned\x07\x9b31m\u202e", "eraser": "E0", "languages": ["pl"],
}  # fmt: skip


class Liar:
    """A server that gives every request the same bytes, or a value for its name."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.answer = b""
        self.values: dict[str, Any] = {"people.box": BOX, "people.log_out": {}}
        path = Folders(data).keeper_socket
        path.parent.mkdir(parents=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                asked = json.loads(connection.recv(70_000))
                value = self.values.get(asked["request"]["op"])
                reply = json.dumps({"id": asked["id"], "ok": True, "value": value}).encode() + b"\n"
                try:
                    connection.sendall(self.answer or reply)
                except OSError:
                    continue

    def tells(self, value: Any, *, raw: int = 0) -> Result:
        reply = {"id": 1, "ok": True, "bytes": raw, "value": value}
        return self.says(json.dumps(reply).encode() + b"\n" + b"x" * raw)

    def says(self, answer: bytes, tag: str = "people.box", *words: str) -> Result:
        self.answer = answer
        return CliRunner().invoke(command, [tag, "--data", str(self.data), *words])

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def liar() -> Iterator[Liar]:
    with tempfile.TemporaryDirectory() as short:  # a socket's path holds 108 bytes
        made = Liar(Path(short))
        yield made
        made.close()


def test_signs_that_steer_are_shown_as_signs(liar: Liar) -> None:
    done = liar.tells(BOX)
    assert done.exit_code == 0
    assert "office           \ufffd]0;owned\ufffd\ufffd31m\ufffd" in done.stdout
    liar.tells(BOX)
    as_json = liar.says(liar.answer, "people.box", "--json").stdout
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(as_json)
    assert json.loads(as_json)["office"] == BOX["office"]


@pytest.mark.parametrize(
    "answer",
    [
        b"\n",
        b"not json\n",
        b"[" * 100_000 + b"\n",
        b'{"id":1,"ok":true,"value":{"set_up":"\xff"}}\n',
        b'{"id":1,"ok":true,"value":{}}\n',
        b'{"id":1,"ok":true}\n',
        b'{"id":2,"ok":true,"value":{}}\n',
        b'{"id":1,"ok":false,"error":{"code":"\x1b","message":" "}}\n',
        b'{"id":1,"ok":false,"error":{"code":"no","message":"\\u001b[2J' + b"x" * 9000 + b'"}}\n',
        b"x" * (4 * 1024 * 1024 + 2) + b"\n",
    ],
)
def test_nonsense_is_one_sentence(liar: Liar, answer: bytes) -> None:
    done = liar.says(answer)
    assert isinstance(done.exception, ZgodaError), done.exception
    told = str(done.exception)
    assert len(told) <= 2000
    assert "\x1b" not in told
    assert done.output == ""


def test_bytes_that_nobody_asked_for_are_refused(liar: Liar) -> None:
    done = liar.tells(BOX, raw=1000)
    assert str(done.exception) == "The answer brings bytes that nobody asked for."


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_finding_of_another_version_is_one_sentence(
    liar: Liar, tmp_path: Path, as_json: tuple[str, ...]
) -> None:
    (tmp_path / "password").write_text("hunter2\n")
    session = {"token": "t", "operator": "1", "name": "Ewa", "roles": [], "idle_seconds": 1}
    found = [{"id": "no.such_thing", "values": {"a": "\x1b"}}]
    liar.values |= {"people.log_in": session, "doctor.examine": {"found": found}}
    login = ("--name", "Ewa", "--password-file", str(tmp_path / "password"))
    done = liar.says(b"", "doctor.examine", *login, *as_json)
    assert str(done.exception) == "The answer names something that this version does not know."
    assert "\x1b" not in done.output
