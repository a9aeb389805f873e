"""Recognise numbers that are never recorded, by tags and never by the numbers."""

import threading

from appliance.config.numbering import e164
from appliance.errors import ZgodaError
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import LendList
from appliance.model.events import CallerId, Event
from appliance.vault.pool import Pool
from appliance.vault.tags import tag


class ExemptList:
    """Knows whether a number is listed, once the keeper has lent the list key.

    Before that, recording is allowed only if the pool says that the list is empty.
    """

    def __init__(self, pool: Pool, country: str) -> None:
        self._pool = pool
        self.country = country
        self._lock = threading.Lock()
        self._key: bytes | None = None
        self._tags: frozenset[int] = frozenset()

    @handles(LendList)
    def _lent(self, operation: LendList) -> Done:
        self.lend(operation.key, operation.tags)
        return Done()

    def lend(self, key: bytes, tags: tuple[int, ...]) -> None:
        """Take the list key and the tags; they are held in memory only."""
        with self._lock:
            self._key, self._tags = key, frozenset(tags)

    @property
    def known(self) -> bool:
        """Say whether a number can be judged: the key was lent, or the list is empty."""
        with self._lock:
            if self._key is not None:
                return True
        try:
            return self._pool.shown().exempt == 0
        except (ZgodaError, OSError):
            return False

    def masked(self, event: Event) -> Event:
        """Mark a caller whose number is never to be recorded, and forget who it is."""
        if isinstance(event, CallerId) and self.listed(event.number or ""):
            return CallerId(event.sample, None, listed=True)
        return event

    def listed(self, number: str) -> bool:
        """Say whether a number, in any spelling, is on the list; what cannot be parsed is not."""
        with self._lock:
            key, tags = self._key, self._tags
        if key is None or not tags:
            return False
        whole = e164(number, self.country)
        return whole is not None and tag(key, whole) in tags
