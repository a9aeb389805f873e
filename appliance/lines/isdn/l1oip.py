"""Speak L1oIP, mISDN's tunnel for layer 1 over UDP: packets in and out, no I/O.

The format is the one of Linux' ``drivers/isdn/mISDN/l1oip_core.c``, whose opening comment is its
only specification:

    | version 2 bits, E1 1, id 1, codec 4 | id 4 bytes, if announced |
    | more 1 bit, channel 7 | length 1 byte, if more | time base 2 bytes | data | ...

The driver copies what mISDN gives it and adds nothing (``l1oip_socket_send``): data of the
D-channel is one whole LAPD frame, without HDLC flags, stuffing and FCS; data of a B-channel is the
bytes of the channel in mISDN's order, A-law with the bits of each byte reversed. The time base
counts a B-channel's samples and a D-channel's packets. Of a B-channel, packets that are nothing but
0xFF or 0x2A (silence) are counted and not sent, so that a hole may be silence or loss.

Nothing here is authenticated: the id goes in clear. It tells one tunnel from another and no friend
from an enemy.
"""

import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from appliance.errors import LineError
from appliance.lines.isdn.ports import B1, B2, LONGEST_FRAME, D, PortInput

VERSION = 0
KEEPALIVE_SECONDS = 15.0
LOST_SECONDS = 65.0
"""``L1OIP_KEEPALIVE`` and ``L1OIP_TIMEOUT`` of the kernel's ``l1oip.h``."""

SEEK_SECONDS = 2.0
"""Between two empty packets while the peer is not there, so that one that returns is found soon."""

LONGEST_PACKET = 1500
"""What the kernel's driver reads at most."""

_E1, _ID, _CODEC = 0x20, 0x10, 0x0F
_MORE = 0x80
_TRANSPARENT, _ALAW = 0, 1
_SHORTEST = 4  # a keepalive: header, channel, time base
_SHORTEST_D = 2  # address and control; the kernel drops less, too
_WORD, _BASE = struct.Struct(">I"), struct.Struct(">H")

Refusal = Literal["short", "long", "version", "interface", "codec", "id", "channel", "length"]


class ForeignPacket(LineError):
    """A packet is none of this tunnel's; ``why`` says it in one word, which is counted."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(f"not a packet of this tunnel: {why}")
        self.why: Refusal = why


def build(channel: int, data: bytes, base: int, tunnel: int = 0) -> bytes:
    """Return a packet with one channel's data; ``tunnel`` is the id, 0 for none."""
    head = bytes((VERSION << 6 | (_ID if tunnel else 0) | _TRANSPARENT,))
    ident = _WORD.pack(tunnel) if tunnel else b""
    return head + ident + bytes((channel,)) + _BASE.pack(base & 0xFFFF) + data


def parse(packet: bytes, tunnel: int = 0) -> list[PortInput]:
    """Return what a packet holds, nothing for a keepalive.

    Args:
        packet: a datagram.
        tunnel: the id that it must carry, 0 for none.

    Raises:
        ForeignPacket: it is malformed, of another tunnel, or coded as we do not speak; nothing
            of it counts then.
    """
    codec, at = _header(packet, tunnel)
    found: list[PortInput] = []
    while True:
        if at >= len(packet):
            raise ForeignPacket("short")
        channel, more = packet[at] & ~_MORE, packet[at] & _MORE
        data, base, at = _block(packet, at + 1, more=bool(more))
        _check(channel, codec, data)
        if data:
            found.append(PortInput(channel, data, None if channel == D else base))
        if not more:
            return found


def _header(packet: bytes, tunnel: int) -> tuple[int, int]:
    """Return the codec and the place of the first channel."""
    if not _SHORTEST <= len(packet) <= LONGEST_PACKET:
        raise ForeignPacket("short" if len(packet) < _SHORTEST else "long")
    first = packet[0]
    checks: tuple[tuple[object, Refusal], ...] = (
        (first >> 6 != VERSION, "version"),
        (first & _E1, "interface"),
        (first & _CODEC > _ALAW, "codec"),
        (bool(first & _ID) != bool(tunnel), "id"),
    )
    for wrong, why in checks:
        if wrong:
            raise ForeignPacket(why)
    if not tunnel:
        return first & _CODEC, 1
    if len(packet) < _SHORTEST + _WORD.size:
        raise ForeignPacket("short")
    if _WORD.unpack_from(packet, 1)[0] != tunnel:
        raise ForeignPacket("id")
    return first & _CODEC, 1 + _WORD.size


def _block(packet: bytes, at: int, *, more: bool) -> tuple[bytes, int, int]:
    """Return a channel's data, its time base and the place after it."""
    size = None
    if more:
        if at >= len(packet):
            raise ForeignPacket("short")
        size, at = packet[at] or 256, at + 1
    start = at + _BASE.size
    if start > len(packet):
        raise ForeignPacket("short")
    stop = len(packet) if size is None else start + size
    if size is not None and stop >= len(packet):
        raise ForeignPacket("length")
    return packet[start:stop], _BASE.unpack_from(packet, at)[0], stop


def _check(channel: int, codec: int, data: bytes) -> None:
    if channel not in {B1, B2, D}:
        raise ForeignPacket("channel")
    if channel == D and data and (codec != _TRANSPARENT or len(data) < _SHORTEST_D):
        raise ForeignPacket("codec" if codec != _TRANSPARENT else "short")
    if channel == D and len(data) > LONGEST_FRAME:
        raise ForeignPacket("long")


@dataclass(slots=True)
class Tunnel:
    """One tunnel's state: what is due to be sent, and whether the peer is there."""

    ident: int = 0
    refused: Counter[Refusal] = field(default_factory=Counter)
    """How many packets were refused, by their reason; the kinds are few."""
    _heard_at: float | None = None
    _sent_at: float | None = None
    _frames: int = 0

    def opened(self) -> None:
        """Begin anew: nobody was heard yet, and a packet is due."""
        self._heard_at = self._sent_at = None

    def receive(self, packet: bytes, now: float) -> list[PortInput]:
        """Take a datagram; one that is refused changes nothing but its count."""
        try:
            arrived = parse(packet, self.ident)
        except ForeignPacket as refused:
            self.refused[refused.why] += 1
            return []
        if not self.present(now):
            self._sent_at = None  # answer at once, so that the peer knows us, too
        self._heard_at = now
        return arrived

    def packet(self, channel: int, data: bytes, base: int, now: float) -> bytes:
        """Return the packet to be sent now; a D-channel's is numbered here."""
        if channel == D:
            base, self._frames = self._frames, self._frames + 1
        self._sent_at = now
        return build(channel, data, base, self.ident)

    def due(self, now: float) -> bytes | None:
        """Return the empty packet that is due, if one is."""
        each = KEEPALIVE_SECONDS if self.present(now) else SEEK_SECONDS
        if self._sent_at is not None and now - self._sent_at < each:
            return None
        self._sent_at = now
        return build(D, b"", 0, self.ident)

    def gone(self) -> None:
        """Know that nobody listens at the other end."""
        self._heard_at = None

    def present(self, now: float) -> bool:
        """Say whether the peer was heard lately."""
        return self._heard_at is not None and now - self._heard_at < LOST_SECONDS
