"""Run a process that ends by SIGKILL at a chosen system call, or in a state of a call.

``python -m tests.faults.killable`` takes orders, and forks for each: the killed process is a
separate one.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from tests.faults.forks.orders import KILLED, carry_out_all, in_a_fork
from tests.faults.killable_keeper import ACTS
from tests.faults.killable_recorder import WholeCall, die_in_state

CALLS = (
    *("write", "pwrite", "fsync", "fdatasync", "ftruncate", "truncate", "posix_fallocate"),
    *("rename", "unlink", "mkdir", "fchmod"),
)
"""What changes a disk. Python's own file objects go by these no more than a cut could see."""

NEVER = 2**30

LONGEST_WAIT = 60.0
"""Seconds after which a thread that stands still fails: nobody has ended the process."""


def die() -> NoReturn:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("the signal cannot be caught")


class Steps:
    """Counts the calls that change a disk, and ends the process at one of them.

    Each thread's steps come in one order; which thread is ahead of which is another each time.
    """

    def __init__(
        self, last: int, of: str = "", still: Mapping[str, int] | None = None,
        end: Callable[[], NoReturn] = die,
    ) -> None:  # fmt: skip
        """Prepare; ``arm`` begins.

        Args:
            last: the step at which the process ends.
            of: the thread whose steps are counted for it; empty for all threads together.
            still: threads that go no further than here, each with its own step that it does not
                do; the process ends when all have come to it.
            end: ends the process.
        """
        self.counts: Counter[str] = Counter()
        """The steps of each thread."""
        self._last, self._of, self._still, self._end = last, of, still or {}, end
        self._stands = {thread: threading.Event() for thread in self._still}
        self._lock = threading.Lock()

    def arm(self) -> None:
        """Begin to count; every second write that is the last one is torn in half."""
        for name in CALLS:
            setattr(os, name, self._counted(name, getattr(os, name)))

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            last = self._is_last()
            if last and name in {"write", "pwrite"} and self._last % 2:
                half = memoryview(args[1])[: len(args[1]) // 2]
                real(args[0], half, *args[2:])
            if last:
                self._end()
            return real(*args, **more)

        return call

    def _is_last(self) -> bool:
        """Count a step of this thread, and wait for the others that are to be where they are."""
        thread = threading.current_thread().name
        with self._lock:
            self.counts[thread] += 1
            own, count = self.counts[thread], self.counts.total()
        if self._still.get(thread) == own:
            self._stands[thread].set()
            threading.Event().wait(LONGEST_WAIT)
            raise AssertionError("no other thread has come to the last step")
        last = self._of in {"", thread} and self._last == (own if self._of else count)
        if last and not all(stands.wait(LONGEST_WAIT) for stands in self._stands.values()):
            raise AssertionError("another thread has not come to where it is to stand still")
        return last


def child(order: dict[str, Any]) -> dict[str, Any]:
    """Do what is ordered; say how it went, if it lives to say so."""
    data = Path(order["data"])
    if "state" in order:
        die_in_state(data, order["state"], order["frames"], order["scene"], die)
        return {"died": False}
    last = order["step"] or NEVER
    if order["act"] == "call":
        call = WholeCall(data, die)
        steps = Steps(last, order.get("of", ""), order.get("still"), call.end)
        call.happen(steps.arm)
    else:
        steps = Steps(last)
        ACTS[order["act"]](data, steps.arm)
    return {"died": False, "steps": steps.counts.total(), "threads": steps.counts}


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Fork for one order and return how it went."""
    answer, ended = in_a_fork(lambda: child(order))
    if ended not in {0, KILLED}:
        return {"died": False, "failed": True}
    return answer or {"died": True}


if __name__ == "__main__":
    carry_out_all(carry_out)
