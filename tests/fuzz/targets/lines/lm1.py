"""Read what a line monitor sends: anything at all, in pieces, while time passes.

Each piece has a byte of length and one of time before it, in tens of milliseconds.
"""

from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.profiles import lm1_profile
from tests.fuzz.feeding import Target

_PROFILE = lm1_profile()
LONGEST = 1024
"""Bytes of an input: a line that is too long to be followed, and a call after it."""

_MOST = 256
"""Events of an input: each report is one or two."""


def take(raw: bytes) -> None:
    """Let it come over a port, and the port go and come back."""
    parser, at, now = Lm1(_PROFILE), 0, 0
    parser.opened(0)
    count = 0
    while at + 2 <= len(raw):
        length, now = raw[at], now + raw[at + 1] * 80
        events = parser.receive(raw[at + 2 : at + 2 + length], now)
        for event in events:
            assert event.sample <= now
        assert len(parser.request()) < 64
        count += len(events)
        if length == 255:
            parser.lost("gone", now)
            parser.opened(now)
        at += 2 + length
    assert count <= _MOST + len(raw)


def said(*pieces: tuple[bytes, int]) -> bytes:
    """Return pieces as an input has them."""
    return b"".join(bytes((len(raw), tens)) + raw for raw, tens in pieces)


def seeds() -> dict[str, bytes]:
    """Return a call, a flash, a caller's number, a cut line, and noise."""
    start = (b"LM1 1.0\r\nHOOK ON\r\nVOLT 48.0\r\n", 1)
    caller = (
        b"CID " + bytes.fromhex("8014010831313235313433300208353535303132333404").hex().encode()
    )
    over = (b"RING OFF\r\nHOOK OFF\r\nCURR 24\r\n", 50)
    lift, hang_up, again = (b"HOOK OFF\n", 100), (b"HOOK ON\n", 9), (b"HOOK OFF\n", 20)
    return {
        "call": said(start, (b"RING ON\r\n", 50), over, (b"", 200)),
        "flash": said(start, lift, hang_up, again, (b"", 99)),
        "caller": said(start, (caller + b"\r\n", 10), (b"REV\nDIGIT 5\nDIGIT \xb2\n", 5)),
        "cut_line": said(start, (b"HOOK OFF\nCURR 0.0\nVOLT 0.0\n", 10), (b"", 255), (b"", 255)),
        "other": said((b"LM99\r\nHOOK ON\r\n", 1), (b"VOLT -9999.999\nVOLT 1e9\n", 1)),
        "noise": said((b"\0\xff\n" * 20, 3), (b"x" * 254, 1), (b"x" * 255, 1), (b"\n", 1)),
    }


TARGET = Target("lm1", take, (), seeds, longest=LONGEST)
