"""Check that parts are put together in pieces: what a module knows, how long functions are.

The *fan-out* of a module is the number of our own modules that it imports, each counted once,
wherever in the module the import stands: at its top, in a function, or for types alone.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("appliance", "web")

MOST_IMPORTED = 31
"""Own modules that one may import."""

WIDER = {"appliance.keeper.records": 52, "appliance.keeper.service": 49}
"""Modules that know more; their numbers only fall."""

LONGEST_FUNCTION = 60
"""Lines of a function, with its docstring."""

LONGER = {"appliance.keeper.records.build_records": 97}
"""Functions that are longer; their numbers only fall."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of ours, parsed, by its dotted name."""
    paths = [path for folder in OURS for path in sorted((ROOT / folder).rglob("*.py"))]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
        for path in paths
    }


def imported(tree: ast.Module) -> set[str]:
    """Return the modules of ours that one imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{each.name}" for each in node.names}
            names |= {each if each in modules() else str(node.module) for each in whole}
    return {name for name in names if name.split(".")[0] in OURS}


def functions() -> Iterator[tuple[str, int]]:
    """Return every function's dotted name and its lines."""
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_module_knows_too_many_others() -> None:
    fan_out = {name: len(imported(tree)) for name, tree in modules().items()}

    assert {name: most for name, most in fan_out.items() if most > MOST_IMPORTED} == WIDER


def test_no_function_goes_on_for_too_long() -> None:
    assert {name: most for name, most in functions() if most > LONGEST_FUNCTION} == LONGER
