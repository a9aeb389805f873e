"""Ask for the first page where something else than a page comes: it counts as none."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.commands.helpers import serving
from appliance.config.folders import Folders
from appliance.config.settings import Panel
from appliance.link import panel_word

HTML = b"<!doctype html>\n<html></html>\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(HTML)
PAGE = HEAD + HTML

BAD: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"220 mail.example ESMTP\r\n\r\n",
    "half a head": PAGE[: len(HEAD) - 9],
    "half a page": PAGE[:-9],
    "no page": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "bytes": bytes(range(256)) * 8,
    "a long line": b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500 + b"\r\n",
    "an error": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    "nowhere": b"HTTP/1.1 303 See\r\nContent-Length: 0\r\n\r\n",
}

LEADS: dict[str, bytes] = {
    "itself": b"/",
    "no address": b"http://[",
    "foreign letters": "/zażółć".encode(),
    "a space": b"/a b",
    "a line's end": b"/a\x0bHost: x",
    "elsewhere": b"https://192.0.2.1/page",
}
"""Where an answer may lead, with nothing there but the same again."""


@contextmanager
def answering(folder: Path, *answers: bytes) -> Iterator[Folders]:
    """Answer each of some connections in turn, and the rest as the last; leave the panel's word."""
    folders = Folders(folder)
    folders.panel_socket.parent.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        panel_word.leave(folders.panel_socket.parent, Panel(port=port))
        over = threading.Event()

        def serve() -> None:
            left = list(answers)
            while True:
                connection, _ = server.accept()
                with connection:
                    if over.is_set():
                        return
                    connection.recv(65_536)
                    connection.sendall(left.pop(0) if len(left) > 1 else left[0])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield folders
        finally:
            over.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def see_other(place: bytes) -> bytes:
    return b"HTTP/1.1 303 See Other\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n"


def shows(folders: Folders) -> bool:
    return "panel" not in serving.silent(folders, 5.0)


@pytest.mark.parametrize("what", BAD)
def test_an_answer_that_is_no_page_counts_as_none(tmp_path: Path, what: str) -> None:
    with answering(tmp_path, BAD[what]) as folders:
        assert not shows(folders)


@pytest.mark.parametrize("what", LEADS)
def test_an_answer_may_lead_anywhere_and_the_question_stays_here(tmp_path: Path, what: str) -> None:
    with answering(tmp_path, see_other(LEADS[what])) as folders:
        assert not shows(folders)


def test_a_page_behind_others_is_one_and_is_asked_for_a_few_times(tmp_path: Path) -> None:
    steps = [see_other(f"/{step}".encode()) for step in range(3)]
    with answering(tmp_path / "few", *steps, PAGE) as folders:
        assert shows(folders)
    with answering(tmp_path / "many", *steps, steps[0], PAGE) as folders:
        assert not shows(folders)
