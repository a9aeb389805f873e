"""Script a line monitor: its lines at each millisecond, and the events of the parser."""

from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.profiles import lm1_profile
from appliance.model.audio import RATE
from appliance.model.events import HookChanged, PartyDoubted
from appliance.model.terms import Hook

PROFILE = lm1_profile()


def hear(
    says: dict[int, str],
    until_ms: int,
    parser: Lm1 | None = None,
    *,
    doubts: bool = False,
    answers: bool = True,
) -> list[HookEvent]:
    """Feed lines at their milliseconds, time passing 10 ms at a time; leave doubts out.

    The monitor says "OK" when it is asked, unless it does not answer.
    """
    parser = parser or Lm1(PROFILE)
    events: list[HookEvent] = []
    for ms in range(0, until_ms + 10, 10):
        asked = answers and parser.request()
        lines = [*(["OK"] if asked else []), *says.get(ms, "").split("|")]
        told = "".join(f"{line}\r\n" for line in lines if line)
        events += parser.receive(told.encode(), ms * RATE // 1000)
    return [event for event in events if not isinstance(event, PartyDoubted) or doubts]


def at(ms: int) -> int:
    return ms * RATE // 1000


OFF = {0: "HOOK ON|VOLT 48.0|CURR 0.0", 2000: "HOOK OFF|VOLT 11.0|CURR 31.0"}
IS_OFF = [HookChanged(0, Hook.ON), HookChanged(at(2000), Hook.OFF)]
"""Lifted after two seconds on-hook, and what is told of that."""
