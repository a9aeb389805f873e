"""One proof at a time, those we know first, and few strangers that wait."""

import threading
from collections.abc import Callable

import pytest

from appliance.errors import Refused
from appliance.keeper.people.proof_queue import MOST_WAITING, ProofQueue


class Held:
    """A queue whose first turn is held until ``free``; the others write down their order."""

    def __init__(self) -> None:
        self.queue = ProofQueue()
        self.order: list[str] = []
        self._release = threading.Event()
        self._threads: list[threading.Thread] = []
        self._start(self._hold)
        self._wait_until(lambda: bool(self.order))

    def join(self, name: str, *, known: bool) -> None:
        """Let somebody wait, and return when they do."""
        before = sum(self.queue.waiting)
        self._start(lambda: self._take(name, known=known))
        self._wait_until(lambda: sum(self.queue.waiting) > before)

    def free(self) -> list[str]:
        """End the first turn and return the order of all."""
        self._release.set()
        for thread in self._threads:
            thread.join(20)
        return self.order

    def _hold(self) -> None:
        with self.queue.turn():
            self.order.append("first")
            self._release.wait(20)

    def _take(self, name: str, *, known: bool) -> None:
        with self.queue.turn(known=known):
            self.order.append(name)

    def _start(self, act: Callable[[], None]) -> None:
        thread = threading.Thread(target=act)
        self._threads.append(thread)
        thread.start()

    def _wait_until(self, true: Callable[[], bool]) -> None:
        while not true():
            threading.Event().wait(0.001)


def test_those_we_know_go_before_strangers_each_in_order() -> None:
    held = Held()
    for name, known in (("s1", False), ("s2", False), ("k1", True), ("s3", False), ("k2", True)):
        held.join(name, known=known)
    assert held.free() == ["first", "k1", "k2", "s1", "s2", "s3"]


def test_one_stranger_too_many_is_refused_at_once_and_one_we_know_is_not() -> None:
    held = Held()
    for number in range(MOST_WAITING):
        held.join(f"s{number}", known=False)
    with pytest.raises(Refused) as caught, held.queue.turn(known=False):
        pass
    assert caught.value.code == "busy"
    held.join("k", known=True)
    assert held.free()[:2] == ["first", "k"]
    with held.queue.turn(known=False):
        assert held.queue.waiting == (0, 0)


def test_a_turn_that_fails_is_over() -> None:
    queue = ProofQueue()
    for _ in range(2):
        with pytest.raises(ValueError, match="wrong"), queue.turn():
            raise ValueError("wrong")
