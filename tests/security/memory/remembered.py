"""Search what processes remember: all their memory, page by page, as root can."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

GUARD = 4096
"""Bytes of the page that nobody may touch below a thread's stack."""

PIECE = 1 << 16
"""Bytes read at once; most of what a process reserves is empty."""

SPELLINGS = ("utf-8", "utf-16-le", "utf-32-le")
"""Python keeps a text in one, two or four bytes a character."""


def spelled(name: str, text: str) -> dict[str, bytes]:
    """Return a needle for each way in which a text lies in memory."""
    return {f"{name} ({spelling})": text.encode(spelling) for spelling in SPELLINGS}


def found(pid: int, needles: Mapping[str, bytes]) -> Counter[str]:
    """Count the needles in all memory that a process can write to."""
    hits: Counter[str] = Counter()
    for piece in pieces(pid):
        for name, needle in needles.items():
            hits[name] += piece.count(needle)
    return +hits


def pieces(pid: int) -> Iterator[bytes]:
    """Yield what a process has written to: each mapping, without the empty ends and middles.

    Stacks are left out, for nothing cleans them (docs/threat-model.md says so): the main thread's
    by its name, another's by the guard page below it.
    """
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        guards = {
            stop
            for start, stop in re.findall(r"^(\w+)-(\w+) ---p", maps, re.M)
            if int(stop, 16) - int(start, 16) == GUARD
        }
        for start, stop, name in re.findall(r"^(\w+)-(\w+) rw\S+ \S+ \S+ \d+ *(.*)$", maps, re.M):
            if start in guards or name == "[stack]":
                continue
            memory.seek(int(start, 16))
            left, held = int(stop, 16) - int(start, 16), bytearray()
            while left and (piece := memory.read(min(left, PIECE))):
                left -= len(piece)
                if piece.count(0) < len(piece):
                    held += piece
                elif held:
                    yield bytes(held)
                    held.clear()
            yield bytes(held)


def unlocked(pid: int) -> list[str]:
    """Return the mappings of a process that may be written to swap, as the kernel flags them.

    What the kernel's own pages hold never goes there (``io``, vdso), and what it drops when memory
    is short (``dp``: the state of its random numbers) is dropped instead.
    """
    found, mapping = [], ""
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            mapping = line
        elif line.startswith("VmFlags:") and not {"lo", "io", "dp"} & set(line.split()[1:]):
            found += [] if re.search(r"\[(vdso|vsyscall|vvar.*)\]$", mapping) else [mapping]
    return found


def locked_kib(pid: int) -> int:
    """Return how much of a process's memory is locked."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"^VmLck:\s+(\d+) kB$", status, re.M)[0])


def family(pid: int) -> list[int]:
    """Return a process and everything that it started."""
    own = [
        int(child)
        for listed in Path(f"/proc/{pid}/task").glob("*/children")
        for child in listed.read_text().split()
    ]
    return [pid, *(one for child in own for one in family(child))]


def command(pid: int) -> str:
    """Return a process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
