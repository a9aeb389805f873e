"""Send pytest's reports and measured figures out of the machine, one JSON object a line."""

import json
import os
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

OUT = "/dev/virtio-ports/zgoda.reports"
_LINES = 120

Send = Callable[[dict[str, Any]], None]
Write = Callable[[bytes], int]


def channel(path: str = OUT) -> Send:
    """Open the way out, for as long as the machine runs; the host reads it to its end."""
    return sender(partial(os.write, os.open(path, os.O_WRONLY)))


def sender(write: Write) -> Send:
    """Return what sends messages whole: the port takes 32 KiB at once and no more."""

    def send(message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[write(data) :]

    return send


class Reporter:
    """A pytest plugin."""

    def __init__(self, config: pytest.Config, send: Send | None = None) -> None:
        """Open the way out."""
        self._config = config
        self._send = channel() if send is None else send

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Send why a file could not be collected."""
        if report.failed:
            self._send({"broken": report.nodeid, "why": report.longreprtext})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send what became of a part of a test."""
        to = self._config.hook.pytest_report_to_serializable
        self._send({"test": report.nodeid, "report": to(config=self._config, report=report)})

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Send that a test is over."""
        self._send({"over": nodeid})


def journal() -> str:
    """Return the end of the machine's journal."""
    command = ["journalctl", "--no-pager", "--output=short-monotonic", f"--lines={_LINES}"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout
