"""Refuse what the panel may not change, though it is a good configuration."""

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath

from appliance.config.mistakes import Mistake, as_written, mistake
from appliance.config.settings import Config, Line

TLS_FOLDER = PurePosixPath("/etc/zgoda/tls")
"""Where certificates and their keys lie on the appliance."""

_DEVICES = PurePosixPath("/dev")


def not_here(config: Config, before: Config, seed: Config) -> Iterator[Mistake]:
    """Yield what only the seed may say.

    An administrator in the panel could otherwise name any file for another process to
    read or write: for the keeper the eraser's, for the recorder a device, for the doctor and the
    proxy a key.

    Args:
        config: the draft.
        before: the settings in force.
        seed: what root has written.
    """
    if config.vault != before.vault:
        yield mistake(("vault",), "file_alone")
    if config.backup != before.backup:
        yield mistake(("backup",), "file_alone")
    allowed = {TLS_FOLDER, *(_folder(path) for path in (seed.panel.certificate, seed.panel.key))}
    for key in ("certificate", "key"):
        path = getattr(config.panel, key)
        if path and path != getattr(before.panel, key) and _folder(path) not in allowed:
            yield mistake(("panel", key), "tls_folder", value=as_written(path))
    known = {port for line in before.lines + seed.lines for port in _ports(line)}
    for index, line in enumerate(config.lines):
        for role, key, port in _ports(line):
            if (role, key, port) not in known and not _is_device(port):
                yield mistake(("line", index, role, key), "no_device", value=as_written(port))


def _ports(line: Line) -> list[tuple[str, str, str]]:
    """Return role, option and path of every port that a line has opened."""
    parts = (("hook", line.hook), ("audio", line.audio), ("prompt", line.prompt))
    return [
        (role, key, str(part.options[key]))
        for role, part in parts
        for key in ("port", "caller_port")
        if key in part.options
    ]


def _folder(path: str) -> PurePosixPath:
    return PurePosixPath(posixpath.normpath(path)).parent


def _is_device(path: str) -> bool:
    return _DEVICES in PurePosixPath(posixpath.normpath(path)).parents
