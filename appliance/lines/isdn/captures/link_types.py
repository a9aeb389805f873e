"""Take LAPD frames out of the records of pcap files, and put them in.

Sources: tcpdump.org's list of link types, 203 (LAPD: the frame alone) and 177 (LINUX_LAPD: 16 bytes
of a Linux cooked header before it). A frame alone says who sent it by its C/R bit, taken here as
that of a response.

    177   packet type (2) · hardware type (2) · length of address (2) · address (8) · protocol (2)

The first byte of the address is 1 where the network's side was captured. The packet type is 4 for
what that side sent, 3 for what one terminal heard of another, and less for what it received.
"""

import struct
from collections.abc import Callable, Mapping

from appliance.lines.isdn.frames import DFrame

LAPD, LINUX_LAPD = 203, 177

_HEADER = struct.Struct(">HHH8sH")
_OUTGOING, _OF_ANOTHER = 4, 3
_PROTOCOL = 0x0030  # Linux: ETH_P_LAPD
_HARDWARE = 8445  # Linux: ARPHRD_LAPD
_NETWORK = b"\x01" + bytes(7)


def _alone(at_us: int, record: bytes) -> DFrame:
    return DFrame(at_us, not (record and record[0] & 2), record)


def _cooked(at_us: int, record: bytes) -> DFrame | None:
    if len(record) < _HEADER.size:
        return None
    kind, _hardware, _length, address, protocol = _HEADER.unpack_from(record)
    if protocol != _PROTOCOL:
        return None
    at_network = bool(address[0])
    from_network = at_network if kind == _OUTGOING else not at_network
    return DFrame(at_us, from_network and kind != _OF_ANOTHER, record[_HEADER.size :])


READERS: Mapping[int, Callable[[int, bytes], DFrame | None]] = {LAPD: _alone, LINUX_LAPD: _cooked}
"""Link type -> what makes a frame of a record; None for a record of something else."""


def record_of(frame: DFrame, link_type: int) -> bytes:
    """Return the record of a frame, as the network's side captures it."""
    if link_type == LAPD:
        return frame.data
    kind = _OUTGOING if frame.from_network else 0
    return _HEADER.pack(kind, _HARDWARE, 1, _NETWORK, _PROTOCOL) + frame.data
