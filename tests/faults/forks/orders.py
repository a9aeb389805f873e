"""Give orders to a process that forks for each: imports are done once, nothing is shared.

An order is a JSON object a line, and so is its answer.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]

KILLED = -signal.SIGKILL
"""How a fork ended that was killed."""


@dataclass
class Orders:
    """The process that carries them out."""

    process: subprocess.Popen[bytes]

    def give(self, order: Message) -> Message:
        """Give an order and return its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        answer: Message = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def taking_orders(
    module: str, before: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Orders]:
    """Start the process.

    Args:
        module: what it runs; it calls ``carry_out_all``.
        before: a program that starts it, with its options.
        environment: beside this process's own.
    """
    with subprocess.Popen(
        [*before, sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    ) as process:
        try:
            yield Orders(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def carry_out_all(carry_out: Callable[[Message], Message]) -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()


def in_a_fork(act: Callable[[], Message]) -> tuple[Message | None, int]:
    """Do something in a fork; return its answer, None if there is none, and how it ended.

    It ended with 0, or 1 if the act raised something, or ``KILLED``.
    """
    read, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(read)
            raw = json.dumps(act()).encode()
            os.write(told, raw)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(told)
    with os.fdopen(read, "rb") as said:
        answered = said.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(answered) if answered else None, os.waitstatus_to_exitcode(status)
