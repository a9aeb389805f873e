"""Read published holes, as osv.dev hands them out: a zip of one JSON document each."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from advisories.parts import DEBIAN, AuditError, Part
from advisories.versions import ORDER

LONGEST_DOCUMENT = 32 << 20
MOST = 8 << 30
"""Bytes of all documents; those of Debian have some hundred MB."""


KINDS = ("introduced", "last_affected", "fixed")
"""Events of a version's history, in their order at one version."""


@dataclass(frozen=True, slots=True, order=True)
class Hole:
    """A published hole that a part has."""

    id: str
    part: Part
    remedy: str  # the version from which on it is mended; empty: none is known

    @property
    def counts(self) -> bool:
        """Say whether it keeps a release back: Debian's holes once Debian has mended them."""
        return bool(self.remedy) or self.part.ecosystem != DEBIAN


@dataclass(frozen=True, slots=True)
class Published:
    """What a folder of such zips says of some parts."""

    holes: frozenset[Hole]
    newest: Mapping[str, date]
    """File -> the day of its newest document."""


def read_published(folder: Path, parts: frozenset[Part]) -> Published:
    """Return the holes that parts have.

    Raises:
        AuditError: a file is missing, empty, or not what it should be.
    """
    names = {part.ecosystem.partition(":")[0] for part in parts}
    holes: set[Hole] = set()
    newest: dict[str, date] = {}
    by_name = {(part.ecosystem, part.name): part for part in parts}
    if len(by_name) != len(parts):
        raise AuditError("A part is listed in two versions.")
    for name in sorted(names):
        file = folder / f"{name}.zip"
        for document in _documents(file):
            try:
                day = date.fromisoformat(document["modified"][:10])
                newest[file.name] = max(day, newest.get(file.name, day))
                holes |= set(_holes(document, by_name))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                said = str(document.get("id"))[:60] if isinstance(document, dict) else "A document"
                raise AuditError(f"{file}: {said!r} is not what osv.dev describes.") from error
        if file.name not in newest:
            raise AuditError(f"{file} holds no documents.")
    return Published(frozenset(holes), newest)


def _documents(file: Path) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(file) as opened:
            entries = [each for each in opened.infolist() if not each.is_dir()]
            if sum(each.file_size for each in entries) > MOST:
                raise AuditError(f"{file} is larger than such a file can be.")
            for each in entries:
                with opened.open(each) as document:
                    content = document.read(LONGEST_DOCUMENT + 1)
                if len(content) > LONGEST_DOCUMENT:
                    raise AuditError(f"{file} holds a document without an end.")
                yield json.loads(content)
    except OSError as error:
        raise AuditError(f"{file} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, NotImplementedError) as error:
        raise AuditError(f"{file} is damaged.") from error


def _holes(document: dict[str, Any], parts: Mapping[tuple[str, str], Part]) -> Iterator[Hole]:
    if document.get("withdrawn"):
        return
    for affected in document.get("affected", []):
        package = affected.get("package") or {}
        named = (str(package.get("ecosystem")), str(package.get("name")).lower())
        if not (part := parts.get(named)):
            continue
        has, remedy = _judge(affected, part)
        if has:
            yield Hole(str(document["id"]), part, remedy)


def _judge(affected: dict[str, Any], part: Part) -> tuple[bool, str]:
    """Say whether a part has a hole, and since when it is mended; in doubt it has."""
    ranges = [each for each in affected.get("ranges", []) if each["type"] != "GIT"]
    versions = affected.get("versions", [])
    if not ranges and not versions:
        return True, ""
    found = [_in_range(each["events"], part) for each in ranges]
    remedy = next((fixed for has, fixed in found if has and fixed), "")
    return part.version in versions or any(has for has, _ in found), remedy


def _in_range(events: list[dict[str, str]], part: Part) -> tuple[bool, str]:
    order = ORDER[part.ecosystem]
    said = [(kind, version) for event in events for kind, version in event.items()]
    has, remedy = ("introduced", "0") in said, ""
    try:
        ours = order(part.version)
        points = sorted(
            (order(version), KINDS.index(kind), version)
            for kind, version in said
            if kind in KINDS and version != "0"
        )
    except ValueError:
        return True, ""  # a version that nobody can compare
    for point, kind, version in points:
        if KINDS[kind] == "introduced":
            has = has or point <= ours
        elif KINDS[kind] == "last_affected":
            has = has and not point < ours
        elif point <= ours:
            has = False
        else:
            remedy = remedy or version
    return has, remedy
