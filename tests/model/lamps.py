"""Every way that a line can be, as far as its lamps go."""

from itertools import product

from appliance.call.states import State
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle

EVERY_LINE = tuple(
    LineStatus(
        line="Reception",
        state=state,
        obstacle=obstacle,
        complete=complete,
        agreed=agreed,
        records_from=day,
        slow_sync_ms=slow,
        notice=notice,
    )
    for state, obstacle, complete, agreed, day, slow, notice in product(
        [state.value for state in State],
        [None, *Obstacle],
        (True, False),
        (True, False),
        ("", "2027-01-11"),
        (0, 1_400),
        (False, True),
    )
)
"""State × obstacle (disk, time, words, first day …) × what is missing × slow disk × notice."""
