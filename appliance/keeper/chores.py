"""Run the keeper's chores, each at its own interval; a failing one stops no other."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import ZgodaError, fault

TICK = 1.0
TAKE_UP = 30.0
MINUTE = 60.0
"""Seconds between two chores of a kind."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """An act and its interval."""

    name: str
    every: float  # seconds
    act: Callable[[], None]


class Chores:
    """The chores and when each is due."""

    def __init__(self, clock: Clock, chores: Sequence[Chore]) -> None:
        """Begin; every chore is due one interval from now."""
        self._clock = clock
        self._chores = chores
        now = clock.monotonic()
        self._due = {chore.name: now + chore.every for chore in chores}

    def run_due(self) -> None:
        """Run the chores that are due; log a failure and try again an interval later."""
        for chore in self._chores:
            now = self._clock.monotonic()
            if now >= self._due[chore.name]:
                self._due[chore.name] = now + chore.every
                attempt(chore.name, chore.act)


def attempt(name: str, act: Callable[[], object]) -> None:
    """Run an act that must not end its thread; log a failure."""
    try:
        act()
    except ZgodaError as error:
        _log.error("%s: %s", name, error)
    except Exception as error:
        _log.error("%s failed: %s", name, fault(error))
