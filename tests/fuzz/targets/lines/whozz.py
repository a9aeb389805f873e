"""Read what a Whozz Calling unit sends: anything at all, in pieces, while time passes.

Each piece has a byte of length and one of time before it, in tens of milliseconds.
"""

from appliance.lines.monitor.whozz import Whozz
from appliance.lines.monitor.whozz_unit import WhozzUnit
from appliance.lines.profiles import WhozzProfile, monitor_profile
from tests.fuzz.feeding import Target
from tests.fuzz.targets.lines.lm1 import LONGEST, said

_PROFILE = monitor_profile("whozz")


def take(raw: bytes) -> None:
    """Let it come over a port, to two lines, and the port go and come back."""
    assert isinstance(_PROFILE, WhozzProfile)
    at, now, count = 0, 0, 0
    unit = WhozzUnit(_PROFILE, lambda: now / 8000)
    lines = [Whozz(_PROFILE, unit, number) for number in (1, 2)]
    for line in lines:
        line.opened(0)
    while at + 2 <= len(raw):
        length, now = raw[at], now + raw[at + 1] * 80
        for line in lines:
            events = line.receive(raw[at + 2 : at + 2 + length], now)
            for event in events:
                assert event.sample <= now
            assert len(line.request()) <= 1
            count += len(events)
            if length == 255:
                line.lost("gone", now)
                line.opened(now)
        at += 2 + length
    assert count <= 16 + 2 * len(raw)


def seeds() -> dict[str, bytes]:
    """Return a call, a flash, settings, and noise."""
    settings = (b"V3.1 EcXdAsobKT L=01\r\n", 1)
    ring = (b"01 R             11/07 07:43:52\r\n", 50)
    caller = (b"$01 I S 0000 G A1 11/07 07:43 AM 48221234567    Zofia Testowa  \r\n", 200)
    lift = (b"01 F             11/07 17:45:04\r\n", 99)
    flash = (b"01 H             11/07 17:45:09\r\n", 99)
    over = (b"01 N             11/07 17:46:04\r\n", 99)
    end = (b"01 I E 0141 G A2 11/07 07:43 AM Private\r\n", 9)
    return {
        "call": said(settings, ring, caller, lift, over, end),
        "flash": said(settings, lift, flash, over),
        "second": said(settings, (b"02 N             11/07 17:46:04\n" * 5, 3)),
        "unset": said((b"V1.0 cDaso\r\n", 1), (b"V1.0 cDaso\r\n", 100), (b"", 255)),
        "silent": said((b"", 255), (b"", 255), (b"", 255)),
        "noise": said((b"\0\xff\n" * 20, 3), (b"$" * 254, 1), (b"x" * 255, 1), (b"\n", 1)),
    }


TARGET = Target("whozz", take, (), seeds, longest=LONGEST)
