"""Show the newest state to any number of watchers, each at its own pace.

This is no queue. A slow watcher skips the states in between and gets the newest next: it holds up
nobody, never falls behind, and always gets the last state. A passing value (a level, say) reaches
only the watchers that wait at that moment, and never before a state.
"""

import threading
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest state, for watchers in any thread."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._state: T | None = None
        self._states = 0
        self._passing: T | None = None
        self._passed = 0
        self._closed = False

    def show(self, state: T) -> None:
        """Replace the state and wake the watchers; return at once."""
        with self._moved:
            self._state, self._states = state, self._states + 1
            self._moved.notify_all()

    def pass_by(self, value: T) -> None:
        """Give a value to the watchers that wait now; do not keep it."""
        with self._moved:
            self._passing, self._passed = value, self._passed + 1
            self._moved.notify_all()

    def clear(self) -> None:
        """Remove the state: a new watcher waits for the next one."""
        with self._moved:
            self._state = None

    def close(self) -> None:
        """End every watch, now and later."""
        with self._moved:
            self._closed = True
            self._moved.notify_all()

    def watch(self, patience: float) -> Iterator[T | None]:
        """Yield the state and everything newer; None when ``patience`` seconds brought nothing."""
        with self._moved:
            states, passed = 0, self._passed
        while True:
            with self._moved:
                self._wait(states, passed, patience)
                if self._closed:
                    return
                newest = self._state if self._states > states else None
                if newest is None and self._passed > passed:
                    newest = self._passing
                states, passed = self._states, self._passed
            yield newest

    def _wait(self, states: int, passed: int, patience: float) -> None:
        """Wait until there is something new, it closes, or patience ends."""

        def moved() -> bool:
            fresh = self._state is not None and self._states > states
            return self._closed or fresh or self._passed > passed

        self._moved.wait_for(moved, patience)
