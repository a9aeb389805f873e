"""Be the keeper that a courier fetches for, and a web server that lies."""

import hashlib
from collections.abc import Callable
from typing import Any

from appliance.courier.update import Updates
from appliance.errors import Refused
from appliance.link.requests.processes.update import PIECE, BringPiece, Fetch, TakeFetch, TellFetch
from tests.courier.authority import HERE, Authority
from tests.courier.web import BUNDLE, Request, Talk, WebServer

HANGS = 1.0
"""Seconds after which these tests give an errand up."""

CONTENT = hashlib.shake_256(b"an update").digest(3 * PIECE + 12_345)


class Taking:
    """A keeper that takes what it asked for and nothing else."""

    def __init__(self, errand: Fetch) -> None:
        self.errand = errand
        self.content = bytearray()
        self.tags: set[str] = set()
        self.told: list[TellFetch] = []
        self.room: int | None = None

    def call(self, operation: Any, session: str | None = None, upload: bytes = b"") -> Any:
        if isinstance(operation, TakeFetch):
            return self.errand
        if isinstance(operation, TellFetch):
            self.told.append(operation)
            return None
        assert isinstance(operation, BringPiece)
        assert (operation.number, operation.start) == (
            self.errand.number, self.errand.start + len(self.content),
        )  # fmt: skip
        assert 0 < len(upload) <= PIECE
        if self.room is not None and len(self.content) + len(upload) > self.room:
            raise Refused("no_room")
        self.tags.add(operation.tag)
        self.content += upload
        return None


class Waits:
    """Waits without waiting, and adds up for how long."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.ends = False

    def __call__(self, seconds: float) -> bool:
        self.asked.append(seconds)
        return self.ends


def part(server: WebServer, start: int = 0, end: int = len(CONTENT), **changes: Any) -> Fetch:
    fields: dict[str, Any] = {
        "wanted": True,
        "number": 7,
        "address": f"https://{HERE}:{server.port}{BUNDLE}",
        "size": len(CONTENT),
        "start": start,
        "end": end,
    }
    return Fetch(**fields | changes)


def look(server: WebServer, **changes: Any) -> Fetch:
    fields: dict[str, Any] = {"wanted": True, "number": 7, "address": server.address}
    return Fetch(**fields | changes)


def carried(
    errand: Fetch, authority: Authority, seconds: float = 20.0, wait: Waits | None = None
) -> Taking:
    keeper = Taking(errand)
    updates = Updates(keeper, authority.trusting, wait or Waits(), seconds)  # type: ignore[arg-type]
    assert updates.go_round() is errand.wanted
    return keeper


def code_of(keeper: Taking) -> str:
    (told,) = keeper.told
    assert told.number == keeper.errand.number
    assert (told.found is None) or told.code == ""
    return told.code


Answers = Callable[[Talk, Request], None]


def status(line: str, **headers: str) -> Answers:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda talk, request: talk.send(line, named, b"<html>")


def says(content: bytes, **headers: str) -> Answers:
    return lambda talk, request: talk.send("200 OK", headers, content)


def raw(content: bytes) -> Answers:
    return lambda talk, request: talk.say(content)


def flood(before: bytes, what: bytes) -> Answers:
    def answer(talk: Talk, request: Request) -> None:
        talk.say(before)
        talk.flood(what)

    return answer


def drip(before: bytes) -> Answers:
    def answer(talk: Talk, request: Request) -> None:
        talk.say(before)
        talk.drip()

    return answer


CHUNK = b"1000\r\n" + b" " * 4096 + b"\r\n"
