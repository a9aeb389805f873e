"""Start real processes of the box as a service manager does."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.config.folders import Folders
from appliance.link.client import Client
from appliance.link.requests.login import LogIn
from tests.boxes import PASSWORD, make_box
from tests.prompts.short import short_text
from tests.rig.ports import free_port
from tests.small.pool import small_trial_file

START_SECONDS = 60.0
STOP_SECONDS = 20.0

OWNER = "Ewa Nowak"


@dataclass(frozen=True)
class Running:
    """A process that said it was ready."""

    process: subprocess.Popen[bytes]
    log: Path
    ready: socket.socket

    def ready_again(self) -> None:
        """Wait until it says once more that it is ready."""
        while b"READY=1" not in self.ready.recv(4096):
            pass

    def stop(self) -> int:
        """Ask it to stop in order and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def said(self) -> str:
        """Return what it wrote to its standard output and error."""
        return self.log.read_text("utf-8")


@contextlib.contextmanager
def started(*arguments: str, before: Sequence[str] = ()) -> Iterator[Running]:
    """Start ``python -m appliance …``, wait until it says that it is ready; kill it at the end.

    A keeper without a configuration makes few keys ahead.

    Args:
        arguments: the command's.
        before: a program that starts it, such as ``strace`` with its options.
    """
    if arguments[0] == "keeper" and "--config" not in arguments:
        arguments = (*arguments, "--config", str(small_trial_file()))
    with contextlib.ExitStack() as held:
        short = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="zgoda-")))
        ready = held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        ready.bind(str(short / "ready"))
        ready.settimeout(START_SECONDS)
        log = short / "log"
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "appliance", *arguments],
            env={**os.environ, "NOTIFY_SOCKET": str(short / "ready")},
            stdout=held.enter_context(log.open("wb")),
            stderr=subprocess.STDOUT,
        )
        running = Running(process, log, ready)
        try:
            assert b"READY=1" in ready.recv(4096), running.said()
            yield running
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Office:
    """The three processes."""

    folders: Folders
    port: int
    options: tuple[str, ...]
    recorder: Running
    keeper: Running
    panel: Running

    def log_in(self) -> str:
        """Return the token of a session of the owner's."""
        logged_in = LogIn(name=OWNER, password=PASSWORD)
        return Client(self.folders.keeper_socket).call(logged_in).token


@contextlib.contextmanager
def office(folder: Path, password: str = PASSWORD) -> Iterator[Office]:
    """Start them on a trial that is set up, with this password of the owner's."""
    folders, port, config = Folders(folder / "data"), free_port(), folder / "zgoda.toml"
    config.write_text(f"{short_text()}\n[panel]\nport = {port}\n", "utf-8")
    make_box(folders.data, password=password)
    options = ("--config", str(config), "--data", str(folders.data))
    with (
        started("recorder", *options) as recorder,
        started("keeper", *options) as keeper,
        started("panel", *options) as panel,
    ):
        yield Office(folders, port, options, recorder, keeper, panel)


@contextlib.contextmanager
def standing_still(one: Running) -> Iterator[None]:
    """Stop a process where it is, as a hung one is, and let it go on in the end."""
    one.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        one.process.send_signal(signal.SIGCONT)
