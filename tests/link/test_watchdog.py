"""Keep-alives reach a service manager while the work goes on, and not a moment longer."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.link.watchdog import BEATS, Watchdog, interval


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


@pytest.mark.parametrize(
    ("surroundings", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "30000000"}, 30.0 / BEATS),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0 / BEATS),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),  # meant for another process
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({"WATCHDOG_USEC": ""}, 0.0),
    ],
)
def test_the_interval_is_what_the_service_manager_says(
    surroundings: dict[str, str], seconds: float
) -> None:
    assert interval(surroundings) == seconds


def test_it_reports_while_the_work_goes_on(manager: socket.socket) -> None:
    stop = threading.Event()
    Watchdog(str, {"WATCHDOG_USEC": "30000"}).start(stop)
    try:
        assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    finally:
        stop.set()


def test_what_it_cannot_vouch_for_it_does_not_report(
    manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "line Reception stands still"
    watchdog = Watchdog(lambda: wrong)
    watchdog.beat()
    watchdog.beat()

    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)
    assert caplog.messages == [f"No keep-alive goes to the service manager: {wrong}."]

    wrong = ""
    watchdog.beat()
    assert manager.recv(100) == b"WATCHDOG=1"


def test_work_that_cannot_be_looked_at_is_not_vouched_for(
    manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise MemoryError("+48 22 123 45 67")

    Watchdog(broken).beat()

    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)
    assert "MemoryError" in caplog.text
    assert "+48" not in caplog.text


def test_without_a_service_manager_nothing_runs() -> None:
    before = threading.active_count()
    Watchdog(str, {}).start(threading.Event())

    assert threading.active_count() == before
