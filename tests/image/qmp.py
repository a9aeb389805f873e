"""Plug things into a machine that runs (QEMU's ``docs/interop/qmp-spec``)."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ANSWER_SECONDS = 300
"""A machine that has much to do lets its monitor wait."""

PLUGGED, STICK = "plugged", "stick"


def plug_in(path: Path, driver: str, properties: Mapping[str, object], name: str = PLUGGED) -> None:
    """Plug something into USB.

    Args:
        path: the machine's monitor, a Unix socket.
        driver: QEMU's name for what it is.
        properties: where, and what else of it, by QEMU's names.
        name: by which it is pulled out.
    """
    with _monitor(path) as lines:
        _tell(lines, "device_add", {"driver": driver, "id": name, **properties})


def plug_in_stick(path: Path, disk: Path) -> None:
    """Plug a stick in, by what is on it."""
    with _monitor(path) as lines:
        file = {"driver": "file", "filename": str(disk)}
        _tell(lines, "blockdev-add", {"node-name": STICK, "driver": "raw", "file": file})
    plug_in(path, "usb-storage", {"drive": STICK, "serial": "STICK"})


def pull_out(path: Path, name: str = PLUGGED) -> None:
    """Pull out what is plugged in, whatever is done with it."""
    with _monitor(path) as lines:
        gone = _tell(lines, "device_del", {"id": name})
        while name not in gone:
            gone.append(_gone(_next(lines)))


def pull_out_stick(path: Path) -> None:
    """Pull the stick out, so that another can come."""
    pull_out(path)
    with _monitor(path) as lines:
        _tell(lines, "blockdev-del", {"node-name": STICK})


@contextmanager
def _monitor(path: Path) -> Iterator[IO[str]]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(path))
        with connection.makefile("rw") as lines:
            assert "QMP" in _next(lines)
            _tell(lines, "qmp_capabilities", {})
            yield lines


def _tell(lines: IO[str], command: str, arguments: Mapping[str, object]) -> list[str | None]:
    """Give a command; return what went away until it was answered."""
    print(json.dumps({"execute": command, "arguments": arguments}), file=lines, flush=True)
    gone: list[str | None] = []
    while "event" in (answer := _next(lines)):
        gone.append(_gone(answer))
    assert "return" in answer, answer
    return gone


def _gone(answer: Mapping[str, Any]) -> str | None:
    """Return the device that an event says is gone, if it says that."""
    return answer["data"].get("device") if answer.get("event") == "DEVICE_DELETED" else None


def _next(lines: IO[str]) -> dict[str, Any]:
    line = lines.readline()
    assert line, "the machine ended"
    answer: dict[str, Any] = json.loads(line)
    return answer
