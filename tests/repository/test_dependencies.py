"""Compare the dependencies that are declared with what the product imports."""

import ast
import sys
import tomllib
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.trees import parsed

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MODULE_OF = {
    "adafruit-lgpio": "lgpio",
    "flask-babel": "flask_babel",
    "flask-wtf": "flask_wtf",
    "rfc3161-client": "rfc3161_client",
    "pyserial": "serial",
}
"""Package -> its module, where the names differ."""
BROUGHT = {"babel": "flask_babel", "markupsafe": "flask", "werkzeug": "flask"}
"""Module that may be imported without being declared -> the declared one whose interface it is."""
LOADED_BY_NAME = {"lgpio": "gpiozero"}
"""Module that the product never imports -> the declared one that looks for it."""


def packages() -> set[str]:
    """Return the packages that the product and its devices need."""
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["hardware"]]
    return {canonicalize_name(Requirement(each).name) for each in wanted}


def declared() -> set[str]:
    """Return the modules of these."""
    return {MODULE_OF.get(name, name) for name in packages()}


@cache
def imported() -> set[str]:
    """Return the modules of others that the product imports, at its start or later."""
    names: set[str] = set()
    for path in (path for folder in ("appliance", "web") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module or "")
    return (
        {name.partition(".")[0] for name in names}
        - sys.stdlib_module_names
        - {
            "appliance",
            "web",
        }
    )


def test_every_dependency_is_imported_and_every_import_declared() -> None:
    there, used = declared(), imported()

    assert there - used - LOADED_BY_NAME.keys() == set()
    assert used - there - BROUGHT.keys() == set()


def test_every_exception_is_one() -> None:
    there, used = declared(), imported()

    assert {*BROUGHT.values(), *LOADED_BY_NAME.values()} <= there & used
    assert BROUGHT.keys() <= used - there
    assert LOADED_BY_NAME.keys() <= there - used
    assert MODULE_OF.keys() <= packages()
