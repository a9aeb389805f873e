"""Make a box with the users, folders, modes and command lines of its units; only root can."""

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.config.folders import Folders
from appliance.link.client import Client
from tests.security.processes.users import ROOT, User
from tests.small.pool import small_trial_text

NAMES = {
    "zgoda-recorder": 61101,
    "zgoda-keeper": 61102,
    "zgoda-panel": 61103,
    "zgoda-courier": 61104,
}
GROUPS = {"zgoda-in": 61150, "zgoda-keeper": 61102}
RECORDER = User(NAMES["zgoda-recorder"], GROUPS["zgoda-in"], (), NAMES)
KEEPER = User(NAMES["zgoda-keeper"], GROUPS["zgoda-keeper"], (GROUPS["zgoda-in"],), NAMES)
COURIER = User(NAMES["zgoda-courier"], NAMES["zgoda-courier"], (), NAMES)
PANEL = User(NAMES["zgoda-panel"], NAMES["zgoda-panel"], (), NAMES)

UMASK = 0o027
"""Of recorder and keeper, as their units say."""

_MASKED = f'umask {UMASK:03o}; exec "$@"'

SECONDS = 20.0
"""How long anything may take."""

KEEPER_WORDS = ("appliance", "keeper", "--recorder-user", "zgoda-recorder")
RECORDER_WORDS = ("appliance", "recorder", "--allow-user", "zgoda-keeper")

_FOLDER = re.compile(r"^d /var/lib/zgoda(\S*) +(\d+) (\S+) +(\S+) -$", re.MULTILINE)


def keeper_words() -> list[str]:
    """Return the keeper's command, as its unit has it."""
    return [*KEEPER_WORDS, "--allow-user", "zgoda-panel", "--courier-user", "zgoda-courier"]


@dataclass(frozen=True)
class Started:
    """A process of the box."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> str:
        """Return what it printed."""
        return self.log.read_text("utf-8")


@dataclass(frozen=True)
class Appliance:
    """The box's folders with the owners and modes that tmpfiles and the units give them."""

    data: Path
    run: Path

    @property
    def folders(self) -> Folders:
        """Return the places."""
        return Folders(self.data, self.run)

    def start(self, user: User, *words: str) -> "contextlib.AbstractContextManager[Started]":
        """Start a process as its unit does, and wait until it is ready."""
        own = ["--data", str(self.data), "--run", str(self.run)]
        if words[:2] == KEEPER_WORDS[:2]:
            own += ["--config", str(self.data.with_name("zgoda.toml"))]
        return started(user, [*words, *own], self.run.parent)

    def client(self, name: str) -> Client:
        """Return root's client of a process."""
        path = self.run / f"zgoda-{name}" / f"{name}.sock"
        return Client(path, SECONDS, process=name, uid=NAMES[f"zgoda-{name}"])


@contextlib.contextmanager
def started(user: User, words: Sequence[str], folder: Path) -> Iterator[Started]:
    """Start a program as a user; end it in the end."""
    with contextlib.ExitStack() as held:
        ready = held.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        name = folder / f"ready-{words[1] if len(words) > 1 else words[0]}"
        name.unlink(missing_ok=True)
        ready.bind(str(name))
        name.chmod(0o777)
        ready.settimeout(SECONDS)
        log = folder / f"{name.name}.log"
        command = held.enter_context(
            user.command("sh", "-c", _MASKED, "sh", sys.executable, "-m", *words)
        )
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "NOTIFY_SOCKET": str(name), "PYTHONPATH": str(ROOT)},
            stdout=held.enter_context(log.open("wb")),
            stderr=subprocess.STDOUT,
        )
        one = Started(process, log)
        try:
            try:
                told = ready.recv(4096)
            except TimeoutError:
                told = b""
            assert b"READY=1" in told, one.said()
            yield one
        finally:
            process.kill()
            process.wait()


@contextlib.contextmanager
def made_appliance() -> Iterator[Appliance]:
    """Make the folders of a box that is not set up; they go in the end."""
    with TemporaryDirectory(prefix="zgoda-", dir="/tmp") as name:
        base = Path(name)
        base.chmod(0o755)
        (base / "zgoda.toml").write_text(small_trial_text(), "utf-8")
        data, run = base / "data", base / "run"
        tmpfiles = (ROOT / "systemd/tmpfiles.d/zgoda.conf").read_text("utf-8")
        for path, uid, gid, mode in [
            *((Path(f"{data}{place}"), NAMES[user], GROUPS[group], int(mode, 8))
              for place, mode, user, group in _FOLDER.findall(tmpfiles)),
            (run, 0, 0, 0o755),
            (run / "zgoda-keeper", KEEPER.uid, KEEPER.gid, 0o755),
            (run / "zgoda-recorder", RECORDER.uid, RECORDER.gid, 0o750),
        ]:  # fmt: skip
            path.mkdir()
            os.chown(path, uid, gid)
            path.chmod(mode)
        yield Appliance(data, run)
