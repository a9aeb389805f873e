"""Plug sticks into a machine that runs (QEMU's ``docs/interop/qmp-spec``)."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ANSWER_SECONDS = 300
"""A machine that has much to do lets its monitor wait."""

PLUGGED, STICK = "plugged", "stick"


def plug_in(path: Path, driver: str, name: str = PLUGGED, **properties: object) -> None:
    """Plug something into USB.

    Args:
        path: the machine's monitor, a Unix socket.
        driver: QEMU's name for what it is.
        name: by which it is pulled out.
        properties: more of it, by QEMU's names.
    """
    with _monitor(path) as lines:
        _tell(lines, "device_add", {"driver": driver, "id": name, **properties})


def plug_in_stick(path: Path, disk: Path) -> None:
    """Plug a stick in, by what is on it."""
    with _monitor(path) as lines:
        file = {"driver": "file", "filename": str(disk)}
        _tell(lines, "blockdev-add", {"node-name": STICK, "driver": "raw", "file": file})
    plug_in(path, "usb-storage", drive=STICK, serial="STICK")


def pull_out(path: Path, name: str = PLUGGED) -> None:
    """Pull out what is plugged in, whatever is done with it."""
    with _monitor(path) as lines:
        happened = _tell(lines, "device_del", {"id": name})
        while "DEVICE_DELETED" not in happened:
            happened.append(_next(lines).get("event"))


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


def _tell(lines: IO[str], command: str, arguments: Mapping[str, object]) -> list[object]:
    """Give a command; return what happened until it was answered."""
    print(json.dumps({"execute": command, "arguments": arguments}), file=lines, flush=True)
    happened: list[object] = []
    while "event" in (answer := _next(lines)):
        happened.append(answer["event"])
    assert "return" in answer, answer
    return happened


def _next(lines: IO[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(lines.readline())
    return answer
