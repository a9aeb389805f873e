"""Measure all parts of the benchmark, or some: ``python -m benchmarks [--write] [PART…]``.

With ``--write`` the figures also replace those in ``docs/benchmarks.md``, part by part. The last
lines name the targets that are missed; if there are any, the exit code is 1.
"""

import importlib
import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from benchmarks.page import Measured, markdown, verdict, write

FIRST = {"box.lines", "box.live", "box.processes"}
"""Parts that run the whole box come before others load its libraries (``box/cold.py``)."""


def parts() -> list[str]:
    """Name the modules with rows, in their order, without importing them."""
    files = Path(__file__).parent.glob("*/*.py")
    names = [
        f"{file.parent.name}.{file.stem}"
        for file in files
        if "\ndef rows(" in file.read_text("utf-8")
    ]
    return sorted(names, key=lambda name: (name not in FIRST, name))


def chosen(asked: Iterable[str], known: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the parts asked for, by name or whole folder, and the names that fit none."""
    wanted, unknown = [], []
    for name in asked:
        found = [part for part in known if part == name or part.startswith(f"{name}.")]
        wanted += found
        unknown += [] if found else [name]
    return wanted, unknown


def measured(wanted: Iterable[str]) -> Iterator[Measured]:
    """Measure, module by module."""
    for name in wanted:
        module = importlib.import_module(f"benchmarks.{name}")
        load, begun = os.getloadavg()[0], time.monotonic()
        found = tuple(module.rows())
        spent = time.monotonic() - begun
        print(f"{name}: {spent:.0f} s", file=sys.stderr, flush=True)
        yield Measured(name, found, spent, load)


def main() -> None:
    """Measure the parts asked for, or all, and print them as Markdown."""
    known = parts()
    keep = "--write" in sys.argv[1:]
    asked = [name for name in sys.argv[1:] if name != "--write"]
    wanted, unknown = chosen(asked, known) if asked else (known, [])
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(known)}.")
        sys.exit(2)
    done = []
    for one in measured(wanted):
        done.append(one)
        print(f"\n## {one.part}\n\n{markdown(one.found)}\n\n{one.told}", flush=True)
        if keep:
            write(one)
    said, whole = verdict(done)
    print(f"\n{said}")
    sys.exit(not whole)


if __name__ == "__main__":
    main()
