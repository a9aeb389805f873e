"""Run Debian's own sshd for a test: an own process, unprivileged, on a loopback port."""

import contextlib
import getpass
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.model.outside.sftp import fingerprint
from tests.courier.authority import HERE

SSHD, SERVER = "/usr/sbin/sshd", "/usr/lib/openssh/sftp-server"
SECONDS = 20.0


def new_key(file: Path, kind: str = "ed25519") -> str:
    """Make a server's key; return its public line as in known_hosts."""
    for one in (file, file.with_suffix(".pub")):
        one.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    return file.with_suffix(".pub").read_text("ascii").strip()


def free_port() -> int:
    with socket.create_server((HERE, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Sshd:
    """A server whose user is whoever runs the test."""

    folder: Path  # its own
    home: Path  # where files go: an absolute path
    port: int
    key: str  # its public line
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()

    @property
    def user(self) -> str:
        return getpass.getuser()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)

    @property
    def backup(self) -> Path:
        """Return the folder of the backup."""
        return self.home / "zgoda-backup"

    @property
    def log(self) -> str:
        """Return what it has logged."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def lets_in(self, line: str) -> None:
        """Write a line into authorized_keys."""
        (self.folder / "authorized_keys").write_text(line + "\n", "ascii")

    def start(self) -> None:
        """Start, and wait until it listens."""
        (self.folder / "config").write_text(self._config(), "ascii")
        command = [SSHD, "-D", "-e", "-f", str(self.folder / "config")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log
            with contextlib.suppress(OSError), socket.create_connection((HERE, self.port), 1.0):
                return
        raise AssertionError(self.log)

    def stop(self) -> None:
        """Stop it, and every session."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(SECONDS)
            self.process = None

    def change_key(self, kind: str = "ed25519") -> None:
        """Give it another key."""
        self.stop()
        self.key = new_key(self.folder / "host_key", kind)
        self.start()

    def _config(self) -> str:
        return "\n".join(
            (
                f"Port {self.port}",
                f"ListenAddress {HERE}",
                f"HostKey {self.folder}/host_key",
                f"AuthorizedKeysFile {self.folder}/authorized_keys",
                "PidFile none",
                "StrictModes no",
                "UsePAM no",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PermitRootLogin prohibit-password",
                "MaxStartups 100",
                "LogLevel VERBOSE",
                "PerSourcePenalties no",
                *(self.options or ("Subsystem sftp internal-sftp",)),
                "",
            )
        )


@contextlib.contextmanager
def sshd(*options: str) -> Iterator[Sshd]:
    """Run a server until the test has ended."""
    if Path("/run").is_dir():
        with contextlib.suppress(OSError):
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where root's needs it
    folder = Path(tempfile.mkdtemp(prefix="zgoda-sshd-"))
    home = folder / "home"
    home.mkdir()
    key = new_key(folder / "host_key")
    one = Sshd(folder, home, free_port(), key, options=options)
    one.lets_in("")
    one.start()
    try:
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder)
