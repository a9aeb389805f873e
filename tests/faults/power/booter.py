"""Fork for each image and boot the keeper in the fork: imports are done once, nothing is shared.

``python -m tests.faults.power.booter`` reads orders, a JSON object a line, and answers each.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.power.boot import Found, boot
from tests.faults.power.told import Told


@dataclass
class Booter:
    """The process that boots images."""

    process: subprocess.Popen[bytes]

    def boot(self, data: Path, told: Path, position: int) -> Found:
        """Boot a mounted disk and return what was found."""
        order = {"data": str(data), "told": str(told), "position": position}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        return Found(**said)


@contextmanager
def booter() -> Iterator[Booter]:
    """Start the process."""
    command = [sys.executable, "-m", "tests.faults.power.booter"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Booter(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def carry_out(order: dict[str, str], position: int) -> bytes:
    """Fork, boot, and return the answer as JSON."""
    read, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            found = _boot(order, position)
            os.write(told, json.dumps(asdict(found)).encode())
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(told)
    with os.fdopen(read, "rb") as said:
        raw = said.read()
    os.waitpid(pid, 0)
    return raw or json.dumps(asdict(Found(wrong=["the keeper died"]))).encode()


def _boot(order: dict[str, str], position: int) -> Found:
    try:
        return boot(Path(order["data"]), Told.load(Path(order["told"])), position)
    except Exception:
        return Found(wrong=[traceback.format_exc()])


def main() -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(carry_out(order, order["position"]).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
