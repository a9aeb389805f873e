"""Run a process that ends by SIGKILL at a chosen system call, or in a state of a call.

``python -m tests.faults.killable`` takes orders, and forks for each: the killed process is a
separate one.
"""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tests.faults.forks.orders import KILLED, carry_out_all, in_a_fork
from tests.faults.killable_keeper import ACTS
from tests.faults.killable_recorder import die_in_state, whole_call

CALLS = (
    *("write", "pwrite", "fsync", "fdatasync", "ftruncate", "truncate", "posix_fallocate"),
    *("rename", "unlink", "mkdir", "fchmod"),
)
"""What changes a disk. Python's own file objects go by these no more than a cut could see."""

NEVER = 2**30


def die() -> NoReturn:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("the signal cannot be caught")


class Steps:
    """Counts the calls that change a disk, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last
        self._lock = threading.Lock()

    def arm(self) -> None:
        """Begin to count; every second write that is the last one is torn in half."""
        for name in CALLS:
            setattr(os, name, self._counted(name, getattr(os, name)))

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            with self._lock:
                self.count += 1
                last = self.count == self._last
            if last and name in {"write", "pwrite"} and self._last % 2:
                half = memoryview(args[1])[: len(args[1]) // 2]
                real(args[0], half, *args[2:])
            if last:
                die()
            return real(*args, **more)

        return call


def child(order: dict[str, Any]) -> dict[str, Any]:
    """Do what is ordered; say how it went, if it lives to say so."""
    data = Path(order["data"])
    if "state" in order:
        die_in_state(data, order["state"], order["frames"], order["scene"], die)
        return {"died": False}
    steps = Steps(order["step"] or NEVER)
    {**ACTS, "call": whole_call}[order["act"]](data, steps.arm)
    return {"died": False, "steps": steps.count}


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Fork for one order and return how it went."""
    answer, ended = in_a_fork(lambda: child(order))
    if ended not in {0, KILLED}:
        return {"died": False, "failed": True}
    return answer or {"died": True}


if __name__ == "__main__":
    carry_out_all(carry_out)
