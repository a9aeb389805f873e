"""What the keeper does by itself, each at its own interval; one failing chore stops no other."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import ZgodaError, fault

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done again and again."""

    name: str
    every: float  # seconds
    act: Callable[[], None]


class Chores:
    """Keeps count of when each chore is due."""

    def __init__(self, clock: Clock, chores: Sequence[Chore]) -> None:
        """Begin; every chore is due one interval from now."""
        self._clock = clock
        self._chores = chores
        now = clock.monotonic()
        self._due = {chore.name: now + chore.every for chore in chores}

    def run_due(self) -> None:
        """Do what is due; a chore that fails is logged and due again an interval later."""
        for chore in self._chores:
            now = self._clock.monotonic()
            if now >= self._due[chore.name]:
                self._due[chore.name] = now + chore.every
                attempt(chore.name, chore.act)


def attempt(name: str, act: Callable[[], object]) -> None:
    """Do something that must not end the thread it runs in; what fails is logged."""
    try:
        act()
    except ZgodaError as error:
        _log.error("%s: %s", name, error)
    except Exception as error:
        _log.error("%s failed: %s", name, fault(error))
