"""What a line remembers from one call to the next."""

from dataclasses import replace

from appliance.call.times import EMERGENCY
from appliance.model.policy import LineMemory

REMEMBERED = 8
"""Answered calls looked back on for the ring count of an answering machine."""

ENOUGH = 3
"""So many of them greeted after the same ring count make it the usual one."""


def after_emergency(memory: LineMemory, sample: int) -> LineMemory:
    """Exempt incoming calls for 30 minutes from ``sample``.

    The recorder passes this on to every other line of the box, in that line's own clock.
    """
    until = sample + EMERGENCY
    return replace(memory, emergency_until=max(until, memory.emergency_until or until))


def after_answer(memory: LineMemory, rings: int, *, greeted: bool) -> LineMemory:
    """Fold in an answered incoming call; ``greeted``: long near speech followed the answer.

    An answering machine of the office always takes the same number of rings and then talks
    without a breath; people do neither, so that what was learned by chance fades again.
    """
    greetings = (*memory.greetings, rings if greeted else 0)[-REMEMBERED:]
    usual = max(
        (count for count in greetings if count and greetings.count(count) >= ENOUGH),
        key=greetings.count,
        default=None,
    )
    return replace(memory, greetings=greetings, usual_rings=usual)
