"""Give sound in real time priority over all else, as the recorder's unit does."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def favour(pid: int) -> None:
    """Let a process or a thread go first, if this user may order that."""
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(5))


def favour_threads(pid: int) -> None:
    """Let every thread of a process go first, and those that they start."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        favour(int(task.name))


@contextlib.contextmanager
def hurrying() -> Iterator[None]:
    """Let every thread of this process go first, the caller's until the end.

    A thread that has to wait for the interpreter while a slow one holds it would be as slow.
    """
    favour_threads(os.getpid())
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
