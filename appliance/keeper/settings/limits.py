"""Refuse what the panel may not change, though it is a good configuration."""

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from appliance.config.declare import Who, asked
from appliance.config.drivers.known import devices
from appliance.config.mistakes import Mistake, Place, as_written, mistake
from appliance.config.settings import LISTS, TABLES, Config, Line

TLS_FOLDER = PurePosixPath("/etc/zgoda/tls")
"""Where certificates and their keys lie on the appliance."""

_DEVICES = PurePosixPath("/dev")


def not_here(config: Config, before: Config, seed: Config) -> Iterator[Mistake]:
    """Yield what only the seed may say.

    An administrator in the panel could otherwise name any file for another process to
    read or write: for the keeper the eraser's, for the recorder a device, for the doctor and the
    proxy a key. What is in force, and what root has written in the seed, may be said again.
    """
    yield from _root_alone(config, before)
    allowed = {TLS_FOLDER, *(_folder(path) for path in (seed.panel.certificate, seed.panel.key))}
    for key in ("certificate", "key"):
        path = getattr(config.panel, key)
        if path and path != getattr(before.panel, key) and _folder(path) not in allowed:
            yield mistake(("panel", key), "tls_folder", value=as_written(path))
    known = {each for line in before.lines + seed.lines for each in _opened(line)}
    for index, line in enumerate(config.lines):
        for role, key, path in _opened(line):
            if (role, key, path) not in known and not _is_device(path):
                yield mistake(("line", index, role, key), "no_device", value=as_written(path))


def _root_alone(config: Config, before: Config) -> Iterator[Mistake]:
    """Yield each setting that the configuration file alone can say, and that is another one."""
    for table, (section, _) in TABLES.items():
        was = {name: said for name, _, said in _tables(before, table)}
        for name, place, said in _tables(config, table):
            for each in asked(section):
                held = getattr(was.get(name), each.key, each.default)
                if each.who is Who.FILE and getattr(said, each.key) != held:
                    yield mistake((*place, each.key), "file_alone")


def _tables(config: Config, table: str) -> list[tuple[str, Place, Any]]:
    """Return name, place and settings of each table of a kind that is there."""
    if table in LISTS:
        said = getattr(config, f"{table}s")
        key = asked(TABLES[table][0])[0].key
        return [(getattr(each, key), (table, at), each) for at, each in enumerate(said)]
    there = getattr(config, table)
    return [("", (table,), there)] if there is not None else []


def _opened(line: Line) -> list[tuple[str, str, str]]:
    """Return role, option and path of every device that a line has opened."""
    return [
        (role, key, path)
        for role, part in line.parts.items()
        for key, kind, path in devices(role, part)
        if kind.is_path
    ]


def _folder(path: str) -> PurePosixPath:
    return PurePosixPath(posixpath.normpath(path)).parent


def _is_device(path: str) -> bool:
    return _DEVICES in PurePosixPath(posixpath.normpath(path)).parents
