"""Keep a process's memory to itself: undumpable, never swapped, overwritten when freed.

Python and glibc leave what they free as it was. Three things change that: settings of the
allocator, which have to be in the environment before the process starts; no core dumps and no
debuggers but root's; and memory that the kernel never writes to swap. Each may be missing, on a
trial or a foreign system. The process works all the same, and ``missing`` names what it lacks.
"""

import contextlib
import ctypes
import os
import resource
from collections.abc import Mapping
from pathlib import Path

ALLOCATOR: Mapping[str, str] = {
    # Each object is a block of malloc's, which Python's own allocator would reuse unseen.
    "PYTHONMALLOC": "malloc",
    # Freed blocks are overwritten; those that a thread keeps for itself would not be.
    # The stack of a thread that ended goes back to the system.
    "GLIBC_TUNABLES": (
        "glibc.malloc.perturb=85:glibc.malloc.tcache_count=0:glibc.pthread.stack_cache_size=0"
    ),
}
"""What a process that holds secrets needs in its environment; its unit sets the same."""

UNWIPED, DUMPABLE, UNLOCKED = "unwiped", "dumpable", "unlocked"
"""What may be missing: freed memory is overwritten; only root looks in; nothing goes to swap."""

TOLD = "memory"
"""The file in a process's folder that says what it lacks."""

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
"""With ONFAULT a page is locked when it is first used: without it, all that 64 threads reserve for
their stacks and heaps becomes resident, 527 MB instead of 10."""
_CAP_IPC_LOCK = 1 << 14


def protect() -> tuple[str, ...]:
    """Forbid core dumps and debuggers, lock the memory; return what is ``missing``.

    Processes that this one forks do the same.
    """
    os.register_at_fork(after_in_child=_lock)  # the lock alone is not inherited
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _lock()
    return missing()


def missing() -> tuple[str, ...]:
    """Return what this process lacks, as the kernel and its environment tell."""
    lacks = {
        UNWIPED: not wipes(os.environ),
        DUMPABLE: _libc().prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0,
        UNLOCKED: _status("VmLck") == 0,
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def tell(folder: Path) -> None:
    """Write down for the doctor what this process lacks, in a folder that it alone writes to.

    Where that cannot be written, on a full disk, the process works all the same: the doctor then
    says that it has not told.
    """
    path = folder / TOLD
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(" ".join(missing()) + "\n")


def told(folder: Path) -> tuple[str, ...] | None:
    """Return what the process of a folder lacks; None if it has not said so."""
    try:
        words = (folder / TOLD).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    if not words.endswith("\n"):  # the disk was full
        return None
    return tuple(name for name in (UNWIPED, DUMPABLE, UNLOCKED) if name in words.split())


def wipes(environment: Mapping[str, str]) -> bool:
    """Say whether a process started with this environment overwrites what it frees."""
    given = environment.get("GLIBC_TUNABLES", "").split(":")
    return (
        (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
        and environment.get("PYTHONMALLOC") == ALLOCATOR["PYTHONMALLOC"]
        and set(ALLOCATOR["GLIBC_TUNABLES"].split(":")) <= set(given)
    )


def _lock() -> None:
    """Lock all memory, present and future, unless a limit would then let allocations fail."""
    _, most = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    unlimited = most == resource.RLIM_INFINITY
    if unlimited:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (most, most))
    if unlimited or _status("CapEff", 16) & _CAP_IPC_LOCK:
        _libc().mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT)


def _status(name: str, base: int = 10) -> int:
    """Return a figure of ``/proc/self/status``, or 0."""
    for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1], base)
    return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
