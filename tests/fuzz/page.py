"""Write the figures of the hunts as a section of ``docs/faults.md``."""

import json
import re
from pathlib import Path
from typing import Any

Figures = list[dict[str, Any]]

FIGURES = Path(__file__).parent / "figures.json"
"""The figures of each target's last hunt."""

HEADING = "## Hostile bytes"

WORDS = (
    f"{HEADING}\n\n"
    "`make fuzz` lets atheris change the [seeds](../tests/fuzz/seeds) of each parser, guided by "
    "the code that they reach, and whole words of JSON and TOML: a million inputs or two hours "
    "each, unless `python -m tests.fuzz everything --seconds …` ends it sooner, as *limit* says. "
    "Some of it runs in stretches, each a process that goes on from the last one's inputs. "
    "Seconds are those of the clock, at "
    "the lowest priority. A parser takes an input or refuses it with its declared error and one "
    "clear sentence, within seconds and 1 GB; *crashes* counts the places where something else "
    "happened in that hunt. `make test` feeds every seed and some hundred changed ones. What "
    "hunts and tests find becomes a seed and is mended: so far {found}, named `crash_…`.\n\n"
)

_SECTION = re.compile(rf"^{HEADING}\n.*?(?=^## |\Z)", re.M | re.S)


def section(figures: Figures | None = None) -> str:
    """Return the section; without figures those that are kept."""
    if figures is None:
        figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else []
    lines = [_row("target", "inputs", "seconds", "crashes", "limit", "day"), _row(*["---"] * 6)]
    for row in figures:
        crashes = f"{row['crashes']}" + (", ended early" if row["died"] else "")
        inputs, seconds = f"{row['inputs']:,}", f"{row['seconds']:,.0f}"
        lines.append(_row(row["target"], inputs, seconds, crashes, row["limit"], row["day"]))
    found = len(list(FIGURES.parent.glob("seeds/*/crash_*")))
    return WORDS.format(found=found) + "".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def put_in(page: str, figures: Figures) -> str:
    """Return a page with the section replaced, or added at its end."""
    made = section(figures)
    if _SECTION.search(page):
        return _SECTION.sub(lambda _: made + "\n", page).rstrip("\n") + "\n"
    return page.rstrip("\n") + "\n\n" + made
