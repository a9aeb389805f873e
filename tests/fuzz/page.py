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
    "`make fuzz` lets atheris change the "
    "[seeds](../tests/fuzz/seeds) of each parser, a million inputs or two hours each, guided by "
    "the code that they reach. A parser takes an input or refuses it with its declared error and "
    "one clear sentence, within seconds and 1 GB. *Taken at* is the day of each row; *crashes* "
    "counts the places where something else happened in that hunt. What a hunt finds becomes a "
    "seed and is mended; `make test` feeds every seed and some hundred changed ones.\n\n"
)

_SECTION = re.compile(rf"^{HEADING}\n.*?(?=^## |\Z)", re.M | re.S)


def section(figures: Figures | None = None) -> str:
    """Return the section; without figures those that are kept."""
    if figures is None:
        figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else []
    lines = [
        "| target | inputs | seconds | crashes | taken at |\n",
        "| --- | --- | --- | --- | --- |\n",
    ]
    for row in figures:
        crashes = f"{row['crashes']}" + (", ended early" if row["died"] else "")
        inputs, seconds = f"{row['inputs']:,}", f"{row['seconds']:,.0f}"
        lines.append(f"| {row['target']} | {inputs} | {seconds} | {crashes} | {row['day']} |\n")
    return WORDS + "".join(lines)


def put_in(page: str, figures: Figures) -> str:
    """Return a page with the section replaced, or added at its end."""
    made = section(figures)
    if _SECTION.search(page):
        return _SECTION.sub(lambda _: made + "\n", page).rstrip("\n") + "\n"
    return page.rstrip("\n") + "\n\n" + made
