"""Parse each file once for all tests that look at code."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's tree."""
    return ast.parse(path.read_text("utf-8"))


@cache
def product() -> tuple[Path, ...]:
    """Return every module of the product."""
    folders = (ROOT / "appliance", ROOT / "web")
    return tuple(path for folder in folders for path in sorted(folder.rglob("*.py")))


def called(node: ast.Call) -> str:
    """Return the last name of what is called; empty where it has none."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield each place in the product at which one of some names is called, and its module."""
    for name in names:
        yield from _calls()[name]


@cache
def _calls() -> Mapping[str, list[tuple[Path, ast.Call]]]:
    found: dict[str, list[tuple[Path, ast.Call]]] = defaultdict(list)
    for path in product():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                found[called(node)].append((path, node))
    return found
