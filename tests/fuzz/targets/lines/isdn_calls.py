"""A whole D-channel: frames of any kind in any order, while time passes.

Each frame has a byte of length, one of time before it in seconds, and one of who sends it.
"""

from appliance.lines.isdn import lapd
from appliance.lines.isdn.calls.facts import Began, Ended
from appliance.lines.isdn.calls.journal import Journal
from appliance.lines.isdn.calls.tracker import MOST_CALLS, CallTracker
from appliance.lines.isdn.frames import DFrame
from tests.fuzz.feeding import Target

_SECOND = 1_000_000


def take(raw: bytes) -> None:
    """Let the bus carry it; each call begins once, ends once, and is told of in between alone."""
    tracker, journal = CallTracker(), Journal()
    at, now, alive, ended = 0, 0, set[int](), 0
    while at + 3 <= len(raw):
        length, seconds, sender = raw[at : at + 3]
        now += seconds * _SECOND
        facts = tracker.take(DFrame(now, bool(sender & 1), raw[at + 3 : at + 3 + length]))
        for fact in facts:
            assert fact.at_us <= now
            if isinstance(fact, Began):
                alive.add(fact.call)
            assert fact.call in alive
            if isinstance(fact, Ended):
                alive.remove(fact.call)
                ended += 1
            journal.follow(fact)
        assert alive == set(tracker.open_calls)
        assert len(alive) <= MOST_CALLS
        at += 3 + length
    assert len(journal.entries) == ended + len(alive)


def carried(*frames: tuple[int, int, bytes]) -> bytes:
    """Return frames as an input has them: who sends, seconds before, octets."""
    return b"".join(bytes((len(raw), wait, sender)) + raw for sender, wait, raw in frames)


def _i(terminal: int, number: int, octets: str, sender: int) -> tuple[int, int, bytes]:
    bit = lapd.command_response(from_network=bool(sender))
    frame = lapd.LapdFrame(0, terminal, bit, lapd.Control.I, sent=number)
    return sender, 1, lapd.encode(frame) + bytes.fromhex(octets)


def seeds() -> dict[str, bytes]:
    """Return an answered call, an outgoing one with hold, a partial one, a lost terminal."""
    setup = (1, 1, bytes.fromhex("02ff030801050504038090a31801896c0b2183") + b"221234567")
    answer = (_i(64, 0, "08018507", 0), _i(64, 0, "0801050f", 1))
    farewell = (_i(64, 1, "0801054508028290", 1), _i(64, 1, "0801854d", 0))
    outgoing = (
        _i(64, 0, "0801010504038090a37002c139", 0),
        _i(64, 0, "0801810d18018a", 1),
        _i(64, 1, "0801017b700281 32", 0),
        _i(64, 1, "08018107", 1),
        _i(64, 2, "08010124", 0),
        _i(64, 2, "08018128", 1),
        _i(64, 3, "08010131", 0),
        _i(64, 3, "0801813318018a", 1),
    )
    gone = (1, 1, bytes.fromhex("feff030f00000681"))
    return {
        "answered": carried(setup, *answer, *farewell, _i(64, 2, "0801055a", 1)),
        "outgoing": carried(*outgoing, (0, 200, b""), (0, 255, b"")),
        "partial": carried(*answer, *farewell),
        "gone": carried(setup, *answer, gone),
        "restart": carried(setup, *answer, _i(64, 1, "08010046790187", 1)),
        "suspended": carried(
            setup, *answer, _i(64, 1, "08018525", 0), _i(64, 1, "0801052d", 1),
            _i(65, 0, "08010326", 0), _i(65, 0, "0801832e18018a", 1),
        ),
        "nothing": b"",
    }  # fmt: skip


TARGET = Target("isdn_calls", take, (), seeds, longest=768)
"""Nothing is refused: a bus carries what it carries."""
