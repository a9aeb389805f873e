"""Fork reading children for tests by the hundred, from one that has imported all.

The keeper starts a fresh interpreter for each login, and most of its time goes into imports. Here
one process a run imports what a prover and a reading child need, and each child is forked from it
with nothing but its end of the socket. ``tests/keeper/people/test_prover.py`` and
``tests/keeper/reading`` start theirs as the keeper does.
"""

import atexit
import gc
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from typing import cast

from appliance.keeper.people import proof_protocol as protocol
from appliance.keeper.people.prover import PATIENCE, PasswordProof, ProofProcess
from appliance.vault.disk import wipe
from appliance.vault.opening.keys import Wrap

_BOOT = "import sys; sys.path[:0] = sys.argv[2:]; from tests.keeper.nursery import mother; mother()"


class Forked:
    """A process that another one forked, as ``subprocess.Popen`` knows its own."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        try:
            self._fd = os.pidfd_open(pid)
        except ProcessLookupError:  # over already
            self._fd, self.returncode = -1, 0

    def kill(self) -> None:
        """Kill it; nothing if it is over."""
        if self.returncode is None:
            try:
                signal.pidfd_send_signal(self._fd, signal.SIGKILL)
            except ProcessLookupError:
                self.poll()

    def poll(self, timeout_ms: int | None = 0) -> int | None:
        """Say whether it is over, as Popen does; its exit code is not known."""
        if self.returncode is None:
            poller = select.poll()
            poller.register(self._fd, select.POLLIN)
            if poller.poll(timeout_ms):
                self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it is over."""
        if self.poll(None if timeout is None else round(timeout * 1000)) is None:
            raise subprocess.TimeoutExpired("a forked child", timeout or 0.0)
        return 0

    def __del__(self) -> None:
        """Close the descriptor."""
        if self._fd >= 0:
            os.close(self._fd)


def forked_proof(wrap: Wrap, password: str, owner: str) -> PasswordProof:
    """Open a wrap, whose password must be right, in a forked process."""
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with theirs:
        socket.send_fds(_mother(), [b"f"], [theirs.fileno()])
        pid = int.from_bytes(_mother().recv(8), "big")
    proof = ProofProcess(cast("subprocess.Popen[bytes]", Forked(pid)), ours)
    raw = bytearray(password.encode())
    protocol.send(ours, protocol.ProvePassword(wrap, owner), raw)
    wipe(raw)
    answer, _ = protocol.receive_answer(ours)
    assert isinstance(answer, protocol.WrapOpened)
    return proof


def be_ready() -> None:
    """Start the process that children are forked from, before this one is forked itself."""
    _mother()


@cache
def _mother() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, str(theirs.fileno()), *sys.path],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def over() -> None:
        ours.close()
        process.wait()

    atexit.register(over)
    return ours


def mother() -> None:
    """Fork a prover for each socket that comes, until the tests are over."""
    from appliance.keeper.unlocked import child, prover  # noqa: F401, PLC0415 - imported once

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.collect()
    gc.freeze()
    control = socket.socket(fileno=int(sys.argv[1]))
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.argv[1] = str(fds[0])
            try:
                prover.main()
            finally:
                os._exit(0)
        os.close(fds[0])
        control.send(pid.to_bytes(8, "big"))
