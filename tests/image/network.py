"""A network of its own for a card: a cable to a neighbour who looks at what is open.

The neighbour lives in a network namespace, so nothing of it reaches this computer's own networks.
"""

import array
import contextlib
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DEVICE = "lan0"
NEIGHBOUR, FIRST, LAST = "192.168.177.1", "192.168.177.10", "192.168.177.20"
MULTICAST = ("224.0.0.251", 5353)
"""Of mDNS (RFC 6762)."""

_ADDRESS = re.compile(rb"\x00\x01[\x00\x80]\x01.{4}\x00\x04(.{4})", re.DOTALL)
"""An A record, from its type to its address."""

_TUNSETIFF, _IFF_TAP, _IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
_IN_THE_NAMESPACE = "from tests.image.network import lend; lend(int(__import__('sys').argv[1]))"


@dataclass(frozen=True)
class Neighbour:
    """A computer at the other end of the card's cable."""

    keeper: subprocess.Popen[bytes]
    cable: int

    @property
    def plugged(self) -> tuple[str, ...]:
        """Return QEMU's options for the card's end of the cable, which is an open file."""
        return (
            *("-netdev", f"tap,id=lan,fd={self.cable}"),
            *("-device", "virtio-net-device,netdev=lan"),
        )

    def run(self, *command: str, seconds: float = 900) -> str:
        """Run a program there, and return what it prints."""
        ran = subprocess.run(
            [*self._inside(), *command], capture_output=True, text=True, timeout=seconds, check=True
        )
        return ran.stdout

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program there that goes on."""
        return subprocess.Popen([*self._inside(), *command], stdin=subprocess.DEVNULL)

    def _inside(self) -> Sequence[str]:
        inside = ("nsenter", "-t", str(self.keeper.pid), "-U", "-n", "--preserve-credentials", "--")
        return (*inside, "setpriv", "--pdeathsig", "KILL")  # it ends with these tests


@contextlib.contextmanager
def neighbour() -> Iterator[Neighbour]:
    """Lay a cable, and give the neighbour an address and the right to give others one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        holding = subprocess.Popen(
            ["unshare", "-r", "-n", sys.executable, "-c", _IN_THE_NAMESPACE, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.PIPE,
        )
        try:
            _, (cable, *_), *_ = socket.recv_fds(ours, 1, 1)
            there = Neighbour(holding, cable)
            there.run("ip", "address", "add", f"{NEIGHBOUR}/24", "dev", DEVICE)
            there.run("ip", "link", "set", "lo", "up")
            there.run("ip", "link", "set", DEVICE, "up")
            # As it is: in the namespace nobody may change a process's groups.
            lending = there.start(
                *("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0"),
                *(
                    f"--interface={DEVICE}",
                    f"--dhcp-range={FIRST},{LAST}",
                    "--leasefile-ro",
                ),
                "--bind-interfaces",
            )
            try:
                yield there
            finally:
                lending.terminate()
                lending.wait()
                os.close(cable)
        finally:
            assert holding.stdin is not None
            holding.stdin.close()
            holding.wait()


def lend(channel: int) -> None:
    """In the namespace: make the cable, hand its other end out, and stay until nobody listens."""
    with socket.socket(fileno=channel) as asked:
        cable = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(
            cable, _TUNSETIFF, struct.pack("16sH14x", DEVICE.encode(), _IFF_TAP | _IFF_NO_PI)
        )
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [cable]))]
        asked.sendmsg([b"."], rights)
        os.close(cable)
    sys.stdin.buffer.read()


def ask(name: str, wait: float) -> str:
    """In the namespace: ask all neighbours for a name, and return the address that is told.

    The question comes from mDNS' own port, as that of a computer that speaks it, and everybody
    hears the answer (RFC 6762, 5.2 and 6).

    Raises:
        TimeoutError: nobody answers.
    """
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    question = struct.pack("!6H", 0, 0, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)
    group, port = MULTICAST
    until = time.monotonic() + wait
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        asking.bind((group, port))
        here = socket.inet_aton(NEIGHBOUR)
        joined = socket.inet_aton(group) + here
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
        asking.settimeout(5)
        while time.monotonic() < until:
            asking.sendto(question, MULTICAST)
            with contextlib.suppress(TimeoutError):
                while not (told := _ADDRESS.search(_answer(asking.recv(9000)))):
                    pass
                return socket.inet_ntoa(told[1])
    raise TimeoutError(f"nobody answers to {name}")


def _answer(packet: bytes) -> bytes:
    """Return an answer, and nothing of a question."""
    return packet if packet[2:3] >= b"\x80" else b""
