"""Keep the recordings that nothing can list, since their own words cannot be read."""

import threading

from appliance.link.requests.calls import UnreadableCall
from appliance.vault.opening.keyring import Keyring


class Unreadable:
    """The recordings set aside since the last login. Threads may share it."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._why: dict[str, str] = {}
        self._lock = threading.Lock()

    def __contains__(self, recording: object) -> bool:
        with self._lock:
            return recording in self._why

    def set_aside(self, recording: str, why: str) -> None:
        """Remember that a recording cannot be read, and a sentence that says why."""
        with self._lock:
            self._why[recording] = why

    def clear(self) -> None:
        """Forget all, so that each is tried again."""
        with self._lock:
            self._why.clear()

    def get(self, recording: str) -> UnreadableCall | None:
        """Return what is known of an unreadable recording; None if it is none, or erased."""
        with self._lock:
            why = self._why.get(recording)
        entry = self._keyring.get(recording)
        if why is None or entry is None or entry.due_day is None:
            return None
        return UnreadableCall(
            recording=recording, why=why, day=entry.day, due_day=entry.due_day, held=entry.held
        )

    def all(self) -> tuple[UnreadableCall, ...]:
        """Return all that are not erased, by name."""
        with self._lock:
            names = sorted(self._why)
        found = map(self.get, names)
        return tuple(one for one in found if one is not None)
