"""A peer of an L1oIP tunnel on loopback."""

import socket

from appliance.lines.isdn.l1oip import LONGEST_PACKET, parse
from appliance.lines.isdn.ports import PortInput

PATIENCE = 10.0
"""Seconds; loopback delivers at once."""


class UdpPeer:
    """The other end."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE)
        self.socket.bind(("127.0.0.1", 0))

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.socket.getsockname()
        return host, port

    def meet(self, there: tuple[str, int]) -> None:
        self.socket.connect(there)

    def send(self, packet: bytes) -> None:
        self.socket.send(packet)

    def next_packet(self) -> bytes:
        return self.socket.recv(LONGEST_PACKET)

    def next_of(self, channel: int, tunnel: int) -> PortInput:
        """Return what comes next on a channel, behind keepalives."""
        while True:
            for each in parse(self.next_packet(), tunnel):
                if each.channel == channel:
                    return each

    def close(self) -> None:
        self.socket.close()
