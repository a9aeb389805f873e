"""Follow each dotted name that a docstring or comment points at: there is such a thing."""

import ast
import builtins
import dataclasses
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import get_type_hints

from appliance.config.settings import Config
from appliance.link.registry import operations, tag
from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
CODE = ("appliance", "web", "tests", "benchmarks", "image-build")
POINTER = re.compile(r"``([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(\))?``")
FILE = re.compile(r".*\.(age|c|cfg|conf|deb|h|key|part|pem|py|raucb|sock|toml|zip)")
IMPORT = re.compile(r"^ *from ((?:appliance|web|tests)[\w.]*) import (\w[\w, ]*)$", re.MULTILINE)
CLASS = re.compile(r"^ *class (\w+)", re.MULTILINE)
OTHERS = {
    "for.training",  # details of the audit, as examples
    "of_0a1b2c3d.lo",
    "to.caller",
    "gpio.header_chip",  # a parameter of a board's start
}
"""Dotted names that are neither ours nor Python's."""


def sources() -> list[Path]:
    return sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))


def named(body: Iterable[ast.stmt]) -> set[str]:
    """Return the names that a module or class gives to something, at any depth."""
    names: set[str] = set()
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
    return names


@cache
def texts() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in sources()}


@cache
def homes() -> dict[str, set[Path]]:
    """Return the last name of each package, module and class -> the files that may be it."""
    found: dict[str, set[Path]] = defaultdict(set)
    for path, text in texts().items():
        for name in [*path.relative_to(ROOT).with_suffix("").parts, *CLASS.findall(text)]:
            found[name].add(path)
    return found


@cache
def places(name: str) -> list[tuple[str, set[str]]]:
    """Return the whole names of packages, modules and classes of a name, and what is in each."""
    found: list[tuple[str, set[str]]] = []
    for path in homes()[name]:
        parts = path.relative_to(ROOT).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        found += [
            (".".join(parts[:depth]), {parts[depth]})
            for depth in range(1, len(parts))
            if parts[depth - 1] == name
        ]
        if parts[-1] == name:
            found.append((".".join(parts), named(parsed(path).body)))
        elif name in CLASS.findall(texts()[path]):
            found += [
                (".".join([*parts, name]), named(node.body))
                for node in ast.walk(parsed(path))
                if isinstance(node, ast.ClassDef) and node.name == name
            ]
    return found


@cache
def known() -> set[str]:
    """Return the settings and the operations of the link, which are called by dotted names."""
    settings = {
        f"{section}.{field.name}"
        for section, kind in get_type_hints(Config).items()
        if dataclasses.is_dataclass(kind)
        for field in dataclasses.fields(kind)
    }
    return OTHERS | settings | set(map(tag, operations()))


def is_pythons(pointer: str) -> bool:
    first = pointer.partition(".")[0]
    return hasattr(builtins, first) or (first in sys.stdlib_module_names and first not in homes())


def is_ours(pointer: str) -> bool:
    """Say whether a module or class, called by its last names, holds the last of all."""
    place, _, last = pointer.rpartition(".")
    return any(
        last in inside
        for whole, inside in places(place.rpartition(".")[2])
        if f".{whole}".endswith(f".{place}")
    )


def stands_in(path: Path, pointer: str) -> bool:
    """Say whether a file's own code has the expression, or imports its first name as another's."""
    first, _, rest = pointer.partition(".")
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == pointer:
            return True
        if isinstance(node, ast.alias) and node.asname == first and is_ours(f"{node.name}.{rest}"):
            return True
    return False


def leads_somewhere(path: Path, pointer: str) -> bool:
    """Say whether a name is one of ours, of Python's, a setting, an operation, or a file's."""
    return (
        pointer in known()
        or FILE.fullmatch(pointer) is not None
        or is_pythons(pointer)
        or is_ours(pointer)
        or stands_in(path, pointer)
    )


def test_every_pointer_leads_somewhere() -> None:
    found = [
        (path, pointer)
        for path, text in texts().items()
        if path != Path(__file__)
        for pointer in POINTER.findall(text)
    ]

    assert len(found) > 50
    assert [
        (str(path.relative_to(ROOT)), pointer)
        for path, pointer in found
        if not leads_somewhere(path, pointer)
    ] == []


def test_a_stale_pointer_is_seen() -> None:
    here = Path(__file__)

    assert leads_somewhere(here, "errors.Refused")
    assert leads_somewhere(here, "config.settings.Office.pause_minutes")
    assert not leads_somewhere(here, "errors.NeverRaised")
    assert not leads_somewhere(here, "model.errors.Refused")
    assert not leads_somewhere(here, "office.no_such_setting")


def imports_in_strings() -> Iterator[tuple[str, str]]:
    """Return what the programs import that tests keep in strings, for a process of their own."""
    for path, text in texts().items():
        if path.is_relative_to(ROOT / "tests") and IMPORT.search(text):
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for module, names in IMPORT.findall(node.value):
                        for name in names.split(", "):
                            yield str(path.relative_to(ROOT)), f"{module}.{name.split()[0]}"


def test_programs_in_strings_import_what_is_there() -> None:
    """No type checker looks into them, and some run on a built card alone."""
    imports = list(imports_in_strings())

    assert len(imports) > 10
    assert [(path, name) for path, name in imports if not is_ours(name)] == []
