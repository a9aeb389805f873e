"""Write what the virtual machine has shown into ``docs/vm-test.md``, between its two marks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

BEGIN, END = "<!-- figures: vm -->", "<!-- end -->"


@dataclass(frozen=True)
class Fact:
    """A test that has passed in the machine."""

    nodeid: str
    seconds: float  # by the machine's clock, what it needed before included
    figures: Mapping[str, object]


def page(text: str, facts: Iterable[Fact], about: Mapping[str, str], took: str) -> str:
    """Return a page with its tables replaced.

    Args:
        text: the page as it is.
        facts: all of a run, in its order.
        about: file of tests -> its first sentence.
        took: how long the run took, as a sentence.

    Raises:
        ValueError: the page has no place for the tables.
    """
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{_tables(facts, about, took)}\n{END}{after}"


def _tables(facts: Iterable[Fact], about: Mapping[str, str], took: str) -> str:
    by_file: dict[str, list[Fact]] = {}
    for fact in facts:
        by_file.setdefault(fact.nodeid.partition("::")[0], []).append(fact)
    from release.tables import run_of  # noqa: PLC0415 - nobody has it in the machine

    run = run_of(Path(__file__).parents[2], f"{datetime.now(UTC):%d %B %Y}")
    parts = [f"{took} Run on {run}."]
    for file, of_file in by_file.items():
        parts.append(f"**{about[file]}** ([`{Path(file).name}`](../{file}))")
        rows = [
            f"| {_words(fact.nodeid)} | {fact.seconds:.1f} | {_told(fact)} |" for fact in of_file
        ]
        parts.append("\n".join(["| shown | s | figures |", "| --- | --- | --- |", *rows]))
    return "\n\n".join(parts)


def _words(nodeid: str) -> str:
    """Return a test's name as a sentence, with its parameter."""
    name, _, parameter = nodeid.rpartition("::")[2].partition("[")
    words = re.sub("^test_", "", name).replace("_", " ")
    return f"{words} ({parameter.rstrip(']')})" if parameter else words


def _told(fact: Fact) -> str:
    return ", ".join(f"{name} {value}" for name, value in fact.figures.items())
