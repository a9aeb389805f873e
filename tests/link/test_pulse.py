"""Feel whether another process goes on: none that stands still is waited for."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import LinkError
from appliance.link.client import Client
from appliance.link.pulse import Pulse
from tests.link.conftest import Count, Desk, Echo, Serve, Text

SOON = 5.0
SILENCE = 0.4


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.link.pulse.SILENCE_SECONDS", SILENCE)
    monkeypatch.setattr("appliance.link.pulse.RETRY_SECONDS", 0.05)
    monkeypatch.setattr("appliance.link.server.BEAT_SECONDS", 0.05)


@pytest.fixture
def pulse(path: Path) -> Iterator[Pulse]:
    stop = threading.Event()
    felt = Pulse(path)
    felt.start(stop)
    yield felt
    stop.set()


@pytest.fixture
def hung(path: Path) -> Iterator[socket.socket]:
    """A process that stands still: the system takes connections for it, and it says nothing."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(32)
        yield listener


def wait_until_silent(pulse: Pulse, silent: bool = True) -> None:
    until = time.monotonic() + SOON
    while pulse.silent() is not silent:
        assert time.monotonic() < until
        threading.Event().wait(0.005)


def test_work_is_waited_for_while_the_process_goes_on(
    serve: Serve, desk: Desk, path: Path, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = threading.Event()

    def long(*_: object) -> Text:
        worked.wait(3 * SILENCE)
        return Text("done")

    monkeypatch.setattr(desk, "handle", long)
    serve()
    client = Client(path, timeout=SOON, silent=pulse.silent)
    assert client.call(Echo("x")) == Text("done")
    assert not pulse.silent()


@pytest.mark.usefixtures("hung")
def test_one_that_stands_still_is_waited_for_once(path: Path, pulse: Pulse) -> None:
    client = Client(path, timeout=60.0, silent=pulse.silent)
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(LinkError, match="does not answer in time"):
            client.call(Echo("x"))
    assert time.monotonic() - began < SILENCE + 2.0


@pytest.mark.usefixtures("hung")
def test_nothing_is_sent_to_one_that_stands_still(
    path: Path, pulse: Pulse, hung: socket.socket
) -> None:
    wait_until_silent(pulse)
    client = Client(path, timeout=60.0, silent=pulse.silent)
    for ask in (
        lambda: client.call(Echo("x"), upload=b"x" * 2**20),
        lambda: next(client.watch(Count(to=1))),
        lambda: next(client.download(Count(to=1))),
    ):
        with pytest.raises(LinkError, match="does not answer in time"):
            ask()
    hung.accept()[0].close()  # the pulse's own
    hung.settimeout(0.0)
    with pytest.raises(BlockingIOError):
        hung.accept()


def test_a_stream_ends_and_a_large_upload_is_left_when_the_process_stands_still(
    path: Path, hung: socket.socket, pulse: Pulse
) -> None:
    client = Client(path, timeout=60.0, silent=pulse.silent)
    with pytest.raises(LinkError, match="does not answer in time"):
        client.call(Echo("x"), upload=b"x" * 2**20)
    other = Pulse(path)
    still = threading.Event()
    watching = Client(path, timeout=60.0, silent=still.is_set)
    stream = watching.watch(Count(to=1), tick=0.01)
    assert next(stream) is None
    still.set()
    with pytest.raises(LinkError, match="does not answer in time"):
        next(stream)
    assert not other.silent(), "of one that nobody feels nothing is said"


def test_one_that_goes_on_again_is_asked_again(
    path: Path, hung: socket.socket, pulse: Pulse, serve: Serve
) -> None:
    wait_until_silent(pulse)
    hung.close()
    path.unlink()
    hung_peer = serve()
    wait_until_silent(pulse, silent=False)
    assert Client(path, timeout=SOON, silent=pulse.silent).call(Echo("back")) == Text("back")
    hung_peer.stop()


def test_one_that_is_away_is_told_as_away(path: Path, pulse: Pulse) -> None:
    wait_until_silent(pulse, silent=False)
    with pytest.raises(LinkError, match="is not running"):
        Client(path, silent=pulse.silent).call(Echo("x"))
