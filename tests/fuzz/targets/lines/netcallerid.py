"""Read what a NetCallerID prints: anything at all, in pieces.

Each piece has a byte of length and one of time before it, in tens of milliseconds.
"""

from appliance.lines.monitor.netcallerid import NetCallerId
from tests.fuzz.feeding import Target
from tests.fuzz.targets.lines.lm1 import LONGEST, said


def take(raw: bytes) -> None:
    """Let it come over a port, and the port go and come back."""
    parser, at, now, count = NetCallerId(), 0, 0, 0
    while at + 2 <= len(raw):
        length, now = raw[at], now + raw[at + 1] * 80
        events = parser.receive(raw[at + 2 : at + 2 + length], now)
        for event in events:
            assert event.sample == now
        assert not parser.request()
        count += len(events)
        if length == 255:
            parser.lost("gone", now)
            parser.opened(now)
        at += 2 + length
    assert count <= 1 + len(raw)


def seeds() -> dict[str, bytes]:
    """Return callers, none, a waiting message, and noise."""
    named = b"###DATE08082225...NMBR48221234567...NAMEZOFIA TESTOWA+++\r"
    withheld = b"###DATE08082225...NMBRPRIVATE...NAME-PRIVATE-+++\r"
    return {
        "caller": said((named, 9), (withheld, 99)),
        "message": said((b"###DATE...NMBR...NAME-MSG OFF-+++\r", 1)),
        "pieces": said(*((bytes((byte,)), 0) for byte in named)),
        "noise": said((b"###" * 60, 1), (b"+++\r" * 20, 1), (b"\xff" * 255, 1), (named, 1)),
    }


TARGET = Target("netcallerid", take, (), seeds, longest=LONGEST)
