"""Look at the modem lines of a port: any pins, while any time passes.

Each look is a byte of the pins and one of time before it, in milliseconds; 255 ms: the port goes
and comes back. A call takes some 90 looks, which some 2,000 inputs a second can have.
"""

from appliance.lines.monitor.optocouplers import Optocouplers, Pin
from appliance.lines.profiles import OptocouplerProfile, monitor_profile
from tests.fuzz.feeding import Target

_PROFILE = monitor_profile("optocouplers")


def take(raw: bytes) -> None:
    """Look again and again."""
    assert isinstance(_PROFILE, OptocouplerProfile)
    parser = Optocouplers(_PROFILE, Pin.named("not dcd"), Pin.named("ri"))
    parser.opened(0)
    now, count = 0, 0
    for at in range(0, len(raw) - 1, 2):
        now += raw[at + 1] * 8
        events = parser.receive(raw[at : at + 1], now)
        for event in events:
            assert event.sample <= now
        assert not parser.request()
        count += len(events)
        if raw[at + 1] == 255:
            parser.lost("gone", now)
            parser.opened(now)
    assert count <= 4 * len(raw)


def _looks(*states: tuple[int, int, int]) -> bytes:
    """Return states of the pins: which are on, for how many looks, how many ms apart."""
    return b"".join(bytes((pins, apart)) * count for pins, count, apart in states)


def seeds() -> dict[str, bytes]:
    """Return a call, a flash, a digit, ringing, and noise."""
    still, lifted = (1, 6, 250), (0, 12, 20)
    rings = ((3, 2, 10), (1, 2, 10)) * 5
    return {
        "call": _looks(still, *rings, (1, 3, 250), lifted, (0, 20, 70), (1, 30, 40)),
        "flash": _looks(still, lifted, (1, 20, 10), lifted, (1, 6, 250)),
        "digit": _looks(still, lifted, *((1, 6, 10), (0, 4, 10)) * 3, (0, 40, 20)),
        "away": _looks(still, lifted) + bytes((0, 255)) + _looks(lifted, (1, 6, 250), lifted),
        "noise": bytes(range(64, 256)),
    }


TARGET = Target("optocouplers", take, (), seeds, longest=192)
"""96 looks: a call, or a digit."""
