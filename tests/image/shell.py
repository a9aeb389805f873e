"""A root shell on the console of a machine that a test has started, and no more than that."""

import itertools
import re
import shlex
from dataclasses import dataclass, field

from tests.image.card import Running


@dataclass
class Shell:
    """Types commands, and reads what they print."""

    running: Running
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def wait(self) -> None:
        """Wait until somebody answers there."""
        self.running.wait_for("no job control in this shell")
        self.run("stty -echo; set +m; true")

    def run(self, command: str) -> str:
        """Run a command, and return what it prints.

        Raises:
            AssertionError: it failed, or the machine did.
        """
        code, said = self.ask(command)
        assert code == 0, f"{command}\n{said}"
        return said

    def ask(self, command: str) -> tuple[int, str]:
        """Run a command; return its exit code, and what it prints."""
        number = next(self._numbers)
        # Put together by the shell there, so that the command's own echo does not look like it.
        around = (
            f'printf "\\n<%s-{number}\\n" in; {{ {command}\n}}; printf "\\n%s-{number}:$?>\\n" out'
        )
        assert self.running.qemu.stdin is not None
        self.running.qemu.stdin.write(f"{around}\n".encode())
        self.running.qemu.stdin.flush()
        found = self.running.wait_for(rf"(?s)<in-{number}\n(.*?)\nout-{number}:(\d+)>")
        return int(found[2]), found[1].replace("\r", "").strip()

    def python(self, text: str) -> str:
        """Run a program of Zgoda's own Python there."""
        lines = "; ".join(line.strip() for line in text.splitlines() if line.strip())
        return self.run(f"/opt/zgoda/bin/python -c {shlex.quote(lines)}")

    def send(self, command: str) -> None:
        """Type a command that ends the machine."""
        assert self.running.qemu.stdin is not None
        self.running.qemu.stdin.write(f"{command}\n".encode())
        self.running.qemu.stdin.flush()


def hexadecimal(said: str) -> bytes:
    """Return the bytes of a line of hexadecimal figures."""
    (line,) = re.findall(r"^[0-9a-f]{2,}$", said, re.MULTILINE)
    return bytes.fromhex(line)
