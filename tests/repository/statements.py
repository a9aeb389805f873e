"""Read a page that states how the box stands to a standard, and find what is not so."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeGuard

MET, IN_PART, NOT_YET, NONE = "yes", "in part", "not met yet", "–"
TEST = re.compile(r"\[`(test_\w+)`\]\(([^)#]+)\)")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
NUMBER = re.compile(r"(?:I{1,2}\.)?\d+(?:\.\d+)*[a-m]?(?:-\d+[AB]?)?")
SELDOM_RUN = re.compile(r"pytest\.mark\.(image|vm|faults|voices)\b")


@dataclass(frozen=True)
class Row:
    """One row of such a table; its columns but the first and the last three may vary."""

    numbers: tuple[str, ...]
    cells: tuple[str, ...]  # between the numbers and the last three
    applies: str  # yes, no
    met: str
    shown_by: str

    def tests(self) -> list[tuple[str, str]]:
        """Return the tests that it names, each with the path as written."""
        return TEST.findall(self.shown_by)


def rows(page: str) -> list[Row]:
    """Return the rows of a page whose first cell holds numbers of a standard."""
    found = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        numbers = cells[0].split()
        if line.startswith("|") and numbers and all(map(NUMBER.fullmatch, numbers)):
            if len(cells) >= 4:
                found.append(Row(tuple(numbers), tuple(cells[1:-3]), *cells[-3:]))
    return found


@cache
def functions(path: Path) -> Mapping[str, bool]:
    """Return the test functions of a module, each with whether a usual run runs it."""
    tree = ast.parse(path.read_text("utf-8"))
    of_all = [ast.unparse(node.value) for node in tree.body if _sets_marks(node)]
    return {
        node.name: not SELDOM_RUN.search(
            " ".join([*of_all, *map(ast.unparse, node.decorator_list)])
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def _sets_marks(node: ast.stmt) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"


def wrong_tests(folder: Path, text: str) -> Iterator[str]:
    """Name each test in a text that is not there, or that no usual run runs.

    Args:
        folder: the folder of the page, to which links are relative.
        text: the page, or a part of it.
    """
    for name, target in TEST.findall(text):
        path = (folder / target).resolve()
        if not path.is_file() or name not in functions(path):
            yield f"{target} has no {name}"
        elif not functions(path)[name]:
            yield f"{name} is not run by make test"


def wrong_links(folder: Path, text: str) -> Iterator[str]:
    """Name each link of a text to a file that is not there."""
    for target in LINK.findall(text):
        if "://" not in target and not (folder / target).exists():
            yield f"no file {target}"


def _wrong_row(row: Row, wanted: Mapping[str, str]) -> Iterator[str]:
    statuses = {wanted.get(number, "unknown") for number in row.numbers}
    if statuses - {""} and statuses != {row.cells[0]}:
        yield f"the status is {', '.join(sorted(statuses))}"
    if (row.applies, row.met) not in {
        ("no", NONE), ("yes", MET), ("yes", IN_PART), ("yes", NOT_YET)
    }:  # fmt: skip
        yield f"applies {row.applies}, met {row.met}"
    if not row.shown_by:
        yield "no reason"
    if row.applies == "yes" and any(status.startswith("M") for status in statuses):
        if row.met == IN_PART:
            yield "a mandatory provision is met or not"
        if row.met == MET and not row.tests():
            yield "mandatory, called met, without a test"


def summary(page: str, wanted: Mapping[str, str], *, begins: str = "", called: str) -> str:
    """Count the requirements of a page in a sentence, as it has to stand there.

    Args:
        page: the page.
        wanted: every requirement with its status.
        begins: what the counted statuses begin with.
        called: the requirements' name, in the plural.
    """
    numbers = [number for number, status in wanted.items() if status.startswith(begins)]
    met = Counter(row.met for row in rows(page) for number in row.numbers if number in numbers)
    applying = len(numbers) - met[NONE]
    parts = f" {met[IN_PART]} are in part," if met[IN_PART] else ""
    return (
        f"Of {len(numbers)} {called} {applying} apply: {met[MET]} are met,{parts}"
        f" **{met[NOT_YET]} {'is' if met[NOT_YET] == 1 else 'are'} not met yet**."
    )


def faults(page: str, folder: Path, wanted: Mapping[str, str], heads: list[str]) -> list[str]:
    """Return what is wrong with a page, or nothing.

    Args:
        page: its text.
        folder: where it lies.
        wanted: every requirement of the standard, with its status.
        heads: sentences that it has to contain.
    """
    there = rows(page)
    times = Counter(number for row in there for number in row.numbers)
    told = [f"{number}: no row" for number in wanted if not times[number]]
    told += [f"{number}: {n} rows" for number, n in times.items() if n > 1]
    told += [f"{number}: no such requirement" for number in times if number not in wanted]
    told += [f"{row.numbers[0]}: {why}" for row in there for why in _wrong_row(row, wanted)]
    told += [f"the page does not say: {head}" for head in heads if head not in page]
    return [*told, *wrong_tests(folder, page), *wrong_links(folder, page)]
