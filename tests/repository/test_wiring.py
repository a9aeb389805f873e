"""Check that parts are put together in pieces: what a module knows, how long functions are.

The *fan-out* of a module is the number of our own modules that it imports, each counted once,
wherever in the module the import stands: at its top, in a function, or for types alone.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
OURS = ("appliance", "web")

MOST_IMPORTED = 31
"""Own modules that one may import."""

LONGEST_FUNCTION = 60
"""Lines of a function, with its docstring."""

WIRED = tuple(
    f"appliance.keeper.{each}" for each in ("records", "service", "box", "handlers", "subjects")
)
"""Where the keeper is put together and answers."""

DRAFTS = {"draft", "mine", "theirs", "entry"}
"""Names of what a change of the keyring fills in: a copy of its content, and people in it."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of ours, parsed, by its dotted name."""
    paths = [path for folder in OURS for path in sorted((ROOT / folder).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): parsed(path) for path in paths}


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

    assert {name: most for name, most in fan_out.items() if most > MOST_IMPORTED} == {}


def test_no_function_goes_on_for_too_long() -> None:
    assert {name: most for name, most in functions() if most > LONGEST_FUNCTION} == {}


def set_from_outside(tree: ast.Module) -> Iterator[str]:
    """Return each attribute of another object that a module assigns to, but for drafts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names = {each.id for each in ast.walk(node.value) if isinstance(each, ast.Name)}
            if not (ast.unparse(node.value) == "self" or names & DRAFTS):
                yield ast.unparse(node)


def test_no_part_of_the_keeper_is_finished_from_outside() -> None:
    """Hooks are arguments; where two parts need each other, a Joint is made before both."""
    wired = {
        name: found
        for name, tree in modules().items()
        if name.startswith(WIRED) and (found := list(set_from_outside(tree)))
    }

    assert wired == {}
