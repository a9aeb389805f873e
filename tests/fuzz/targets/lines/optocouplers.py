"""Look at the modem lines of a port: any pins, while any time passes.

Each look is a byte of the pins and one of time before it, in milliseconds; 255 ms: the port goes
and comes back.
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
        assert all(event.sample <= now for event in events)
        assert not parser.request()
        count += len(events)
        if raw[at + 1] == 255:
            parser.lost("gone", now)
            parser.opened(now)
    assert count <= 4 * len(raw)


def _looks(*states: tuple[int, int]) -> bytes:
    """Return looks every 10 ms, each state for a number of them."""
    return b"".join(bytes((pins, 10)) * count for pins, count in states)


def seeds() -> dict[str, bytes]:
    """Return a call, a flash, a digit, ringing, and noise."""
    lifted = ((1, 120), (0, 40))
    return {
        "call": _looks((1, 120), *((3, 2), (1, 2)) * 25, (1, 200), (0, 200), (1, 120)),
        "flash": _looks(*lifted, (1, 20), (0, 120)),
        "digit": _looks(*lifted, *((1, 6), (0, 4)) * 5, (0, 60), (1, 120)),
        "away": _looks(*lifted) + bytes((0, 255)) + _looks((0, 40), (1, 120)),
        "noise": bytes(range(256)) * 4,
    }


TARGET = Target("optocouplers", take, (), seeds)
