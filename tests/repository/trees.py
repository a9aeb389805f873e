"""Parse each file once for all tests that look at code."""

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's tree."""
    return ast.parse(path.read_text("utf-8"))
