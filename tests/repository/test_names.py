"""Count the names of classes that mean several things: they only become fewer."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
SEVERAL_MEANINGS = 5
"""How many there may be. Whoever makes them fewer writes the lower number here."""


def homes() -> dict[str, set[Path]]:
    """Return each class's name -> the modules of the product that define one."""
    found: dict[str, set[Path]] = defaultdict(set)
    for folder in ("appliance", "web"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.ClassDef):
                    found[node.name].add(path)
    return found


def test_a_class_has_a_name_of_its_own() -> None:
    """A reader who looks for a name finds one thing, which its package's first line explains."""
    several = sorted(name for name, paths in homes().items() if len(paths) > 1)

    assert len(several) <= SEVERAL_MEANINGS, several
