"""Send pytest's reports and measured figures out of the machine, one JSON object a line."""

import json
import subprocess
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest

OUT = "/dev/virtio-ports/zgoda.reports"
_LINES = 120

Send = Callable[[dict[str, Any]], None]


def channel(path: str = OUT) -> Send:
    """Open the way out; the host reads it to its end."""
    out: BinaryIO = open(path, "wb", buffering=0)

    def send(data: dict[str, Any]) -> None:
        out.write(json.dumps(data).encode() + b"\n")

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
