"""See whom the firewall would let in and out, before it is laid."""

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from installer.places import OPTIONS, read
from installer.ssh import PORT, Address
from installer.tree import Tree, digest_of
from installer.tunnels import Tunnel

IN, OUT = "/etc/zgoda/firewall/in", "/etc/zgoda/firewall/out"
SSH = f"{IN}/ssh.nft"
_TABLE = "/usr/lib/zgoda/firewall.nft"
_PROTOCOLS = {"tcp", "udp", "icmp", "icmpv6", "ipv6-icmp", "igmp", "sctp"}
_VALUE = r"(\{[^}]*\}|\S+)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that lets packets pass, or does not.

    What else a line asks for, such as an interface, is taken as met: its owner wrote it for a
    reason that no file tells.
    """

    text: str
    kind: str
    """tcp or udp."""
    side: str = "saddr"
    """Where the other machine's address stands; daddr for what goes out."""

    def verdict(self, port: int, address: Address | None = None) -> bool | None:
        """Say whether it lets a port pass, to or from an address; None if it says nothing of it.

        Without an address: whether it lets some address pass, or none at all.
        """
        words = set(re.split(r"[\s{},;]+", self.text))
        if "!=" in words or ("state" in words and "new" not in words):
            return None
        if (words & _PROTOCOLS and self.kind not in words) or not self._has_port(port):
            return None
        if address is not None and not self._has_address(address):
            return None
        if "accept" in words:
            return True
        is_closed = words & {"drop", "reject"} and (address is not None or self.side not in words)
        return False if is_closed else None

    def _has_port(self, port: int) -> bool:
        told = re.search(rf"\bdport {_VALUE}", self.text)
        return not told or any(low <= port <= high for low, high in _ports(told[1]))

    def _has_address(self, address: Address) -> bool:
        told = re.search(rf"\b(ip6?) {self.side} {_VALUE}", self.text)
        if not told:
            return True
        return (told[1] == "ip") == (address.version == 4) and any(
            address in network for network in _networks(told[2])
        )


def lets_ssh_in(tree: Tree, options: Collection[str], port: int, peer: Address | None) -> bool:
    """Say whether somebody at an address may come in at a port; None is some address."""
    if peer is not None and peer.is_loopback:
        return True
    return _first(Rule(text, "tcp").verdict(port, peer) for text in _let_in(tree, options))


def lets_pass(tree: Tree, tunnel: Tunnel) -> bool:
    """Say whether the owner has a rule for a tunnel.

    One direction is enough: both ends send by themselves, and answers belong to what came first.
    """
    out = (Rule(text, "udp", "daddr") for text in _lines(tree, OUT))
    into = (Rule(text, "udp") for text in _lines(tree, IN))
    return _first(rule.verdict(tunnel.port, tunnel.peer) for rule in out) or _first(
        rule.verdict(tunnel.here, tunnel.peer) for rule in into
    )


def _first(verdicts: Iterable[bool | None]) -> bool:
    """Return the first verdict, which is the one that counts."""
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _let_in(tree: Tree, options: Collection[str]) -> Iterator[str]:
    """Yield the rules for what comes in that there will be."""
    ours = read(OPTIONS).files[SSH].read_bytes()
    place, digest = tree.at(SSH), tree.record.files.get(SSH)
    goes = "firewall-ssh" not in options
    if place.is_file():
        is_ours = digest == digest_of(place.read_bytes())
        yield from _lines(tree, IN, but=SSH if is_ours and goes else "")
        return
    # One that its owner has removed stays away. Where it comes in their order matters to no rule
    # but one that forbids, and that is looked for first.
    yield from _lines(tree, IN)
    if digest is None and not goes:
        yield from _stripped(ours.decode())


def _lines(tree: Tree, folder: str, but: str = "") -> Iterator[str]:
    """Yield the rules of a folder in the order in which nft reads them; it leaves out .names."""
    for path in sorted(tree.at(folder).glob("[!.]*.nft")):
        if f"{folder}/{path.name}" != but and path.is_file():
            yield from _stripped(path.read_text("utf-8", "replace"))


def _stripped(text: str) -> Iterator[str]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return (line for line in lines if line)


def _ports(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last port of each part; names but ssh are not known."""
    for word in text.replace("ssh", str(PORT)).strip("{} ").split(","):
        if told := re.fullmatch(r"([0-9]+)(?:-([0-9]+))?", word.strip()):
            yield int(told[1]), int(told[2] or told[1])


def _networks(text: str) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Yield the networks of a value; a name such as @near4 is a set of the firewall's own."""
    for word in text.strip("{} ").split(","):
        if word.strip().startswith("@"):
            yield from _networks(_set(word.strip()[1:]))
            continue
        try:
            yield ipaddress.ip_network(word.strip(), strict=False)
        except ValueError:  # a range or a name: what cannot be read lets nobody pass
            continue


def _set(name: str) -> str:
    table = read().files[_TABLE].read_text("utf-8")
    told = re.search(rf"set {re.escape(name)} \{{[^}}]*elements = \{{([^}}]*)\}}", table)
    return told[1] if told else ""
