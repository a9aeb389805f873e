"""Read a release's list of parts, and say under which names holes in them are published."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

DEBIAN, PYPI = "Debian:13", "PyPI"
"""Ecosystems, as osv.dev names them; Debian's name sources, not packages."""


class AuditError(Exception):
    """The parts cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something that a release is made of."""

    ecosystem: str
    name: str
    version: str

    def __str__(self) -> str:
        """Return it for a person."""
        return f"{self.name} {self.version}"


def read_parts(file: Path) -> frozenset[Part]:
    """Return the parts of a CycloneDX list, but for Zgoda itself.

    Raises:
        AuditError: it is no such list, is empty, or has a part whose holes nobody could look up.
    """
    try:
        told = json.loads(file.read_text("utf-8"))
        found = [_part(each) for each in _components(told)]
    except OSError as error:
        raise AuditError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuditError(f"{file} is no list of parts in CycloneDX.") from error
    parts = frozenset(part for part in found if part)
    if not parts:
        raise AuditError(f"{file} lists no parts.")
    return parts


def _components(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if told["bomFormat"] != "CycloneDX":
        raise ValueError
    for each in told["components"]:
        yield each
        yield from each.get("components", [])


def _part(each: dict[str, Any]) -> Part | None:
    if each["name"] == "zgoda":
        return None
    purl, _, said = each.get("purl", "").partition("?")
    kind, _, rest = purl.partition("/")
    name, _, version = rest.rpartition("@")
    if kind == "pkg:pypi" and name and version:
        return Part(PYPI, unquote(name).lower(), unquote(version))
    if kind == "pkg:deb":
        source, _, of_source = parse_qs(said).get("upstream", [""])[0].partition("@")
        if source and of_source:
            return Part(DEBIAN, source, of_source)
    raise AuditError(f"{str(each['name'])[:80]} does not say where holes in it are published.")
