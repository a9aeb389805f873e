"""Measure everything that can be measured here: ``python -m benchmarks [--write] [PART…]``.

With ``--write`` the figures also replace the earlier ones in ``docs/benchmarks.md``, part by part.
The last lines say which targets are short; if any is, the exit code is 1.
"""

import importlib
import os
import pkgutil
import sys
import time
from collections.abc import Iterable, Iterator

import benchmarks
from benchmarks._page import Measured, markdown, verdict, write

FIRST = {"lines", "live", "processes"}
"""Parts that run the whole box: before others have read its libraries into memory (``_cold``)."""


def parts() -> list[str]:
    """Name the modules beside this one that may hold rows, in their order."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    return sorted((name for name in names if name[0] != "_"), key=lambda n: (n not in FIRST, n))


def measured(wanted: Iterable[str]) -> Iterator[Measured]:
    """Measure, module by module; one without ``rows`` only helps others."""
    for name in wanted:
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "rows"):
            load, begun = os.getloadavg()[0], time.monotonic()
            found = tuple(module.rows())
            spent = time.monotonic() - begun
            print(f"{name}: {spent:.0f} s", file=sys.stderr, flush=True)
            yield Measured(name, found, spent, load)


def main() -> None:
    """Measure what is asked for, or everything, and print it as Markdown."""
    known = parts()
    keep = "--write" in sys.argv[1:]
    wanted = [name for name in sys.argv[1:] if name != "--write"] or known
    unknown = sorted(set(wanted) - set(known))
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
