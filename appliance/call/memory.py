"""Update what a line remembers from one call to the next."""

from dataclasses import replace

from appliance.call.times import EMERGENCY
from appliance.model.policy import LineMemory

REMEMBERED = 8
"""How many answered calls count for the ring count of an answering machine."""

ENOUGH = 3
"""So many greetings after the same ring count make it the usual one."""


def after_emergency(memory: LineMemory, sample: int) -> LineMemory:
    """Exempt incoming calls for 30 minutes from ``sample``.

    The recorder does the same for every other line of the box, by that line's own clock.
    """
    until = sample + EMERGENCY
    return replace(memory, emergency_until=max(until, memory.emergency_until or until))


def after_answer(memory: LineMemory, rings: int, *, greeted: bool) -> LineMemory:
    """Count an answered incoming call; ``greeted``: long near speech followed the answer.

    The office's answering machine always answers after the same number of rings and then talks
    without a breath; people do neither, so that a chance match fades again.
    """
    greetings = (*memory.greetings, rings if greeted else 0)[-REMEMBERED:]
    usual = max(
        (count for count in greetings if count and greetings.count(count) >= ENOUGH),
        key=greetings.count,
        default=None,
    )
    return replace(memory, greetings=greetings, usual_rings=usual)
