"""Find where sshd listens, and who is here through it."""

import contextlib
import ipaddress
import os
import re
import shlex
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

PORT = 22
_CONFIG = "etc/ssh/sshd_config"
_SOCKET = "etc/systemd/system/ssh.socket"
_ESTABLISHED, _LISTENING = "01", "0A"

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Connection:
    """Somebody who is here through SSH."""

    port: int
    """Of this machine."""
    peer: Address


@dataclass(frozen=True, slots=True)
class _Row:
    """A socket in the kernel's table."""

    port: int
    peer: Address
    state: str
    inode: str


def ports(root: Path) -> set[int]:
    """Return the ports that sshd's configuration and systemd's socket for it name."""
    found = set[int]()
    if (root / _CONFIG).is_file():
        found |= _ports_of_sshd(root)
    if (root / "etc/systemd/system/sockets.target.wants/ssh.socket").is_symlink():
        found |= _ports_of_socket(root)
    return found


def connections(root: Path, surroundings: Mapping[str, str]) -> set[Connection]:
    """Return who is here through SSH, as far as kernel and surroundings tell.

    sudo takes away the variable that says so, and an sshd may listen at a port that its
    configuration no longer names: so what the processes above this one hold counts, too.
    """
    rows = [row for name in ("tcp", "tcp6") for row in _rows(root / "proc/net" / name)]
    listening = {row.port for row in rows if row.state == _LISTENING}
    known, held = ports(root) | {PORT}, set(_held(root / "proc"))
    found = {
        Connection(row.port, row.peer)
        for row in rows
        if row.state == _ESTABLISHED
        and (row.port in known or (row.inode in held and row.port in listening))
    }
    return found | set(_told(surroundings))


def is_used(root: Path, surroundings: Mapping[str, str]) -> bool:
    """Say whether somebody is here through SSH, though perhaps nothing tells from where."""
    above = "SSH_CONNECTION" in surroundings or any(_above(root / "proc"))
    return above or bool(connections(root, surroundings))


def _told(surroundings: Mapping[str, str]) -> Iterator[Connection]:
    words = surroundings.get("SSH_CONNECTION", "").split()
    with contextlib.suppress(ValueError, IndexError):  # UNKNOWN, where sshd has no socket
        yield Connection(int(words[3]), _plain(ipaddress.ip_address(words[0].partition("%")[0])))


def _ports_of_sshd(root: Path) -> set[int]:
    named, bound, everywhere = set[int](), set[int](), False
    addresses = False
    for keyword, value in _settings(root, root / _CONFIG):
        if keyword == "port" and value.isdigit():
            named.add(int(value))
        elif keyword == "listenaddress":
            addresses = True
            port = _port_of(value)
            bound |= {port} if port else set()
            everywhere |= port is None
    return bound | (named or {PORT} if everywhere or not addresses else set())


def _settings(root: Path, path: Path, seen: tuple[Path, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield keywords in small letters with their first values; files are included as sshd does."""
    if path in seen or not path.is_file():
        return
    for line in path.read_text("utf-8", "replace").splitlines():
        keyword, values = _words(line)
        if keyword != "include":
            yield keyword, values[0] if values else ""
            continue
        for pattern in values:
            for included in sorted(root.glob(str(Path("/etc/ssh", pattern)).lstrip("/"))):
                yield from _settings(root, included, (*seen, path))


def _words(line: str) -> tuple[str, list[str]]:
    told = re.match(r"\s*(\w+)(?:\s*=\s*|\s+)(.*)", line)
    if not told:
        return "", []
    try:
        return told[1].lower(), shlex.split(told[2], comments=True)
    except ValueError:  # sshd would not start with it
        return told[1].lower(), []


def _ports_of_socket(root: Path) -> set[int]:
    places = [root / _SOCKET, root / "usr/lib/systemd/system/ssh.socket"]
    files = [place for place in places if place.is_file()][:1]
    files += sorted((root / f"{_SOCKET}.d").glob("*.conf"))
    found = set[int]()
    for file in files:
        for line in file.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "ListenStream":
                port = _port_of(value.strip())
                found = found | ({port} if port else set()) if value.strip() else set()
    return found


def _port_of(address: str) -> int | None:
    """Return the port at the end of an address; an IPv6 address has one only behind brackets."""
    host, _, port = address.rpartition(":")
    return int(port) if port.isdigit() and (":" not in host or host.endswith("]")) else None


def _rows(table: Path) -> Iterator[_Row]:
    lines = table.read_text("ascii").splitlines()[1:] if table.is_file() else []
    for fields in (line.split() for line in lines):
        address, _, _ = fields[2].partition(":")
        inode = fields[9] if len(fields) > 9 else ""
        yield _Row(int(fields[1].rpartition(":")[2], 16), _address(address), fields[3], inode)


def _address(text: str) -> Address:
    """Return an address of the kernel's table: words of 32 bits, in the machine's own order."""
    words = [int(text[at : at + 8], 16) for at in range(0, len(text), 8)]
    return _plain(ipaddress.ip_address(struct.pack(f"={len(words)}I", *words)))


def _plain(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address


def _above(processes: Path) -> Iterator[int]:
    """Yield those processes above this one that are sshd's."""
    pid = os.getpid()
    while pid > 1 and (told := processes / str(pid) / "stat").is_file():
        name, _, rest = told.read_text("utf-8", "replace").partition("(")[2].rpartition(")")
        if name.startswith("sshd"):
            yield pid
        pid = int(rest.split()[1])


def _held(processes: Path) -> Collection[str]:
    """Return the inodes of the sockets that those processes hold."""
    files = [file for pid in _above(processes) for file in (processes / str(pid) / "fd").glob("*")]
    targets = [os.readlink(file) for file in files if file.is_symlink()]
    return [each[8:-1] for each in targets if each.startswith("socket:[")]
