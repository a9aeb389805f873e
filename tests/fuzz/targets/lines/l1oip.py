"""Packets of an L1oIP tunnel, and what its B-channel becomes.

Each packet has a byte of length and one of the time before it, in milliseconds.
"""

from appliance.lines.isdn.channels import ChannelFrames, ChannelPiece, LineTime
from appliance.lines.isdn.l1oip import Tunnel, build
from appliance.lines.isdn.ports import B1, B2, D
from appliance.model.audio import FRAME
from tests.fuzz.feeding import Target

_TUNNEL = 0x5A2B4C6D
_REASONS = 8

_LONGEST = 1500
"""Bytes: an MTU."""

_SECONDS = 2.5
"""More than the channel keeps; what follows comes without time between, and costs no frames."""


def take(raw: bytes) -> None:
    """Let the packets arrive; frames come in order and have 20 ms each, whatever they say."""
    tunnel, frames, time = Tunnel(_TUNNEL), ChannelFrames("Reception"), LineTime(0.0)
    at, now, due = 0, 0.0, 0
    while at + 2 <= len(raw):
        length, wait = raw[at : at + 2]
        now = min(now + wait / 1000, _SECONDS)
        packet = raw[at + 2 : at + 2 + length]
        for each in tunnel.receive(packet, now):
            assert each.channel in {B1, B2, D}
            assert each.data in packet
            if each.channel == B1:
                time.arrived(frames.far.lay(ChannelPiece(each.data, each.base), time.of(now)))
        for frame in frames.due(time.at(now)):
            assert frame.sample == due
            due += FRAME
        at += 2 + length
    assert len(tunnel.refused) <= _REASONS


def arriving(*packets: tuple[int, bytes]) -> bytes:
    """Return packets as an input has them: milliseconds before, octets."""
    return b"".join(bytes((len(packet), wait)) + packet for wait, packet in packets)


def seeds() -> dict[str, bytes]:
    """Return speech, a frame, a keepalive, several channels at once, and what is refused."""
    speech = [(20, build(B1, bytes(range(160)), 160 * n, _TUNNEL)) for n in range(6)]
    head = build(D, b"", 0, _TUNNEL)[:5]
    several = bytes((0x81, 2, 0, 5, 1, 2, 0x83, 3, 0, 0, 2, 255, 3, 2, 0, 6, 9))
    return {
        "speech": arriving(*speech),
        "lost": arriving(*speech[:2], *speech[4:], (255, b""), *speech[1:3]),
        "frame": arriving((0, build(D, b"\2\xff\3", 0, _TUNNEL)), (9, build(D, b"", 0, _TUNNEL))),
        "several": arriving((0, head + several)),
        "refused": arriving(
            (0, build(B1, b"x", 0)), (0, b"\x50" + head[1:]), (0, head), (0, bytes((0x30,)))
        ),
        "nothing": b"",
    }


TARGET = Target("l1oip", take, (), seeds, longest=_LONGEST, stretch=60_000)
