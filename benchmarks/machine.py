"""Divide work among the processor's cores."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

CORES = "ZGODA_BENCH_CORES"
"""Environment: how many processes work at once; as many as there are cores, otherwise."""

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def cores() -> int:
    """Return the number of processes that may work at once."""
    return int(os.environ.get(CORES, "0")) or len(os.sched_getaffinity(0))


def each(work: Callable[[_Job], _Result], jobs: Iterable[_Job], title: str) -> list[_Result]:
    """Do all jobs on the available cores; report progress now and then."""
    listed = list(jobs)
    out: list[_Result] = []
    begun = time.monotonic()
    with ProcessPoolExecutor(cores()) as pool:
        for result in pool.map(work, listed):
            out.append(result)
            if len(out) % max(1, len(listed) // 10) == 0:
                spent = time.monotonic() - begun
                print(f"{title}: {len(out)} of {len(listed)}, {spent:.0f} s", file=sys.stderr)
    return out
