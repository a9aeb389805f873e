"""Find every declared operation; adding one touches nothing here."""

import functools
import importlib
import pkgutil
from typing import Any

import appliance.link.requests as declared
from appliance.link.operations import Operation

AnyOperation = Operation[Any]


@functools.cache
def operations() -> tuple[type[AnyOperation], ...]:
    """Return every operation declared in ``appliance.link.requests``, in order of their tags."""
    found = pkgutil.walk_packages(declared.__path__, f"{declared.__name__}.")
    modules = {module.name for module in found}
    for module in sorted(modules):
        importlib.import_module(module)
    kinds = [kind for kind in Operation.__subclasses__() if kind.__module__ in modules]
    return tuple(sorted(kinds, key=tag))


def tag(operation: type[AnyOperation] | AnyOperation) -> str:
    """Return an operation's name on the wire, such as ``calls.list``."""
    return str(operation.__struct_config__.tag)
