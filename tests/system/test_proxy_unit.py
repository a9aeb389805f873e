"""The proxy's unit allows all that haproxy does, and haproxy does nothing that it forbids."""

import contextlib
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from appliance.commands.processes.proxy import invocation, pair
from appliance.config.read import load
from tests.faults.fault_box import children
from tests.network.proxies import secured, trusting
from tests.rig.ports import free_port

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

UNIT = Path(__file__).parents[2] / "systemd" / "zgoda-proxy.service"


def files_given() -> int:
    (given,) = re.findall(r"^LimitNOFILE=(\d+)$", UNIT.read_text("utf-8"), re.MULTILINE)
    return int(given)


def sets() -> dict[str, set[str]]:
    """Return systemd's sets of system calls, by name, with the sets inside them resolved."""
    command = ["systemd-analyze", "syscall-filter", "--no-pager"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, set[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("@"):
            name = line.strip()
            found[name] = set()
        elif line.startswith("    ") and name and not line.strip().startswith("#"):
            found[name].add(line.strip())
    return {name: resolved(name, found) for name in found}


def resolved(name: str, found: dict[str, set[str]]) -> set[str]:
    calls: set[str] = set()
    for member in found[name]:
        calls |= resolved(member, found) if member.startswith("@") else {member}
    return calls


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the kernel saw of haproxy, from its start over a request to the end."""
    folder = tmp_path_factory.mktemp("p")
    config = secured(folder, free_port())
    panel = load(config).panel
    seen, ready = folder / "trace", folder / "ready"
    program, told = invocation(panel, folder / "s", panel.port)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(ready))
        listener.settimeout(60)
        limit = ["prlimit", f"--nofile={files_given()}:{files_given()}"]
        command = [*limit, "strace", "-f", "-o", str(seen), *program]
        ends, named = pair()
        with ends[0], ends[1]:
            process = subprocess.Popen(
                command,
                env={**told, **named, "NOTIFY_SOCKET": str(ready)},
                pass_fds=[end.fileno() for end in ends],
            )
        try:
            assert b"READY=1" in listener.recv(4096)
            with socket.create_connection(("127.0.0.1", panel.port), 20) as plain:
                with trusting(config).wrap_socket(plain, server_hostname="127.0.0.1") as browser:
                    browser.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    answer = b"".join(iter(lambda: browser.recv(65536), b""))
            assert answer.startswith(b"HTTP/1.1 503 "), "there is no panel behind it"
        finally:
            for pid in children(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            process.wait(30)
    return seen.read_text("utf-8", "replace")


def test_it_needs_no_call_that_its_unit_forbids(trace: str) -> None:
    calls = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", trace, re.MULTILINE))
    assert {"accept4", "execve", "epoll_wait"} <= calls
    known = sets()
    allowed = known["@system-service"] - known["@privileged"] - known["@resources"]
    assert calls - allowed - known["@default"] == set()


def test_it_never_wants_memory_to_write_and_run(trace: str) -> None:
    assert not re.findall(r"^.*PROT_WRITE\|PROT_EXEC.*$", trace, re.MULTILINE)
    assert not re.findall(r"^.* mprotect\([^)]*PROT_EXEC.*$", trace, re.MULTILINE)


def test_it_listens_at_one_port_and_connects_to_sockets_alone(trace: str) -> None:
    assert len(re.findall(r" listen\(\d+, ", trace)) == 1
    assert set(re.findall(r"connect\(\d+, \{sa_family=(\w+)", trace)) <= {"AF_UNIX"}
    # What lies between port and TLS has no name, so nobody else can say where a browser is.
    assert set(re.findall(r" bind\(\d+, \{sa_family=(\w+)", trace)) == {"AF_INET"}


def test_it_changes_no_file_but_in_memory(trace: str) -> None:
    opened = re.findall(r'open(?:at)?\([^"]*"([^"]+)", ([A-Z_|]+)', trace)
    written = {path for path, how in opened if re.search("O_WRONLY|O_RDWR|O_CREAT", how)}
    assert {path for path in written if not path.startswith("/dev/")} == set()


def test_it_takes_no_more_files_than_its_unit_gives(trace: str) -> None:
    asked = re.findall(r"prlimit64\(0, RLIMIT_NOFILE, \{rlim_cur=([\d*]+)", trace)
    for wanted in asked:
        first, _, second = wanted.partition("*")
        assert int(first) * int(second or 1) <= files_given()
