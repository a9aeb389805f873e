"""Run a process that ends by SIGKILL at a chosen system call, or in a state of a call.

``python -m tests.faults.killable`` reads orders, a JSON object a line, and forks for each: the
killed process is a separate one, and the imports are done once.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

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


def child(order: dict[str, Any], told: int) -> None:
    """Do what is ordered; say how it went, if it lives to say so."""
    data = Path(order["data"])
    if "state" in order:
        die_in_state(data, order["state"], order["frames"], order["scene"], die)
        os.write(told, b'{"died": false}')
        return
    steps = Steps(order["step"] or NEVER)
    {**ACTS, "call": whole_call}[order["act"]](data, steps.arm)
    os.write(told, json.dumps({"died": False, "steps": steps.count}).encode())


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Fork for one order and return how it went."""
    read, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(read)
            child(order, told)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(told)
    with os.fdopen(read, "rb") as said:
        raw = said.read()
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    answer: dict[str, Any] = json.loads(raw) if raw else {"died": killed}
    return answer if killed or os.WEXITSTATUS(status) == 0 else {"died": False, "failed": True}


def main() -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
