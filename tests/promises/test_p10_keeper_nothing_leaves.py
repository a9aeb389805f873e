"""Prove P10 for the keeper: nothing leaves the box.

The real process goes through its life under ``strace``; every socket that it, or its reading
child, makes or uses belongs to this machine alone.
"""

import os
import re
import signal
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.link.client import Client
from appliance.link.requests.calls import ListCalls, VerifyCalls
from appliance.link.requests.lines import GetLines
from tests.system.processes import started
from tests.system.test_keeper_process import first_run

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

CALLS = "socket,socketpair,connect,bind,sendto,sendmsg"


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])


def test_the_keeper_opens_no_socket_to_anywhere(tmp_path: Path) -> None:
    folders, trace = Folders(tmp_path / "data"), tmp_path / "trace"
    strace = ["strace", "--kill-on-exit", "-f", "--seccomp-bpf", "-qq"]
    strace += ["-e", f"trace={CALLS}", "-o", str(trace)]
    with started("keeper", "--data", str(folders.data), before=strace) as running:
        client = Client(folders.keeper_socket)
        token = first_run(folders).token
        client.call(ListCalls(), token)
        client.call(VerifyCalls(), token)
        client.call(GetLines(), token)
        # strace forwards no signal: the keeper is its child.
        os.kill(child_of(running.process.pid), signal.SIGTERM)
        assert running.process.wait(20) == 0
    lines = trace.read_text().splitlines()
    families = set(re.findall(r"\b(AF_[A-Z0-9]+)", "\n".join(lines)))
    assert families == {"AF_UNIX"}
    assert any("socketpair(AF_UNIX" in line for line in lines)  # the reading child's
    # Its own socket. The path stands there only if root looks: others cannot read its memory.
    assert any(re.search(r"\bbind\(\d+, ", line) for line in lines)
