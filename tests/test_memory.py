"""A process keeps its memory to itself, and says what it cannot have."""

import os
import subprocess
import sys

import pytest

from appliance.memory import ALLOCATOR, wipes

PROTECT = "from appliance.memory import missing, protect; print(*missing(), '|', *protect())"

FREED = """
import gc, re, sys
from pathlib import Path

needle, found = re.compile(b"[" + sys.argv[1][:1].encode() + b"]uietwalrusgarden "), 0
secret = "".join(sys.argv[1].split("-"))  # made here, so that no other copy lies about
texts = [f"{secret} {number}" for number in range(100)]
del texts
gc.collect()
with open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in Path("/proc/self/maps").read_text().splitlines():
        where, rights = line.split()[:2]
        start, stop = (int(end, 16) for end in where.split("-"))
        if rights.startswith("rw"):
            memory.seek(start)
            found += len(needle.findall(memory.read(stop - start)))
print(found)
"""


def run(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_a_protected_process_cannot_be_dumped() -> None:
    before, after = run(PROTECT).split("|")

    assert "dumpable" in before.split()
    assert "dumpable" not in after.split()


def test_what_it_forks_is_protected_too() -> None:
    told = run(
        "import os\nfrom appliance.memory import missing, protect\nown = protect()\n"
        "child = os.fork()\n"
        "if child == 0:\n    print(missing() == own, flush=True); os._exit(0)\n"
        "os.waitpid(child, 0)"
    )

    assert told == "True"


LOCKED = """
import os, threading
from appliance.memory import protect
from tests.security.memory.remembered import locked_kib, unlocked

def tell():
    print(unlocked(os.getpid()), locked_kib(os.getpid()) > 0, flush=True)

assert unlocked(os.getpid())  # the control
protect()
later = bytearray(8 << 20)
threading.Thread(target=tell).start()
child = os.fork()
if child == 0:
    again = bytearray(8 << 20)
    tell()
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.root
def test_all_memory_is_locked_and_so_is_what_it_forks() -> None:
    """Present and future memory, stacks of threads too; a fork would inherit none of it."""
    assert run(LOCKED).splitlines() == ["[] True", "[] True"]


def test_memory_is_not_locked_where_a_limit_would_let_allocations_fail() -> None:
    """With a limit, locking succeeds while there is little memory, and later nothing more can be
    had: so it is not tried."""
    code = (
        "import ctypes, resource\n"
        "ctypes.CDLL(None).prctl(24, 14, 0, 0, 0)\n"  # PR_CAPBSET_DROP: CAP_IPC_LOCK, for root
        "most = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]\n"
        "most = 1 << 30 if most == resource.RLIM_INFINITY else min(most, 1 << 30)\n"
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (most, most))\n"
        "import os, sys\n"
        "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])"
    )

    _, after = run(code, PROTECT + "; x = bytes(2 << 30); print(len(x))").split("|")

    assert after.split() == ["unwiped", "unlocked", str(2 << 30)]


def test_what_is_freed_is_overwritten() -> None:
    """The control: without the settings many copies of a text stay."""
    assert run(FREED, "quiet-walrus-garden", **ALLOCATOR) == "0"
    assert int(run(FREED, "quiet-walrus-garden")) > 10


@pytest.mark.parametrize(
    ("given", "wiping"),
    [
        (dict(ALLOCATOR), True),
        ({"PYTHONMALLOC": "malloc"}, False),
        ({**ALLOCATOR, "PYTHONMALLOC": "pymalloc"}, False),
        ({**ALLOCATOR, "GLIBC_TUNABLES": "glibc.malloc.perturb=85"}, False),
        ({**ALLOCATOR, "GLIBC_TUNABLES": f"a.b=1:{ALLOCATOR['GLIBC_TUNABLES']}"}, True),
        ({}, False),
    ],
)
def test_the_environment_tells_whether_freed_memory_is_overwritten(
    given: dict[str, str], wiping: bool
) -> None:
    assert wipes(given) is wiping
