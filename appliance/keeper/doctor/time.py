"""Examine the believed time, the clock chip behind it, and a sweep that waits."""

from collections.abc import Iterator
from datetime import UTC, datetime

from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.judge import Question
from appliance.model.findings import Finding, find


def examine_time(time: BelievedClock, waiting: bool) -> Iterator[Finding]:
    """Yield the findings on the time that retention goes by.

    Args:
        time: the believed time.
        waiting: whether a sweep waits for an administrator.
    """
    judged, (wall, chip) = time.judged, time.clocks()
    if judged.belief is None:
        yield find("clock.first")
    elif judged.question is Question.WAIT:
        yield find("clock.wait")
    elif judged.question is Question.ASK and wall is not None:
        yield find("clock.ask", clock=_told(wall), counted=_told(time.now()))
    else:
        yield find("clock.counts", counted=_told(time.now()))
    if waiting:
        yield find("clock.erasure_waits")
    if judged.belief is not None and not judged.belief.witness:
        yield find("clock.chip_set")
    if chip is not None and not time.chip_was_read:
        yield find("clock.chip_late")


def _told(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
