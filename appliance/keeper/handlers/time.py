"""Let an administrator confirm the time, and agree to a sweep that waits."""

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.keeper.time.believed_clock import EARLIEST
from appliance.keeper.time.judge import LATEST
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests import time as ask

LONGEST_SEEN = 15 * 60.0
"""Seconds between seeing a time and confirming it: as long as an unused session lasts."""


def moved_on(at: float, uptime: float, clock: Clock) -> float:
    """Return what time it is now, if it was so late at some uptime of this boot.

    Raises:
        Refused: ``time_impossible``: not in this century; ``page_too_old``.
    """
    passed = clock.monotonic() - uptime
    if not 0 <= passed <= LONGEST_SEEN:
        raise Refused("page_too_old")
    now = at + passed
    if not EARLIEST <= now < LATEST:
        raise Refused("time_impossible")
    return now


class Times:
    """The handlers of the time."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ask.GetTime)
    def state(self, operation: ask.GetTime, who: Caller) -> ask.TimeState:
        """Return the times that the box knows, and what it asks."""
        records = self._box.opened().records
        time, retention = records.time, records.recordings.retention
        judged = time.look()
        waiting = retention.waiting
        wall, chip = time.clocks()
        belief = judged.belief
        return ask.TimeState(
            question=judged.question.value,
            counted=time.now() if belief is not None else None,
            clock=wall,
            chip=chip,
            chip_set=belief is not None and not belief.witness,
            uptime=time.monotonic(),
            due=tuple(ask.DueDay(*row) for row in waiting.days) if waiting is not None else (),
        )

    @handles(ask.ConfirmTime)
    def confirm(self, operation: ask.ConfirmTime, who: Caller) -> Done:
        """Believe the administrator, and erase what is due by it."""
        box = self._box.opened()
        time = box.records.time
        moved_on(operation.at, operation.uptime, time)  # before a password counts as a try
        box.prove(who, operation.password)
        at = moved_on(operation.at, operation.uptime, time)
        box.audit.append("clock_confirmed", who.actor)
        try:
            box.records.recordings.retention.confirm_time(at)
        except Exception:
            box.audit.append("failed", who.actor, detail="clock")
            raise
        return Done()

    @handles(ask.AllowErasure)
    def allow(self, operation: ask.AllowErasure, who: Caller) -> Done:
        """Erase what the administrator has seen, and nothing beyond it."""
        box = self._box.opened()
        box.prove(who, operation.password)
        box.audit.append("erasure_allowed", who.actor, detail=f"recordings.{operation.recordings}")
        try:
            box.records.recordings.retention.allow(operation.through, operation.recordings)
        except Exception as error:
            code = error.code if isinstance(error, Refused) else "failed"
            box.audit.append("failed", who.actor, detail=code)
            raise
        return Done()
