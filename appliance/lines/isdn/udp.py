"""Carry one L1oIP tunnel over UDP: the only socket of the recorder's that leaves the box."""

import errno
import logging
import socket
from dataclasses import dataclass

from appliance.errors import LineError
from appliance.lines.isdn.l1oip import LONGEST_PACKET, Tunnel
from appliance.lines.isdn.ports import MOST_AT_ONCE, PortInput
from appliance.lines.plugged.connection import UNKNOWN, Attachment, peer
from appliance.model.sentences.faults import device_fault

log = logging.getLogger(__name__)

Address = tuple[str, int]

_NOBODY = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN}
"""What the network answers while the peer is away."""

_FULL = {errno.EAGAIN, errno.ENOBUFS, errno.EINTR}

_OPENING = {
    errno.EADDRINUSE: "in_use",
    errno.EADDRNOTAVAIL: "not_here",
    errno.EACCES: "denied",
    errno.EPERM: "not_allowed",
    errno.EAFNOSUPPORT: "not_allowed",
    errno.ENETUNREACH: "no_way",
}


@dataclass(frozen=True, slots=True)
class Ends:
    """The two ends of a tunnel; host and port each."""

    here: Address
    there: Address


class UdpPort:
    """A port of the bus that is reached by L1oIP."""

    def __init__(self, ends: Ends, tunnel: Tunnel) -> None:
        """Take the addresses; ``open`` makes the socket."""
        self.name = f"{ends.there[0]}:{ends.there[1]}"
        self.tunnel = tunnel
        self.connection: Attachment = UNKNOWN
        self.received = 0
        """Packets taken so far, refused ones too."""
        self._ends = ends
        self._socket: socket.socket | None = None
        self._told: set[str] = set()

    def open(self) -> None:
        """Open the socket; it takes packets of the peer's address alone."""
        if self._socket is not None:
            return
        here, there = self._ends.here, self._ends.there
        family = socket.AF_INET6 if ":" in there[0] else socket.AF_INET
        made: socket.socket | None = None
        try:
            made = socket.socket(family, socket.SOCK_DGRAM)
            made.setblocking(False)
            made.bind(here)
            made.connect(there)
        except OSError as error:
            if made is not None:
                made.close()
            why = _OPENING.get(error.errno or 0, "unopened")
            raise LineError(device_fault(f"peer_{why}", address=f"{here[0]}:{here[1]}")) from error
        self._socket, self.connection = made, peer(made)
        self.tunnel.opened()

    @property
    def here(self) -> Address:
        """Return this end, with the port that the system chose if none was given."""
        if self._socket is None:
            return self._ends.here
        host, port = self._socket.getsockname()[:2]
        return host, port

    def filenos(self) -> list[int]:
        """Return the socket, while it is open."""
        return [] if self._socket is None else [self._socket.fileno()]

    def receive(self, now: float) -> list[PortInput]:
        """Return what the peer sent, and send what keeps the tunnel alive."""
        found: list[PortInput] = []
        for _ in range(MOST_AT_ONCE):
            packet = self._read()
            if packet is None:
                break
            self.received += 1
            found += self.tunnel.receive(packet, now)
        self._tell_refused()
        if (due := self.tunnel.due(now)) is not None:
            self._write(due)
        return found

    def send(self, channel: int, data: bytes, base: int, now: float) -> None:
        """Send one frame or piece; a network that is full or away loses it."""
        self._write(self.tunnel.packet(channel, data, base, now))

    def missing(self, now: float) -> str:
        """Return what to do while the peer is not there."""
        if self.tunnel.present(now):
            return ""
        return device_fault("peer_silent", peer=self.name)

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> bytes | None:
        if self._socket is None:
            raise LineError(device_fault("peer_broken", peer=self.name))
        try:
            return self._socket.recv(LONGEST_PACKET + 1)
        except OSError as error:
            self._failed(error)
            return None

    def _write(self, packet: bytes) -> None:
        if self._socket is None:
            raise LineError(device_fault("peer_broken", peer=self.name))
        try:
            self._socket.send(packet)
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        if error.errno in _NOBODY:
            self.tunnel.gone()
        elif error.errno not in _FULL:
            raise LineError(device_fault("peer_broken", peer=self.name)) from error

    def _tell_refused(self) -> None:
        """Log each reason for which packets are refused, once."""
        for why in self.tunnel.refused.keys() - self._told:
            self._told.add(why)
            log.warning("packets from %s are refused: %s", self.name, why)
