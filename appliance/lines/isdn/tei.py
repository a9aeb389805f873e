"""Decode and encode TEI management, by which terminals get their addresses; no I/O.

Source: ITU-T Q.921, section 5.3 and table 8. A message is the information of a UI frame with SAPI
63 and TEI 127:

    0F · reference (2 octets) · type · TEI (7 bits), 1 in the last of several
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from appliance.lines.isdn.lapd import EVERYBODY, MANAGEMENT, Control, LapdFrame, command_response

_ENTITY = 0x0F


class TeiAct(IntEnum):
    """The type of a message."""

    REQUEST = 1  # a terminal asks for a TEI
    ASSIGNED = 2
    DENIED = 3
    CHECK = 4  # the network asks who has it
    CHECK_ANSWER = 5
    REMOVE = 6  # the network takes it back
    VERIFY = 7  # a terminal asks the network to check


_ACTS = {int(act): act for act in TeiAct}


@dataclass(frozen=True, slots=True)
class TeiMessage:
    """A message of TEI management."""

    act: TeiAct
    reference: int  # Ri: tells terminals apart before they have a TEI
    teis: tuple[int, ...]  # Ai: one, or several in a check's answer; 127 is any


def decode(frame: LapdFrame) -> TeiMessage | None:
    """Return the message that a frame carries, or None if it carries none."""
    data = frame.information
    if frame.sapi != MANAGEMENT or frame.control is not Control.UI:
        return None
    if len(data) < 5 or data[0] != _ENTITY:
        return None
    act, teis = _ACTS.get(data[3]), tuple(_teis(data[4:]))
    if act is None or not teis:
        return None
    return TeiMessage(act, int.from_bytes(data[1:3], "big"), teis)


def encode(message: TeiMessage) -> LapdFrame:
    """Return the frame that carries a message; its type says who sends it."""
    *first, last = message.teis
    octets = bytes([*(tei << 1 for tei in first), last << 1 | 1])
    from_network = message.act in {TeiAct.ASSIGNED, TeiAct.DENIED, TeiAct.CHECK, TeiAct.REMOVE}
    return LapdFrame(
        MANAGEMENT,
        EVERYBODY,
        command_response(from_network=from_network),
        Control.UI,
        information=bytes((_ENTITY, *message.reference.to_bytes(2, "big"), message.act)) + octets,
    )


def _teis(octets: bytes) -> Iterator[int]:
    """Yield the TEIs up to the one marked as last; nothing if none is."""
    for count, octet in enumerate(octets, 1):
        if octet & 1:
            yield from (each >> 1 for each in octets[:count])
            return
