"""Read what the keeper hears from its reading child, which has read a stranger's file.

An input is all that comes before the socket ends.
"""

import socket

import msgspec

from appliance.errors import LinkError
from appliance.keeper.reading import protocol
from appliance.model.records import Verdict
from tests.fuzz.feeding import Target


def take(raw: bytes) -> None:
    """Receive an answer as the keeper does."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        ours.settimeout(5)
        protocol.receive_answer(ours)


def _sent(answer: protocol.ReadingAnswer, behind: bytes = b"") -> bytes:
    head = msgspec.msgpack.encode(answer)
    return len(head).to_bytes(4, "little") + len(behind).to_bytes(4, "little") + head + behind


def seeds() -> dict[str, bytes]:
    """Return some answers, one that is cut, and one that announces too much."""
    judged = protocol.Assessment(verdict=Verdict.CUT, why="Cut at 0:01.", frames=3)
    return {
        "ready": _sent(protocol.Ready(), b"sound"),
        "trouble": _sent(protocol.Trouble("Tampered", "No.")),
        "judged": _sent(judged),
        "cut": _sent(judged)[:-1],
        "large": b"\xff" * 8,
        "deep": (3000).to_bytes(4, "little") + bytes(4) + b"\x91" * 3000,
    }


TARGET = Target("child", take, (LinkError, EOFError), seeds)
