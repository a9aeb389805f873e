"""Print one table of everything that can be measured here: ``python -m benchmarks [PART…]``."""

import importlib
import pkgutil
import sys
import time
from collections.abc import Iterable, Iterator

import benchmarks
from benchmarks.row import Row, Table

_TITLES = ("what", "figure", "target", "peer")


def parts() -> list[str]:
    """Name the modules beside this one that may hold rows."""
    return sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_"
    )


def rows_of(wanted: Iterable[str]) -> Iterator[Row | Table]:
    """Measure, module by module; one without ``rows`` only helps others."""
    for name in wanted:
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "rows"):
            begun = time.monotonic()
            yield from module.rows()
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


def cells(row: Row) -> tuple[str, str, str, str]:
    """Return a row's columns."""
    return row.what, row.figure, row.target, row.peer


def printed(table: list[tuple[str, ...]]) -> None:
    """Print lines, the first of which holds the titles, as a Markdown table."""
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for index, line in enumerate(table):
        print(
            "| "
            + " | ".join(f"{text:{width}}" for text, width in zip(line, widths, strict=True))
            + " |"
        )
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def main() -> None:
    """Measure what is asked for, or everything, and print it as Markdown."""
    known = parts()
    wanted = sys.argv[1:] or known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(known)}.")
        sys.exit(2)
    measured = list(rows_of(wanted))
    printed([_TITLES, *(cells(row) for row in measured if isinstance(row, Row))])
    for table in measured:
        if isinstance(table, Table):
            print(f"\n<details><summary>{table.title}</summary>\n")
            printed([table.columns, *table.lines])
            print("\n</details>")


if __name__ == "__main__":
    main()
